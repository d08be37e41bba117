package jobs

import (
	"context"
	"log/slog"

	"chancery/core/job"
)

// Noted is a way that tells nobody: it only notes that there was a message, without who it is for and what it says.
type Noted struct{ Log *slog.Logger }

// Send notes the message, and answers ErrUnwanted: it did not leave.
func (n Noted) Send(_ context.Context, p job.Parcel) error {
	n.Log.Debug("a message has no way out of the house", "message", p.ID, "case", p.Message.Case, "kind", p.Message.Kind)
	return ErrUnwanted
}
