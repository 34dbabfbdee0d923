-- id names this file: what was derived from one file never counts for another.
ALTER TABLE clock ADD COLUMN id TEXT NOT NULL DEFAULT '';
UPDATE clock SET id = lower(hex(randomblob(16)));

-- list: the list of conversations as a session last had it in memory, packed by
-- listfile.go, so that a start reads a few blobs and what changed since. It can be
-- made again from the rest at any time.
CREATE TABLE list (part INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
