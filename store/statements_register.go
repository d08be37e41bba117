package store

// rowColumns are what a row of a register is read from.
const rowColumns = `r.register, r.row_key, r.case_no, r.from_day, r.until_day, r.body, r.began, r.ended, r.due, r.stage, r.who, r.unit, r.place,
	r.number_zh, r.number_en, r.procedure, r.mark`

const (
	dropRows = `DELETE FROM register_rows WHERE case_no = $1`
	addRow   = `INSERT INTO register_rows (case_no, ord, register, row_key, from_day, until_day, body, last_day, began, ended, due, stage,
		who, who_order, unit, place, number_zh, number_en, procedure, mark)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`
	someRows = `SELECT ` + rowColumns + ` FROM register_rows r
		WHERE r.register = $1 AND ($2 = '' OR r.until_day = '' OR r.until_day >= $2) AND ($3 = '' OR r.from_day <= $3)
		ORDER BY r.row_key, r.from_day, r.case_no, r.ord`
	// rowsOfKey are those of one key, $4. They end at $2 or later, or have no end; an index gives both.
	rowsOfKey = `SELECT ` + rowColumns + ` FROM (
		SELECT case_no, ord FROM register_rows WHERE register = $1 AND row_key = $4 AND until_day >= $2 AND ($3 = '' OR from_day <= $3)
		UNION ALL SELECT case_no, ord FROM register_rows WHERE register = $1 AND row_key = $4 AND until_day = '' AND $2 <> '' AND ($3 = '' OR from_day <= $3)) AS touching
		JOIN register_rows r ON r.case_no = touching.case_no AND r.ord = touching.ord ORDER BY r.from_day, r.case_no, r.ord`
	countKeyed = `SELECT COUNT(*) FROM register_rows WHERE register = $1 AND row_key = $2 AND case_no <> $3`
	// rowsSince are those that touch the days from $2 on, each half of which an index gives.
	rowsSince = `SELECT ` + rowColumns + ` FROM (
		SELECT case_no, ord FROM register_rows WHERE register = $1 AND until_day >= $2 AND ($3 = '' OR from_day <= $3)
		UNION ALL SELECT case_no, ord FROM register_rows WHERE register = $1 AND until_day = '' AND ($3 = '' OR from_day <= $3)) AS touching
		JOIN register_rows r ON r.case_no = touching.case_no AND r.ord = touching.ord ORDER BY r.row_key, r.from_day, r.case_no, r.ord`
	// allRows gives the columns in the order in which addRow takes them.
	allRows = `SELECT case_no, ord, register, row_key, from_day, until_day, body, last_day, began, ended, due, stage,
		who, who_order, unit, place, number_zh, number_en, procedure, mark FROM register_rows ORDER BY case_no, ord`
	rowsOfCase = `SELECT ` + rowColumns + ` FROM register_rows r WHERE r.case_no = $1 ORDER BY r.ord`

	// rowInSight lets those rows through that a reader may see, as inSight does their cases. Only what was submitted has
	// rows, so whoever sees the whole office, or all of a procedure, needs no key of the case: $1 the level cleared for,
	// $2 one who sees the whole office, $3 to $26 the other keys, $27 to $34 keys that hold for one procedure, as
	// key@procedure, $35 to $42 the procedures of which everything is seen.
	rowInSight = `r.mark <= $1 AND ($2 = 1 OR r.procedure IN ($35, $36, $37, $38, $39, $40, $41, $42)
		OR r.case_no IN (SELECT s.case_no FROM sight s WHERE s.key IN
		($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26))
		OR ($27 <> '' AND EXISTS (SELECT 1 FROM sight s WHERE s.case_no = r.case_no
		AND s.key || '@' || r.procedure IN ($27, $28, $29, $30, $31, $32, $33, $34))))`
	// stands is how a row stands on the day $44, as the listings read it; $45 is the day before which what was due is grave.
	stands = `CASE r.register
		WHEN 'trips' THEN CASE WHEN r.began = '' OR r.began > $44 THEN r.stage WHEN r.ended <> '' AND r.ended < $44 THEN 'home'
			WHEN r.ended = '' AND r.until_day < $44 THEN 'late' ELSE 'abroad' END
		WHEN 'documents' THEN CASE WHEN r.ended <> '' AND r.ended <= $44 THEN 'returned' WHEN r.due = '' OR r.due >= $44 THEN 'out'
			WHEN r.due < $45 THEN 'blocks' ELSE 'overdue' END
		ELSE r.stage END`
	// listed are the rows of a listing: of the register $43, alive on $46 or later, begun by $47, with $48 = 1 really under
	// way; with $49 in the unit, at the place $50, with $51 in the name of the person.
	listed = `r.register = $43 AND r.last_day >= $46 AND r.from_day <= $47
		AND ($48 = 0 OR (r.began <> '' AND r.began <= $44 AND (r.ended = '' OR r.ended >= $44)))
		AND ($49 = '' OR REPLACE(r.unit, $49, '') <> r.unit) AND ($50 = '' OR ' ' || r.place || ' ' LIKE '% ' || $50 || ' %')
		AND ($51 = '' OR REPLACE(r.who, $51, '') <> r.who)`
	// sorted is what rows are ordered by in the way $53.
	sorted = `CASE $53 WHEN 'who' THEN r.who_order WHEN 'unit' THEN r.unit WHEN 'place' THEN r.place WHEN 'until' THEN r.until_day
		WHEN 'due' THEN CASE WHEN r.due = '' THEN '9999-12-31' ELSE r.due END ELSE r.from_day END`
	listRows = `SELECT ` + rowColumns + ` FROM (SELECT r.case_no, r.ord, r.from_day AS begins, CASE WHEN $54 = 0 THEN ` + sorted + ` END AS rising,
		CASE WHEN $54 = 1 THEN ` + sorted + ` END AS falling
		FROM register_rows r WHERE ` + listed + ` AND ` + rowInSight + ` AND ($52 = '' OR ` + stands + ` = $52)
		ORDER BY rising, falling DESC, begins, r.case_no, r.ord LIMIT $55 OFFSET $56) AS page
		JOIN register_rows r ON r.case_no = page.case_no AND r.ord = page.ord ORDER BY page.rising, page.falling DESC, page.begins, page.case_no, page.ord`
	countRows = `SELECT ` + stands + ` AS state, r.place, COUNT(*) FROM register_rows r WHERE ` + listed + ` AND ` + rowInSight + ` GROUP BY 1, 2`
)

// How somebody likes the desk to be.
const (
	getPreferences = `SELECT body FROM preferences WHERE person = $1`
	putPreferences = `INSERT INTO preferences (person, body) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET body = excluded.body`
	allPreferences = `SELECT person, body FROM preferences ORDER BY person`
)

func registerStatements() []string {
	return []string{getPreferences, putPreferences, allPreferences, dropRows, addRow, someRows, rowsSince, rowsOfKey, countKeyed, allRows, rowsOfCase, listRows, countRows}
}
