package load

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/desk"
	"chancery/internal/postgrestest"
	"chancery/library"
	"chancery/store"
)

// sizes are the numbers of cases that an office is measured at, the smallest first: CHANCERY_GROWTH names others, as
// `make growth` does.
func sizes(t *testing.T) []int {
	t.Helper()
	said := os.Getenv("CHANCERY_GROWTH")
	if said == "" {
		said = "300,3000"
	}
	var out []int
	for one := range strings.SplitSeq(said, ",") {
		n, err := strconv.Atoi(one)
		must(t, err)
		out = append(out, n)
	}
	return out
}

// TestAnOfficeThatGrowsAnswersAsQuicklyAsASmallOne: what is asked every day takes at most three times as long in the largest
// as in the smallest, on either database. The refusals of a quarter are taken for each case that they count, since each of
// them is named. An office is made up once and moved: on PostgreSQL it is the same one.
func TestAnOfficeThatGrowsAnswersAsQuicklyAsASmallOne(t *testing.T) {
	measuring(t)
	program := binary(t)
	all := sizes(t)
	var first, last [2]map[string]time.Duration
	for i, n := range all {
		folder := madeUp(t, program, n)
		server := store.Place{Dir: filepath.Join(t.TempDir(), "moved"), DSN: postgrestest.Empty(t)}
		began := time.Now()
		out, err := exec.CommandContext(t.Context(), program, "migrate", "--data", folder.Dir, "--to", server.DSN, "--to-data", server.Dir).CombinedOutput()
		if err != nil {
			t.Fatalf("migrate: %v\n%s", err, out)
		}
		t.Logf("%d cases moved to PostgreSQL and proven in %s", n, time.Since(began).Round(time.Second))
		for k, place := range []store.Place{folder, server} {
			last[k] = answers(t, place)
			size := float64(onDisk(t, place)) / float64(n) / 1000
			t.Logf("bench: %s, size on disk of a case among %d | %.0f KB | – | – | ok", databases()[k], n, size)
		}
		if i == 0 {
			first = last
		}
	}
	for k, database := range databases() {
		for _, what := range slices.Sorted(maps.Keys(first[k])) {
			ratio := float64(last[k][what]) / float64(first[k][what])
			say(t, fmt.Sprintf("%s, %s, %d cases", database, what, all[len(all)-1]), ms(last[k][what]), "≤ 3 × the small office",
				fmt.Sprintf("%s of %d cases, ratio %.1f", ms(first[k][what]), all[0], ratio), ratio <= 3)
		}
	}
}

func databases() [2]string { return [2]string{"SQLite", "PostgreSQL"} }

// madeUp is an office of so many cases over ten years. Where CHANCERY_GROWN names a folder it is kept there for the next
// measure: a million cases take hours.
func madeUp(t *testing.T, program string, n int) store.Place {
	t.Helper()
	folder := os.Getenv("CHANCERY_GROWN")
	if folder == "" {
		folder = t.TempDir()
	}
	place := store.Place{Dir: filepath.Join(folder, strconv.Itoa(n))}
	if _, err := os.Stat(filepath.Join(place.Dir, "demo")); err == nil {
		return place
	}
	began := time.Now()
	seeded(t, program, place, n, min(20_000, max(60, n/20)), 10)
	t.Logf("%d cases made up in %s", n, time.Since(began).Round(time.Second))
	return place
}

// answers is how long each of the daily questions takes, the median of several.
func answers(t *testing.T, place store.Place) map[string]time.Duration {
	t.Helper()
	at := time.Date(2026, 10, 2, 10, 0, 0, 0, desk.OfficeZone())
	s, err := place.Open(t.Context(), func() time.Time { return at })
	must(t, err)
	defer func() { must(t, s.Close()) }()
	lib, err := desk.LoadLibrary(library.FS)
	must(t, err)
	d := desk.New(desk.Kept(s), lib)
	who := func(name string) desk.Reader {
		actor, err := d.Who(t.Context(), name)
		must(t, err)
		return desk.Reader{Person: actor.Person}
	}
	officer, deputy := who("dongfang"), who("wenren")
	cases, err := d.Cases(t.Context(), deputy, casework.Filter{Procedure: "outbound-trip", State: string(casework.Closed), Limit: 1})
	must(t, err)
	counted := 1
	asked := map[string]func() error{
		"Today of the officer": func() error {
			_, err := d.Today(t.Context(), officer, desk.DayPart{List: casework.ToDo, Limit: 20})
			return err
		},
		"a case": func() error { _, _, err := d.CaseFor(t.Context(), deputy, cases[0].No); return err },
		"search": func() error { _, err := d.Search(t.Context(), deputy, "港口岸电"); return err },
		"who is abroad": func() error {
			_, err := d.RegisterPart(t.Context(), deputy, desk.RegisterQuery{Name: "abroad", On: calendar.MustDay("2026-10-01"), Sort: "who", Limit: 50})
			return err
		},
		"refusals of a quarter, for each case counted": func() error {
			q, err := desk.ParseQuarter("2026Q2")
			if err != nil {
				return err
			}
			figure, err := d.Refusals(t.Context(), deputy, "outbound-trip", q)
			counted = max(1, figure.Submitted)
			return err
		},
	}
	out := map[string]time.Duration{}
	for what, ask := range asked {
		var took []time.Duration
		for range 11 {
			begin := time.Now()
			must(t, ask())
			took = append(took, time.Since(begin))
		}
		slices.Sort(took)
		out[what] = took[5]
		if strings.HasPrefix(what, "refusals") {
			out[what] /= time.Duration(counted)
		}
	}
	return out
}

// onDisk is how many bytes the data of an office takes.
func onDisk(t *testing.T, place store.Place) (size int64) {
	t.Helper()
	if place.DSN != "" {
		conn, err := pgx.Connect(t.Context(), place.DSN)
		must(t, err)
		defer conn.Close(t.Context()) //nolint:errcheck // it was only read
		must(t, conn.QueryRow(t.Context(), `SELECT pg_database_size(current_database())`).Scan(&size))
		return size
	}
	must(t, filepath.WalkDir(place.Dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		size += info.Size()
		return err
	}))
	return size
}
