-- change: a wish about how a conversation, or one message of it, stands at the
-- platform. ability is a word of change.go; upto is the newest position when it
-- was wished. until is 0 until it was carried out; after that its wish is shown
-- so long, or until the platform's list agrees.
CREATE TABLE change (
  id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, conv TEXT NOT NULL,
  ability TEXT NOT NULL, wish INTEGER NOT NULL, message TEXT NOT NULL, arg TEXT NOT NULL,
  made INTEGER NOT NULL, attempts INTEGER NOT NULL, not_before INTEGER NOT NULL, reason TEXT NOT NULL,
  sent INTEGER NOT NULL, refused INTEGER NOT NULL, until INTEGER NOT NULL, upto INTEGER NOT NULL
) STRICT;
CREATE INDEX change_conv ON change (account, conv, id);
CREATE INDEX change_held ON change (until) WHERE until <> 0;

-- at is when the platform is to send it, 0 for at once.
ALTER TABLE outbox ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE draft ADD COLUMN at INTEGER NOT NULL DEFAULT 0;

-- read_when is when read_upto was last set, by our clock.
ALTER TABLE flag ADD COLUMN read_when INTEGER NOT NULL DEFAULT 0;
