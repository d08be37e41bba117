-- +goose Up
-- The rows of a key are found by their end: of what lies behind nobody asks.
DROP INDEX register_rows_by_key;
CREATE INDEX register_rows_by_key ON register_rows (register, row_key, until_day, from_day, case_no, ord);
