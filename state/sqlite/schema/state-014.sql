-- sent: what was sent off of a draft lately, in JSON: so that boxes which had not heard of it
-- do not bring it back.
ALTER TABLE draft ADD COLUMN sent TEXT NOT NULL DEFAULT '';
