-- agent_key: by which key who is an agent on which box; removed since when it lets nobody in.
CREATE TABLE unibox.agent_key (
  agent text NOT NULL, key text NOT NULL, box text NOT NULL, removed timestamptz,
  PRIMARY KEY (agent, key, box)
);
