-- feed: the one row that every commit locks, so that the order of positions is the
-- order of commits. team names this database for its life, last the last commit, layout
-- is the newest that rows of it have: a box with an older one does not know all of them.
CREATE TABLE unibox.feed (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  team text NOT NULL, pos bigint NOT NULL, last text NOT NULL, layout int NOT NULL
);
INSERT INTO unibox.feed (team, pos, last, layout) VALUES (gen_random_uuid()::text, 0, '', 0);

-- item: what the boxes share, a row for each row of their copies. columns is NULL once it
-- is gone: who was away learns of it.
CREATE TABLE unibox.item (
  kind text NOT NULL, key text NOT NULL, account text NOT NULL, conv text NOT NULL,
  pos bigint NOT NULL, columns json,
  PRIMARY KEY (kind, key)
);
CREATE UNIQUE INDEX item_pos ON unibox.item (pos);
CREATE INDEX item_conv ON unibox.item (account, conv, pos);

-- written: the commits by their own names. pos is NULL where one was made void, because
-- nobody had got its answer.
CREATE TABLE unibox.written (id text PRIMARY KEY, pos bigint, at timestamptz NOT NULL DEFAULT clock_timestamp());

-- lease: who works for an account. epoch rises with each holder.
CREATE TABLE unibox.lease (
  account text PRIMARY KEY, holder text NOT NULL, who text NOT NULL, epoch bigint NOT NULL, until timestamptz NOT NULL
);

-- write makes a commit, and says what became of it: written, moved (somebody changed the
-- same behind base), lease (one of the leases is not held), layout, void. The touched
-- conversations are those that nobody may have changed.
CREATE FUNCTION unibox.write(
  name text, base bigint, rows_layout int, margin interval,
  leases text[], holders text[], epochs bigint[],
  touched_accounts text[], touched_convs text[],
  kinds text[], keys text[], accounts text[], convs text[], rows text[]
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  now_at unibox.feed%ROWTYPE;
  before bigint;
BEGIN
  SELECT * INTO now_at FROM unibox.feed FOR UPDATE;
  SELECT w.pos INTO before FROM unibox.written w WHERE w.id = name;
  IF FOUND THEN
    RETURN CASE WHEN before IS NULL THEN 'void' ELSE 'written' END;
  END IF;
  IF rows_layout < now_at.layout THEN
    RETURN 'layout';
  END IF;
  IF EXISTS (
    SELECT FROM unnest(leases, holders, epochs) AS mine (account, holder, epoch)
    LEFT JOIN unibox.lease l ON l.account = mine.account
    WHERE l.holder IS DISTINCT FROM mine.holder OR l.epoch IS DISTINCT FROM mine.epoch OR l.until < clock_timestamp() + margin
  ) THEN
    RETURN 'lease';
  END IF;
  IF now_at.pos < base OR EXISTS (
    SELECT FROM unnest(touched_accounts, touched_convs) AS t (account, conv)
    JOIN unibox.item i ON i.account = t.account AND i.conv = t.conv AND i.pos > base
  ) OR EXISTS (
    SELECT FROM unnest(kinds, keys) AS n (kind, key)
    JOIN unibox.item i ON i.kind = n.kind AND i.key = n.key AND i.pos > base
  ) THEN
    RETURN 'moved';
  END IF;
  INSERT INTO unibox.item (kind, key, account, conv, pos, columns)
    SELECT n.kind, n.key, n.account, n.conv, now_at.pos + n.nth, n.columns::json
    FROM unnest(kinds, keys, accounts, convs, rows) WITH ORDINALITY AS n (kind, key, account, conv, columns, nth)
    ON CONFLICT (kind, key) DO UPDATE
    SET account = excluded.account, conv = excluded.conv, pos = excluded.pos, columns = excluded.columns;
  UPDATE unibox.feed SET pos = now_at.pos + cardinality(kinds), last = name, layout = rows_layout;
  INSERT INTO unibox.written (id, pos) VALUES (name, now_at.pos + cardinality(kinds));
  PERFORM pg_notify('unibox', '');
  RETURN 'written';
END $$;

-- settle says what became of a commit whose answer got lost. One that is not there is
-- void from now on.
CREATE FUNCTION unibox.settle(name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  before bigint;
BEGIN
  PERFORM FROM unibox.feed FOR UPDATE;
  INSERT INTO unibox.written (id) VALUES (name) ON CONFLICT (id) DO NOTHING;
  SELECT w.pos INTO before FROM unibox.written w WHERE w.id = name;
  RETURN CASE WHEN before IS NULL THEN 'void' ELSE 'written' END;
END $$;

-- take gives the leases of all the accounts to a holder, or none: each is free, or has
-- ended by this server's clock. What a holder before was committing is committed by then,
-- or will be refused.
CREATE FUNCTION unibox.take(names text[], new_holder text, new_who text, lasts interval)
RETURNS TABLE (account text, epoch bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM FROM unibox.feed FOR UPDATE;
  IF EXISTS (SELECT FROM unibox.lease l WHERE l.account = ANY (names) AND l.until > clock_timestamp()) THEN
    RETURN;
  END IF;
  RETURN QUERY INSERT INTO unibox.lease AS l (account, holder, who, epoch, until)
    SELECT DISTINCT n, new_holder, new_who, 1::bigint, clock_timestamp() + lasts FROM unnest(names) AS n
    ON CONFLICT (account) DO UPDATE
    SET holder = excluded.holder, who = excluded.who, epoch = l.epoch + 1, until = excluded.until
    RETURNING l.account, l.epoch;
END $$;
