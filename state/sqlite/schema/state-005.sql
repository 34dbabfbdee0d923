-- id names this file: what was derived from one file never counts for another,
-- such as one that was rescued or purged.
ALTER TABLE clock ADD COLUMN id TEXT NOT NULL DEFAULT '';
UPDATE clock SET id = lower(hex(randomblob(16)));
