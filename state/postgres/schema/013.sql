-- A session is on the box that names it: a box gets another id when its cache is begun anew under
-- sessions that go on, and what they have taken stays theirs.
CREATE OR REPLACE FUNCTION unibox.arrive(my_box text, my_name text, lasts interval, my_session text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO unibox.box AS b (id, name, until) VALUES (my_box, my_name, clock_timestamp() + lasts)
    ON CONFLICT (id) DO UPDATE SET until = excluded.until WHERE b.until <= clock_timestamp();
  INSERT INTO unibox.session AS s (id, box, body, seen) VALUES (my_session, my_box, '', clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET box = excluded.box WHERE s.box <> excluded.box;
END $$;

CREATE OR REPLACE FUNCTION unibox.meet(my_box text, my_name text, lasts interval, ids text[], bodies text[]) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  came bigint;
  went bigint;
BEGIN
  DELETE FROM unibox.box b WHERE b.until < clock_timestamp() - interval '1 hour' AND b.id <> my_box
    AND NOT EXISTS (SELECT FROM unibox.session s WHERE s.box = b.id AND s.id = ANY (ids));
  INSERT INTO unibox.box AS b (id, name, until) VALUES (my_box, my_name, clock_timestamp() + lasts)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, until = excluded.until;
  INSERT INTO unibox.session AS s (id, box, body, seen)
    SELECT n.id, my_box, n.body, clock_timestamp() FROM unnest(ids, bodies) AS n (id, body)
    ON CONFLICT (id) DO UPDATE SET box = excluded.box, body = excluded.body, missed = NULL
    WHERE s.box <> excluded.box OR s.body <> excluded.body OR s.missed IS NOT NULL;
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
