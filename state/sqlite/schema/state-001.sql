-- What exists nowhere else. Things are named by account and the platform's id,
-- never by rowids of cache.db, so that this file outlives any cache.
-- Times are microseconds since 1970, 0 for none.

CREATE TABLE clock (one INTEGER PRIMARY KEY CHECK (one = 1), rev INTEGER NOT NULL) STRICT;
INSERT INTO clock VALUES (1, 0);

-- touched: the revision in which a conversation's local state last changed.
CREATE TABLE touched (
  account TEXT NOT NULL, conv TEXT NOT NULL, rev INTEGER NOT NULL,
  PRIMARY KEY (account, conv)
) STRICT;
CREATE INDEX touched_rev ON touched (rev);

-- draft: an emptied one stays as a row, so that its revision goes on rising.
CREATE TABLE draft (
  id INTEGER PRIMARY KEY, account TEXT NOT NULL, conv TEXT NOT NULL,
  body TEXT NOT NULL, files TEXT NOT NULL, rev INTEGER NOT NULL, edited INTEGER NOT NULL,
  UNIQUE (account, conv)
) STRICT;

-- outbox: ids are never given twice, a decision may come late.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL, conv TEXT NOT NULL, first TEXT NOT NULL,
  body TEXT NOT NULL, files TEXT NOT NULL, part INTEGER NOT NULL, parts INTEGER NOT NULL,
  status INTEGER NOT NULL, attempts INTEGER NOT NULL, checks INTEGER NOT NULL,
  not_before INTEGER NOT NULL, submitted INTEGER NOT NULL, sent INTEGER NOT NULL, settled INTEGER NOT NULL,
  r_conv TEXT NOT NULL, r_message TEXT NOT NULL, r_job TEXT NOT NULL, r_delivery INTEGER NOT NULL, r_reason TEXT NOT NULL,
  reason TEXT NOT NULL, refused INTEGER NOT NULL, leave INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_conv ON outbox (account, conv, id);
CREATE INDEX outbox_open ON outbox (account, id) WHERE status <> 4;
CREATE INDEX outbox_done ON outbox (submitted) WHERE status = 4;

-- provisional: conversations that a first message is about to make.
CREATE TABLE provisional (
  id INTEGER PRIMARY KEY, account TEXT NOT NULL, conv TEXT NOT NULL,
  channel TEXT NOT NULL, kind TEXT NOT NULL, recipient TEXT NOT NULL, created INTEGER NOT NULL,
  UNIQUE (account, conv)
) STRICT;

-- flag: done_at and snoozed_at hold the newest position of that moment; an
-- inbound message above it ends them. NULL: not done, not snoozed, never read.
CREATE TABLE flag (
  id INTEGER PRIMARY KEY, account TEXT NOT NULL, conv TEXT NOT NULL,
  starred INTEGER NOT NULL, pinned INTEGER NOT NULL, muted INTEGER NOT NULL,
  done_at INTEGER, snoozed INTEGER NOT NULL, snoozed_at INTEGER NOT NULL, read_upto INTEGER,
  UNIQUE (account, conv)
) STRICT;

-- owner: beat is the box's own clock since boot, in microseconds. An empty
-- boot id means that nobody holds the lease.
CREATE TABLE owner (
  one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL,
  boot TEXT NOT NULL, beat INTEGER NOT NULL, pid INTEGER NOT NULL, who TEXT NOT NULL
) STRICT;
INSERT INTO owner VALUES (1, 0, '', 0, 0, '');
