-- marks are the truth values of standing as marks.go packs them; what was known
-- before there were any is asked for again.
ALTER TABLE conversation ADD COLUMN marks INTEGER NOT NULL DEFAULT 0;
UPDATE conversation SET standing = '';

-- said_read is the position up to which the platform calls it read, unread_when
-- our clock when the platform began to call it unread.
ALTER TABLE conversation ADD COLUMN said_read INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN unread_when INTEGER NOT NULL DEFAULT 0;

-- gone: conversations that were deleted at the platform, for the lists that
-- other sessions hold in memory.
CREATE TABLE gone (
  account TEXT NOT NULL, remote TEXT NOT NULL, rev INTEGER NOT NULL,
  PRIMARY KEY (account, remote)
) STRICT, WITHOUT ROWID;
CREATE INDEX gone_rev ON gone (rev);
