-- mine: whether this login wrote it and no colleague; NULL where the platform does
-- not say.
ALTER TABLE message ADD COLUMN mine INTEGER;
