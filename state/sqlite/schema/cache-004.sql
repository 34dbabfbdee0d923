-- indexing: while there is a row, messages below it are not in fts.
CREATE TABLE indexing (below INTEGER NOT NULL) STRICT;
