CREATE TABLE account_subjects (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  account TEXT NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX account_subjects_by_account ON account_subjects (account);
CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL,
  login TEXT NOT NULL,
  state TEXT NOT NULL,
  version BIGINT NOT NULL,
  body BLOB NOT NULL
);
CREATE UNIQUE INDEX accounts_by_login ON accounts (login);
CREATE UNIQUE INDEX accounts_by_person ON accounts (person);
CREATE TABLE api_tokens (
  hash BLOB NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  made BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX api_tokens_by_account ON api_tokens (account, made);
CREATE INDEX api_tokens_by_end ON api_tokens (until_at);
CREATE UNIQUE INDEX api_tokens_by_id ON api_tokens (id);
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
, mark BIGINT NOT NULL DEFAULT 1, pressing TEXT NOT NULL DEFAULT '9998');
CREATE INDEX cases_by_opened ON cases (opened, no);
CREATE INDEX cases_by_person ON cases (person, opened);
CREATE INDEX cases_by_pressing ON cases (pressing, opened DESC, no DESC, mark, first_submitted, procedure, state, unit, person);
CREATE INDEX cases_by_state ON cases (state, opened, no, pressing, mark, first_submitted, procedure, unit, person);
CREATE INDEX cases_by_submitted ON cases (first_submitted);
CREATE INDEX cases_seen ON cases (no, mark, first_submitted, procedure, state, unit, person, opened, pressing);
CREATE TABLE checkpoints (
  size INTEGER NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  note BLOB NOT NULL
);
CREATE TABLE digested (
  person TEXT NOT NULL,
  message BIGINT NOT NULL,
  PRIMARY KEY (person, message)
);
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
CREATE INDEX entries_by_person ON entries (person, id, case_no);
CREATE UNIQUE INDEX entries_of_case ON entries (case_no, seq);
CREATE TABLE feeds (
  account TEXT NOT NULL PRIMARY KEY,
  hash BLOB NOT NULL,
  made BIGINT NOT NULL,
  asked BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX feeds_by_hash ON feeds (hash);
CREATE TABLE hooks (
  id TEXT NOT NULL PRIMARY KEY,
  made BIGINT NOT NULL,
  live BIGINT NOT NULL,
  body BLOB NOT NULL,
  sealed BLOB NOT NULL,
  answered BIGINT NOT NULL DEFAULT 0,
  status BIGINT NOT NULL DEFAULT 0,
  why TEXT NOT NULL DEFAULT ''
);
CREATE TABLE invitations (
  hash BLOB NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  person TEXT NOT NULL,
  made BIGINT NOT NULL,
  body BLOB NOT NULL
);
CREATE UNIQUE INDEX invitations_by_id ON invitations (id);
CREATE INDEX invitations_by_person ON invitations (person);
CREATE TABLE jobs (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- the number of a job that is done is not given again
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  due BIGINT NOT NULL,
  tries BIGINT NOT NULL DEFAULT 0,
  turn BIGINT NOT NULL DEFAULT 0,
  held BIGINT NOT NULL DEFAULT 0,
  ran BIGINT NOT NULL DEFAULT 0,
  failed BIGINT NOT NULL DEFAULT 0,
  why TEXT NOT NULL DEFAULT ''
);
CREATE INDEX jobs_ahead ON jobs ((CASE WHEN kind = 'send' THEN 1 ELSE 0 END), due, id) WHERE failed = 0 AND held = 0 AND kind <> 'backup';
CREATE UNIQUE INDEX jobs_by_key ON jobs (kind, key);
CREATE INDEX jobs_held ON jobs (held) WHERE held > 0;
CREATE INDEX jobs_troubled ON jobs (id) WHERE failed > 0 OR tries > 0;
CREATE TABLE meta (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
CREATE TABLE notices (
  case_no TEXT PRIMARY KEY,
  until_day TEXT NOT NULL
);
CREATE INDEX notices_by_day ON notices (until_day, case_no);
CREATE TABLE numbers (
  series TEXT NOT NULL,
  year BIGINT NOT NULL,
  last BIGINT NOT NULL,
  PRIMARY KEY (series, year)
);
CREATE TABLE office (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  body TEXT NOT NULL
, version BIGINT NOT NULL DEFAULT 1);
CREATE TABLE outbox (
  id INTEGER NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  case_no TEXT NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX outbox_by_act ON outbox (at, id);
CREATE VIEW placed AS SELECT id AS place, id AS entry FROM entries;
CREATE TABLE preferences (
  person TEXT NOT NULL PRIMARY KEY,
  body BLOB NOT NULL
);
CREATE TABLE proposals (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL,
  made BIGINT NOT NULL,
  settled BIGINT NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX proposals_open ON proposals (settled, made);
CREATE TABLE register_rows (
  case_no TEXT NOT NULL,
  ord BIGINT NOT NULL,
  register TEXT NOT NULL,
  row_key TEXT NOT NULL,
  from_day TEXT NOT NULL,
  until_day TEXT NOT NULL,
  body BLOB NOT NULL, last_day TEXT NOT NULL DEFAULT '9999-12-31', began TEXT NOT NULL DEFAULT '', ended TEXT NOT NULL DEFAULT '', due TEXT NOT NULL DEFAULT '', stage TEXT NOT NULL DEFAULT '', who TEXT NOT NULL DEFAULT '', who_order TEXT NOT NULL DEFAULT '', unit TEXT NOT NULL DEFAULT '', place TEXT NOT NULL DEFAULT '', number_zh TEXT NOT NULL DEFAULT '', number_en TEXT NOT NULL DEFAULT '', procedure TEXT NOT NULL DEFAULT '', mark BIGINT NOT NULL DEFAULT 2,
  PRIMARY KEY (case_no, ord)
);
CREATE INDEX register_rows_alive ON register_rows (register, last_day, from_day, began, ended, until_day, due, stage, mark, procedure, unit, place, who,
  who_order, case_no, ord);
CREATE INDEX register_rows_by_key ON register_rows (register, row_key, until_day, from_day, case_no, ord);
CREATE INDEX register_rows_open ON register_rows (register, until_day, from_day, case_no);
CREATE TABLE requests (
  request TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  result BLOB NOT NULL
);
CREATE INDEX requests_by_age ON requests (at);
CREATE VIRTUAL TABLE search USING fts5(pairs, shared, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");
CREATE TABLE security_log (
  id INTEGER NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  account TEXT NOT NULL,
  person TEXT NOT NULL,
  by_person TEXT NOT NULL,
  address TEXT NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX security_log_by_account ON security_log (account, id);
CREATE INDEX security_log_by_use ON security_log (kind, account, at);
CREATE TABLE sessions (
  hash BLOB NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  seen BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_end ON sessions (until_at);
CREATE UNIQUE INDEX sessions_by_id ON sessions (id);
CREATE TABLE sight (
  key TEXT NOT NULL,
  opened BIGINT NOT NULL,
  case_no TEXT NOT NULL,
  PRIMARY KEY (key, opened, case_no)
);
CREATE INDEX sight_of_case ON sight (case_no, key);
CREATE TABLE slowdowns (
  what TEXT NOT NULL PRIMARY KEY,
  failures BIGINT NOT NULL,
  last BIGINT NOT NULL
);
CREATE INDEX slowdowns_by_last ON slowdowns (last);
CREATE TABLE tasks (
  case_no TEXT NOT NULL,
  ord BIGINT NOT NULL,
  post TEXT NOT NULL,
  person TEXT NOT NULL,
  since BIGINT NOT NULL,
  due TEXT NOT NULL,
  body BLOB NOT NULL, mark BIGINT NOT NULL DEFAULT 2,
  PRIMARY KEY (case_no, ord)
);
CREATE INDEX tasks_by_person ON tasks (person, post, due, case_no, since, mark);
CREATE INDEX tasks_by_post ON tasks (post, due, case_no, since, mark);
CREATE TABLE tree (
  position INTEGER NOT NULL PRIMARY KEY,
  hash BLOB NOT NULL
);
CREATE TABLE ways (
  name TEXT NOT NULL PRIMARY KEY,
  left_at BIGINT NOT NULL DEFAULT 0,
  failed_at BIGINT NOT NULL DEFAULT 0,
  why TEXT NOT NULL DEFAULT ''
);
