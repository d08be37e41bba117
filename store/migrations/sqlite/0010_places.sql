-- +goose Up
-- The place of each entry in the whole record. Here acts come one at a time, so an entry's id is its place.
CREATE VIEW placed AS SELECT id AS place, id AS entry FROM entries;

-- The least schema that a program must know to work on this one; a migration that such a program could not bear raises it.
INSERT INTO meta (name, value) VALUES ('least schema', '10');

-- +goose Down
SELECT 1;
