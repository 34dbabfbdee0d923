-- missed: when a page was first asked for that should have held the message and
-- did not; 0 while every page has had it.
ALTER TABLE message ADD COLUMN missed INTEGER NOT NULL DEFAULT 0;
