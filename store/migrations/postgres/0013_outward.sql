-- +goose Up
-- The secret address of somebody's calendar: hash is the SHA-256 of it, which nobody keeps but its reader.
CREATE TABLE feeds (
  account TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  hash BYTEA NOT NULL,
  made BIGINT NOT NULL,
  asked BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX feeds_by_hash ON feeds (hash);
-- Programs outside that are told what happens. sealed holds the address and the secret, encrypted with a key that is not in
-- the database; answered, status and why are what it said last.
CREATE TABLE hooks (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  made BIGINT NOT NULL,
  live BIGINT NOT NULL,
  body BYTEA NOT NULL,
  sealed BYTEA NOT NULL,
  answered BIGINT NOT NULL DEFAULT 0,
  status BIGINT NOT NULL DEFAULT 0,
  why TEXT NOT NULL DEFAULT ''
);

-- +goose Down
SELECT 1;
