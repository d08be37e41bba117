-- +goose Up
-- What somebody is writing and has not filed. The body holds it; the other columns are taken from it, to find it by.
CREATE TABLE drafts (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  person TEXT COLLATE "C" NOT NULL,
  procedure TEXT COLLATE "C" NOT NULL,
  title TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  body BYTEA NOT NULL
);
CREATE INDEX drafts_by_person ON drafts (person, updated);
