-- +goose Up
-- The files of attachments, each under the SHA-256 of its content. They are packed already, so the server does not try to.
CREATE TABLE blobs (
  hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  content BYTEA NOT NULL
);
ALTER TABLE blobs ALTER COLUMN content SET STORAGE EXTERNAL;

-- +goose Down
SELECT 1;
