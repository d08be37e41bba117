-- +goose Up
-- What a register is read by on a day, taken from its rows; last_day is 9999-12-31 while the matter is open.
ALTER TABLE register_rows ADD COLUMN last_day TEXT COLLATE "C" NOT NULL DEFAULT '9999-12-31';
ALTER TABLE register_rows ADD COLUMN began TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE register_rows ADD COLUMN ended TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE register_rows ADD COLUMN due TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE register_rows ADD COLUMN stage TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE register_rows ADD COLUMN who TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE register_rows ADD COLUMN who_order TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE register_rows ADD COLUMN unit TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE register_rows ADD COLUMN place TEXT COLLATE "C" NOT NULL DEFAULT '';
-- The number, procedure and mark are those of the case: who may see a row is asked without opening its case.
ALTER TABLE register_rows ADD COLUMN number_zh TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE register_rows ADD COLUMN number_en TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE register_rows ADD COLUMN procedure TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE register_rows ADD COLUMN mark BIGINT NOT NULL DEFAULT 2;
-- Rows are picked from this index; what people wrote (unit, place, name) may be too long for one.
CREATE INDEX register_rows_alive ON register_rows (register, last_day, from_day, began, ended, until_day, due, stage, mark, procedure, case_no, ord);

-- How somebody likes the desk to be.
CREATE TABLE preferences (
  person TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  body BYTEA NOT NULL
);

-- +goose Down
SELECT 1;
