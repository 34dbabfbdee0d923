-- pages: the one row that every publication locks, so that the order of positions is the
-- order of commits here too.
CREATE TABLE unibox.pages (one boolean PRIMARY KEY DEFAULT true CHECK (one), pos bigint NOT NULL);
INSERT INTO unibox.pages (pos) VALUES (0);

-- page: what the holder of an account's lease has read of a conversation, in a text that the
-- boxes alone know: the newest alone, so it never grows beyond what there is. conv is empty
-- for the account itself; body is empty once the conversation is gone.
CREATE TABLE unibox.page (
  account text NOT NULL, conv text NOT NULL, box text NOT NULL, pos bigint NOT NULL, body text NOT NULL,
  PRIMARY KEY (account, conv)
);
CREATE INDEX page_pos ON unibox.page (account, pos);

-- publish stores pages of one account, for its holder alone, and reports whether it was that.
-- Positions are microseconds, so that none is given again after a backup was restored.
CREATE FUNCTION unibox.publish(
  my_box text, my_account text, my_holder text, my_epoch bigint, convs text[], bodies text[]
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  at bigint;
BEGIN
  SELECT GREATEST(g.pos, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) INTO at FROM unibox.pages g FOR UPDATE;
  IF NOT EXISTS (SELECT FROM unibox.lease l WHERE l.account = my_account AND l.holder = my_holder
    AND l.epoch = my_epoch AND l.until > clock_timestamp()) THEN
    RETURN false;
  END IF;
  INSERT INTO unibox.page AS p (account, conv, box, pos, body)
    SELECT my_account, n.conv, my_box, at + n.nth, n.body FROM unnest(convs, bodies) WITH ORDINALITY AS n (conv, body, nth)
    ON CONFLICT (account, conv) DO UPDATE SET box = excluded.box, pos = excluded.pos, body = excluded.body
    WHERE p.body <> excluded.body;
  UPDATE unibox.pages SET pos = at + cardinality(convs);
  PERFORM pg_notify('unibox_page', my_box);
  RETURN true;
END $$;

-- ask: what a box wants read of a platform whose lease another has, and the answer. A crash
-- of the server may lose it: it is asked again.
CREATE UNLOGGED TABLE unibox.ask (
  id text PRIMARY KEY, account text NOT NULL, body text NOT NULL, answer text,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- wonder asks, and forgets what nobody waits for any more.
CREATE FUNCTION unibox.wonder(my_id text, my_account text, my_body text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM unibox.ask WHERE at < clock_timestamp() - interval '5 minutes';
  INSERT INTO unibox.ask (id, account, body) VALUES (my_id, my_account, my_body);
  PERFORM pg_notify('unibox_ask', '');
END $$;
