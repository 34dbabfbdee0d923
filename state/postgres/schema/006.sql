-- reader: how far the copy of a box had followed when it last said so.
CREATE TABLE unibox.reader (id text PRIMARY KEY, pos bigint NOT NULL, seen timestamptz NOT NULL);

-- floor: whoever has followed less far has missed what is pruned by now.
ALTER TABLE unibox.feed ADD COLUMN floor bigint NOT NULL DEFAULT 0, ADD COLUMN pruned timestamptz NOT NULL DEFAULT '-infinity';
CREATE INDEX item_gone ON unibox.item (pos) WHERE columns IS NULL;
CREATE INDEX item_highest ON unibox.item (kind, length(key), key);
CREATE INDEX written_pos ON unibox.written (pos);
CREATE INDEX written_at ON unibox.written (at);

-- prune removes some of the rows that are gone, and of the names of commits, that no reader
-- needs: what is behind all who were seen within a time, and older than another. It returns
-- how many it removed, and holds up the commits of the boxes for no longer than that takes. Of
-- each kind the row with the highest number stays, so that it is not given again.
CREATE FUNCTION unibox.prune(kept interval, silent interval, most int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  low bigint;
  items bigint;
  names bigint;
BEGIN
  PERFORM FROM unibox.feed FOR UPDATE;
  DELETE FROM unibox.reader WHERE seen < clock_timestamp() - silent;
  SELECT LEAST(
    (SELECT w.pos FROM unibox.written w WHERE w.at < clock_timestamp() - kept AND w.pos IS NOT NULL ORDER BY w.at DESC LIMIT 1),
    (SELECT min(r.pos) FROM unibox.reader r)
  ) INTO low;
  IF low IS NULL THEN
    RETURN 0;
  END IF;
  WITH highest AS MATERIALIZED (
    SELECT g.kind, (SELECT k.key FROM unibox.item k WHERE k.kind = g.kind ORDER BY length(k.key) DESC, k.key DESC LIMIT 1) AS key
    FROM (SELECT DISTINCT i.kind FROM unibox.item i WHERE i.columns IS NULL AND i.pos <= low) AS g
  ), few AS MATERIALIZED (
    SELECT i.pos FROM unibox.item i WHERE i.columns IS NULL AND i.pos <= low AND (i.kind, i.key) NOT IN (SELECT h.kind, h.key FROM highest h)
    ORDER BY i.pos LIMIT most
  )
  DELETE FROM unibox.item i USING few WHERE i.pos = few.pos;
  GET DIAGNOSTICS items = ROW_COUNT;
  DELETE FROM unibox.written w WHERE w.id IN (
    SELECT o.id FROM unibox.written o WHERE o.at < clock_timestamp() - kept AND (o.pos < low OR o.pos IS NULL) ORDER BY o.at LIMIT most);
  GET DIAGNOSTICS names = ROW_COUNT;
  UPDATE unibox.feed SET floor = GREATEST(floor, low) WHERE floor < low;
  RETURN items + names;
END $$;

-- followed notes how far a reader is, and reports whether it is time to prune, as it is once an hour.
CREATE FUNCTION unibox.followed(reader text, at bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO unibox.reader AS r (id, pos, seen) VALUES (reader, at, clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET pos = excluded.pos, seen = excluded.seen;
  UPDATE unibox.feed SET pruned = clock_timestamp() WHERE pruned < clock_timestamp() - interval '1 hour';
  RETURN FOUND;
END $$;
