-- snooze_kind: what ends a snooze, a number of state.SnoozeKind. noted: when it was
-- noted that its time had come, 0 for not yet. skipped: when the conversation was put
-- at the end of the queue, skipped_at the newest position then, skips how often.
ALTER TABLE flag ADD COLUMN snooze_kind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE flag ADD COLUMN noted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE flag ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE flag ADD COLUMN skipped_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE flag ADD COLUMN skips INTEGER NOT NULL DEFAULT 0;
CREATE INDEX flag_due ON flag (snoozed) WHERE snoozed <> 0 AND noted = 0;
-- What had ended before is over: nothing of it comes back.
UPDATE flag SET snoozed = 0, snoozed_at = 0 WHERE snoozed <> 0 AND snoozed <= unixepoch() * 1000000;
