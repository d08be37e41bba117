-- +goose Up
-- Instants are microseconds since 1970 UTC. Days are text like 2026-10-08, '' for none. Bodies are JSON text.
CREATE TABLE meta (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

-- The office as it stands: one row.
CREATE TABLE office (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  body TEXT NOT NULL
);

-- The journal. id is the place in the whole record, without gaps.
CREATE TABLE entries (
  id INTEGER NOT NULL PRIMARY KEY,
  case_no TEXT NOT NULL,
  seq BIGINT NOT NULL,
  kind TEXT NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  person TEXT NOT NULL,
  post TEXT NOT NULL,
  on_behalf TEXT NOT NULL,
  operator BIGINT NOT NULL,
  body BLOB NOT NULL,
  prev BLOB NOT NULL,
  salt BLOB NOT NULL,
  hash BLOB NOT NULL
);
CREATE UNIQUE INDEX entries_of_case ON entries (case_no, seq);

-- The hashes kept of the Merkle tree, by position.
CREATE TABLE tree (
  position INTEGER NOT NULL PRIMARY KEY,
  hash BLOB NOT NULL
);

CREATE TABLE checkpoints (
  size INTEGER NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  note BLOB NOT NULL
);

-- Each case as its entries make it. The columns are taken from the body, to find cases by.
CREATE TABLE cases (
  no TEXT NOT NULL PRIMARY KEY,
  opened BIGINT NOT NULL,
  procedure TEXT NOT NULL,
  state TEXT NOT NULL,
  step TEXT NOT NULL,
  unit TEXT NOT NULL,
  person TEXT NOT NULL,
  title TEXT NOT NULL,
  filed TEXT NOT NULL,
  first_submitted BIGINT NOT NULL,
  decided TEXT NOT NULL,
  outcome TEXT NOT NULL,
  version BIGINT NOT NULL,
  head BLOB NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX cases_by_opened ON cases (opened, no);
CREATE INDEX cases_by_state ON cases (state, opened);
CREATE INDEX cases_by_person ON cases (person, opened);
CREATE INDEX cases_by_submitted ON cases (first_submitted);

CREATE TABLE tasks (
  case_no TEXT NOT NULL,
  ord BIGINT NOT NULL,
  post TEXT NOT NULL,
  person TEXT NOT NULL,
  since BIGINT NOT NULL,
  due TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (case_no, ord)
);
CREATE INDEX tasks_by_post ON tasks (post);
CREATE INDEX tasks_by_person ON tasks (person);

CREATE TABLE register_rows (
  case_no TEXT NOT NULL,
  ord BIGINT NOT NULL,
  register TEXT NOT NULL,
  row_key TEXT NOT NULL,
  from_day TEXT NOT NULL,
  until_day TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (case_no, ord)
);
CREATE INDEX register_rows_by_day ON register_rows (register, from_day);
CREATE INDEX register_rows_by_key ON register_rows (register, row_key, from_day);
CREATE INDEX register_rows_open ON register_rows (register, until_day);

CREATE TABLE outbox (
  id INTEGER NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  case_no TEXT NOT NULL,
  body BLOB NOT NULL
);

CREATE TABLE numbers (
  series TEXT NOT NULL,
  year BIGINT NOT NULL,
  last BIGINT NOT NULL,
  PRIMARY KEY (series, year)
);

-- What a request was answered, so that the same request sent again is not done again.
CREATE TABLE requests (
  request TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  result BLOB NOT NULL
);

-- +goose Down
SELECT 1;
