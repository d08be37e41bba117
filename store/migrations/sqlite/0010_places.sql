-- +goose Up
-- The place of each entry in the whole record. Here acts come one at a time, so an entry's id is its place.
CREATE VIEW placed AS SELECT id AS place, id AS entry FROM entries;

-- +goose Down
SELECT 1;
