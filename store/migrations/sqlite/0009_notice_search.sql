-- +goose Up
-- Until when a notice of a case is shown to its readers.
CREATE TABLE notices (
  case_no TEXT PRIMARY KEY,
  until_day TEXT NOT NULL
);
CREATE INDEX notices_by_day ON notices (until_day, case_no);

-- The words by which a case is found; their pairs of characters, with marks of the keys that many cases share. IDs rise
-- with the instants at which cases were opened.
CREATE TABLE searched (
  id INTEGER PRIMARY KEY,
  case_no TEXT NOT NULL UNIQUE,
  words TEXT NOT NULL
);
CREATE VIRTUAL TABLE search USING fts5(pairs, shared, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");

-- +goose Down
SELECT 1;
