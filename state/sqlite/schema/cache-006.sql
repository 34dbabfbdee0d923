-- partial: the list of conversations was never read to its end, unended why the
-- last reading of it was not. Of an account that is known already nobody can
-- say, so its list is taken to be partial until it has been read again.
ALTER TABLE account ADD COLUMN partial INTEGER NOT NULL DEFAULT 1;
ALTER TABLE account ADD COLUMN unended TEXT NOT NULL DEFAULT '';
