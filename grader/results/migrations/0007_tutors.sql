CREATE TABLE tutors (
    name TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    time TEXT NOT NULL
);
