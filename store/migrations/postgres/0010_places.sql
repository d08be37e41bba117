-- +goose Up
-- The place of each entry in the whole record, without gaps, given when the entry enters the tree.
CREATE TABLE placed (
  place BIGINT NOT NULL PRIMARY KEY,
  entry BIGINT NOT NULL UNIQUE
);

-- The entries that wait for a place.
CREATE TABLE waiting (
  entry BIGINT NOT NULL PRIMARY KEY
);

-- The least schema that a program must know to work on this one; a migration that such a program could not bear raises it.
INSERT INTO meta (name, value) VALUES ('least schema', '10');

-- +goose Down
SELECT 1;
