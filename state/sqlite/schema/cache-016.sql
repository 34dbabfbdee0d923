-- page: a fingerprint of what the boxes of the team know of a conversation, as it was published
-- or taken in; conv is empty for the account itself.
CREATE TABLE page (account TEXT NOT NULL, conv TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (account, conv)) STRICT, WITHOUT ROWID;

-- pages: up to which revision an account was published from here, and up to which position
-- what others published of it was taken in.
CREATE TABLE pages (account TEXT PRIMARY KEY, rev INTEGER NOT NULL, pos INTEGER NOT NULL) STRICT, WITHOUT ROWID;
