package bench

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"testing"
	"time"

	"chancery/core/casework"
	"chancery/core/office"
	"chancery/core/rule"
	"chancery/desk"
	"chancery/internal/postgrestest"
	"chancery/jobs"
	"chancery/library"
	"chancery/store"
)

// TestAThousandDeadlinesASecond measures what happens on the morning on which many deadlines have passed: each case is
// escalated, with its entry and its message, and what it has to tell is spread.
func TestAThousandDeadlinesASecond(t *testing.T) {
	measuring(t)
	t.Run("SQLite", func(t *testing.T) { morning(t, "SQLite", store.Place{Dir: t.TempDir()}) })
	t.Run("PostgreSQL", func(t *testing.T) {
		morning(t, "PostgreSQL", store.Place{Dir: t.TempDir(), DSN: postgrestest.Empty(t)})
	})
}

func morning(t *testing.T, database string, place store.Place) {
	t.Helper()
	const cases = 300
	now := time.Date(2026, 9, 14, 1, 0, 0, 0, time.UTC)
	s, err := place.Open(t.Context(), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	d := desk.New(desk.Kept(s), lib)
	data, err := library.FS.ReadFile("demo/office.yaml")
	if err != nil {
		t.Fatal(err)
	}
	o, err := office.Read("office.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Found(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile("../contract/testdata/01-compliant.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a, err := lib.ReadApplication("compliant.yaml", file)
	if err != nil {
		t.Fatal(err)
	}
	a, err = lib.Apply(a, []rule.PatchOp{
		{Op: "replace", Path: "/filed", Value: "2026-09-14"}, {Op: "remove", Path: "/notice"}, {Op: "remove", Path: "/reviews"}, {Op: "remove", Path: "/briefing"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for range cases {
		actor := office.Actor{Person: "zhongli"}
		c, err := d.File(t.Context(), actor, desk.Filing{Application: a})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Do(t.Context(), actor, c.No, "", casework.Act{Kind: casework.Submitted, Seen: c.Version}); err != nil {
			t.Fatal(err)
		}
	}
	house := jobs.New(jobs.Config{Queue: s, Desk: d, Clock: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	now = now.Add(time.Hour)
	if _, err := house.RunDue(t.Context()); err != nil { // what the submissions have to tell
		t.Fatal(err)
	}
	now = time.Date(2026, 9, 18, 1, 0, 0, 0, time.UTC)
	begin := time.Now()
	ran, err := house.RunDue(t.Context())
	took := time.Since(begin)
	if err != nil || ran < cases {
		t.Fatalf("%d jobs, %v", ran, err)
	}
	rate := float64(ran) / took.Seconds()
	say(t, database+", jobs on the morning of 300 deadlines", fmt.Sprintf("%.0f/s", rate), "≥ 1000/s", fmt.Sprintf("%d jobs, each deadline an act of its own", ran), rate >= 1000)
}
