-- The reason that the submissions of a group by cause share, as a text of the grader.
ALTER TABLE findings ADD COLUMN why TEXT NOT NULL DEFAULT '""';
