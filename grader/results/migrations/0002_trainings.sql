CREATE TABLE trainings (
    configuration TEXT NOT NULL,
    seed INTEGER NOT NULL,
    percent REAL NOT NULL,
    made_with TEXT NOT NULL,
    PRIMARY KEY (configuration, seed)
);
