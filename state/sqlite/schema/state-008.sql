-- label: what agents call a conversation, on this machine. name is as it was first
-- written, key what its spellings have in common.
CREATE TABLE label (
  id INTEGER PRIMARY KEY, account TEXT NOT NULL, conv TEXT NOT NULL,
  name TEXT NOT NULL, key TEXT NOT NULL,
  UNIQUE (account, conv, key)
) STRICT;
CREATE INDEX label_key ON label (key);
