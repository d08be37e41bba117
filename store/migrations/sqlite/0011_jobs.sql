-- +goose Up
-- What the house does by itself, each at its instant. There is one job of a kind and key: an act that moves its instant plans
-- it anew. held is until when it belongs to the one who took it, ran when it was done last, failed when it was given up.
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
CREATE UNIQUE INDEX jobs_by_key ON jobs (kind, key);
CREATE INDEX jobs_due ON jobs (due, id) WHERE failed = 0 AND held = 0;
CREATE INDEX jobs_held ON jobs (held) WHERE held > 0;
CREATE INDEX jobs_troubled ON jobs (id) WHERE failed > 0 OR tries > 0;
-- What an act has to tell is found by the instant of the act.
CREATE INDEX outbox_by_act ON outbox (at, id);
CREATE INDEX requests_by_age ON requests (at);

-- +goose Down
SELECT 1;
