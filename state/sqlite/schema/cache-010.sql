-- total is how many conversations the platform says there are, 0 for unsaid, and
-- left about how many seconds it takes until all are read, 0 for unknown. below is
-- the cursor at which the reading of the whole list goes on, kept at below_at.
ALTER TABLE account ADD COLUMN total INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN left INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN below TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN below_at INTEGER NOT NULL DEFAULT 0;
