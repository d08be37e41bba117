package store

// What PostgreSQL alone is asked.
const (
	postgresAddEntry = `WITH added AS (INSERT INTO entries (case_no, seq, kind, version, at, person, post, on_behalf, operator, body, prev, salt, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id) INSERT INTO waiting (entry) SELECT id FROM added`
	postgresLastEntry  = `SELECT COALESCE((SELECT MAX(place) FROM placed), 0) + (SELECT COUNT(*) FROM waiting)`
	postgresAllEntries = placedEntries + `ORDER BY p.place NULLS LAST, e.id`
	postgresWaiting    = `SELECT w.entry, e.hash FROM waiting w JOIN entries e ON e.id = w.entry ORDER BY w.entry LIMIT $1`
	postgresGrow       = `INSERT INTO tree (position, hash) SELECT * FROM unnest($1::BIGINT[], $2::BYTEA[])`
	postgresPlace      = `INSERT INTO placed (place, entry) SELECT * FROM unnest($1::BIGINT[], $2::BIGINT[])`
	postgresWaitNoMore = `DELETE FROM waiting WHERE entry = ANY($1::BIGINT[])`

	// postgresUnplaced are entries that nobody would ever give a place.
	postgresUnplaced = `SELECT e.case_no, e.seq FROM entries e WHERE NOT EXISTS (SELECT 1 FROM placed p WHERE p.entry = e.id)
		AND NOT EXISTS (SELECT 1 FROM waiting w WHERE w.entry = e.id) ORDER BY e.id`

	postgresPutWords = `INSERT INTO searched (case_no, words, pairs) VALUES ($1, $2, $3)
		ON CONFLICT (case_no) DO UPDATE SET words = excluded.words, pairs = excluded.pairs`
	// postgresFound goes through what has all pairs: $35 to $42 are patterns, $43 is the limit.
	postgresFound = `SELECT w.id, c.body FROM searched w JOIN cases c ON c.no = w.case_no
		WHERE w.pairs LIKE $35 AND w.pairs LIKE $36 AND w.pairs LIKE $37 AND w.pairs LIKE $38 AND w.pairs LIKE $39 AND w.pairs LIKE $40
		AND w.pairs LIKE $41 AND w.pairs LIKE $42 AND ` + inSight + ` ORDER BY w.id DESC LIMIT $43`

	postgresIndexed = `SELECT COUNT(*) FROM pg_indexes WHERE indexname = 'searched_by_pairs' AND schemaname = current_schema()`

	// Acts on several connections keep out of each other's way by locks on names, which end with the transaction.
	postgresHold     = `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`
	postgresShare    = `SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))`
	postgresHoldRows = `SELECT pg_advisory_xact_lock(hashtextextended('row/' || register || '/' || row_key, 0)) FROM register_rows WHERE case_no = $1`

	// postgresKeepBlob writes nothing where the file is there as it should be.
	postgresKeepBlob = `INSERT INTO blobs (hash, content) VALUES ($1, $2) ON CONFLICT (hash) DO UPDATE SET content = excluded.content
		WHERE blobs.content <> excluded.content`
	postgresBlob         = `SELECT content FROM blobs WHERE hash = $1`
	postgresBlobsMissing = `SELECT hash FROM unnest($1::TEXT[]) AS named (hash) WHERE NOT EXISTS (SELECT 1 FROM blobs WHERE blobs.hash = named.hash) ORDER BY hash`
	postgresBlobsAfter   = `SELECT hash FROM blobs WHERE hash > $1 ORDER BY hash LIMIT $2`

	// postgresClock is the server's clock in millionths of a second.
	postgresClock = `SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT`

	// postgresForeseen is what every act asks along with its beginning: the version of the office, and how many outside are told.
	postgresForeseen = `SELECT COALESCE((SELECT version FROM office WHERE id = 1), 0), (SELECT COUNT(*) FROM hooks WHERE live = 1)`

	// What the processes on one database tell each other: no part of an act, for only one transaction at a time commits that does.
	postgresTell = `SELECT pg_notify('chancery', $1)`

	// What is looked at when the database is opened.
	postgresSettings = `SELECT current_setting('server_version_num'), current_setting('server_encoding'), current_setting('synchronous_commit')`
)

// postgresStatements lists them.
func postgresStatements() []string {
	return []string{
		postgresAddEntry, postgresLastEntry, postgresAllEntries, postgresWaiting, postgresGrow, postgresPlace, postgresWaitNoMore, postgresUnplaced,
		postgresPutWords, postgresFound, postgresIndexed, postgresHold, postgresShare, postgresHoldRows, postgresTell, postgresSettings,
		postgresForeseen, postgresKeepBlob, postgresBlob, postgresBlobsAfter, postgresBlobsMissing, postgresClock,
	}
}
