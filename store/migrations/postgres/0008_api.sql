-- +goose Up
-- What lets programs in. hash is the SHA-256 of the token, which nobody keeps but its bearer.
CREATE TABLE api_tokens (
  hash BYTEA NOT NULL PRIMARY KEY,
  id TEXT COLLATE "C" NOT NULL,
  account TEXT COLLATE "C" NOT NULL,
  made BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  body BYTEA NOT NULL
);
CREATE UNIQUE INDEX api_tokens_by_id ON api_tokens (id);
CREATE INDEX api_tokens_by_account ON api_tokens (account, made);
CREATE INDEX api_tokens_by_end ON api_tokens (until_at);

-- +goose Down
SELECT 1;
