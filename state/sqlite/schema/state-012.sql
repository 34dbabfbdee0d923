-- writer: who submitted a message: an agent's name or a login, empty where that is not known.
ALTER TABLE outbox ADD COLUMN writer TEXT NOT NULL DEFAULT '';
-- snooze: what an agent put off for nobody but themselves, beside that of flag, which is for
-- all. Its columns are as those of flag; seen is snoozed_at.
CREATE TABLE snooze (
  account TEXT NOT NULL, conv TEXT NOT NULL, agent TEXT NOT NULL,
  until INTEGER NOT NULL, seen INTEGER NOT NULL, kind INTEGER NOT NULL, noted INTEGER NOT NULL,
  PRIMARY KEY (account, conv, agent)
) STRICT;
CREATE INDEX snooze_due ON snooze (until) WHERE noted = 0;
