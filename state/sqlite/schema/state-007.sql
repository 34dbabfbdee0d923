-- note: what agents write about a conversation for each other. It is never sent. key
-- names it on every store that it comes to.
CREATE TABLE note (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, account TEXT NOT NULL, conv TEXT NOT NULL,
  body TEXT NOT NULL, author TEXT NOT NULL, made INTEGER NOT NULL, edited INTEGER NOT NULL
) STRICT;
CREATE INDEX note_conv ON note (account, conv, made);

-- mention: who is named in a note, in lower case; seen: they opened the conversation
-- since.
CREATE TABLE mention (
  id INTEGER PRIMARY KEY, note TEXT NOT NULL, account TEXT NOT NULL, conv TEXT NOT NULL,
  who TEXT NOT NULL, seen INTEGER NOT NULL, UNIQUE (note, who)
) STRICT;
CREATE INDEX mention_who ON mention (who, seen);
CREATE INDEX mention_conv ON mention (account, conv);

-- note_draft: a note that is being written; note is the key of the one that is edited,
-- empty for a new one.
CREATE TABLE note_draft (
  id INTEGER PRIMARY KEY, account TEXT NOT NULL, conv TEXT NOT NULL,
  writer TEXT NOT NULL, note TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (account, conv, writer, note)
) STRICT;
