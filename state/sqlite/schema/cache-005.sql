-- A message of ours that failed (delivery 6) answers nobody. Conversations that
-- rest on one are summed up again: dir 0 is the customer's, kind 1 an event.
UPDATE conversation SET last_out = COALESCE((SELECT MAX(m.id) FROM message m
    WHERE m.conv = conversation.id AND m.dir <> 0 AND m.kind <> 1 AND m.delivery NOT IN (1, 6)), 0)
  WHERE EXISTS (SELECT 1 FROM message m WHERE m.conv = conversation.id AND m.id = conversation.last_out AND m.delivery = 6);
UPDATE conversation SET waiting = COALESCE((SELECT MIN(m.at) FROM message m
    WHERE m.conv = conversation.id AND m.id > conversation.last_out AND m.dir = 0 AND m.kind <> 1), 0)
  WHERE waiting = 0 AND last_in > last_out;
