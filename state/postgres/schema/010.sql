-- prune_pages removes some of the pages of conversations that have been gone for a time, and
-- returns how many.
CREATE FUNCTION unibox.prune_pages(gone interval, most int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  removed bigint;
BEGIN
  PERFORM FROM unibox.pages FOR UPDATE;
  DELETE FROM unibox.page p USING (
    SELECT o.account, o.conv FROM unibox.page o
    WHERE o.body = '' AND o.pos < (extract(epoch FROM clock_timestamp() - gone) * 1000000)::bigint ORDER BY o.pos LIMIT most
  ) old WHERE p.account = old.account AND p.conv = old.conv AND p.body = '';
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END $$;
