-- claim: whom a session has taken out of the queue, for an agent; it ends with the session.
CREATE TABLE claim (
  account TEXT NOT NULL, conv TEXT NOT NULL, session TEXT NOT NULL, agent TEXT NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (account, conv)
) STRICT, WITHOUT ROWID;
