-- Whether the rubric of a batch is proved, as a text of the grader; empty for batches of earlier versions.
ALTER TABLE batches ADD COLUMN proof TEXT NOT NULL DEFAULT '""';
