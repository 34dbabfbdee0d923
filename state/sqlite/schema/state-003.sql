-- seen: the newest position that the agent had seen when submitting; NULL where
-- nothing is to be compared with it.
ALTER TABLE outbox ADD COLUMN seen INTEGER;
