-- away: who is on other boxes of the team. body is JSON, see package presence.
CREATE TABLE away (id TEXT PRIMARY KEY, box TEXT NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- taken: who has which customer, on all boxes of the team.
CREATE TABLE taken (
  account TEXT NOT NULL, conv TEXT NOT NULL, session TEXT NOT NULL, agent TEXT NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (account, conv)
) STRICT, WITHOUT ROWID;
