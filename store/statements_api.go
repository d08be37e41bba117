package store

// The statements of the programs' door.
const (
	oneToken = `SELECT hash, body FROM api_tokens WHERE hash = $1`
	// bearer is a token with its account and the version of the office.
	bearer         = `SELECT t.body, a.body, COALESCE((SELECT version FROM office WHERE id = 1), 0) FROM api_tokens t LEFT JOIN accounts a ON a.id = t.account WHERE t.hash = $1`
	tokensOf       = `SELECT hash, body FROM api_tokens WHERE account = $1 ORDER BY made DESC, id`
	putToken       = `INSERT INTO api_tokens (hash, id, account, made, until_at, body) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (hash) DO UPDATE SET body = excluded.body`
	changeToken    = `UPDATE api_tokens SET body = $2 WHERE hash = $1`
	dropToken      = `DELETE FROM api_tokens WHERE hash = $1`
	dropTokensOf   = `DELETE FROM api_tokens WHERE account = $1`
	dropTokensLong = `DELETE FROM api_tokens WHERE until_at < $1`

	// foundCases are someCases whose title or number is like $42, behind the case $43.
	foundCases = `SELECT c.body FROM cases c WHERE ` + inSight + picked + ` AND ($42 = '' OR lower(c.title) LIKE $42 ESCAPE '\' OR lower(c.no) LIKE $42 ESCAPE '\')
		AND ($43 = '' OR (c.opened, c.no) < (SELECT b.opened, b.no FROM cases b WHERE b.no = $43)) ORDER BY c.opened DESC, c.no DESC LIMIT $44`
)

// apiStatements lists them.
func apiStatements() []string {
	return []string{oneToken, bearer, tokensOf, putToken, changeToken, dropToken, dropTokensOf, dropTokensLong, foundCases}
}
