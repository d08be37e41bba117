package load

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// bareDriver and bareSource name, for a process of this test, the database behind the bare door.
const (
	bareDriver = "CHANCERY_BARE_DRIVER"
	bareSource = "CHANCERY_BARE_SOURCE"
)

func TestMain(m *testing.M) {
	if os.Getenv(bareDriver) != "" {
		if err := serveBare(os.Getenv(bareDriver), os.Getenv(bareSource)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serveBare answers every request once one row is written, and ends with its input.
func serveBare(driver, source string) error {
	db, err := sql.Open(driver, source)
	if err != nil {
		return err
	}
	conns := callers
	if driver == "sqlite" {
		conns = 1
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("http://" + l.Addr().String())
	s := http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := db.ExecContext(r.Context(), `INSERT INTO bare (body) VALUES ($1)`, "one row"); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprintln(w, "{}")
	})}
	go func() {
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
		_ = s.Close()
	}()
	if err := s.Serve(l); err != http.ErrServerClosed { //nolint:errorlint // as it is documented
		return err
	}
	return db.Close()
}

// bareDoor serves a database as a process of its own, as the program is, and gives the address.
func bareDoor(t *testing.T, driver, source string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), bareDriver+"="+driver, bareSource+"="+source)
	in, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	return strings.TrimSpace(line)
}
