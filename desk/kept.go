package desk

import "context"

// Transactions is a folder whose transactions are of a kind of its own.
type Transactions[T Writing] interface {
	Blobs
	Proof(ctx context.Context, no string) ([]byte, error)
	Read(ctx context.Context, fn func(T) error) error
	Glance(ctx context.Context, fn func(T) error) error
	Write(ctx context.Context, fn func(T) error) error
	Refuses() error
}

// Kept lets desks stand on such a folder.
func Kept[T Writing](s Transactions[T]) Folder { return keeping[T]{s} }

type keeping[T Writing] struct{ Transactions[T] }

func (k keeping[T]) Read(ctx context.Context, fn func(Reading) error) error {
	return k.Transactions.Read(ctx, func(t T) error { return fn(t) })
}

func (k keeping[T]) Glance(ctx context.Context, fn func(Reading) error) error {
	return k.Transactions.Glance(ctx, func(t T) error { return fn(t) })
}

func (k keeping[T]) Write(ctx context.Context, fn func(Writing) error) error {
	return k.Transactions.Write(ctx, func(t T) error { return fn(t) })
}
