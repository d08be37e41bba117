package store_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"chancery/core/fault"
	"chancery/internal/foldertest"
	"chancery/internal/postgrestest"
	"chancery/store"
	"chancery/store/storetest"
)

// kept lets the suite of promises use the store.
type kept struct{ *store.Store }

func (k kept) Read(ctx context.Context, fn func(storetest.Reading) error) error {
	return k.Store.Read(ctx, func(t *store.Tx) error { return fn(t) })
}

func (k kept) Write(ctx context.Context, fn func(storetest.Writing) error) error {
	return k.Store.Write(ctx, func(t *store.Tx) error { return fn(t) })
}

func open(t testing.TB, dir string) kept {
	t.Helper()
	s, err := store.Open(context.Background(), dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return kept{s}
}

// openPostgres opens a database with a folder of its own.
func openPostgres(t testing.TB, dsn string) kept {
	t.Helper()
	s, err := store.OpenPostgres(context.Background(), dsn, t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return kept{s}
}

func TestTheStoreKeepsItsPromises(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Place {
		t.Helper()
		dir := foldertest.Fresh(t)
		return func(ctx context.Context, clock func() time.Time) (storetest.Store, error) {
			s, err := store.Open(ctx, dir, clock)
			if err != nil {
				return nil, err
			}
			return kept{s}, nil
		}
	})
}

func TestTheStoreKeepsItsPromisesOnPostgreSQL(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Place {
		t.Helper()
		dsn, dir := postgrestest.Fresh(t), t.TempDir()
		return func(ctx context.Context, clock func() time.Time) (storetest.Store, error) {
			s, err := store.OpenPostgres(ctx, dsn, dir, clock)
			if err != nil {
				return nil, err
			}
			return kept{s}, nil
		}
	})
}

func TestASecondOpeningOfAFolderIsRefusedInWords(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open(t, dir)
	_, err := store.Open(context.Background(), dir, time.Now)
	if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Errorf("second opening: %v", err)
	}
	if info, err := os.Stat(filepath.Join(dir, "keys", "journal.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key: %v, %v", info, err)
	}
}

// TestEveryStatementIsListedAndPrepares reads the statements' own file, so that none is first met by the database on the
// day it is needed.
func TestEveryStatementIsListedAndPrepares(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("statements*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no file of statements is found", err)
	}
	listed := slices.Concat(store.Statements(), store.SQLiteStatements(), store.PostgresStatements())
	said := map[string]string{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
				if q, ok := spelled(v.Values[0], said); ok {
					said[v.Names[0].Name] = q
				}
			}
			return true
		})
	}
	for name, q := range said {
		if !regexp.MustCompile(`^(SELECT|INSERT|UPDATE|DELETE|WITH)\b`).MatchString(q) || strings.HasSuffix(q, " ") {
			continue // a part that statements share, or what bounds a transaction
		}
		if !slices.Contains(listed, q) {
			t.Errorf("%s is not among the statements that are prepared", name)
		}
	}
	for name, one := range map[string]struct {
		open  func(t *testing.T) *store.Store
		alone []string
	}{
		"sqlite":   {func(t *testing.T) *store.Store { t.Helper(); return open(t, foldertest.Fresh(t)).Store }, store.SQLiteStatements()},
		"postgres": {func(t *testing.T) *store.Store { t.Helper(); return openPostgres(t, postgrestest.Fresh(t)).Store }, store.PostgresStatements()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := one.open(t)
			for _, q := range slices.Concat(store.Statements(), one.alone) {
				if err := s.Prepare(t.Context(), q); err != nil {
					t.Errorf("%s: %v", q, err)
				}
			}
		})
	}
}

// spelled is the text of a constant that is written as texts and earlier constants joined by +.
func spelled(e ast.Expr, said map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		q, err := strconv.Unquote(e.Value)
		return q, err == nil
	case *ast.Ident:
		q, ok := said[e.Name]
		return q, ok
	case *ast.BinaryExpr:
		left, okLeft := spelled(e.X, said)
		right, okRight := spelled(e.Y, said)
		return left + right, okLeft && okRight
	}
	return "", false
}
