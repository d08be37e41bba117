package casework

import (
	"encoding/json"
	"slices"

	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/text"
)

// May is an act that somebody may do now, and on what: a signature, a duty, an objection, an opinion.
type May struct {
	Kind   Kind   `json:"kind"`
	Slot   string `json:"slot,omitempty"`
	Number int    `json:"number,omitempty"`
}

// Offer is an act that somebody may do now, and the case as it would leave it.
type Offer struct {
	May
	// Stance is that of a signature; the offer of a signature comes once for each.
	Stance procedure.Stance
	After  Case
}

// Allowed lists what an actor may do in a case now, in the order of the acts. It
// asks Do itself with what each act needs filled in, so that what is offered and
// what is let pass cannot differ; whether the rules let an act pass is not asked.
func Allowed(c Case, actor office.Actor, w World) []May {
	var out []May
	for _, o := range Offers(c, actor, w) {
		if o.Kind != Countersigned || o.Stance == procedure.Agree {
			out = append(out, o.May)
		}
	}
	return out
}

// Offers lists what an actor may do in a case now, as Allowed does, with what would follow.
func Offers(c Case, actor office.Actor, w World) []Offer {
	w.Check, w.Reduced = nil, nil
	w.Instrument = func() (text.Text, error) { return text.Text{}, nil }
	var out []Offer
	for _, k := range Kinds() {
		stances := []procedure.Stance{procedure.Agree}
		if k == Countersigned {
			stances = []procedure.Stance{procedure.Agree, procedure.Reservation, procedure.Object, procedure.Abstain}
		}
		for _, on := range subjects(c, k) {
			a := filled(c, w, k)
			a.Slot, a.Number = on.Slot, on.Number
			for _, a.Stance = range stances {
				if _, after, err := Do(c, a, actor, w); err == nil {
					out = append(out, Offer{May: on, Stance: a.Stance, After: after})
				}
			}
		}
	}
	return out
}

// Kinds are the acts that persons do, in the order of a trip.
func Kinds() []Kind {
	return []Kind{
		Submitted, ReturnedBack, Countersigned, Commented, Answered, SignerAdded, SignerRemoved, Reassigned, NoticePosted, Objected,
		ObjectionSettled, DecisionAsked, DecisionReceived, ApprovedNow, RefusedNow, Issued, Fulfilled, Hindered, Departed, ChangeAsked,
		CameHome, HandedBack, Reported, PostNoticed, Settled, ClosedNow, WithdrawnNow, CancelledNow, RevokedNow, Recalled, Corrected, Attached,
	}
}

// subjects are the things in a case that an act of a kind could be about.
func subjects(c Case, k Kind) []May {
	var out []May
	switch k {
	case Countersigned, SignerRemoved, Reassigned:
		for _, s := range c.Slots {
			if s.Stance == procedure.Open {
				out = append(out, May{Kind: k, Slot: s.ID})
			}
		}
		if k == Reassigned && len(out) == 0 {
			out = append(out, May{Kind: k})
		}
	case Fulfilled, Hindered:
		for _, x := range c.Duties {
			if x.Done.IsZero() && (k == Hindered || x.Act == "") {
				out = append(out, May{Kind: k, Slot: x.ID})
			}
		}
		for i, condition := range c.Conditions {
			if k == Fulfilled && !condition.Met {
				out = append(out, May{Kind: k, Slot: conditionID(i)})
			}
		}
	case ObjectionSettled:
		for _, o := range c.Objections {
			if !o.Resolved {
				out = append(out, May{Kind: k, Number: o.ID})
			}
		}
	case Answered:
		for i, o := range c.Opinions {
			if o.Answer == "" && o.Stance != procedure.Lapsed {
				out = append(out, May{Kind: k, Number: i})
			}
		}
	default:
		return []May{{Kind: k}}
	}
	return out
}

// filled is an act with everything that it needs, whatever that is.
func filled(c Case, w World, k Kind) Act {
	a := Act{
		Kind: k, Seen: c.Version, Text: "x", Ground: "x", Stance: procedure.Agree, Day: w.Day, Digest: c.Digest,
		Settlement: &Settlement{Claimed: "0.00 CNY", Paid: "0.00 CNY"},
	}
	switch k {
	case Submitted, ApprovedNow:
	case Attached:
		a.Attachment = &Attachment{Hash: "-", Size: 1}
	case ChangeAsked:
		a.Filing, a.Ground = json.RawMessage("{}"), ""
	case ClosedNow:
		a.Ground = ""
	case SignerAdded, Reassigned:
		a.Post = anotherPost(c, w)
	default:
	}
	return a
}

// anotherPost is a post to which something in the case could be given.
func anotherPost(c Case, w World) office.PostID {
	step, _ := w.Procedure.Step(c.Step)
	for _, r := range step.Escalate {
		if step.Kind == procedure.Decision && r.Post != c.Post {
			return r.Post
		}
	}
	for _, p := range w.Office.Posts {
		if p.ID != c.Post && !slices.ContainsFunc(c.Slots, func(s Slot) bool { return s.Post == p.ID }) && p.ID != w.Procedure.Officer {
			return p.ID
		}
	}
	return ""
}

// Bearers are those who may do a task of a case now: who bears its post and is
// not a party to the case. None: an incident, whether the post is vacant or
// everybody in it must stand aside. The second answer says why each of those who must stand aside does.
func Bearers(c Case, post office.PostID, w World) (free []office.Actor, aside []text.Text) {
	for _, a := range w.Office.Bearers(post, w.Day, c.Procedure) {
		if why := Conflict(c, a, w); !why.IsZero() {
			aside = append(aside, why)
			continue
		}
		free = append(free, a)
	}
	return free, aside
}
