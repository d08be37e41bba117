package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"chancery/core/fault"
	"chancery/internal/postgrestest"
	"chancery/store"
	"chancery/store/storetest"
)

// TestAnActThatRunsOutOfTimeIsUndoneAndSaidToBe, whatever it asks afterwards; one that was done in time is committed though
// its time ran out just then.
func TestAnActThatRunsOutOfTimeIsUndoneAndSaidToBe(t *testing.T) {
	t.Parallel()
	s := openPostgres(t, postgrestest.Fresh(t))
	act := func(before, after func(ctx context.Context)) error {
		ctx, over := context.WithTimeout(t.Context(), 2*time.Second)
		defer over()
		return s.Write(ctx, func(w storetest.Writing) error {
			before(ctx)
			_, err := storetest.Do(w, "A")
			after(ctx)
			return err
		})
	}
	late := func(ctx context.Context) { <-ctx.Done() }
	soon := func(context.Context) {}
	err := act(late, soon)
	if fault.KindOf(err) != fault.Unavailable || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("too late for its first question: %v", err)
	}
	inWords(t, "an act that runs out of time", err)
	must(t, act(soon, late))
	must(t, s.Store.Read(t.Context(), func(x *store.Tx) error {
		entries, err := x.Entries("A")
		if len(entries) != 1 {
			t.Errorf("%d entries are there", len(entries))
		}
		return err
	}))
}
