-- +goose Up
-- By which ways messages leave the house: when one left last, and when one last could not, and why.
CREATE TABLE ways (
  name TEXT NOT NULL PRIMARY KEY,
  left_at BIGINT NOT NULL DEFAULT 0,
  failed_at BIGINT NOT NULL DEFAULT 0,
  why TEXT NOT NULL DEFAULT ''
);
-- Messages that wait for the next digest of a person.
CREATE TABLE digested (
  person TEXT NOT NULL,
  message BIGINT NOT NULL,
  PRIMARY KEY (person, message)
);

-- +goose Down
SELECT 1;
