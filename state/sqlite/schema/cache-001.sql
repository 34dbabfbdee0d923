-- What can be fetched again. Times are microseconds since 1970, 0 for none.

CREATE TABLE clock (one INTEGER PRIMARY KEY CHECK (one = 1), rev INTEGER NOT NULL) STRICT;
INSERT INTO clock VALUES (1, 0);

CREATE TABLE account (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, label TEXT NOT NULL,
  state INTEGER NOT NULL, last_ok INTEGER NOT NULL, next_try INTEGER NOT NULL, reason TEXT NOT NULL,
  known INTEGER NOT NULL, listed INTEGER NOT NULL, rev INTEGER NOT NULL
) STRICT;

CREATE TABLE channel (
  account TEXT NOT NULL, remote TEXT NOT NULL, place INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (account, remote)
) STRICT, WITHOUT ROWID;

-- conversation: NULL is what the platform did not say. newest, last_in and
-- last_out are positions of messages (events aside for the latter two);
-- read_upto mirrors the flag in state.db and is NULL until the first page.
CREATE TABLE conversation (
  id INTEGER PRIMARY KEY, account TEXT NOT NULL, remote TEXT NOT NULL,
  channel TEXT, kind TEXT NOT NULL, name TEXT NOT NULL, handle TEXT NOT NULL,
  created INTEGER, active INTEGER, standing TEXT NOT NULL DEFAULT '',
  newest INTEGER NOT NULL DEFAULT 0, last_in INTEGER NOT NULL DEFAULT 0, last_out INTEGER NOT NULL DEFAULT 0,
  p_dir INTEGER NOT NULL DEFAULT 0, p_kind INTEGER NOT NULL DEFAULT 0, p_body TEXT NOT NULL DEFAULT '',
  p_files INTEGER NOT NULL DEFAULT 0, p_at INTEGER NOT NULL DEFAULT 0,
  waiting INTEGER NOT NULL DEFAULT 0, read_upto INTEGER, unread INTEGER NOT NULL DEFAULT 0,
  checked INTEGER NOT NULL DEFAULT 0, rev INTEGER NOT NULL,
  UNIQUE (account, remote)
) STRICT;
CREATE INDEX conversation_rev ON conversation (rev);

-- message: id is the position. seen is our clock when it first came.
CREATE TABLE message (
  id INTEGER PRIMARY KEY, conv INTEGER NOT NULL, remote TEXT NOT NULL,
  at INTEGER NOT NULL, kind INTEGER NOT NULL, dir INTEGER NOT NULL, delivery INTEGER NOT NULL,
  author TEXT NOT NULL, body TEXT NOT NULL, reason TEXT NOT NULL, files TEXT NOT NULL,
  retryable INTEGER NOT NULL, edited INTEGER NOT NULL, reactions TEXT NOT NULL, seen INTEGER NOT NULL
) STRICT;
CREATE INDEX message_conv ON message (conv, id);
CREATE UNIQUE INDEX message_remote ON message (conv, remote);

-- span: a run of history without holes; newest 0 says that there is none at all.
CREATE TABLE span (
  conv INTEGER NOT NULL, newest INTEGER NOT NULL, oldest INTEGER NOT NULL,
  older TEXT NOT NULL, complete INTEGER NOT NULL,
  PRIMARY KEY (conv, newest)
) STRICT, WITHOUT ROWID;

-- fts: text as segment() cuts it; ctx holds the tokens c<conversation> and
-- p<account, in hex> that narrow a search.
CREATE VIRTUAL TABLE fts USING fts5(
  body, ctx, content='', contentless_delete=1,
  tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co So'"
);
