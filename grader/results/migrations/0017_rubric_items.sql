-- The rubric items that a batch's rubric has, as JSON by check.
ALTER TABLE batches ADD COLUMN rubric_items TEXT NOT NULL DEFAULT '{}';
-- Of a comment that came from the rubric: its check and its text there, so that it is added once and stays removed.
ALTER TABLE comments ADD COLUMN origin TEXT NOT NULL DEFAULT '';
