-- base: how a row was before it was changed here, in JSON; empty where that does not count.
ALTER TABLE unshared ADD COLUMN base TEXT NOT NULL DEFAULT '';
