-- +goose Up
-- Who may come in. The body of an account holds its secrets; the other columns are taken from it, to find it by.
CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL,
  login TEXT NOT NULL,
  state TEXT NOT NULL,
  version BIGINT NOT NULL,
  body BLOB NOT NULL
);
CREATE UNIQUE INDEX accounts_by_person ON accounts (person);
CREATE UNIQUE INDEX accounts_by_login ON accounts (login);

-- Who somebody is at a provider that signs in for us.
CREATE TABLE account_subjects (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  account TEXT NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX account_subjects_by_account ON account_subjects (account);

-- hash is the SHA-256 of the token, which nobody keeps but its bearer.
CREATE TABLE sessions (
  hash BLOB NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  seen BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  body BLOB NOT NULL
);
CREATE UNIQUE INDEX sessions_by_id ON sessions (id);
CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_end ON sessions (until_at);

CREATE TABLE invitations (
  hash BLOB NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  person TEXT NOT NULL,
  made BIGINT NOT NULL,
  body BLOB NOT NULL
);
CREATE UNIQUE INDEX invitations_by_id ON invitations (id);
CREATE INDEX invitations_by_person ON invitations (person);

-- Rights that one administrator proposed and another is to confirm.
CREATE TABLE proposals (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL,
  made BIGINT NOT NULL,
  settled BIGINT NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX proposals_open ON proposals (settled, made);

-- How often sign-in failed of late, by account and by address.
CREATE TABLE slowdowns (
  what TEXT NOT NULL PRIMARY KEY,
  failures BIGINT NOT NULL,
  last BIGINT NOT NULL
);
CREATE INDEX slowdowns_by_last ON slowdowns (last);

-- What happened at the door, failed attempts included; without any secret.
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

-- +goose Down
SELECT 1;
