// Package trace knows the name under which the log speaks of a request, from the door to the database. It means nothing: no
// act and no answer depends on it.
package trace

import "context"

type key struct{}

// With gives a context in which what is done is done for a request of that name.
func With(ctx context.Context, id string) context.Context { return context.WithValue(ctx, key{}, id) }

// Of is the name of the request for which something is done; empty where it is for none.
func Of(ctx context.Context) string {
	id, _ := ctx.Value(key{}).(string)
	return id
}
