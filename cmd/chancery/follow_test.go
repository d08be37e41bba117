package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"chancery/internal/postgrestest"
)

// TestAYearIsTakenInByEveryRunningNode: two nodes serve on one database, a third command announces a year, and both count
// by it without being started again; they answer throughout.
func TestAYearIsTakenInByEveryRunningNode(t *testing.T) {
	t.Parallel()
	dsn := postgrestest.Fresh(t)
	// A case is filed, which founds the invented office and signs the first entries.
	signs := t.TempDir()
	says(t, exitDone, "--data", signs, "--database", dsn, "--as", "zhongli", "case", "file", examples+"01-compliant.yaml")
	one, other := start(t, "--database", dsn, "--data", signs), start(t, "--database", dsn)
	for _, s := range []*started{one, other} {
		defer s.stop()
		s.until(t, "/readyz", http.StatusOK)
	}
	contains(t, says(t, exitDone, "--data", t.TempDir(), "--database", dsn, "--as", "司空砚", "calendar", "import", "../../internal/scene/testdata/2027.json"), "2027")
	late := time.NewTimer(50 * time.Second) // sooner than each looks by itself
	defer late.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for _, s := range []*started{one, other} {
		for !strings.Contains(s.errs.String(), "an announced year is taken in") {
			select {
			case <-look.C:
			case <-late.C:
				t.Fatalf("the year is not taken in: %s", s.errs)
			}
		}
		if status, _ := s.asks(t, "/sign-in"); status != http.StatusOK {
			t.Errorf("after it the sign-in answers %d", status)
		}
		s.stop()
		if code := <-s.ended; code != exitDone {
			t.Errorf("it ends with %d: %s", code, s.errs)
		}
	}
}
