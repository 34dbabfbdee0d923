-- session: the programs that have this folder open, for each other. They are
-- here and not in state.db because a beat a second and a look at every step of
-- a cursor must not cost an fsync, and because none of it outlives a session.
-- boot and beat are as in owner; an empty boot id says that it has ended. epoch
-- is that of the lease it holds, 0 without one. account and conv are what it
-- replies to since a time; rev and look_rev are when the above and look changed.
CREATE TABLE session (
  id TEXT PRIMARY KEY, who TEXT NOT NULL, origin TEXT NOT NULL, pid INTEGER NOT NULL, started INTEGER NOT NULL,
  boot TEXT NOT NULL, beat INTEGER NOT NULL, epoch INTEGER NOT NULL,
  account TEXT NOT NULL, conv TEXT NOT NULL, since INTEGER NOT NULL, look TEXT NOT NULL,
  rev INTEGER NOT NULL, look_rev INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- hint: what a session asked the one that runs the engine, in revision seq:
-- history below the position older, what is new, or only how fetching goes.
-- open until the last answer; head, fetch_older and err are the answer so far.
CREATE TABLE hint (
  session TEXT NOT NULL, account TEXT NOT NULL, conv TEXT NOT NULL, seq INTEGER NOT NULL,
  older INTEGER NOT NULL, refresh INTEGER NOT NULL, open INTEGER NOT NULL,
  head INTEGER NOT NULL, fetch_older INTEGER NOT NULL, err TEXT NOT NULL, rev INTEGER NOT NULL,
  PRIMARY KEY (session, account, conv)
) STRICT, WITHOUT ROWID;
