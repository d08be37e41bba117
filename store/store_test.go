package store_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"chancery/core/fault"
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

func TestTheStoreKeepsItsPromises(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Place {
		t.Helper()
		dir := t.TempDir()
		return func(ctx context.Context, clock func() time.Time) (storetest.Store, error) {
			s, err := store.Open(ctx, dir, clock)
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
	file, err := parser.ParseFile(token.NewFileSet(), "statements.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, t.TempDir())
	listed := store.Statements()
	seen := 0
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || len(v.Values) != 1 {
			return true
		}
		l, ok := v.Values[0].(*ast.BasicLit)
		if !ok {
			return true
		}
		q, err := strconv.Unquote(l.Value)
		if err != nil {
			t.Error(err)
		}
		seen++
		bounds := strings.HasPrefix(v.Names[0].Name, "sqlite") || slices.Contains([]string{"savepoint", "rollbackTo", "release"}, v.Names[0].Name)
		if !bounds && !slices.Contains(listed, q) {
			t.Errorf("%s is not among the statements that are prepared", v.Names[0].Name)
		}
		if err := s.Prepare(t.Context(), q); err != nil {
			t.Errorf("%s: %v", v.Names[0].Name, err)
		}
		return true
	})
	if seen < len(listed) {
		t.Errorf("%d statements in the file, %d listed", seen, len(listed))
	}
}
