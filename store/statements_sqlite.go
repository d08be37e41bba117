package store

// What SQLite alone is asked.
const (
	sqliteAddEntry = `INSERT INTO entries (id, case_no, seq, kind, version, at, person, post, on_behalf, operator, body, prev, salt, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`
	sqliteLastEntry  = `SELECT COALESCE(MAX(id), 0) FROM entries`
	sqliteAllEntries = placedEntries + `ORDER BY e.id`
	sqliteWaiting    = `SELECT id, hash FROM entries WHERE id > $1 ORDER BY id LIMIT $2`
	sqliteSound      = `PRAGMA integrity_check(10)`
	sqliteGrow       = `INSERT INTO tree (position, hash) VALUES ($1, $2)`

	sqlitePutWords = `INSERT INTO searched (case_no, words) VALUES ($1, $2) ON CONFLICT (case_no) DO UPDATE SET words = excluded.words RETURNING id`
	// sqliteFound goes through what matches from the newest on: $35 is the query, $36 the limit. Whether the reader has a
	// key at all is asked before the case is read, which is the dear part where most of what matches lies out of sight.
	sqliteFound = `SELECT w.id, c.body FROM search JOIN searched w ON w.id = search.rowid JOIN cases c ON c.no = w.case_no
		WHERE search MATCH $35 AND ($2 = 1 OR $27 <> '' OR EXISTS (SELECT 1 FROM sight h WHERE h.case_no = w.case_no AND h.key IN (` + readersKeys + `)))
		AND ` + inSight + ` ORDER BY search.rowid DESC LIMIT $36`
	sqliteAddPairs  = `INSERT INTO search (rowid, pairs, shared) VALUES ($1, $2, $3)`
	sqliteDropPairs = `DELETE FROM search WHERE rowid = $1`
)

// sqliteStatements lists them.
func sqliteStatements() []string {
	return []string{
		sqliteAddEntry, sqliteLastEntry, sqliteAllEntries, sqliteWaiting, sqliteSound, sqliteGrow, sqlitePutWords, sqliteFound, sqliteAddPairs, sqliteDropPairs,
	}
}
