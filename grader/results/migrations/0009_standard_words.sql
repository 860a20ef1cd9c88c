-- Tables, columns and statuses get the words that the rest of the program uses.
ALTER TABLE decisions RENAME TO group_decisions;
ALTER TABLE group_decisions RENAME COLUMN worth TO max_effect;
DROP INDEX decisions_by_answers;
CREATE INDEX group_decisions_by_answers ON group_decisions (check_id, answers);

ALTER TABLE marks RENAME TO overrides;
ALTER TABLE overrides RENAME COLUMN asked TO question_key;
DROP INDEX marks_by_team;
CREATE INDEX overrides_by_team ON overrides (team, check_id);

ALTER TABLE batches RENAME COLUMN asked TO question_keys;

ALTER TABLE hand_ins RENAME TO submissions;
ALTER TABLE submissions RENAME COLUMN decided TO certain;
ALTER TABLE submissions RENAME COLUMN open TO unresolved;
DROP INDEX hand_ins_by_batch;
CREATE INDEX submissions_by_batch ON submissions (batch, team);

ALTER TABLE questions RENAME COLUMN hand_in TO submission;
ALTER TABLE questions RENAME COLUMN decided TO certain;

ALTER TABLE findings RENAME COLUMN hand_in TO submission;
ALTER TABLE findings RENAME COLUMN worth TO max_effect;
ALTER TABLE findings RENAME COLUMN mark_team TO override_team;
ALTER TABLE findings RENAME COLUMN mark_points TO override_points;
ALTER TABLE findings RENAME COLUMN mark_by TO override_by;
ALTER TABLE findings RENAME COLUMN mark_reason TO override_reason;
UPDATE questions SET id = 'submission', title = 'The submission' WHERE id = 'hand-in';
UPDATE findings SET question = 'submission' WHERE question = 'hand-in';
UPDATE claims SET question = 'submission' WHERE question = 'hand-in';
UPDATE comments SET question = 'submission' WHERE question = 'hand-in';
UPDATE findings SET status = 'needs_review' WHERE status = 'waiting';
UPDATE findings SET status = 'error' WHERE status = 'broken';

ALTER TABLE totals RENAME COLUMN hand_in TO submission;
ALTER TABLE totals RENAME COLUMN decided TO certain;
DROP INDEX totals_by_hand_in;
CREATE INDEX totals_by_submission ON totals (submission, id);

ALTER TABLE claims RENAME COLUMN hand_in TO submission;
ALTER TABLE published RENAME COLUMN hand_in TO submission;
ALTER TABLE comment_uses RENAME COLUMN mark TO override;
