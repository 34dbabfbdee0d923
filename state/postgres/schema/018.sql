-- A team in its first week, of which no commit is as old as rows that are gone stay at least, removes none.
CREATE OR REPLACE FUNCTION unibox.prune(kept interval, silent interval, most int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  low bigint;
  items bigint;
  names bigint;
BEGIN
  PERFORM FROM unibox.feed FOR UPDATE;
  DELETE FROM unibox.reader WHERE seen < clock_timestamp() - silent;
  SELECT w.pos INTO low FROM unibox.written w WHERE w.at < clock_timestamp() - kept AND w.pos IS NOT NULL ORDER BY w.at DESC LIMIT 1;
  IF low IS NULL THEN -- nothing is as old as that
    RETURN 0;
  END IF;
  SELECT LEAST(low, (SELECT min(r.pos) FROM unibox.reader r)) INTO low;
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

-- Who has followed less far than what is pruned has missed that, and has to follow before it writes.
CREATE OR REPLACE FUNCTION unibox.commit(
  name text, base bigint, base_name text, rows_layout int, margin interval,
  leases text[], holders text[], epochs bigint[],
  touched_accounts text[], touched_convs text[],
  kinds text[], keys text[], accounts text[], convs text[], rows text[]
) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM unibox.feed FOR UPDATE;
  IF base_name <> '' AND (base < (SELECT f.floor FROM unibox.feed f) OR NOT EXISTS (SELECT FROM unibox.written w WHERE w.id = base_name AND w.pos = base)) THEN
    RETURN CASE WHEN EXISTS (SELECT FROM unibox.written w WHERE w.id = name AND w.pos IS NOT NULL) THEN 'written' ELSE 'moved' END;
  END IF;
  IF EXISTS (
    SELECT FROM unnest(leases, holders, epochs) AS mine (account, holder, epoch)
    JOIN unibox.lease l ON l.account = mine.account AND l.holder = mine.holder AND l.epoch = mine.epoch
    WHERE l.server IS DISTINCT FROM unibox.server()
  ) THEN
    RETURN 'turned';
  END IF;
  RETURN unibox.write(name, base, rows_layout, margin, leases, holders, epochs, touched_accounts, touched_convs, kinds, keys, accounts, convs, rows);
END $$;
