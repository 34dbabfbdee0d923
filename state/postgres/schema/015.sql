-- changed: when a key was removed, or somebody was let in by it; 1970 where it was only found on a box.
-- What a box knows to be newer counts, after the database has lost it.
ALTER TABLE unibox.agent_key ADD COLUMN changed timestamptz NOT NULL DEFAULT 'epoch';
UPDATE unibox.agent_key SET changed = removed WHERE removed IS NOT NULL;
