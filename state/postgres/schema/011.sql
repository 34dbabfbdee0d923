-- keep: how long a box keeps messages by its config. What all share is dropped by the longest.
CREATE TABLE unibox.keep (reader text PRIMARY KEY, keeps text NOT NULL);
