-- The reason of an override that came from comments is their texts, in this order, and then the tutor's own words.
ALTER TABLE comment_uses ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
UPDATE comment_uses SET position = (
    SELECT count(*) FROM comment_uses earlier
    WHERE earlier.override = comment_uses.override AND earlier.rowid < comment_uses.rowid
);

-- `edited` is 1 if a person wrote the reason by hand after it had come from comments.
ALTER TABLE overrides ADD COLUMN own_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE overrides ADD COLUMN edited INTEGER NOT NULL DEFAULT 0;

-- Overrides of earlier versions have one text: it is taken apart, and one that does not fit counts as edited.
CREATE TEMPORARY TABLE comment_texts AS
    SELECT override, group_concat(text, char(10)) AS texts FROM (
        SELECT u.override, c.text FROM comment_uses u JOIN comments c ON c.id = u.comment
        ORDER BY u.override, u.position
    ) GROUP BY override;
UPDATE overrides SET edited = 1
    WHERE id IN (SELECT override FROM comment_texts WHERE override = overrides.id AND reason <> texts);
UPDATE overrides SET edited = 0, own_reason = (
        SELECT substr(overrides.reason, length(texts) + 2) FROM comment_texts WHERE override = overrides.id
    )
    WHERE id IN (
        SELECT override FROM comment_texts WHERE override = overrides.id
        AND substr(overrides.reason, 1, length(texts) + 1) = texts || char(10)
    );
DROP TABLE comment_texts;
