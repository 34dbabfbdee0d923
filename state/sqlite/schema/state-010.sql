-- fleet: this file is a copy of what several boxes share; no row where it is not. team
-- names their database; its feed was followed up to the commit last, whose position is
-- pos. file is the clock's id when the copy was made.
CREATE TABLE fleet (
  one INTEGER PRIMARY KEY CHECK (one = 1), team TEXT NOT NULL, pos INTEGER NOT NULL, last TEXT NOT NULL, file TEXT NOT NULL
) STRICT;
