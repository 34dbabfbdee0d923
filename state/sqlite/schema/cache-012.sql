-- quotes: the message of the same conversation that it answers, by its remote name;
-- empty for none, and where the platform's page did not hold that one.
ALTER TABLE message ADD COLUMN quotes TEXT NOT NULL DEFAULT '';
