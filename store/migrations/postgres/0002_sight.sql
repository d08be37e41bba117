-- +goose Up
-- Who may see a case: a reader who has one of its keys. Each key of a case with the instant at which the case was opened.
CREATE TABLE sight (
  key TEXT COLLATE "C" NOT NULL,
  opened BIGINT NOT NULL,
  case_no TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (key, opened, case_no)
);
CREATE INDEX sight_of_case ON sight (case_no, key);

-- The level of the case's mark; a case without a mark is internal.
ALTER TABLE cases ADD COLUMN mark BIGINT NOT NULL DEFAULT 1;

-- The office is read again when its version has changed.
ALTER TABLE office ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- What somebody has done is asked by the person.
CREATE INDEX entries_by_person ON entries (person, id);

-- +goose Down
SELECT 1;
