-- The tenth truth value of marks is whether the conversation is the agent's own.
UPDATE conversation SET marks = marks | (3 << 18) WHERE instr(standing, '"mine":true') > 0;
UPDATE conversation SET marks = marks | (1 << 18) WHERE instr(standing, '"mine":false') > 0;
