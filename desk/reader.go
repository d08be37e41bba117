package desk

import (
	"context"
	"slices"
	"strings"

	"chancery/affairs"
	"chancery/core/account"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/text"
)

// Reader is who asks: a person of the office. Everything that is shown to a
// reader lies in the reader's sight; what does not is answered like what does not exist.
type Reader struct {
	Person office.PersonID
	// The account by which the person is signed in, and what it gives; none where the machine's operator names the person.
	Account account.ID
	Login   string
	Duties  account.Duties
	// Session names the session; it opens nothing.
	Session string
	// Name and Post are how the top of a page names the person today.
	Name, Post text.Text
	// Prefers is how the person likes the desk to be.
	Prefers account.Preferences
	// Figures says that figures over all official trips may be shown.
	Figures bool
	// Applies says that the person comes to apply: none of the posts that the person bears has a part in a procedure, or sees
	// more than its own cases, and no accounts are the person's to keep.
	Applies bool
	// Operator is the operator of the machine, who answers for what is read; without a person the whole office is seen.
	Operator bool

	persons []office.Person
	units   []office.Unit
}

// Called is how a person or a unit is named in English, as far as the office knows: a person in pinyin, a unit by its
// English name; else the name as it is. Nothing is spelt by rule: a surname can be read in two ways.
func (r Reader) Called(name string) string {
	for _, p := range r.persons {
		if p.Name == name && p.Pinyin != "" {
			return p.Pinyin
		}
	}
	for _, u := range r.units {
		if u.Name.ZH == name && u.Name.EN != "" {
			return u.Name.EN
		}
	}
	return name
}

// CalledIn puts the English names of the office's people and units in the place of the Chinese ones in a sentence; the
// longer name goes first where one begins like another.
func (r Reader) CalledIn(sentence string) string {
	type pair struct{ zh, en string }
	var pairs []pair
	for _, p := range r.persons {
		pairs = append(pairs, pair{p.Name, p.Pinyin})
	}
	for _, u := range r.units {
		pairs = append(pairs, pair{u.Name.ZH, u.Name.EN})
	}
	pairs = slices.DeleteFunc(pairs, func(p pair) bool { return p.zh == "" || p.en == "" || !strings.Contains(sentence, p.zh) })
	slices.SortStableFunc(pairs, func(a, b pair) int { return len(b.zh) - len(a.zh) })
	var all []string
	for _, p := range pairs {
		all = append(all, p.zh, p.en)
	}
	return strings.NewReplacer(all...).Replace(sentence)
}

// Operator reads as the operator of the machine, who could open the database as well.
func Operator() Reader { return Reader{Operator: true} }

// Actor is the reader as one who acts.
func (r Reader) Actor() office.Actor { return office.Actor{Person: r.Person, Operator: r.Operator} }

// ReaderOf is the reader that an actor is.
func ReaderOf(a office.Actor) Reader { return Reader{Person: a.Person, Operator: a.Operator} }

// sightOf is what a reader sees at the instant of a reading.
func sightOf(r Reading, reader Reader) (casework.Sight, error) {
	if reader.Operator && reader.Person == "" {
		return casework.Everything(), nil
	}
	o, err := r.Office()
	if err != nil {
		return casework.Sight{}, err
	}
	clearance, err := clearanceOf(r, reader.Person)
	if err != nil {
		return casework.Sight{}, err
	}
	return casework.SightOf(o, reader.Person, r.Now().Day(OfficeZone()), clearance), nil
}

// clearanceOf is up to which mark a person may read: what two administrators gave
// the account, and internal for whoever has none.
func clearanceOf(r Reading, person office.PersonID) (office.Mark, error) {
	mark, ok, err := r.Clearance(person)
	if err != nil || !ok {
		return office.Internal, err
	}
	return mark, nil
}

// keys are those of a case as it stands.
func (d *Desk) keys(c casework.Case, p procedure.Procedure, o office.Office) ([]casework.Key, error) {
	a, err := d.application(c, c.Filing)
	if err != nil {
		return nil, err
	}
	return c.Keys(p, o, affairs.Involved(a)), nil
}

// inSight gives a case that lies in a reader's sight. Any other is NotFound, in
// the very words for one that does not exist.
func (d *Desk) inSight(r Reading, reader Reader, no string) (casework.Case, error) {
	r.Expect(reader.Person)
	c, err := r.Case(no)
	if err != nil {
		return c, err
	}
	sees, err := d.sees(r, reader, c)
	if err != nil {
		return casework.Case{}, err
	}
	if !sees {
		return casework.Case{}, denial(reader, c)
	}
	return c, nil
}

func (d *Desk) sees(r Reading, reader Reader, c casework.Case) (bool, error) {
	s, err := sightOf(r, reader)
	if err != nil || s.All {
		return err == nil, err
	}
	o, err := r.Office()
	if err != nil {
		return false, err
	}
	p, _ := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
	keys, err := d.keys(c, p, o)
	if err != nil {
		return false, err
	}
	return s.Sees(c, keys), nil
}

// saveKeys writes what changed in the keys of a case between how it stood and how it stands.
func (d *Desk) saveKeys(w Writing, before, c casework.Case, p procedure.Procedure, o office.Office) error {
	now, err := d.keys(c, p, o)
	if err != nil {
		return err
	}
	var then []casework.Key
	if before.No != "" {
		if then, err = d.keys(before, p, o); err != nil {
			return err
		}
	}
	came, went := apart(then, now)
	return w.SaveKeys(c.No, came, went)
}

// apart gives what is only in the second list and what is only in the first.
func apart(then, now []casework.Key) (came, went []casework.Key) {
	for _, k := range now {
		if !slices.Contains(then, k) {
			came = append(came, k)
		}
	}
	for _, k := range then {
		if !slices.Contains(now, k) {
			went = append(went, k)
		}
	}
	return came, went
}

// sightRule is the version of the rule by which keys are made; a data folder whose keys were made by another is read through again.
const sightRule = "1"

// Resight makes the keys of every case anew where they are not what the case and
// the office say: after the office's units have changed, and in a data folder
// that was written before there were keys. It says of how many cases they changed.
func (d *Desk) Resight(ctx context.Context) (int, error) {
	changed := 0
	err := d.store.Write(ctx, func(w Writing) error {
		o, err := w.Office()
		if err != nil {
			return err
		}
		changed, err = d.resight(w, o)
		return err
	})
	return changed, err
}

func (d *Desk) resight(w Writing, o office.Office) (changed int, err error) {
	cases, err := w.Cases(casework.Filter{Sight: casework.Everything()})
	if err != nil {
		return 0, err
	}
	for _, c := range cases {
		p, _ := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
		now, err := d.keys(c, p, o)
		if err != nil {
			return changed, err
		}
		then, err := w.KeysOf(c.No)
		if err != nil {
			return changed, err
		}
		came, went := apart(then, now)
		if len(came)+len(went) > 0 {
			changed++
			fields, err := d.words(c, o)
			if err != nil {
				return changed, err
			}
			if err := w.SaveWords(c.No, fields, sharedOf(now)); err != nil {
				return changed, err
			}
		}
		if err := w.SaveKeys(c.No, came, went); err != nil {
			return changed, err
		}
	}
	return changed, w.Note("sight", sightRule)
}

// Ready brings a data folder that an earlier version wrote to what this one asks of it.
func (d *Desk) Ready(ctx context.Context) error {
	var sight, rows, words, plans string
	if err := d.store.Read(ctx, func(r Reading) error {
		err := whole(r)
		if err != nil {
			return err
		}
		if sight, err = r.Noted("sight"); err != nil {
			return err
		}
		if words, err = r.Noted("words"); err != nil {
			return err
		}
		if plans, err = r.Noted("plans"); err != nil {
			return err
		}
		rows, err = r.Noted("registers")
		return err
	}); err != nil {
		return err
	}
	if sight != sightRule {
		if _, err := d.Resight(ctx); err != nil {
			return err
		}
	}
	if words != wordsRule {
		if _, err := d.Reword(ctx); err != nil {
			return err
		}
	}
	if rows != rowsRule {
		if err := d.reregister(ctx); err != nil {
			return err
		}
	}
	if plans == d.plansMark() {
		return nil
	}
	if _, err := d.Recount(ctx); err != nil {
		return err
	}
	return d.store.Write(ctx, func(w Writing) error { return w.Note("plans", d.plansMark()) })
}

// notYours refuses a figure over cases of which some do not lie in the reader's sight.
func notYours(field string) error {
	return fault.New(fault.NotAllowed, field, text.Text{
		ZH: "这一数字包含您看不到的案件；请由掌握全部案件的岗位查询", EN: "the figure counts cases that you may not see; ask a post that sees them all",
	})
}
