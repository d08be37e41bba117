package upgrade

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"chancery/core/account"
	"chancery/core/casework"
	"chancery/core/office"
	"chancery/desk"
	"chancery/internal/postgrestest"
	"chancery/library"
	"chancery/store"
)

// before is the commit of release 0.1.0, for a checkout without tags.
const before = "a3f3321"

// git asks git, or ends the test in words: an archive of the source has no history.
func git(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", args...).CombinedOutput() //nolint:gosec // words of this file
	if err != nil {
		t.Skipf("NO HISTORY: the previous release cannot be built here: git %s: %s", strings.Join(args, " "), out)
	}
	return strings.TrimSpace(string(out))
}

// previous builds the program of the release before this commit, and says which that is. CHANCERY_PREVIOUS names one that is built already.
func previous(t *testing.T) (program, name string) {
	t.Helper()
	if said := os.Getenv("CHANCERY_PREVIOUS"); said != "" {
		return said, said
	}
	name = before
	if tag, err := exec.CommandContext(t.Context(), "git", "describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD~1").Output(); err == nil {
		name = strings.TrimSpace(string(tag))
	}
	git(t, "cat-file", "-e", name+"^{commit}")
	source := filepath.Join(t.TempDir(), "source")
	git(t, "worktree", "add", "--detach", source, name)
	t.Cleanup(func() {
		_ = exec.CommandContext(context.Background(), "git", "worktree", "remove", "--force", source).Run() //nolint:gosec // a folder of this test
	})
	return built(t, source), name
}

// present builds this program. CHANCERY_PRESENT names one that is built already.
func present(t *testing.T) string {
	t.Helper()
	if said := os.Getenv("CHANCERY_PRESENT"); said != "" {
		return said
	}
	return built(t, "../..")
}

func built(t *testing.T, source string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "chancery")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/chancery") //nolint:gosec // a folder of this test
	build.Dir = source
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v %s", source, err, out)
	}
	return program
}

// node is one program that serves.
type node struct {
	*testing.T
	address string
	process *exec.Cmd
	said    *bytes.Buffer
}

func serve(t *testing.T, program, dsn, dir string) *node {
	t.Helper()
	n := &node{T: t, said: &bytes.Buffer{}}
	n.process = exec.CommandContext(context.WithoutCancel(t.Context()), program, "--db", dsn, "--data", dir, "serve", "--addr", "127.0.0.1:0") //nolint:gosec // built here
	out, err := n.process.StdoutPipe()
	n.process.Stderr = n.said
	if err == nil {
		err = n.process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.process.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_ = n.process.Wait()
		t.Fatalf("%s does not serve: %v %s", program, err, n.said)
	}
	n.address = strings.TrimSpace(line)
	return n
}

// stop tells a node to leave, and waits until it has.
func (n *node) stop() {
	n.Helper()
	if err := n.process.Process.Signal(syscall.SIGTERM); err != nil {
		n.Fatal(err)
	}
	if err := n.process.Wait(); err != nil {
		n.Errorf("it leaves with %v: %s", err, n.said)
	}
}

// caseSaid is what an answer says of a case.
type caseSaid struct {
	No      string `json:"no"`
	Version int    `json:"version"`
}

// asks sends a request with a token of 钟离牧.
func (n *node) asks(method, path, token string, seen int, body string) (int, caseSaid) {
	n.Helper()
	r, err := http.NewRequestWithContext(n.Context(), method, n.address+path, strings.NewReader(body))
	if err != nil {
		n.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		r.Header.Set("Content-Type", "application/yaml")
	}
	if seen > 0 {
		r.Header.Set("If-Match", fmt.Sprintf("%q", fmt.Sprint(seen)))
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		n.Fatalf("%s %s: %v: %s", method, path, err, n.said)
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	var c caseSaid
	if err := json.NewDecoder(answer.Body).Decode(&c); err != nil {
		n.Fatalf("%s %s: %d %v", method, path, answer.StatusCode, err)
	}
	return answer.StatusCode, c
}

// command runs a program to its end.
func command(t *testing.T, program string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program, append([]string{"--lang", "en"}, args...)...).CombinedOutput() //nolint:gosec // built here
	if err != nil {
		t.Fatalf("%v: %v %s", args, err, out)
	}
	return string(out)
}

// token gives 钟离牧 an account, and a token that reads, files and acts.
func token(t *testing.T, dsn, dir string) string {
	t.Helper()
	s, err := store.OpenPostgres(t.Context(), dsn, dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	if err := desk.New(desk.Kept(s), lib).Settlers(t.Context(), "hexie-duanqiao-lan-27", []desk.Newcomer{{Person: "zhongli"}}); err != nil {
		t.Fatal(err)
	}
	secret := account.TokenPrefix + strings.Repeat("A", 43)
	if err := s.Write(t.Context(), func(w *store.Tx) error {
		a, _, err := w.AccountOf(office.PersonID("zhongli"))
		if err != nil {
			return err
		}
		made, err := account.NewToken(account.Personal, "upgrade", []account.Scope{account.ScopeRead, account.ScopeFile, account.ScopeAct}, 30, w.Now())
		if err != nil {
			return err
		}
		made.ID, made.Hash, made.Account, made.Strong = "upgrade", sha256.Sum256([]byte(secret)), a.ID, true
		return w.SaveToken(made)
	}); err != nil {
		t.Fatal(err)
	}
	return secret
}

func proof(t *testing.T) {
	t.Helper()
	if os.Getenv("CHANCERY_PROOF") == "" {
		t.Skip("two programs are built and run: make proof, or CHANCERY_PROOF=1")
	}
}

// TestOneReleaseIsReplacedByTheNextWhilePeopleAct: the old program serves; the new one starts beside it and brings the schema
// forward; both take acts over HTTP, each reads what the other did, and the old one is started again on the newer schema. At
// the end no act that was acknowledged is missing, and the record verifies.
func TestOneReleaseIsReplacedByTheNextWhilePeopleAct(t *testing.T) {
	t.Parallel()
	proof(t)
	dsn, dir := postgrestest.Empty(t), t.TempDir()
	old, name := previous(t)
	fresh := present(t)
	t.Logf("from %s", name)
	command(t, old, "--db", dsn, "--data", dir, "case", "list") // gives an empty place the invented office
	was := serve(t, old, dsn, dir)
	is := serve(t, fresh, dsn, dir) // it migrates while the old one serves
	by := token(t, dsn, dir)
	trip, err := library.FS.ReadFile("rulebooks/cn-national/examples/compliant.yaml")
	if err != nil {
		t.Fatal(err)
	}
	done := map[string]int{}
	const rounds = 12
	for round := range rounds {
		one, other := was, is
		if round%2 == 1 {
			one, other = is, was
		}
		if round == rounds/2 {
			was.stop()
			was = serve(t, old, dsn, dir) // on the newer schema
			one, other = was, is
		}
		status, filed := one.asks(http.MethodPost, "/api/cases", by, 0, string(trip))
		if status != http.StatusCreated {
			t.Fatalf("round %d: filing is answered %d", round, status)
		}
		status, acted := other.asks(http.MethodPost, "/api/cases/"+filed.No+"/submission", by, filed.Version, "")
		if status != http.StatusOK || acted.Version <= filed.Version {
			t.Fatalf("round %d: submission is answered %d %+v", round, status, acted)
		}
		done[filed.No] = acted.Version
		if status, seen := one.asks(http.MethodGet, "/api/cases/"+filed.No, by, 0, ""); status != http.StatusOK || seen.Version < acted.Version {
			t.Errorf("round %d: the other program reads %d %+v, done was %+v", round, status, seen, acted)
		}
	}
	was.stop()
	is.stop()
	if said := command(t, fresh, "--db", dsn, "--data", dir, "journal", "verify"); !strings.Contains(said, "0 faults") {
		t.Error(said)
	}
	s, err := store.OpenPostgres(t.Context(), dsn, dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.Read(t.Context(), func(r *store.Tx) error {
		cases, err := r.Cases(casework.Filter{Sight: casework.Everything()})
		for _, c := range cases {
			if v, ok := done[c.No]; ok && c.Version >= v {
				delete(done, c.No)
			}
		}
		return err
	}); err != nil || len(done) > 0 {
		t.Errorf("lost: %v, %v", done, err)
	}
}

// TestAFolderOfThePreviousReleaseOpensInTheNext and verifies, with its cases (R-12 in small).
func TestAFolderOfThePreviousReleaseOpensInTheNext(t *testing.T) {
	t.Parallel()
	proof(t)
	old, _ := previous(t)
	fresh, dir := present(t), t.TempDir()
	trip := filepath.Join(t.TempDir(), "trip.yaml")
	data, err := library.FS.ReadFile("rulebooks/cn-national/examples/compliant.yaml")
	if err == nil {
		err = os.WriteFile(trip, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	as := []string{"--data", dir, "--as", "钟离牧"}
	command(t, old, append(as, "case", "file", trip)...)
	for range 2 {
		if said := command(t, fresh, "--data", dir, "journal", "verify"); !strings.Contains(said, "0 faults") {
			t.Error(said)
		}
		command(t, fresh, append(as, "case", "file", trip)...)
	}
}
