CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    check_id TEXT NOT NULL,
    answers TEXT NOT NULL,
    points TEXT NOT NULL,
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    example TEXT NOT NULL,
    time TEXT NOT NULL
);
CREATE INDEX decisions_by_answers ON decisions (check_id, answers);
