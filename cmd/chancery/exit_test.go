package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"chancery/library"
)

const examples = "../../internal/contract/testdata/"

// TestEveryCommandEndsWithTheCodeOfTheContract: 0 done or yes, 1 no, 2 a bad command line or input, 3 not allowed, 4
// changed meanwhile, 5 the data cannot be reached. What went wrong stands on the other stream, as «chancery: …».
func TestEveryCommandEndsWithTheCodeOfTheContract(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	filed := answered[struct{ No string }](t, "case", "file", examples+"01-compliant.yaml", "--as", "zhongli", "--data", folder)
	written := regexp.MustCompile(`OUT-(\d+)-`).ReplaceAllString(filed.No, "出〔$1〕") // as the figures list it
	proof := file("proof.json", said(t, "journal", "proof", filed.No, "--data", folder))
	checkpoint := answered[struct{ Note string }](t, "journal", "head", "--data", folder).Note
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	blocked := file("a-file", "") + "/data" // below a file there is no folder
	bad, none := file("bad.yaml", "procedure: [\n"), filepath.Join(t.TempDir(), "none")
	broken := t.TempDir()
	if err := os.CopyFS(broken, library.FS); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(broken, "rulebooks", "cn-national", "book.yaml"), []byte("nothing: here\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	for i, c := range []struct {
		want int
		args []string
	}{
		{2, nil},
		{2, []string{"dance"}},
		{2, []string{"case", "list", "--colour"}},
		{0, []string{"--help"}},
		{2, []string{"--lang", "fr", "case", "list"}},

		{0, []string{"check", examples + "01-compliant.yaml"}},
		{1, []string{"check", examples + "03-four-countries.yaml"}},
		{2, []string{"check"}},
		{2, []string{"check", examples + "15-unknown-key.yaml"}},
		{2, []string{"check", bad}},
		{2, []string{"check", none}},
		{2, []string{"check", t.TempDir()}},
		{2, []string{"check", examples + "01-compliant.yaml", "--books", "nobody's"}},
		{2, []string{"check", examples + "01-compliant.yaml", "--on", "2026-02-30"}},
		{2, []string{"check", examples + "01-compliant.yaml", "--at", "noon"}},

		{0, []string{"library", "check"}},
		{2, []string{"library", "check", none}},
		{1, []string{"library", "check", broken}},

		{0, []string{"case", "show", filed.No, "--data", folder}},
		{0, []string{"case", "show", written, "--data", folder}},
		{0, []string{"case", "allowed", written, "--as", "zhongli", "--data", folder}},
		{0, []string{"journal", "proof", written, "--data", folder}},
		{2, []string{"case", "show", "OUT-2026-99", "--data", folder}},
		{2, []string{"case", "file", bad, "--as", "zhongli", "--data", folder}},
		{3, []string{"case", "file", examples + "01-compliant.yaml", "--data", folder}},
		{3, []string{"case", "file", examples + "01-compliant.yaml", "--as", "nobody", "--data", folder}},
		{0, []string{"case", "path", examples + "01-compliant.yaml", "--data", folder}},
		{0, []string{"case", "allowed", filed.No, "--as", "zhongli", "--data", folder}},
		{2, []string{"case", "allowed", "OUT-2026-99", "--as", "zhongli", "--data", folder}},
		{2, []string{"case", "submit", filed.No, "--as", "wenren", "--data", folder}}, // a draft is the applicant's own affair
		{3, []string{"case", "approve", filed.No, "--as", "zhongli", "--data", folder}},
		{3, []string{"case", "close", filed.No, "--as", "zhongli", "--data", folder}},
		{4, []string{"case", "submit", filed.No, "--as", "zhongli", "--seen", "7", "--data", folder}},
		{2, []string{"case", "submit", "OUT-2026-99", "--as", "zhongli", "--data", folder}},
		{2, []string{"case", "depart", filed.No, "--as", "zhongli", "--day", "tomorrow", "--data", folder}},
		{0, []string{"case", "tick", "--data", folder}},

		{0, []string{"figures", "refusals", "--quarter", "2026Q3", "--data", folder}},
		{2, []string{"figures", "refusals", "--data", folder}},
		{2, []string{"figures", "refusals", "--quarter", "2026Q5", "--data", folder}},

		{0, []string{"journal", "verify", "--data", folder}},
		{0, []string{"journal", "verify", "--checkpoint", file("kept", checkpoint), "--data", folder}},
		{1, []string{"journal", "verify", "--checkpoint", file("forged", "x"+checkpoint), "--data", folder}},
		{2, []string{"journal", "verify", "--checkpoint", none, "--data", folder}},
		{0, []string{"journal", "head", "--data", folder}},
		{2, []string{"journal", "proof", "OUT-2026-99", "--data", folder}},
		{2, []string{"journal", "export", bad, "--data", folder}},
		{2, []string{"journal", "export", filepath.Join(none, "export"), "--data", folder}},
		{0, []string{"journal", "check-proof", proof}},
		{1, []string{"journal", "check-proof", bad}},
		{2, []string{"journal", "check-proof", none}},
		{2, []string{"journal", "new-key", "--data", t.TempDir()}},
		{3, []string{"journal", "new-key", "--as", "nobody", "--data", folder}},
		{0, []string{"journal", "new-key", "--as", "dongfang", "--data", folder}},
		{0, []string{"journal", "verify", "--checkpoint", file("kept", checkpoint), "--data", folder}},

		{0, []string{"migrate", "--data", folder}},
		{5, []string{"migrate", "--data", none}},

		{2, []string{"serve", "--addr", "8080", "--data", folder}},
		{3, []string{"serve", "--addr", "0.0.0.0:0", "--data", folder}},
		{5, []string{"serve", "--addr", taken.Addr().String(), "--data", folder}},

		{5, []string{"serve", "--addr", "127.0.0.1:0", "--data", blocked}},
		{5, []string{"case", "list", "--data", blocked}},
		{5, []string{"journal", "verify", "--data", blocked}},
		{5, []string{"journal", "new-key", "--data", blocked}},
		{5, []string{"migrate", "--data", blocked}},
		{5, []string{"doctor", "--data", blocked}},
	} {
		args := c.args
		if i%2 == 1 {
			args = append([]string{"--json"}, args...)
		}
		var out, errs bytes.Buffer
		if code := run(context.WithoutCancel(t.Context()), args, &out, &errs); code != c.want {
			t.Errorf("chancery %s ends with %d, want %d: %s", strings.Join(args, " "), code, c.want, errs.String())
		}
		if told := strings.Contains("\n"+errs.String(), "\nchancery: "); told != (c.want > exitNo) {
			t.Errorf("chancery %s says on the other stream %q", strings.Join(args, " "), errs.String())
		}
		if c.want > exitNo && strings.Contains(out.String(), "chancery: ") {
			t.Errorf("chancery %s says what went wrong among the answers: %q", strings.Join(args, " "), out.String())
		}
	}
}

// said runs a command line and gives what it printed.
func said(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(context.WithoutCancel(t.Context()), args, &out, &errs); code != exitDone {
		t.Fatalf("chancery %s ends with %d: %s", strings.Join(args, " "), code, errs.String())
	}
	return out.String()
}
