-- The assistant that a batch's rubric names, as JSON; empty without one.
ALTER TABLE batches ADD COLUMN suggest TEXT NOT NULL DEFAULT '';
-- What an assistant said about an answer: `items` is JSON with numbers of comments and quotes, or null if its reply was
-- of no use. `after` is 1 if a tutor had graded the answer before, without a suggestion: only these are measured.
CREATE TABLE suggestions (
    question TEXT NOT NULL,
    submission TEXT NOT NULL,
    model TEXT NOT NULL,
    items TEXT NOT NULL,
    after INTEGER NOT NULL,
    time TEXT NOT NULL,
    PRIMARY KEY (question, submission, model)
);
