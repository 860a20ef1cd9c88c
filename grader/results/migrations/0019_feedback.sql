-- Requests of teams to look at a question again; `earned` are the points at that time, and `answer` is empty while open.
CREATE TABLE regrade_requests (
    id INTEGER PRIMARY KEY,
    team TEXT NOT NULL,
    digest TEXT NOT NULL,
    question TEXT NOT NULL,
    request TEXT NOT NULL,
    earned TEXT,
    time TEXT NOT NULL,
    answer TEXT NOT NULL DEFAULT '',
    answered_by TEXT NOT NULL DEFAULT '',
    answered TEXT NOT NULL DEFAULT ''
);
CREATE INDEX regrade_requests_by_team ON regrade_requests (team, digest, question);
-- Comments of tutors at a line of the submission's code.
CREATE TABLE line_comments (
    id INTEGER PRIMARY KEY,
    team TEXT NOT NULL,
    digest TEXT NOT NULL,
    question TEXT NOT NULL,
    cell INTEGER NOT NULL,
    line INTEGER NOT NULL,
    text TEXT NOT NULL,
    by TEXT NOT NULL,
    time TEXT NOT NULL,
    removed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX line_comments_by_team ON line_comments (team, digest);
