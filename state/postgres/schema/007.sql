-- file: a file of a message that is not sent yet, on its way from the box on which it was
-- written to the one that sends it. It is there as a whole once sum is set. name is how the
-- folder of the message's files calls it.
CREATE TABLE unibox.file (
  message text NOT NULL, name text NOT NULL, size bigint NOT NULL, sum text, at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (message, name)
);

-- chunk: a part of a file, in its order.
CREATE TABLE unibox.chunk (
  message text NOT NULL, name text NOT NULL, nth int NOT NULL, bytes bytea NOT NULL,
  PRIMARY KEY (message, name, nth),
  FOREIGN KEY (message, name) REFERENCES unibox.file ON DELETE CASCADE
);
ALTER TABLE unibox.chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;
