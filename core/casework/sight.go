package casework

import (
	"slices"
	"strings"

	"chancery/core/calendar"
	"chancery/core/office"
	"chancery/core/procedure"
)

// Key names somebody in whose sight a case lies: person:<id>, post:<id>,
// unit:<id>, procedure:<name>, office; copied:<id> is a person to whom it was
// copied. A case has keys and a reader has keys; who shares one, sees.
type Key string

// officeKey is had by every case that was ever submitted, and by posts that see all of them.
const officeKey Key = "office"

func personKey(id office.PersonID) Key { return "person:" + Key(id) }
func postKey(id office.PostID) Key     { return "post:" + Key(id) }
func unitKey(id office.UnitID) Key     { return "unit:" + Key(id) }
func procedureKey(name string) Key     { return "procedure:" + Key(name) }

// Shared says that a key is shared by many cases at once, and that a case has it
// from its first submission on: of a unit, a procedure, the office.
func (k Key) Shared() bool {
	return k == officeKey || strings.HasPrefix(string(k), "unit:") || strings.HasPrefix(string(k), "procedure:")
}

// CopiedKey is that of a person to whom cases are copied.
func CopiedKey(id office.PersonID) Key { return "copied:" + Key(id) }

// Keys are those of a case: who has or had a part in it, its unit with the units
// above it, and its procedure. A draft that was never submitted is the
// applicant's own affair. Involved are the names of those whom the case is about.
func (c Case) Keys(p procedure.Procedure, o office.Office, involved []string) []Key {
	out := []Key{personKey(c.Applicant)}
	for _, id := range c.Copied {
		out = append(out, personKey(id), CopiedKey(id))
	}
	if c.FirstSubmitted.IsZero() {
		return tidy(out)
	}
	for _, person := range o.Persons {
		if slices.Contains(involved, person.Name) {
			out = append(out, personKey(person.ID))
		}
	}
	out = append(out, c.partKeys(p)...)
	if unit, ok := o.UnitNamed(c.Unit); ok {
		for _, id := range o.Above(unit.ID) {
			out = append(out, unitKey(id))
		}
	}
	return tidy(append(out, procedureKey(c.Procedure), officeKey))
}

// partKeys are the posts that have or had something to do in the case, and the persons who signed or decided it.
func (c Case) partKeys(p procedure.Procedure) []Key {
	posts := []office.PostID{p.Officer, c.Post}
	acted := func(a office.Actor) []Key {
		return []Key{personKey(a.Person), personKey(a.For), postKey(a.Post)}
	}
	var out []Key
	if step, ok := p.Step(c.Step); ok && c.Escalated {
		for _, rung := range step.Escalate[:min(c.Rungs+1, len(step.Escalate))] {
			posts = append(posts, rung.Post)
		}
	}
	for _, s := range c.Slots {
		posts = append(posts, s.Post)
	}
	for _, d := range c.Checklist() {
		posts = append(posts, d.Post)
	}
	if notice, ok := p.OfKind(procedure.Notice); ok && len(c.Objections) > 0 {
		posts = append(posts, notice.Objections.Post)
	}
	for _, x := range c.Opinions {
		out = append(out, acted(x.By)...)
	}
	for _, x := range c.Decisions {
		out = append(out, acted(x.By)...)
	}
	for _, post := range posts {
		out = append(out, postKey(post))
	}
	if c.Last != nil { // who acted last can take it back, and sees what
		out = append(out, acted(c.Last.By)...)
	}
	return out
}

// tidy sorts keys, each once, and leaves out those of nobody.
func tidy(keys []Key) []Key {
	keys = slices.DeleteFunc(keys, func(k Key) bool { return k == "person:" || k == "post:" || k == "copied:" })
	slices.Sort(keys)
	return slices.Compact(keys)
}

// The most keys that a reader's sight may have: somebody who holds more posts than that holds too many.
const (
	KeysAtMost    = 24
	LimitedAtMost = 8
)

// Sight is what a reader may see on a day: the cases that share a key with it and
// whose mark is not above the clearance. The zero Sight sees nothing.
type Sight struct {
	// All sees every case, drafts included: the machine's operator, and the office's own clock.
	All  bool
	Keys []Key
	// Limited are keys that hold for the cases of one procedure only, by a delegation that says so.
	Limited []LimitedKey
	// Clearance is the level of the highest mark that may be seen.
	Clearance int
}

// LimitedKey is a key for the cases of one procedure.
type LimitedKey struct {
	Key       Key
	Procedure string
}

// Everything is the sight of the machine's operator and of the office's own clock.
func Everything() Sight { return Sight{All: true, Clearance: office.WorkSecret.Level()} }

// SightOf is what a person with a clearance may see on a day: by the own name, by the posts held,
// and by the posts that somebody delegated.
func SightOf(o office.Office, person office.PersonID, day calendar.Day, clearance office.Mark) Sight {
	s := Sight{Clearance: clearance.Level()}
	if _, known := o.Person(person); !known {
		return Sight{}
	}
	s.Keys = append(s.Keys, personKey(person))
	for _, id := range o.PostsOf(person, day) {
		s.Keys = append(s.Keys, keysOfPost(o, id)...)
	}
	for _, d := range o.Delegations {
		if d.To != person || day < d.Since || day > d.Until || !slices.Contains(o.Holders(d.Post, day), d.From) {
			continue
		}
		if len(d.Procedures) == 0 {
			s.Keys = append(s.Keys, keysOfPost(o, d.Post)...)
			continue
		}
		for _, key := range keysOfPost(o, d.Post) {
			for _, name := range d.Procedures {
				s.Limited = append(s.Limited, LimitedKey{key, name})
			}
		}
	}
	s.Keys = tidy(s.Keys)
	if slices.Contains(s.Keys, officeKey) { // whoever sees all that was submitted needs no other key but for drafts and copies
		s.Keys = slices.DeleteFunc(s.Keys, func(k Key) bool { return k != officeKey && k != personKey(person) })
	}
	s.Keys = s.Keys[:min(len(s.Keys), KeysAtMost)]
	s.Limited = s.Limited[:min(len(s.Limited), LimitedAtMost)]
	return s
}

func keysOfPost(o office.Office, id office.PostID) []Key {
	out := []Key{postKey(id)}
	post, _ := o.Post(id)
	if post.Sees.Unit {
		out = append(out, unitKey(post.Unit))
	}
	for _, name := range post.Sees.Procedures {
		out = append(out, procedureKey(name))
	}
	if post.Sees.Office {
		out = append(out, officeKey)
	}
	return out
}

// Sees says whether a case with these keys lies in sight.
func (s Sight) Sees(c Case, keys []Key) bool {
	if c.Mark.Level() > s.Clearance {
		return false
	}
	if s.All {
		return true
	}
	return slices.ContainsFunc(keys, func(k Key) bool {
		return slices.Contains(s.Keys, k) || slices.Contains(s.Limited, LimitedKey{k, c.Procedure})
	})
}

// SeesOffice says that everything that was ever submitted lies in sight, as far as cleared.
func (s Sight) SeesOffice() bool { return s.All || slices.Contains(s.Keys, officeKey) }

// SeesLimited says that a key which holds for one procedure shows everything of it that was submitted.
func (s Sight) SeesLimited(k LimitedKey) bool {
	return k.Key == officeKey || k.Key == procedureKey(k.Procedure)
}

// SeesAllOf says that every submitted case of a procedure lies in sight: figures over all of them may then be shown.
func (s Sight) SeesAllOf(name string) bool {
	return s.All || slices.Contains(s.Keys, officeKey) || slices.Contains(s.Keys, procedureKey(name))
}
