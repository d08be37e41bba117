package main

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chancery/core/account"
	"chancery/internal/webtest"
	"chancery/library"
)

// TestTheSameApplicationIsAnsweredTheSameByCommandAndProgram, byte for byte.
func TestTheSameApplicationIsAnsweredTheSameByCommandAndProgram(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../internal/contract/testdata/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	library, err := fs.Glob(library.FS, "rulebooks/*/examples/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range library {
		files = append(files, filepath.Join("../../library", file))
	}
	if len(files) < 10 {
		t.Fatalf("%d applications", len(files))
	}
	p := webtest.Open(t, "2026-09-14").Token("zhongli", account.ScopeRead)
	for _, file := range files {
		application, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for query, args := range map[string][]string{
			"": nil, "?on=2026-10-08&at=application": {"--on", "2026-10-08", "--at", "application"},
		} {
			if query == "" && !strings.Contains(string(application), "filed:") {
				continue // filed today, which is another day for each of them
			}
			var out, errs bytes.Buffer
			code := run(context.WithoutCancel(t.Context()), append([]string{"check", file, "--json"}, args...), &out, &errs)
			r := p.Do("POST", "/api/check"+query, bytes.NewReader(application), "Content-Type", "application/yaml")
			if code == exitBadInput {
				if r.Code != 422 {
					t.Errorf("%s%s: the command refuses it, the door answers %d", file, query, r.Code)
				}
				continue
			}
			if r.Code != 200 || !bytes.Equal(out.Bytes(), r.Body.Bytes()) {
				t.Errorf("%s%s: answered %d\n%s\n%s", file, query, r.Code, out.String(), r.Body)
			}
		}
	}
}
