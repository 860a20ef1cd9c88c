ALTER TABLE decisions ADD COLUMN worth TEXT NOT NULL DEFAULT '';
CREATE TABLE marks (
    id INTEGER PRIMARY KEY,
    team TEXT NOT NULL,
    check_id TEXT NOT NULL,
    points TEXT,
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked TEXT NOT NULL,
    digest TEXT NOT NULL,
    time TEXT NOT NULL
);
CREATE INDEX marks_by_team ON marks (team, check_id);
CREATE TABLE batches (
    id INTEGER PRIMARY KEY,
    rubric TEXT NOT NULL,
    asked TEXT NOT NULL,
    time TEXT NOT NULL
);
CREATE TABLE hand_ins (
    name TEXT PRIMARY KEY,
    batch INTEGER NOT NULL,
    team TEXT NOT NULL,
    source TEXT NOT NULL,
    digest TEXT NOT NULL,
    evidence TEXT NOT NULL,
    people TEXT NOT NULL,
    notices TEXT NOT NULL,
    points TEXT NOT NULL,
    decided TEXT NOT NULL,
    total TEXT,
    open TEXT NOT NULL,
    run_seconds REAL NOT NULL,
    memory_bytes INTEGER NOT NULL,
    seconds TEXT NOT NULL,
    time TEXT NOT NULL
);
CREATE INDEX hand_ins_by_batch ON hand_ins (batch, team);
CREATE TABLE questions (
    hand_in TEXT NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    points TEXT NOT NULL,
    bonus INTEGER NOT NULL,
    earned TEXT,
    decided TEXT NOT NULL,
    PRIMARY KEY (hand_in, position)
);
CREATE TABLE findings (
    hand_in TEXT NOT NULL,
    position INTEGER NOT NULL,
    check_id TEXT NOT NULL,
    question TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    message TEXT NOT NULL,
    worth TEXT NOT NULL,
    earned TEXT,
    answers TEXT NOT NULL,
    mark_team TEXT,
    mark_points TEXT,
    mark_by TEXT,
    mark_reason TEXT,
    PRIMARY KEY (hand_in, position)
);
CREATE INDEX findings_by_check ON findings (check_id, status);
CREATE TABLE totals (
    id INTEGER PRIMARY KEY,
    hand_in TEXT NOT NULL,
    decided TEXT NOT NULL,
    total TEXT,
    points TEXT NOT NULL,
    why TEXT NOT NULL,
    time TEXT NOT NULL
);
CREATE INDEX totals_by_hand_in ON totals (hand_in, id);
