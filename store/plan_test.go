package store_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/office"
	"chancery/core/register"
	"chancery/internal/postgrestest"
	"chancery/store"
)

// plannedCases is how many cases there are when the plans are read: so many that going through all of them is not the quickest.
const plannedCases = 6000

// thirtyTwo is as long as a hash.
var thirtyTwo = strings.Repeat("h", 32)

// grownRows fills the tables as an office of years does; numbers is what gives the numbers from 1, and blob is how bytes are written.
func grownRows(numbers, blob string) []string {
	pad := strings.Repeat("a file of some pages ", 60)
	body := fmt.Sprintf(blob, `{"title":"`+pad+`"}`)
	day := func(n string) string { // a day of some year, the later the greater the number
		return `CAST(2016 + ` + n + ` / 600 AS TEXT) || '-' || SUBSTR(CAST(101 + ` + n + ` / 50 % 12 AS TEXT), 2) || '-15'`
	}
	return []string{
		`INSERT INTO cases (no, opened, procedure, state, step, unit, person, title, filed, first_submitted, decided, outcome, version, head, body, mark, pressing)
			SELECT 'OUT-' || i, i * 1000, 'outbound-trip', CASE WHEN i > 5900 THEN 'active' ELSE 'closed' END, 'approval', 'u' || (i % 50), 'a' || (i % 300), 'title', '2026-01-01',
			i * 1000 + 1, '', '', 3, ` + fmt.Sprintf(blob, thirtyTwo) + `, ` + body + `, 1, CASE WHEN i > 5900 THEN '2026-12-0' || (i % 9 + 1) ELSE '9999' END ` + numbers,
		`INSERT INTO sight (key, opened, case_no) SELECT 'person:a' || (i % 300), i * 1000, 'OUT-' || i ` + numbers,
		`INSERT INTO sight (key, opened, case_no) SELECT 'unit:u' || (i % 50), i * 1000, 'OUT-' || i ` + numbers,
		`INSERT INTO sight (key, opened, case_no) SELECT 'procedure:outbound-trip', i * 1000, 'OUT-' || i ` + numbers,
		`INSERT INTO tasks (case_no, ord, post, person, since, due, body, mark) SELECT 'OUT-' || i, 0, CASE WHEN i % 2 = 0 THEN 'trips-officer' ELSE '' END, 'a' || (i % 300), i * 1000, '2026-12-0' || (i % 9 + 1), ` +
			fmt.Sprintf(blob, "{}") + `, 1 ` + numbers + ` WHERE i > 5900`,
		`INSERT INTO entries (id, case_no, seq, kind, version, at, person, post, on_behalf, operator, body, prev, salt, hash)
			SELECT i, 'OUT-' || i, 1, 'filed', 1, i * 1000, 'a' || (i % 300), '', '', 0, ` + body + `, ` + fmt.Sprintf(blob, thirtyTwo) + `, ` + fmt.Sprintf(blob, thirtyTwo) + `, ` + fmt.Sprintf(blob, thirtyTwo) + ` ` + numbers,
		`INSERT INTO register_rows (case_no, ord, register, row_key, from_day, until_day, body, last_day, began, stage, who, who_order, unit, place, procedure, mark)
			SELECT 'OUT-' || i, 0, 'trips', 'p' || (i % 500), ` + day("i") + `, ` + day("i") + `, ` + fmt.Sprintf(blob, "{}") + `, ` + day("i") + `, ` + day("i") + `, 'approved', 'p' || (i % 500), 'p', 'u', 'XA', 'outbound-trip', 1 ` + numbers,
	}
}

// dailyReadings are what pages ask whose time must not grow with the number of cases.
func dailyReadings() map[string]func(*store.Tx) error {
	officer := casework.Sight{Keys: []casework.Key{"procedure:outbound-trip", "post:trips-officer", "person:a7"}, Clearance: office.Internal.Level()}
	liaison := casework.Sight{Keys: []casework.Key{"unit:u7", "person:a7"}, Clearance: office.Internal.Level()}
	director := casework.Sight{Keys: []casework.Key{"office"}, Clearance: office.Internal.Level()}
	today := calendar.MustDay("2026-12-01")
	all := map[string]func(*store.Tx) error{
		"a case": func(tx *store.Tx) error {
			if _, err := tx.KeysOf("OUT-77"); err != nil {
				return err
			}
			if _, err := tx.Entries("OUT-77"); err != nil {
				return err
			}
			_, err := tx.Case("OUT-77")
			return err
		},
		"the refusals of a quarter": func(tx *store.Tx) error {
			_, err := tx.Cases(casework.Filter{Sight: casework.Everything(), Procedure: "outbound-trip", SubmittedFrom: 5_000_000, SubmittedUntil: 5_100_000})
			return err
		},
		"past trips of a person": func(tx *store.Tx) error {
			_, err := tx.Rows("trips", "p7", calendar.MustDay("2025-11-01"), today)
			return err
		},
		"some cases, to go through all": func(tx *store.Tx) error { _, err := tx.CasesBehind("OUT-77", 20); return err },
		"what a plan has been used for": func(tx *store.Tx) error { _, err := tx.CountKeyed("plan", "u/2026", "OUT-77"); return err },
	}
	for who, sight := range map[string]casework.Sight{"an officer": officer, "a liaison": liaison, "the director": director} {
		all["what waits for "+who] = func(tx *store.Tx) error {
			own := casework.Own{Person: "a7", Posts: []office.PostID{"trips-officer"}, Sight: sight}
			if _, err := tx.Waiting(own, 20, 0); err != nil {
				return err
			}
			if _, err := tx.WaitingByDay(own); err != nil {
				return err
			}
			for _, list := range []casework.List{casework.Done, casework.Started, casework.Copied, casework.Drafts} {
				if _, err := tx.CountOwn(list, own); err != nil {
					return err
				}
				if _, err := tx.OwnCases(list, own, 20, 0); err != nil {
					return err
				}
			}
			return nil
		}
		all["the cases of "+who] = func(tx *store.Tx) error {
			_, err := tx.Cases(casework.Filter{Sight: sight, Limit: 20, PressingFirst: true})
			if err != nil {
				return err
			}
			_, err = tx.Cases(casework.Filter{Sight: sight, Limit: 20})
			return err
		}
		all["who is abroad, for "+who] = func(tx *store.Tx) error {
			if _, err := tx.RowsInSight("trips", sight, today); err != nil {
				return err
			}
			_, err := tx.Listed(register.Query{Source: "trips", On: today, State: "abroad", Limit: 50}, sight)
			return err
		}
		all["search, of "+who] = func(tx *store.Tx) error {
			_, err := tx.Find(casework.Filter{Sight: sight, Limit: 51}, []string{"港口"})
			return err
		}
	}
	return all
}

// allCasesScanned says of a plan that by it the database goes through the table of cases.
func allCasesScanned(plan string) bool {
	return regexp.MustCompile(`(?m)Seq Scan on cases\b|SCAN (c|b|p|cases)\s*$`).MatchString(plan)
}

// TestWhatADayAsksGoesThroughNoTableOfCases, on either database: it reads how they mean to answer.
func TestWhatADayAsksGoesThroughNoTableOfCases(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		must(t, open(t, dir).Close()) // an open office puts entries into its tree as they come: two would write
		numbers := fmt.Sprintf(`FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT i FROM n) AS n`, plannedCases)
		in(t, dir, append(grownRows(numbers, `CAST('%s' AS BLOB)`), `ANALYZE`)...)
		s := open(t, dir)
		db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "chancery.db")+"?_pragma=busy_timeout(10000)")
		must(t, err)
		defer db.Close() //nolint:errcheck // the test ends
		examine(t, s, func(q string, args []any) string {
			rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+q, args...)
			must(t, err)
			defer rows.Close() //nolint:errcheck // it was only read
			var plan strings.Builder
			for rows.Next() {
				var id, parent, unused int
				var line string
				must(t, rows.Scan(&id, &parent, &unused, &line))
				plan.WriteString(line + "\n")
			}
			must(t, rows.Err())
			return plan.String()
		})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		dsn := postgrestest.Fresh(t)
		s := openPostgres(t, dsn)
		config, err := pgx.ParseConfig(dsn)
		must(t, err)
		config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
		conn, err := pgx.ConnectConfig(t.Context(), config)
		must(t, err)
		defer conn.Close(t.Context()) //nolint:errcheck // the test ends
		for _, q := range append(grownRows(fmt.Sprintf(`FROM generate_series(1, %d) AS n(i)`, plannedCases), `CAST('%s' AS TEXT)::BYTEA`), `ANALYZE`) {
			_, err := conn.Exec(t.Context(), q)
			must(t, err)
		}
		examine(t, s, func(q string, args []any) string {
			rows, err := conn.Query(t.Context(), "EXPLAIN "+q, args...)
			must(t, err)
			lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
			must(t, err)
			return strings.Join(lines, "\n")
		})
	})
}

func examine(t *testing.T, s kept, explain func(q string, args []any) string) {
	t.Helper()
	for what, read := range dailyReadings() {
		asked, err := s.Asks(t.Context(), read)
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if len(asked) == 0 {
			t.Errorf("%s asks nothing", what)
		}
		for _, a := range asked {
			if plan := explain(a.Q, a.Args); allCasesScanned(plan) {
				t.Errorf("%s goes through all cases:\n%s\n%s", what, a.Q, plan)
			} else if strings.HasPrefix(what, "the refusals") && !strings.Contains(plan, "cases_by_submitted") {
				t.Errorf("%s are not found by the days of their submission:\n%s", what, plan)
			}
		}
	}
}
