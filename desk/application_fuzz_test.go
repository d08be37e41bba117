package desk_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/desk"
	"chancery/library"
)

// FuzzReadApplication gives the reader files that anybody may send: it answers
// with an application or with faults that say where, and never falls over. What
// it reads it can write and read again as the same.
func FuzzReadApplication(f *testing.F) {
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		f.Fatal(err)
	}
	files, err := filepath.Glob("../internal/contract/testdata/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, s := range []string{"", "procedure: outbound-trip", "a: &x [*x]", "procedure: [", "procedure: outbound-trip\ntrack: \u202egeneral", "{\"procedure\": \"position\"}", "procedure: outbound-trip\ntrack:"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := lib.ReadApplication("given", data)
		if err != nil {
			if len(fault.All(err)) == 0 {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		once, err := a.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		again, err := lib.ReadApplication("written", once)
		if err != nil {
			t.Fatalf("what it wrote it cannot read: %v\n%s", err, once)
		}
		twice, err := again.Canonical()
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("written twice, read once: %v\n%s\n%s", err, once, twice)
		}
		if a.Procedure == "outbound-trip" {
			a.Filed = max(a.Filed, calendar.MustDay("2026-01-01"))
			if _, err := lib.Check(a, desk.CheckOptions{}); err != nil {
				t.Fatalf("cannot be checked: %v", err)
			}
		}
	})
}
