-- answer is submit for replies of agents to customers, and answers taken where another agent has one of
-- these. It waits for a claim that is being made.
CREATE FUNCTION unibox.answer(
  answered_accounts text[], answered_convs text[], answerers text[],
  lasts interval, name text, base bigint, base_name text, rows_layout int, margin interval,
  leases text[], holders text[], epochs bigint[],
  touched_accounts text[], touched_convs text[],
  kinds text[], keys text[], accounts text[], convs text[], rows text[]
) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM unibox.feed FOR UPDATE;
  PERFORM pg_advisory_xact_lock(hashtext(n.account), hashtext(n.conv)) FROM unnest(answered_accounts, answered_convs) AS n (account, conv);
  IF EXISTS (
    SELECT FROM unnest(answered_accounts, answered_convs, answerers) AS n (account, conv, agent)
    JOIN unibox.living l ON l.account = n.account AND l.conv = n.conv WHERE l.agent <> n.agent
  ) THEN
    RETURN 'taken';
  END IF;
  RETURN unibox.submit(lasts, name, base, base_name, rows_layout, margin, leases, holders, epochs, touched_accounts, touched_convs, kinds, keys, accounts, convs, rows);
END $$;
