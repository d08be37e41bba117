package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chancery/internal/foldertest"
)

const exampleOffice = "../../docs/operating/office.example.yaml"

type founded struct {
	Administrators []struct{ Duty, Person, Link string }
	Missing        []struct{ Procedure, Post string } `json:"posts_missing"`
}

// foundedFolder is the data folder of an office that was founded from the example of the documents.
func foundedFolder(t *testing.T) string {
	t.Helper()
	return ofItsOwn.Copy(t, func() string {
		folder := t.TempDir()
		answered[founded](t, "office", "found", exampleOffice, "--system", "zhang", "--security", "li", "--data", folder)
		return folder
	})
}

// Folders that are filled once.
var ofItsOwn, ofTheInvented foldertest.Once

// invented is the data folder of the invented office, as a command gives it to a new folder.
func invented(t *testing.T) string {
	t.Helper()
	return ofTheInvented.Copy(t, func() string {
		folder := t.TempDir()
		var out, errs bytes.Buffer
		if code := run(t.Context(), []string{"office", "show", "--data", folder}, &out, &errs); code != exitDone {
			t.Fatalf("%d %s", code, errs.String())
		}
		return folder
	})
}

// TestS04AnOfficeIsFoundedFromItsOwnFile: with a link for each of its first administrators, who are different people; the
// example of the documents has every post that the procedures name; a folder that has an office is refused.
func TestS04AnOfficeIsFoundedFromItsOwnFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	got := answered[founded](t, "office", "found", exampleOffice, "--system", "zhang", "--security", "李二川", "--audit", "wang", "--data", folder)
	if len(got.Administrators) != 3 || got.Administrators[1].Person != "li" || len(got.Missing) != 0 {
		t.Errorf("%+v", got)
	}
	links := map[string]bool{}
	for _, a := range got.Administrators {
		links[a.Link] = true
	}
	if len(links) != 3 {
		t.Error("two administrators share a link")
	}
	refused := func(want int, words string, args ...string) {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(t.Context(), args, &out, &errs); code != want || !strings.Contains(errs.String(), words) {
			t.Errorf("%v: %d %s", args, code, errs.String())
		}
	}
	refused(exitConflict, "holds an office already", "office", "found", exampleOffice, "--system", "zhang", "--security", "li", "--data", folder)
	fresh := t.TempDir()
	refused(exitBadInput, "cannot hold two", "office", "found", exampleOffice, "--system", "zhang", "--security", "zhang", "--data", fresh)
	refused(exitBadInput, "nobody called", "office", "found", exampleOffice, "--system", "zhang", "--security", "nobody", "--data", fresh)
	file := filepath.Join(fresh, "office.yaml")
	if err := os.WriteFile(file, []byte("name: {zh: 一, en: One}\nrooms: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(exitBadInput, "rooms", "office", "found", file, "--system", "zhang", "--security", "li", "--data", fresh)
	refused(exitUnreached, "office found FILE", "serve", "--addr", "127.0.0.1:0", "--data", fresh)
	refused(exitUnreached, "office found FILE", "account", "invite", "dongfang", "--data", fresh)
}
