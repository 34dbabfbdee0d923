-- submit is commit for what concerns messages and needs no lease. It answers turned for as long
-- after another server has taken over as a lease lasts: in that time the boxes bring back what that
-- one lacks, such as that a text was sent off which stands in a draft here.
CREATE FUNCTION unibox.submit(
  lasts interval, name text, base bigint, base_name text, rows_layout int, margin interval,
  leases text[], holders text[], epochs bigint[],
  touched_accounts text[], touched_convs text[],
  kinds text[], keys text[], accounts text[], convs text[], rows text[]
) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  IF unibox.turn(lasts) THEN
    RETURN 'turned';
  END IF;
  RETURN unibox.commit(name, base, base_name, rows_layout, margin, leases, holders, epochs, touched_accounts, touched_convs, kinds, keys, accounts, convs, rows);
END $$;
