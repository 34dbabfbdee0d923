-- when_sent: what happens to the conversation once the message is sent, as JSON;
-- empty for nothing.
ALTER TABLE outbox ADD COLUMN when_sent TEXT NOT NULL DEFAULT '';
