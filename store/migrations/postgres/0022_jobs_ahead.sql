-- +goose Up
-- What waits for somebody outside is asked for by itself, as is the rest: neither is found behind what is planned of the other.
DROP INDEX jobs_due;
CREATE INDEX jobs_ahead ON jobs ((CASE WHEN kind = 'send' THEN 1 ELSE 0 END), due, id) WHERE failed = 0 AND held = 0 AND kind <> 'backup';

-- +goose Down
SELECT 1;
