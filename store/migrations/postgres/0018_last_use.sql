-- +goose Up
-- When an account was used last is found without reading the whole log.
CREATE INDEX security_log_by_use ON security_log (kind, account, at);

-- +goose Down
SELECT 1;
