package desk

import (
	"context"
	"errors"
)

// Together does several acts in one transaction, at one instant: all become
// durable together, or none. fn uses the desk that it is given, and nothing else.
func (d *Desk) Together(ctx context.Context, fn func(*Desk) error) error {
	return d.store.Write(ctx, func(w Writing) error {
		if err := w.Alone(); err != nil {
			return err
		}
		other := *d
		other.store = joined{w}
		return fn(&other)
	})
}

// joined is a store whose writes all belong to a transaction that is open already.
type joined struct{ w Writing }

func (j joined) Read(_ context.Context, fn func(Reading) error) error   { return fn(j.w) }
func (j joined) Glance(_ context.Context, fn func(Reading) error) error { return fn(j.w) }
func (j joined) Write(_ context.Context, fn func(Writing) error) error  { return fn(j.w) }

// Refuses finds no reason: an act is under way.
func (joined) Refuses() error { return nil }

// Proof is not given while acts are under way that nobody has committed.
func (j joined) Proof(context.Context, string) ([]byte, error) {
	return nil, errors.New("a proof was asked for within a transaction")
}
