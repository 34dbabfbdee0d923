-- doubt: who held the lease before may have sent by commits that were lost, and no holder has acted on
-- that yet.
ALTER TABLE unibox.lease ADD COLUMN doubt boolean NOT NULL DEFAULT false;

-- take_lease gives a lease that is free. turned: it is in doubt, as it is until a holder says
-- otherwise.
CREATE OR REPLACE FUNCTION unibox.take_lease(names text[], new_holder text, new_who text, lasts interval)
RETURNS TABLE (account text, epoch bigint, turned boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  free text;
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
  RETURN QUERY INSERT INTO unibox.lease AS l (account, holder, who, epoch, until, server)
    VALUES (free, new_holder, new_who, 1::bigint, clock_timestamp() + lasts, unibox.server())
    ON CONFLICT (account) DO UPDATE
    SET holder = excluded.holder, who = excluded.who, epoch = l.epoch + 1, until = excluded.until, server = excluded.server,
      doubt = l.doubt OR coalesce(l.server <> unibox.server(), false)
    RETURNING l.account, l.epoch, l.doubt;
END $$;
