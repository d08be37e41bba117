-- +goose Up
-- The files of attachments lie in the data folder, beside this file.
SELECT 1;

-- +goose Down
SELECT 1;
