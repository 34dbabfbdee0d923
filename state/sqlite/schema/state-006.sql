-- quote: the message that it answers and shows, as JSON; empty for none. template:
-- the template that it is, as JSON; empty for free text.
ALTER TABLE draft ADD COLUMN quote TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN quote TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN template TEXT NOT NULL DEFAULT '';
