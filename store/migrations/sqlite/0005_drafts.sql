-- +goose Up
-- What somebody is writing and has not filed. The body holds it; the other columns are taken from it, to find it by.
CREATE TABLE drafts (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL,
  procedure TEXT NOT NULL,
  title TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX drafts_by_person ON drafts (person, updated);
