-- How the desk is used: `anonymous` is 'yes' while names of teams are hidden.
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
-- Names of teams that a tutor looked at while they were hidden.
CREATE TABLE reveals (
    id INTEGER PRIMARY KEY,
    submission TEXT NOT NULL,
    by TEXT NOT NULL,
    time TEXT NOT NULL
);
-- The tutor who grades a submission in a question; without a row, any tutor does.
CREATE TABLE assignments (
    question TEXT NOT NULL,
    submission TEXT NOT NULL,
    tutor TEXT NOT NULL,
    PRIMARY KEY (question, submission)
);
