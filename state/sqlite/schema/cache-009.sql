-- Words are cut in another way: all messages are indexed again, newest first. Until
-- then they are found as before.
DELETE FROM indexing;
INSERT INTO indexing (below) SELECT MAX(id) + 1 FROM message HAVING MAX(id) IS NOT NULL;
