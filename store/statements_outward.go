package store

// The statements of what is read and told outside the house.
const (
	oneFeed   = `SELECT account, hash, made, asked FROM feeds WHERE hash = $1`
	feedOf    = `SELECT account, hash, made, asked FROM feeds WHERE account = $1`
	putFeed   = `INSERT INTO feeds (account, hash, made) VALUES ($1, $2, $3) ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, made = excluded.made, asked = 0`
	touchFeed = `UPDATE feeds SET asked = $2 WHERE hash = $1`
	dropFeed  = `DELETE FROM feeds WHERE account = $1`

	allHooks   = `SELECT id, made, live, body, answered, status, why FROM hooks ORDER BY made, id`
	liveHooks  = `SELECT COUNT(*) FROM hooks WHERE live = 1`
	sealedHook = `SELECT sealed FROM hooks WHERE id = $1`
	addHook    = `INSERT INTO hooks (id, made, live, body, sealed) VALUES ($1, $2, $3, $4, $5)`
	turnHook   = `UPDATE hooks SET live = $2 WHERE id = $1`
	changeHook = `UPDATE hooks SET body = $2 WHERE id = $1`
	answerHook = `UPDATE hooks SET answered = $2, status = $3, why = $4, live = CASE WHEN CAST($3 AS BIGINT) = 410 THEN 0 ELSE live END WHERE id = $1`
	dropHook   = `DELETE FROM hooks WHERE id = $1`
	// deliveriesOf are the jobs whose keys lie between two.
	deliveriesOf = `SELECT ` + jobColumns + ` FROM jobs WHERE kind = 'send' AND key >= $1 AND key < $2 ORDER BY id DESC LIMIT $3`
)

func outwardStatements() []string {
	return []string{oneFeed, feedOf, putFeed, touchFeed, dropFeed, allHooks, liveHooks, sealedHook, addHook, turnHook, changeHook, answerHook, dropHook, deliveriesOf}
}
