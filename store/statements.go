package store

import (
	"slices"

	"chancery/core/casework"
)

// Every statement that both databases understand. What only one of them is asked bears its name.
const (
	// endOfCase is the last entry of a case and the version of its row, zero as far as there is none; caseToAct is the row
	// with it.
	endOfCase = `SELECT COALESCE(c.version, 0), COALESCE(e.seq, 0), COALESCE(e.at, 0), e.hash FROM (SELECT CAST($1 AS TEXT) AS no) AS asked
		LEFT JOIN cases c ON c.no = asked.no LEFT JOIN entries e ON e.case_no = asked.no AND e.seq = (SELECT MAX(seq) FROM entries WHERE case_no = $1)`
	caseToAct = `SELECT c.body, c.pressing, c.version, COALESCE(e.seq, 0), COALESCE(e.at, 0), e.hash FROM cases c
		LEFT JOIN entries e ON e.case_no = c.no AND e.seq = (SELECT MAX(seq) FROM entries WHERE case_no = $1) WHERE c.no = $1`
	lastInstant = `SELECT COALESCE(MAX(at), 0) FROM (SELECT at FROM entries ORDER BY id DESC LIMIT 1000) AS newest`
	// placedEntries are entries with their place in the record, zero while they wait for one.
	placedEntries = `SELECT COALESCE(p.place, 0), e.case_no, e.seq, e.kind, e.version, e.at, e.person, e.post, e.on_behalf, e.operator,
		e.body, e.prev, e.salt, e.hash FROM entries e LEFT JOIN placed p ON p.entry = e.id `
	entriesOfCase = placedEntries + `WHERE e.case_no = $1 ORDER BY e.seq`
	entryOfCase   = placedEntries + `WHERE e.case_no = $1 AND e.seq = $2`
	entriesByCase = placedEntries + `ORDER BY e.case_no, e.seq`

	instantOfEntry = `SELECT at FROM entries WHERE id = $1`

	treeHash      = `SELECT hash FROM tree WHERE position = $1`
	allTreeHashes = `SELECT position, hash FROM tree ORDER BY position`
	countHashes   = `SELECT COALESCE(MAX(position) + 1, 0) FROM tree`

	addCheckpoint  = `INSERT INTO checkpoints (size, at, note) VALUES ($1, $2, $3) ON CONFLICT (size) DO UPDATE SET at = excluded.at, note = excluded.note`
	lastCheckpoint = `SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1`
	allCheckpoints = `SELECT note FROM checkpoints ORDER BY size`

	oneCase = `SELECT body FROM cases WHERE no = $1`

	readersKeys = `$3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26`
	// inSight lets those cases through that a reader may see: $1 the level cleared for, $2 is 1 for one who sees everything
	// and 2 for one who sees all that was submitted, $3 to $26 the reader's keys, $27 to $34 keys that hold for one
	// procedure, as key@procedure.
	inSight = `c.mark <= $1 AND ($2 = 1 OR ($2 = 2 AND c.first_submitted > 0)
		OR EXISTS (SELECT 1 FROM sight s WHERE s.case_no = c.no AND s.key IN
		(` + readersKeys + `))
		OR ($27 <> '' AND EXISTS (SELECT 1 FROM sight s WHERE s.case_no = c.no AND s.key || '@' || c.procedure IN
		($27, $28, $29, $30, $31, $32, $33, $34))))`
	// picked lets those through that a filter picks.
	picked = ` AND ($35 = '' OR c.procedure = $35) AND ($36 = '' OR c.state = $36) AND ($37 = '' OR c.unit = $37) AND ($38 = '' OR c.person = $38)
		AND (CAST($39 AS BIGINT) = 0 OR c.first_submitted >= $39) AND (CAST($40 AS BIGINT) = 0 OR (c.first_submitted > 0 AND c.first_submitted < $40))
		AND ($41 = '' OR EXISTS (SELECT 1 FROM sight k WHERE k.case_no = c.no AND k.key = $41))`
	someCases = `SELECT c.body FROM cases c WHERE ` + inSight + picked + ` ORDER BY c.opened DESC, c.no DESC LIMIT $42 OFFSET $43`
	// submittedCases are those first submitted in a span, which an index gives; $42 the limit, $43 the offset.
	submittedCases = `SELECT c.body FROM cases c WHERE c.first_submitted >= $39 AND c.first_submitted < $40 AND ` + inSight + picked + `
		ORDER BY c.opened DESC, c.no DESC LIMIT $42 OFFSET $43`
	pressingCases = `SELECT b.body FROM (SELECT c.no, c.pressing, c.opened FROM cases c WHERE ` + inSight + picked + `
		ORDER BY c.pressing, c.opened DESC, c.no DESC LIMIT $42 OFFSET $43) AS page JOIN cases b ON b.no = page.no ORDER BY page.pressing, page.opened DESC, page.no DESC`
	// Of those who see few cases their keys are gone through, instead of all cases. $44 to $51 are the keys of $27 to $34 alone.
	reached = `c.no IN (SELECT case_no FROM sight WHERE key IN
		($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
		$44, $45, $46, $47, $48, $49, $50, $51)) AND `
	reachedCases    = `SELECT c.body FROM cases c WHERE ` + reached + inSight + picked + ` ORDER BY c.opened DESC, c.no DESC LIMIT $42 OFFSET $43`
	reachedPressing = `SELECT b.body FROM (SELECT c.no, c.pressing, c.opened FROM cases c WHERE ` + reached + inSight + picked + `
		ORDER BY c.pressing, c.opened DESC, c.no DESC LIMIT $42 OFFSET $43) AS page JOIN cases b ON b.no = page.no ORDER BY page.pressing, page.opened DESC, page.no DESC`
	// tallied counts by state, and of these the overdue, before $42, and those that press, until $43.
	tallied = `SELECT c.state, COUNT(*), SUM(CASE WHEN c.pressing < $42 THEN 1 ELSE 0 END),
		SUM(CASE WHEN c.pressing >= $42 AND c.pressing <= $43 THEN 1 ELSE 0 END) FROM cases c WHERE `
	tallyCases = tallied + inSight + picked + ` GROUP BY c.state`
	tallyOpen  = tallied + `c.state IN ('draft', 'active', 'noticed', 'returned', 'approved', 'approved_if') AND ` + inSight + picked + ` GROUP BY c.state`
	// fewCases counts all cases, as far as $1.
	fewCases     = `SELECT COUNT(*) FROM (SELECT 1 FROM cases LIMIT $1) AS counted`
	reachedTally = tallied + reached + inSight + picked + ` GROUP BY c.state`
	// fewKeyed counts the cases of keys, $1 to $32, as far as $33.
	fewKeyed = `SELECT COUNT(*) FROM (SELECT 1 FROM sight WHERE key IN
		($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28,
		$29, $30, $31, $32) LIMIT $33) AS counted`

	// waiting are the tasks of a person, $2, of cases that were submitted, and those of the posts that the person bears: $3 to
	// $26, and $27 to $34 for one procedure each, $35 to $42 as post@procedure; none of a case that is marked above $1.
	waiting = `FROM (SELECT case_no, MIN(first) AS first, MIN(since) AS since FROM (
			SELECT case_no, CASE WHEN due = '' THEN '9998' ELSE due END AS first, since FROM tasks WHERE mark <= $1 AND post IN
				($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)
			UNION ALL SELECT t.case_no, CASE WHEN t.due = '' THEN '9998' ELSE t.due END, t.since FROM tasks t JOIN cases p ON p.no = t.case_no
				WHERE t.mark <= $1 AND t.person = $2 AND t.post = '' AND p.state <> 'draft'
			UNION ALL SELECT t.case_no, CASE WHEN t.due = '' THEN '9998' ELSE t.due END, t.since FROM tasks t JOIN cases p ON p.no = t.case_no
				WHERE t.mark <= $1 AND t.post IN ($27, $28, $29, $30, $31, $32, $33, $34)
				AND t.post || '@' || p.procedure IN ($35, $36, $37, $38, $39, $40, $41, $42)
		) AS every GROUP BY case_no) AS w`
	waitingCases = `SELECT b.body FROM (SELECT w.case_no, w.first, w.since ` + waiting + ` ORDER BY w.first, w.since, w.case_no LIMIT $43 OFFSET $44) AS page
		JOIN cases b ON b.no = page.case_no ORDER BY page.first, page.since, page.case_no`
	countWaiting = `SELECT w.first, COUNT(*) ` + waiting + ` GROUP BY w.first ORDER BY w.first`

	// The other lists of a person, $35, of what lies in sight; a count goes no further than $36.
	doneCases = `SELECT b.body FROM (SELECT c.no, m.latest FROM (SELECT case_no, MAX(id) AS latest FROM
			(SELECT case_no, id FROM entries WHERE person = $35 ORDER BY id DESC LIMIT 1000) AS mine GROUP BY case_no) AS m
		JOIN cases c ON c.no = m.case_no WHERE c.person <> $35 AND ` + inSight + ` ORDER BY m.latest DESC LIMIT $36 OFFSET $37) AS page
		JOIN cases b ON b.no = page.no ORDER BY page.latest DESC`
	countDone = `SELECT COUNT(*) FROM (SELECT 1 FROM (SELECT DISTINCT case_no FROM
			(SELECT case_no, id FROM entries WHERE person = $35 ORDER BY id DESC LIMIT 1000) AS mine) AS m
		JOIN cases c ON c.no = m.case_no WHERE c.person <> $35 AND ` + inSight + ` LIMIT $36) AS counted`
	startedCases    = `SELECT c.body FROM cases c WHERE c.person = $35 AND c.state <> 'draft' AND ` + inSight + ` ORDER BY c.opened DESC, c.no DESC LIMIT $36 OFFSET $37`
	countStarted    = `SELECT COUNT(*) FROM (SELECT 1 FROM cases c WHERE c.person = $35 AND c.state <> 'draft' AND ` + inSight + ` LIMIT $36) AS counted`
	draftCases      = `SELECT c.body FROM cases c WHERE c.person = $35 AND c.state = 'draft' AND ` + inSight + ` ORDER BY c.opened DESC, c.no DESC LIMIT $36 OFFSET $37`
	countDraftCases = `SELECT COUNT(*) FROM (SELECT 1 FROM cases c WHERE c.person = $35 AND c.state = 'draft' AND ` + inSight + ` LIMIT $36) AS counted`
	copiedCases     = `SELECT b.body FROM (SELECT c.no, k.opened FROM sight k JOIN cases c ON c.no = k.case_no WHERE k.key = 'copied:' || $35 AND ` + inSight + `
		ORDER BY k.opened DESC, k.case_no DESC LIMIT $36 OFFSET $37) AS page JOIN cases b ON b.no = page.no ORDER BY page.opened DESC, page.no DESC`
	countCopied = `SELECT COUNT(*) FROM (SELECT 1 FROM sight k JOIN cases c ON c.no = k.case_no WHERE k.key = 'copied:' || $35 AND ` + inSight + ` LIMIT $36) AS counted`
	countCases  = `SELECT c.state, COUNT(*) FROM cases c WHERE ` + inSight + picked + ` GROUP BY c.state`
	allKeys     = `SELECT case_no, key, opened FROM sight ORDER BY case_no, key`
	keysOfCase  = `SELECT key FROM sight WHERE case_no = $1 ORDER BY key`
	addKey      = `INSERT INTO sight (key, opened, case_no) SELECT $2, opened, no FROM cases WHERE no = $1 ON CONFLICT DO NOTHING`
	// addKeys adds some, of which "" is none.
	addKeys = `INSERT INTO sight (key, opened, case_no) SELECT k.key, c.opened, c.no FROM cases c JOIN (SELECT CAST($2 AS TEXT) AS key UNION ALL SELECT $3
		UNION ALL SELECT $4 UNION ALL SELECT $5 UNION ALL SELECT $6 UNION ALL SELECT $7) AS k ON k.key <> '' WHERE c.no = $1 ON CONFLICT DO NOTHING`
	dropKey = `DELETE FROM sight WHERE case_no = $1 AND key = $2`

	casesBehind = `SELECT body FROM cases WHERE no > $1 ORDER BY no LIMIT $2`
	allCases    = `SELECT no, procedure, state, step, unit, person, title, filed, first_submitted, decided, outcome, mark, version, head, body, opened
		FROM cases ORDER BY no`
	addCase = `INSERT INTO cases (no, procedure, state, step, unit, person, title, filed, first_submitted, decided, outcome, mark, version, head, body, opened, pressing)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT (no) DO NOTHING`
	// changeBody is changeCase for one that is found as before: no index is touched.
	changeBody = `UPDATE cases SET version = $2, head = $3, body = $4 WHERE no = $1 AND version = $5`
	changeCase = `UPDATE cases SET procedure = $2, state = $3, step = $4, unit = $5, person = $6, title = $7, filed = $8,
		first_submitted = $9, decided = $10, outcome = $11, mark = $12, version = $13, head = $14, body = $15, pressing = $17 WHERE no = $1 AND version = $16`

	dropTasks = `DELETE FROM tasks WHERE case_no = $1`
	addTask   = `INSERT INTO tasks (case_no, ord, post, person, since, due, body, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	someTasks = `SELECT body FROM tasks
		WHERE ($1 = '' AND $2 = '') OR ($1 <> '' AND post = $1) OR ($2 <> '' AND person = $2) ORDER BY since, case_no, ord`

	allTasks = `SELECT case_no, ord, post, person, since, due, body, mark FROM tasks ORDER BY case_no, ord`
	// rowsInSight are the rows of a register, $35, that touch the day $36, of cases in sight; open ones are found by their end.
	rowsInSight = `SELECT ` + rowColumns + ` FROM register_rows r JOIN cases c ON c.no = r.case_no
		WHERE r.register = $35 AND r.until_day >= $36 AND r.from_day || '' <= $36 AND ` + inSight + ` ORDER BY r.case_no, r.ord`

	putNotice  = `INSERT INTO notices (case_no, until_day) VALUES ($1, $2) ON CONFLICT (case_no) DO UPDATE SET until_day = excluded.until_day`
	dropNotice = `DELETE FROM notices WHERE case_no = $1`
	onNotice   = `SELECT c.body FROM notices n JOIN cases c ON c.no = n.case_no WHERE n.until_day >= $1 ORDER BY c.opened DESC, c.no DESC LIMIT $2`

	wordsOfCase = `SELECT words FROM searched WHERE case_no = $1`
	countKeys   = `SELECT COUNT(*) FROM (SELECT 1 FROM sight WHERE key IN
		($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24) LIMIT $25) AS counted`
	// foundAmong reads the words of the cases on which the reader has a key: $35 to $42 are patterns, $43 the limit.
	foundAmong = `SELECT w.id, c.body FROM (SELECT DISTINCT case_no FROM sight WHERE key IN (` + readersKeys + `)) mine
		JOIN searched w ON w.case_no = mine.case_no JOIN cases c ON c.no = w.case_no
		WHERE w.words LIKE $35 AND w.words LIKE $36 AND w.words LIKE $37 AND w.words LIKE $38 AND w.words LIKE $39 AND w.words LIKE $40
		AND w.words LIKE $41 AND w.words LIKE $42 AND ` + inSight + ` ORDER BY w.id DESC LIMIT $43`

	addMessage = `INSERT INTO outbox (at, case_no, body) VALUES ($1, $2, $3)`
	nextNumber = `INSERT INTO numbers (series, year, last) VALUES ($1, $2, 1) ON CONFLICT (series, year) DO UPDATE SET last = numbers.last + 1 RETURNING last`
	getOffice  = `SELECT body, version FROM office WHERE id = 1`
	putOffice  = `INSERT INTO office (id, body, version) VALUES (1, $1, 1) ON CONFLICT (id) DO UPDATE SET body = excluded.body, version = office.version + 1`
	versionOf  = `SELECT version FROM office WHERE id = 1`
	getAnswer  = `SELECT result FROM requests WHERE request = $1`
	putAnswer  = `INSERT INTO requests (request, at, result) VALUES ($1, $2, $3)`
	getNote    = `SELECT value FROM meta WHERE name = $1`
	putNote    = `INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`

	schemaReached = `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`
)

// statements lists every statement that both databases are asked, so that they can be prepared once and tested at once.
func statements() []string {
	return append(slices.Concat(accountStatements(), registerStatements(), draftStatements(), apiStatements(), jobStatements(), outwardStatements()),
		endOfCase, caseToAct, lastInstant, entriesOfCase, entryOfCase, entriesByCase,
		instantOfEntry, treeHash, allTreeHashes, countHashes, addCheckpoint, lastCheckpoint, allCheckpoints,
		oneCase, someCases, submittedCases, pressingCases, reachedCases, reachedPressing, tallyCases, tallyOpen, fewCases, reachedTally, fewKeyed,
		waitingCases, countWaiting, doneCases, countDone, startedCases, countStarted, draftCases, countDraftCases, copiedCases, countCopied,
		rowsInSight, countCases, keysOfCase, allKeys, addKey, addKeys, dropKey, casesBehind, allCases, addCase, changeBody, changeCase, dropTasks, addTask, someTasks, allTasks,
		putNotice, dropNotice, onNotice, wordsOfCase, countKeys, foundAmong,
		addMessage, nextNumber, getOffice, putOffice, versionOf, getAnswer, putAnswer, getNote, putNote, schemaReached,
	)
}

// sightArgs is how many arguments inSight takes.
const sightArgs = 2 + casework.KeysAtMost + casework.LimitedAtMost
