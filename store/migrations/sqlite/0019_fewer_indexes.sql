-- +goose Up
-- No statement asks by this one, and every act that changes a register paid for it.
DROP INDEX register_rows_by_day;

-- +goose Down
SELECT 1;
