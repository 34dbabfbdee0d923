-- take_one gives one of the leases that are free to a holder, another one first to each
-- holder, or none. Who waits asks often, and takes the lock only where there is something
-- to take. What a holder before was committing is committed by then, or will be refused.
CREATE FUNCTION unibox.take_one(names text[], new_holder text, new_who text, lasts interval)
RETURNS TABLE (account text, epoch bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  free text;
BEGIN
  IF cardinality(names) = (SELECT count(*) FROM unibox.lease l WHERE l.account = ANY (names) AND l.until > clock_timestamp()) THEN
    RETURN;
  END IF;
  PERFORM FROM unibox.feed FOR UPDATE;
  SELECT n INTO free FROM unnest(names) AS n
    WHERE NOT EXISTS (SELECT FROM unibox.lease l WHERE l.account = n AND l.until > clock_timestamp())
    ORDER BY hashtext(n || new_holder) LIMIT 1;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  RETURN QUERY INSERT INTO unibox.lease AS l (account, holder, who, epoch, until)
    VALUES (free, new_holder, new_who, 1::bigint, clock_timestamp() + lasts)
    ON CONFLICT (account) DO UPDATE
    SET holder = excluded.holder, who = excluded.who, epoch = l.epoch + 1, until = excluded.until
    RETURNING l.account, l.epoch;
END $$;
