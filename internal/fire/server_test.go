package fire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// server is a PostgreSQL of the test's own, which it may stop and start.
type server struct {
	*testing.T
	bin, dir string
	port     int
	as       *syscall.SysProcAttr
	running  *exec.Cmd
	log      *os.File
}

// proven skips what takes long outside `make proof`.
func proven(t *testing.T) {
	t.Helper()
	if os.Getenv("CHANCERY_PROOF") == "" {
		t.Skip("runs in `make proof`, which sets CHANCERY_PROOF")
	}
}

// lacking ends a test that cannot show what it promises: aloud, and as a failure where nobody reads.
func lacking(t *testing.T, why string) {
	t.Helper()
	why = "NO POSTGRESQL OF ITS OWN: what is promised of several nodes is not shown by this run: " + why
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// programs finds the folder with initdb and postgres.
func programs() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1])
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	return ""
}

// ownServer makes and starts a server. PostgreSQL refuses to run as root, so there it runs as postgres or nobody.
func ownServer(t *testing.T) *server {
	t.Helper()
	s := &server{T: t, bin: programs(), port: freePort(t), as: &syscall.SysProcAttr{Setpgid: true}}
	if s.bin == "" {
		lacking(t, "initdb is nowhere to be found")
	}
	var err error
	if s.dir, err = os.MkdirTemp("", "chancery-fire-"); err != nil { //nolint:usetesting // t.TempDir is closed to other users
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(s.dir) })
	if os.Geteuid() == 0 {
		who, err := user.Lookup("postgres")
		if err != nil {
			if who, err = user.Lookup("nobody"); err != nil {
				lacking(t, err.Error())
			}
		}
		uid, _ := strconv.ParseUint(who.Uid, 10, 32)
		gid, _ := strconv.ParseUint(who.Gid, 10, 32)
		s.as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		s.must(os.Chown(s.dir, int(uid), int(gid))) //nolint:gosec // numbers of users fit
	}
	if s.log, err = os.Create(filepath.Join(s.dir, "log")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.log.Close() })
	made := s.program("initdb", "--pgdata", s.data(), "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")
	if err := made.Run(); err != nil {
		said, _ := os.ReadFile(s.log.Name())
		lacking(t, fmt.Sprintf("initdb: %v\n%s", err, said))
	}
	s.start()
	t.Cleanup(func() { s.stop(syscall.SIGQUIT) })
	return s
}

func (s *server) data() string { return filepath.Join(s.dir, "data") }

func (s *server) program(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...) //nolint:gosec // ended by signals
	cmd.SysProcAttr, cmd.Stdout, cmd.Stderr, cmd.Dir = s.as, s.log, s.log, s.dir
	return cmd
}

// start starts the server and waits until it answers.
func (s *server) start() {
	s.Helper()
	s.running = s.program("postgres", "-D", s.data(), "-p", strconv.Itoa(s.port), "-k", s.dir, "-c", "listen_addresses=127.0.0.1",
		"-c", "max_connections=150", "-c", "shared_buffers=64MB", "-c", "log_min_messages=fatal")
	s.must(s.running.Start())
	s.until(time.Minute, "the server answers", func() bool { return s.asks(`SELECT 1`) == nil })
}

// stop ends the server: SIGINT breaks off what is under way, SIGQUIT is as good as a crash.
func (s *server) stop(how syscall.Signal) {
	if s.running == nil {
		return
	}
	_ = s.running.Process.Signal(how)
	_ = s.running.Wait() // whatever it says
	s.running = nil
}

// dsn is the address of the database, by a port that is perhaps another's than the server's own.
func (s *server) dsn(port int) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port)
}

// asks runs a statement behind the office's back.
func (s *server) asks(q string, args ...any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.dsn(s.port))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, q, args...)
	return errors.Join(err, conn.Close(ctx))
}

func (s *server) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// until waits until something is so.
func (s *server) until(most time.Duration, what string, so func() bool) {
	s.Helper()
	for begun := time.Now(); !so(); time.Sleep(50 * time.Millisecond) {
		if time.Since(begun) > most {
			s.Fatalf("%s: not within %s", what, most)
		}
	}
}

// freePort is a port on which nobody listens.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // it is one of TCP
}
