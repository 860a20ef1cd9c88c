ALTER TABLE marks ADD COLUMN undone INTEGER NOT NULL DEFAULT 0;
CREATE TABLE claims (
    question TEXT NOT NULL,
    hand_in TEXT NOT NULL,
    by TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (question, hand_in)
);
CREATE TABLE published (
    hand_in TEXT PRIMARY KEY,
    total TEXT,
    time TEXT NOT NULL
);
