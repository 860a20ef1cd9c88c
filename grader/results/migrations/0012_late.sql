-- Whether a finding is about lateness, so that an export need not know which kinds of check are.
ALTER TABLE findings ADD COLUMN late INTEGER NOT NULL DEFAULT 0;
UPDATE findings SET late = 1 WHERE kind = 'received_by';
