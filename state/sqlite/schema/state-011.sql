-- unshared: rows of a copy that the fleet does not have yet, since it did not answer. key
-- names one there, times counts how often it was changed meanwhile.
CREATE TABLE unshared (kind TEXT NOT NULL, key TEXT NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (kind, key)) STRICT;
