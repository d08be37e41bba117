package desk

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"chancery/core/job"
)

// Outgoing gives the message that a job is to send, and the way; ok is false where it was sent already or is not kept any more.
func (d *Desk) Outgoing(ctx context.Context, key string) (p job.Parcel, way string, ok bool, err error) {
	way, number, _ := strings.Cut(key, "/")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return p, way, false, fmt.Errorf("send %q: %w", key, err)
	}
	err = d.store.Read(ctx, func(r Reading) error {
		there, err := r.IsPlanned(job.Send, key)
		if err != nil || !there {
			return err
		}
		p, ok, err = r.Parcel(id)
		return err
	})
	return p, way, ok, err
}

// Sent writes down that a message went its way; it is not sent that way again. What waited for a digest went with it.
func (d *Desk) Sent(ctx context.Context, key string) error {
	return d.store.Write(ctx, func(w Writing) error {
		there, err := settled(w, key)
		if err != nil || !there {
			return err
		}
		way, _, _ := strings.Cut(key, "/")
		return w.WayLeft(way)
	})
}

// Unwanted writes down that nobody wants a message by a way; it is done with.
func (d *Desk) Unwanted(ctx context.Context, key string) error {
	return d.store.Write(ctx, func(w Writing) error {
		_, err := settled(w, key)
		return err
	})
}

// settled ends the job of sending a message one way, and says whether there was one.
func settled(w Writing, key string) (bool, error) {
	there, err := w.Unplan(job.Send, key)
	if err != nil || !there {
		return false, err
	}
	way, number, _ := strings.Cut(key, "/")
	if way != job.Mail {
		return true, nil // digests go by mail alone
	}
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return true, fmt.Errorf("sent %q: %w", key, err)
	}
	p, ok, err := w.Parcel(id)
	if err == nil && ok && p.Message.Kind == job.Digest {
		err = w.DropDigested(p.Message.To, p.ID)
	}
	return true, err
}

// PutDown notes that a signed checkpoint was put down for a witness, or why it could not be.
func (d *Desk) PutDown(ctx context.Context, why string) error {
	return d.store.Write(ctx, func(w Writing) error {
		if why != "" {
			return w.WayFailed(job.Checkpoints, why)
		}
		return w.WayLeft(job.Checkpoints)
	})
}

// NotSent notes that a message could not go its way, and why; its job says what becomes of it.
func (d *Desk) NotSent(ctx context.Context, key, why string) error {
	way, _, _ := strings.Cut(key, "/")
	return d.store.Write(ctx, func(w Writing) error { return w.WayFailed(way, why) })
}
