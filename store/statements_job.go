package store

// The statements about what the house does by itself.
const (
	// planJob plans a job, or plans it anew: then nobody has it, and what became of it before is forgotten.
	planJob = `INSERT INTO jobs (kind, key, due) VALUES ($1, $2, $3)
		ON CONFLICT (kind, key) DO UPDATE SET due = excluded.due, tries = 0, turn = jobs.turn + 1, held = 0, failed = 0, why = ''
		WHERE jobs.due <> excluded.due OR jobs.tries > 0 OR jobs.failed > 0`
	keepJob   = `INSERT INTO jobs (kind, key, due) VALUES ($1, $2, $3) ON CONFLICT (kind, key) DO NOTHING`
	isPlanned = `SELECT 1 FROM jobs WHERE kind = $1 AND key = $2`
	dropJob   = `DELETE FROM jobs WHERE kind = $1 AND key = $2`
	// freeJobs takes back what those who had it did not bring back in time.
	freeJobs = `UPDATE jobs SET held = 0, turn = turn + 1 WHERE held > 0 AND held <= $1`
	// takeJobs gives what is due, of what waits for somebody outside ($4 is 1) or of the rest; two who take at once never take
	// the same.
	takeJobs = `UPDATE jobs SET held = $2, turn = turn + 1, tries = tries + 1
		WHERE failed = 0 AND held = 0 AND due <= $1
		AND id IN (SELECT id FROM jobs WHERE failed = 0 AND held = 0 AND due <= $1
			AND ` + outward + ` = $4 AND kind <> 'backup' ORDER BY due, id LIMIT $3)
		RETURNING ` + jobColumns
	// dueAlone says when a job comes that is taken for itself; takeAlone gives it to one.
	dueAlone  = `SELECT CASE WHEN held > 0 THEN held ELSE due END FROM jobs WHERE kind = $1 AND key = ''`
	takeAlone = `UPDATE jobs SET held = $3, turn = turn + 1, tries = tries + 1 WHERE kind = $1 AND key = '' AND failed = 0 AND held = 0 AND due <= $2
		RETURNING ` + jobColumns
	doneJob = `DELETE FROM jobs WHERE id = $1 AND turn = $2`
	moveJob = `UPDATE jobs SET due = $3, tries = $4, ran = $5, failed = $6, why = $7, held = 0, turn = turn + 1 WHERE id = $1 AND turn = $2`
	// retryJob makes a job due that failed, and that nobody has.
	retryJob = `UPDATE jobs SET due = $2, tries = 0, failed = 0, turn = turn + 1 WHERE id = $1 AND held <= $2 AND (failed > 0 OR tries > 0)`
	nextJob  = `SELECT COALESCE(MIN(ahead), 0) FROM (SELECT MIN(due) AS ahead FROM jobs WHERE failed = 0 AND held = 0 AND kind <> 'backup' AND ` + outward + ` = $1
		UNION ALL SELECT MIN(held) FROM jobs WHERE held > 0 AND kind <> 'backup' AND ` + outward + ` = $1) AS instants`
	// outward is 1 for what waits for somebody outside; an index is by these very words.
	outward      = `(CASE WHEN kind = 'send' THEN 1 ELSE 0 END)`
	troubledJobs = `SELECT ` + jobColumns + ` FROM jobs WHERE failed > 0 OR tries > 0 ORDER BY failed DESC, id LIMIT $1`
	// countJobs counts by kind how they stand at the instant $1: waiting, running, tried again, given up, late; since when the
	// oldest waits, when the next comes, when one was done last.
	countJobs = `SELECT kind, COUNT(*) FILTER (WHERE failed = 0 AND held <= $1 AND tries = 0), COUNT(*) FILTER (WHERE failed = 0 AND held > $1),
		COUNT(*) FILTER (WHERE failed = 0 AND held <= $1 AND tries > 0), COUNT(*) FILTER (WHERE failed > 0),
		COUNT(*) FILTER (WHERE failed = 0 AND held <= $1 AND due <= $1),
		COALESCE(MIN(CASE WHEN failed = 0 AND held <= $1 AND due <= $1 THEN due END), 0),
		COALESCE(MIN(CASE WHEN failed = 0 AND due > $1 THEN due END), 0), COALESCE(MAX(ran), 0) FROM jobs GROUP BY kind ORDER BY kind`
	jobColumns = `id, kind, key, due, tries, turn, held, ran, failed, why`

	messagesOfAct = `SELECT id, at, body FROM outbox WHERE at = $1 ORDER BY id`
	oneMessage    = `SELECT id, at, body FROM outbox WHERE id = $1`
	openCases     = `SELECT no FROM cases WHERE no > $1 AND state IN ('draft', 'active', 'noticed', 'returned', 'approved', 'approved_if') ORDER BY no LIMIT $2`

	allWays   = `SELECT name, left_at, failed_at, why FROM ways ORDER BY name`
	wayLeft   = `INSERT INTO ways (name, left_at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET left_at = excluded.left_at`
	wayFailed = `INSERT INTO ways (name, failed_at, why) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET failed_at = excluded.failed_at, why = excluded.why`
	putDigested      = `INSERT INTO digested (person, message) VALUES ($1, $2) ON CONFLICT (person, message) DO NOTHING`
	digestedOf       = `SELECT o.id, o.at, o.body FROM digested d JOIN outbox o ON o.id = d.message WHERE d.person = $1 AND d.message < $2 ORDER BY o.id`
	dropDigested     = `DELETE FROM digested WHERE person = $1 AND message < $2`
	dropDigestedLong = `DELETE FROM digested WHERE message IN (SELECT id FROM outbox WHERE at < $1)`

	dropRequestsLong = `DELETE FROM requests WHERE at < $1`
	// dropMessagesLong leaves the newest, so that no number is given again.
	dropMessagesLong = `DELETE FROM outbox WHERE at < $1 AND id < (SELECT MAX(newest.id) FROM outbox newest)`
)

// jobStatements lists them.
func jobStatements() []string {
	return []string{
		planJob, keepJob, isPlanned, dropJob, freeJobs, takeJobs, doneJob, moveJob, retryJob, nextJob, troubledJobs, countJobs, dueAlone, takeAlone,
		messagesOfAct, oneMessage, openCases, dropRequestsLong, dropMessagesLong,
		allWays, wayLeft, wayFailed, putDigested, digestedOf, dropDigested, dropDigestedLong,
	}
}
