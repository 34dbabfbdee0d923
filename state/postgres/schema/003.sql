-- box: a machine of the team, and until when it counts as there. Its time is the server's.
CREATE TABLE unibox.box (id text PRIMARY KEY, name text NOT NULL, until timestamptz NOT NULL);

-- session: who works on a box, as the others see it. body is JSON that the boxes alone know.
-- It ends with its box.
CREATE TABLE unibox.session (
  id text PRIMARY KEY, box text NOT NULL REFERENCES unibox.box ON DELETE CASCADE,
  body text NOT NULL, seen timestamptz NOT NULL
);
CREATE INDEX session_box ON unibox.session (box);

-- claim: whom an agent has taken out of the queue. It ends with its session.
CREATE TABLE unibox.claim (
  account text NOT NULL, conv text NOT NULL,
  session text NOT NULL REFERENCES unibox.session ON DELETE CASCADE,
  agent text NOT NULL, who text NOT NULL, since timestamptz NOT NULL,
  PRIMARY KEY (account, conv)
);
CREATE INDEX claim_session ON unibox.claim (session);
CREATE INDEX claim_agent ON unibox.claim (agent);

-- living are the claims whose box is there.
CREATE VIEW unibox.living AS
  SELECT c.account, c.conv, c.session, c.agent, c.who, c.since, s.box FROM unibox.claim c
  JOIN unibox.session s ON s.id = c.session JOIN unibox.box b ON b.id = s.box
  WHERE b.until > clock_timestamp();

-- arrive makes a session known before its box has said all that is to be known of it.
CREATE FUNCTION unibox.arrive(my_box text, my_name text, lasts interval, my_session text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO unibox.box AS b (id, name, until) VALUES (my_box, my_name, clock_timestamp() + lasts)
    ON CONFLICT (id) DO UPDATE SET until = excluded.until WHERE b.until <= clock_timestamp();
  INSERT INTO unibox.session (id, box, body, seen) VALUES (my_session, my_box, '', clock_timestamp())
    ON CONFLICT (id) DO NOTHING;
END $$;

-- meet says who is on a box, which is there for a while after it, and answers with who is on
-- the others and with all claims. A session that the box does not name has ended, unless it
-- has only just arrived.
CREATE FUNCTION unibox.meet(my_box text, my_name text, lasts interval, ids text[], bodies text[]) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  came bigint;
  went bigint;
BEGIN
  DELETE FROM unibox.box WHERE until < clock_timestamp() - interval '1 hour' AND id <> my_box;
  INSERT INTO unibox.box AS b (id, name, until) VALUES (my_box, my_name, clock_timestamp() + lasts)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, until = excluded.until;
  INSERT INTO unibox.session AS s (id, box, body, seen)
    SELECT n.id, my_box, n.body, clock_timestamp() FROM unnest(ids, bodies) AS n (id, body)
    ON CONFLICT (id) DO UPDATE SET body = excluded.body WHERE s.body <> excluded.body;
  GET DIAGNOSTICS came = ROW_COUNT;
  DELETE FROM unibox.session WHERE box = my_box AND id <> ALL (ids) AND seen < clock_timestamp() - interval '10 seconds';
  GET DIAGNOSTICS went = ROW_COUNT;
  IF came + went > 0 THEN
    PERFORM pg_notify('unibox_met', my_box);
  END IF;
  RETURN json_build_object(
    'sessions', (SELECT COALESCE(json_agg(json_build_object('id', s.id, 'box', b.name, 'body', s.body) ORDER BY s.id), '[]')
      FROM unibox.session s JOIN unibox.box b ON b.id = s.box WHERE b.id <> my_box AND b.until > clock_timestamp() AND s.body <> ''),
    'claims', (SELECT COALESCE(json_agg(json_build_object('account', account, 'conv', conv, 'session', session,
      'agent', agent, 'who', who, 'since', since) ORDER BY since, account, conv), '[]') FROM unibox.living));
END $$;

-- part says that a session has ended.
CREATE FUNCTION unibox.part(my_session text) RETURNS void LANGUAGE sql AS $$
  DELETE FROM unibox.session WHERE id = my_session;
  SELECT pg_notify('unibox_met', my_session);
$$;

-- take_out takes a customer out of the queue, of one agent at a time as far as the same customer
-- or the same agent is concerned, and answers with who has them: another, unless over says to
-- take them over. Nobody has them where the agent has as many as most.
CREATE FUNCTION unibox.take_out(
  my_box text, my_name text, lasts interval, my_session text,
  my_account text, my_conv text, my_agent text, my_who text, most int, over boolean
) RETURNS TABLE (session text, agent text, who text, since timestamptz) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT l.session, l.agent, l.who, l.since FROM unibox.living l
    WHERE l.account = my_account AND l.conv = my_conv AND NOT over;
  IF FOUND THEN -- most often, and nobody waits for it
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('unibox agent'), hashtext(my_agent));
  PERFORM pg_advisory_xact_lock(hashtext(my_account), hashtext(my_conv));
  RETURN QUERY SELECT l.session, l.agent, l.who, l.since FROM unibox.living l
    WHERE l.account = my_account AND l.conv = my_conv AND (l.agent = my_agent OR NOT over);
  IF FOUND OR NOT over AND most <= (SELECT count(*) FROM unibox.living l WHERE l.agent = my_agent) THEN
    RETURN;
  END IF;
  PERFORM unibox.arrive(my_box, my_name, lasts, my_session);
  RETURN QUERY INSERT INTO unibox.claim AS c (account, conv, session, agent, who, since)
    VALUES (my_account, my_conv, my_session, my_agent, my_who, clock_timestamp())
    ON CONFLICT (account, conv) DO UPDATE SET session = excluded.session, agent = excluded.agent, who = excluded.who, since = excluded.since
    RETURNING c.session, c.agent, c.who, c.since;
  PERFORM pg_notify('unibox_met', my_box);
END $$;

-- give_back puts customers of an agent back into the queue.
CREATE FUNCTION unibox.give_back(my_agent text, accounts text[], convs text[]) RETURNS void LANGUAGE sql AS $$
  DELETE FROM unibox.claim c USING unnest(accounts, convs) AS n (account, conv)
    WHERE c.account = n.account AND c.conv = n.conv AND c.agent = my_agent;
  SELECT pg_notify('unibox_met', my_agent);
$$;
