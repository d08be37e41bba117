// Package postgrestest gives each test a PostgreSQL database of its own: a copy of one that was migrated once. The server
// is the one that CHANCERY_TEST_POSTGRES names (postgres://user@host:port/name), else the one on this machine's own port.
// Where none answers the test is skipped aloud, and with CI=true it fails.
package postgrestest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"chancery/store"
)

// server is where databases are made.
func server() string {
	if said := os.Getenv("CHANCERY_TEST_POSTGRES"); said != "" {
		return said
	}
	return "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"
}

// Fresh gives the address of a database with the present schema and nothing in it. It is gone when the test is over.
func Fresh(t testing.TB) string {
	t.Helper()
	pattern := pattern(t)
	return made(t, "TEMPLATE "+pattern)
}

// Empty gives the address of a database without any schema.
func Empty(t testing.TB) string {
	t.Helper()
	admin(t)
	return made(t, "TEMPLATE template0 ENCODING 'UTF8'")
}

func made(t testing.TB, like string) string {
	t.Helper()
	conn := admin(t)
	name := "chancery_test_" + strings.ToLower(rand.Text()[:16])
	if _, err := conn.Exec(t.Context(), "CREATE DATABASE "+name+" "+like); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		again, err := pgx.Connect(ctx, server())
		if err != nil {
			t.Errorf("drop the test's database: %v", err)
			return
		}
		defer func() { _ = again.Close(ctx) }()
		if _, err := again.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return at(t, name)
}

// Answers says in words that no server answers.
func Answers() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, server())
	if err != nil {
		return fmt.Errorf("NO POSTGRESQL: what is promised on PostgreSQL is not shown by this run (set CHANCERY_TEST_POSTGRES): %w", err)
	}
	return conn.Close(ctx)
}

// admin connects to the server, or ends the test in words.
func admin(t testing.TB) *pgx.Conn {
	t.Helper()
	if err := Answers(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	conn, err := pgx.Connect(t.Context(), server())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// at is the address of a database of the server.
func at(t testing.TB, name string) string {
	t.Helper()
	u, err := url.Parse(server())
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// patterns is the pattern that this process made or found.
var patterns struct {
	sync.Mutex
	name string
}

// pattern is a migrated database that others are copied from. It is named by the migrations and stays on the server, for
// the next run.
func pattern(t testing.TB) string {
	t.Helper()
	patterns.Lock()
	defer patterns.Unlock()
	if patterns.name != "" {
		return patterns.name
	}
	name := "chancery_pattern_" + digest(t)
	conn, ctx := admin(t), t.Context()
	exec := func(q string) {
		t.Helper()
		if _, err := conn.Exec(ctx, q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	exec(`SELECT pg_advisory_lock(hashtext('` + name + `'))`) // several test binaries run at once
	defer exec(`SELECT pg_advisory_unlock(hashtext('` + name + `'))`)
	var there bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, name).Scan(&there); err != nil {
		t.Fatal(err)
	}
	if !there {
		half := name + "_half"
		exec(`DROP DATABASE IF EXISTS ` + half + ` WITH (FORCE)`)
		exec(`CREATE DATABASE ` + half + ` TEMPLATE template0 ENCODING 'UTF8'`)
		if _, err := (store.Place{DSN: at(t, half)}).Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		exec(`ALTER DATABASE ` + half + ` RENAME TO ` + name)
	}
	patterns.name = name
	return name
}

// digest is that of all migrations.
func digest(t testing.TB) string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	files, err := filepath.Glob(filepath.Join(filepath.Dir(here), "..", "..", "store", "migrations", "postgres", "*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatal("no migrations are found", err)
	}
	sum := sha256.New()
	for _, f := range files {
		data, err := os.ReadFile(f) //nolint:gosec // a file of the repository
		if err != nil {
			t.Fatal(err)
		}
		sum.Write(data)
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
}
