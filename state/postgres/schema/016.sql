-- machine: a box by the id that is on its disk, by which files that were attached are told apart; mark is
-- what it told last.
CREATE TABLE unibox.machine (id text PRIMARY KEY, name text NOT NULL, mark text NOT NULL, seen timestamptz NOT NULL);

-- introduce notes a box with the newest of its marks, and reports whether it is the one that is known by
-- that id: it knows what that one told last.
CREATE FUNCTION unibox.introduce(my_id text, my_name text, marks text[]) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO unibox.machine AS m (id, name, mark, seen) VALUES (my_id, my_name, marks[cardinality(marks)], clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, mark = excluded.mark, seen = excluded.seen WHERE m.mark = ANY (marks);
  RETURN FOUND;
END $$;
