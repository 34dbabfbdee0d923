-- reader: how far the copy of a box had followed when it last said so.
CREATE TABLE unibox.reader (id text PRIMARY KEY, pos bigint NOT NULL, seen timestamptz NOT NULL);

-- floor: whoever has followed less far has missed what is pruned by now.
ALTER TABLE unibox.feed ADD COLUMN floor bigint NOT NULL DEFAULT 0, ADD COLUMN pruned timestamptz NOT NULL DEFAULT '-infinity';
CREATE INDEX item_gone ON unibox.item (pos) WHERE columns IS NULL;
CREATE INDEX written_pos ON unibox.written (pos);

-- prune removes the rows that are gone, and the names of commits, that no reader needs: what
-- is behind all who were seen within a time, and older than another. Of each kind the row
-- with the highest number stays, so that it is not given again.
CREATE FUNCTION unibox.prune(kept interval, silent interval) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  low bigint;
BEGIN
  PERFORM FROM unibox.feed FOR UPDATE;
  DELETE FROM unibox.reader WHERE seen < clock_timestamp() - silent;
  SELECT LEAST((SELECT max(w.pos) FROM unibox.written w WHERE w.at < clock_timestamp() - kept), (SELECT min(r.pos) FROM unibox.reader r)) INTO low;
  IF low IS NULL THEN
    RETURN 0;
  END IF;
  DELETE FROM unibox.item i WHERE i.columns IS NULL AND i.pos <= low
    AND i.key <> (SELECT k.key FROM unibox.item k WHERE k.kind = i.kind ORDER BY length(k.key) DESC, k.key DESC LIMIT 1);
  DELETE FROM unibox.written w WHERE w.pos < low AND w.at < clock_timestamp() - kept OR w.pos IS NULL AND w.at < clock_timestamp() - kept;
  UPDATE unibox.feed SET floor = GREATEST(floor, low);
  RETURN low;
END $$;

-- followed notes how far a reader is, and prunes once an hour.
CREATE FUNCTION unibox.followed(reader text, at bigint, kept interval, silent interval) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO unibox.reader AS r (id, pos, seen) VALUES (reader, at, clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET pos = excluded.pos, seen = excluded.seen;
  UPDATE unibox.feed SET pruned = clock_timestamp() WHERE pruned < clock_timestamp() - interval '1 hour';
  IF FOUND THEN
    PERFORM unibox.prune(kept, silent);
  END IF;
END $$;
