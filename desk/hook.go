package desk

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/job"
	"chancery/core/text"
)

// HookReading is what can be read of those outside who are told what happens.
type HookReading interface {
	// Hooks are all, the oldest first.
	Hooks() ([]job.Hook, error)
	HookSecret(id string) (s job.HookSecret, ok bool, err error)
	// Deliveries are the messages that have not reached a hook yet, those that failed among them, no more than limit.
	Deliveries(id string, limit int) ([]job.Job, error)
}

// hookDeliveries is how many messages that did not reach a hook are listed.
const hookDeliveries = 200

// HookWriting is what one act may write of them; false says that there is none.
type HookWriting interface {
	// Hooked says whether anybody outside is told what happens.
	Hooked() (bool, error)
	SaveHook(h job.Hook, s job.HookSecret) error
	TurnHook(id string, live bool) (bool, error)
	// ChangeHook writes what a hook is anew but for where it leads.
	ChangeHook(h job.Hook) error
	// HookAnswered switches off a hook that says it is gone.
	HookAnswered(id string, a job.HookAnswer) error
	DropHook(id string) (bool, error)
}

// Hooks lists those outside who are told. A system administrator sees them, and the operator of the machine.
func (d *Desk) Hooks(ctx context.Context, by Reader) ([]job.Hook, error) {
	var out []job.Hook
	err := d.store.Read(ctx, func(r Reading) error {
		if err := operates(r, by); err != nil {
			return err
		}
		var err error
		out, err = r.Hooks()
		return err
	})
	return out, err
}

// AddHook has a program outside told what happens from now on. The secret with which messages to a web hook are signed is
// told once, in the answer.
func (d *Desk) AddHook(ctx context.Context, by Reader, ask job.HookAsk) (job.Hook, string, error) {
	h, s, err := job.NewHook(ask)
	if err != nil {
		return h, "", err
	}
	h.ID = newID()
	made := ""
	if h.Kind == job.Webhook {
		var random [32]byte
		_, _ = rand.Read(random[:]) // never fails: it ends the program instead
		made = "whsec_" + base64.StdEncoding.EncodeToString(random[:])
		s.Sign = made
	}
	err = d.store.Write(ctx, func(w Writing) error {
		if err := operates(w, by); err != nil {
			return err
		}
		all, err := w.Hooks()
		if err != nil {
			return err
		}
		if len(all) >= job.HooksMost {
			return fault.New(fault.Conflict, "", text.Text{
				ZH: "对外通知已有 {n} 项；请先删除不用的", EN: "there are {n} hooks already; remove one that is not used any more",
			}.Fill(text.Args{"n": job.HooksMost}))
		}
		h.Made = w.Now()
		return w.SaveHook(h, s)
	})
	if err != nil {
		return job.Hook{}, "", err
	}
	return h, made, nil
}

// TurnHook switches a hook on or off; NotFound when there is none such.
func (d *Desk) TurnHook(ctx context.Context, by Reader, id string, live bool) error {
	return d.changeHook(ctx, by, func(w Writing) (bool, error) { return w.TurnHook(id, live) })
}

// ChangeHook gives a hook another name, other acts and another highest mark of titles. Invalid comes back for what cannot be,
// NotFound when there is none such.
func (d *Desk) ChangeHook(ctx context.Context, by Reader, id string, ask job.HookAsk) error {
	return d.changeHook(ctx, by, func(w Writing) (bool, error) {
		all, err := w.Hooks()
		at := slices.IndexFunc(all, func(h job.Hook) bool { return h.ID == id })
		if err != nil || at < 0 {
			return false, err
		}
		changed, err := all[at].Changed(ask)
		if err != nil {
			return false, err
		}
		return true, w.ChangeHook(changed)
	})
}

// Deliveries lists the messages that have not reached a hook, and the instant at which they stood so; NotFound when there is
// none such.
func (d *Desk) Deliveries(ctx context.Context, by Reader, id string) (out []job.Job, now calendar.Instant, err error) {
	err = d.store.Read(ctx, func(r Reading) error {
		if err := operates(r, by); err != nil {
			return err
		}
		all, err := r.Hooks()
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(h job.Hook) bool { return h.ID == id }) {
			return noHook()
		}
		now = r.Now()
		out, err = r.Deliveries(id, hookDeliveries)
		return err
	})
	return out, now, err
}

// RetryDelivery has a message that did not reach a hook sent again at once. NotFound when there is none such of that hook,
// Conflict where somebody is about it or it has not failed.
func (d *Desk) RetryDelivery(ctx context.Context, by Reader, id string, delivery int64) error {
	all, _, err := d.Deliveries(ctx, by, id)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(j job.Job) bool { return j.ID == delivery }) {
		return fault.New(fault.NotFound, "message", text.Text{ZH: "没有这一条未送达的消息", EN: "there is no such message that waits or failed"})
	}
	return d.RetryJob(ctx, by, delivery)
}

// RemoveHook takes a hook out, with its secret; NotFound when there is none such.
func (d *Desk) RemoveHook(ctx context.Context, by Reader, id string) error {
	return d.changeHook(ctx, by, func(w Writing) (bool, error) { return w.DropHook(id) })
}

// TestHook sends a hook a message that says nothing; what came of it stands with the hook.
func (d *Desk) TestHook(ctx context.Context, by Reader, id string) error {
	return d.changeHook(ctx, by, func(w Writing) (bool, error) {
		all, err := w.Hooks()
		if err != nil || !slices.ContainsFunc(all, func(h job.Hook) bool { return h.ID == id }) {
			return false, err
		}
		if err := w.Outbox([]casework.Message{{Kind: job.HookTest}}); err != nil {
			return false, err
		}
		told, err := w.Told(w.Now())
		if err != nil {
			return false, err
		}
		for _, p := range told {
			if err := w.Plan(job.Job{Kind: job.Send, Key: hookKey(id, p), Due: w.Now()}); err != nil {
				return false, err
			}
		}
		return true, nil
	})
}

func (d *Desk) changeHook(ctx context.Context, by Reader, change func(Writing) (bool, error)) error {
	return d.store.Write(ctx, func(w Writing) error {
		if err := operates(w, by); err != nil {
			return err
		}
		there, err := change(w)
		if err == nil && !there {
			err = noHook()
		}
		return err
	})
}

func noHook() error {
	return fault.New(fault.NotFound, "hook", text.Text{ZH: "没有这一项对外通知", EN: "there is no such hook"})
}

func hookKey(id string, p job.Parcel) string {
	return job.Hooks + ":" + id + "/" + strconv.FormatInt(p.ID, 10)
}

// reach finds the keys under which messages of one act are sent. A hook is told of an act once, however many people are.
type reach struct {
	ways  []string
	hooks []job.Hook
	heard map[string]bool
}

func reachOf(r Reading, ways []string) (*reach, error) {
	out := &reach{ways: slices.DeleteFunc(slices.Clone(ways), func(way string) bool { return way == job.Hooks }), heard: map[string]bool{}}
	if len(out.ways) == len(ways) {
		return out, nil
	}
	var err error
	out.hooks, err = r.Hooks()
	return out, err
}

// to gives the ways a message goes: what is told to no person goes to hooks alone.
func (r *reach) to(p job.Parcel) []string {
	var out []string
	if p.Message.To != "" {
		out = slices.Clone(r.ways)
	}
	for _, h := range r.hooks {
		if once := fmt.Sprint(h.ID, " ", p.Message.Case, " ", p.Message.Kind); h.Hears(p.Message.Kind) && !r.heard[once] {
			r.heard[once] = true
			out = append(out, job.Hooks+":"+h.ID)
		}
	}
	return out
}

// HookCall is all that is needed to tell a hook: the hook, its address and secret, and what it is told, which is nothing of
// a case but the title of one that is marked no higher than it may hear. ok is false where it is not told any more.
func (d *Desk) HookCall(ctx context.Context, p job.Parcel) (h job.Hook, s job.HookSecret, e job.HookEvent, ok bool, err error) {
	err = d.store.Read(ctx, func(r Reading) error {
		all, err := r.Hooks()
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(h job.Hook) bool { return h.ID == p.Target && (h.Live || p.Message.Kind == job.HookTest) })
		if at < 0 {
			return nil
		}
		h = all[at]
		if s, ok, err = r.HookSecret(h.ID); err != nil || !ok {
			return err
		}
		e = job.HookEvent{Kind: p.Message.Kind, At: p.At, Case: p.Message.Case}
		if e.Case == "" {
			return nil
		}
		c, err := r.Case(e.Case)
		if err != nil {
			return err
		}
		e.Number = c.Number
		if h.Tells(c.Mark) {
			e.Title = c.Title
		}
		entries, err := r.Entries(e.Case)
		for _, one := range entries {
			if one.At == p.At {
				e.Entry = one.Seq
			}
		}
		return err
	})
	return h, s, e, ok, err
}

// HookAnswered writes down what a hook answered; one that says it is gone is switched off.
func (d *Desk) HookAnswered(ctx context.Context, id string, status int, why string) error {
	const most = 300
	if r := []rune(why); len(r) > most {
		why = string(r[:most]) + "…"
	}
	return d.store.Write(ctx, func(w Writing) error {
		return w.HookAnswered(id, job.HookAnswer{At: w.Now(), Status: status, Why: why})
	})
}

// HookLine is a hook as it is listed; its address and secret are told to nobody.
type HookLine struct {
	ID     string           `json:"id"`
	Kind   job.HookKind     `json:"kind"`
	Name   string           `json:"name"`
	Host   string           `json:"host"`
	Events []casework.Kind  `json:"events,omitempty"`
	Titles string           `json:"titles,omitempty"`
	Live   bool             `json:"live"`
	Made   calendar.Instant `json:"made"`
	// Answered is when it was tried last, Status what it answered, zero where it was not reached, and Why what was wrong.
	Answered calendar.Instant `json:"answered,omitempty"`
	Status   int              `json:"status,omitempty"`
	Why      string           `json:"why,omitempty"`
}

// HookLineOf is a hook as it is listed.
func HookLineOf(h job.Hook) HookLine {
	return HookLine{
		ID: h.ID, Kind: h.Kind, Name: h.Name, Host: h.Host, Events: h.Events, Titles: string(h.Titles), Live: h.Live, Made: h.Made,
		Answered: h.Last.At, Status: h.Last.Status, Why: h.Last.Why,
	}
}
