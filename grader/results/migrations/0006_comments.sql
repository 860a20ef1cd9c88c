ALTER TABLE marks ADD COLUMN act TEXT NOT NULL DEFAULT '';
CREATE TABLE comments (
    id INTEGER PRIMARY KEY,
    question TEXT NOT NULL,
    text TEXT NOT NULL,
    check_id TEXT NOT NULL,
    points TEXT,
    by TEXT NOT NULL,
    time TEXT NOT NULL
);
CREATE INDEX comments_by_question ON comments (question);
CREATE TABLE comment_uses (
    mark INTEGER NOT NULL,
    comment INTEGER NOT NULL,
    PRIMARY KEY (mark, comment)
);
CREATE INDEX comment_uses_by_comment ON comment_uses (comment);
CREATE TABLE comment_changes (
    act TEXT NOT NULL,
    comment INTEGER NOT NULL,
    text TEXT NOT NULL,
    points TEXT
);
CREATE INDEX questions_by_id ON questions (id);
CREATE INDEX findings_by_question ON findings (question, earned);
