-- server names the server and its history: another one has taken over where that changes.
-- Where the server does not say it, it is always the same.
CREATE FUNCTION unibox.server() RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT system_identifier FROM pg_control_system()) || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8);
EXCEPTION WHEN OTHERS THEN
  RETURN '';
END $$;

-- server is the one on which the last lease was given, turned_at when another one was
-- found to have taken over; of a lease, where its holder was last known to have lost no
-- commit.
ALTER TABLE unibox.feed ADD COLUMN server text, ADD COLUMN turned_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE unibox.lease ADD COLUMN server text;

-- turn notes that another server has taken over, and reports whether that was so short a
-- time ago that a holder of before may still send by its own clock.
CREATE FUNCTION unibox.turn(lasts interval) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  now_at unibox.feed%ROWTYPE;
BEGIN
  SELECT * INTO now_at FROM unibox.feed FOR UPDATE;
  IF now_at.server IS DISTINCT FROM unibox.server() THEN
    UPDATE unibox.feed SET server = unibox.server(), turned_at = CASE WHEN now_at.server IS NULL THEN turned_at ELSE clock_timestamp() END;
  END IF;
  RETURN (SELECT f.turned_at + lasts > clock_timestamp() FROM unibox.feed f);
END $$;

-- take_lease is take_one, but for the time after another server has taken over. turned: who
-- held the lease before may have sent by commits that were lost with that.
CREATE FUNCTION unibox.take_lease(names text[], new_holder text, new_who text, lasts interval)
RETURNS TABLE (account text, epoch bigint, turned boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  free text;
  before text;
BEGIN
  IF cardinality(names) = (SELECT count(*) FROM unibox.lease l WHERE l.account = ANY (names) AND l.until > clock_timestamp()) OR unibox.turn(lasts) THEN
    RETURN;
  END IF;
  SELECT n INTO free FROM unnest(names) AS n
    WHERE NOT EXISTS (SELECT FROM unibox.lease l WHERE l.account = n AND l.until > clock_timestamp())
    ORDER BY hashtext(n || new_holder) LIMIT 1;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT l.server INTO before FROM unibox.lease l WHERE l.account = free;
  RETURN QUERY INSERT INTO unibox.lease AS l (account, holder, who, epoch, until, server)
    VALUES (free, new_holder, new_who, 1::bigint, clock_timestamp() + lasts, unibox.server())
    ON CONFLICT (account) DO UPDATE
    SET holder = excluded.holder, who = excluded.who, epoch = l.epoch + 1, until = excluded.until, server = excluded.server
    RETURNING l.account, l.epoch, before <> unibox.server();
END $$;

-- commit is write for who says by name which commit it has followed up to, and turned where a
-- lease was not confirmed since another server has taken over.
CREATE FUNCTION unibox.commit(
  name text, base bigint, base_name text, rows_layout int, margin interval,
  leases text[], holders text[], epochs bigint[],
  touched_accounts text[], touched_convs text[],
  kinds text[], keys text[], accounts text[], convs text[], rows text[]
) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM unibox.feed FOR UPDATE;
  IF base_name <> '' AND NOT EXISTS (SELECT FROM unibox.written w WHERE w.id = base_name AND w.pos = base) THEN
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
