-- missed is since when a box does not name a session of its own any more. It may only be
-- busy, so what it has taken stays for a while; one that leaves says so (part).
ALTER TABLE unibox.session ADD COLUMN missed timestamptz;

CREATE OR REPLACE FUNCTION unibox.meet(my_box text, my_name text, lasts interval, ids text[], bodies text[]) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  came bigint;
  went bigint;
BEGIN
  DELETE FROM unibox.box WHERE until < clock_timestamp() - interval '1 hour' AND id <> my_box;
  INSERT INTO unibox.box AS b (id, name, until) VALUES (my_box, my_name, clock_timestamp() + lasts)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, until = excluded.until;
  INSERT INTO unibox.session AS s (id, box, body, seen)
    SELECT n.id, my_box, n.body, clock_timestamp() FROM unnest(ids, bodies) AS n (id, body)
    ON CONFLICT (id) DO UPDATE SET body = excluded.body, missed = NULL WHERE s.body <> excluded.body OR s.missed IS NOT NULL;
  GET DIAGNOSTICS came = ROW_COUNT;
  UPDATE unibox.session SET missed = clock_timestamp() WHERE box = my_box AND id <> ALL (ids) AND missed IS NULL;
  GET DIAGNOSTICS went = ROW_COUNT;
  came := came + went;
  DELETE FROM unibox.session WHERE box = my_box AND missed < clock_timestamp() - lasts;
  GET DIAGNOSTICS went = ROW_COUNT;
  IF came + went > 0 THEN
    PERFORM pg_notify('unibox_met', my_box);
  END IF;
  RETURN json_build_object(
    'sessions', (SELECT COALESCE(json_agg(json_build_object('id', s.id, 'box', b.name, 'body', s.body) ORDER BY s.id), '[]')
      FROM unibox.session s JOIN unibox.box b ON b.id = s.box
      WHERE b.id <> my_box AND b.until > clock_timestamp() AND s.body <> '' AND s.missed IS NULL),
    'claims', (SELECT COALESCE(json_agg(json_build_object('account', account, 'conv', conv, 'session', session,
      'agent', agent, 'who', who, 'since', since) ORDER BY since, account, conv), '[]') FROM unibox.living));
END $$;
