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

-- +goose Down
SELECT 1;
