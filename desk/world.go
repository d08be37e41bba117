package desk

import (
	"errors"

	"chancery/affairs"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/core/text"
)

// world gathers what an act needs to know: the office that day, the procedure
// that the case is pinned to, and the rules with the facts that they ask for.
func (d *Desk) world(r Reading, c casework.Case, filing []byte) (casework.World, procedure.Procedure, error) {
	p, ok := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
	if !ok {
		return casework.World{}, p, notLoaded(c)
	}
	o, err := r.Office()
	if err != nil {
		return casework.World{}, p, err
	}
	if len(filing) == 0 {
		filing = c.Filing
		if c.Change != nil {
			filing = c.Change.Filing
		}
	}
	a, err := d.application(c, filing)
	if err != nil {
		return casework.World{}, p, err
	}
	now := r.Now()
	w := casework.World{
		Now: now, Day: now.Day(OfficeZone()), Since: c.Since.Day(OfficeZone()), Calendar: d.lib.Calendar, Office: o, Procedure: p,
		Clearance: func(id office.PersonID) office.Mark {
			mark, err := clearanceOf(r, id)
			if err != nil {
				return office.Public // what cannot be read is not presumed
			}
			return mark
		},
		Involved: affairs.Involved(a), LeaderLevel: affairs.LeaderLevel(a),
		Instrument: func() (text.Text, error) {
			w, ok := r.(Writing)
			if !ok {
				return text.Text{}, errors.New("a number was taken while reading")
			}
			n, err := w.NextNumber(p.Key+" instrument", now.Day(OfficeZone()).Year())
			return procedure.Number(p.Instrument, now.Day(OfficeZone()).Year(), n), err
		},
	}
	w.Unmoved = func(seen int) bool { return unmoved(r, c, seen) }
	w.Asked, w.AskedTerm = asked(a, o)
	if err := d.circumstances(&w, c, a); err != nil {
		return casework.World{}, p, err
	}
	if len(p.Books) > 0 {
		w.Check = func(gate rule.Gate) (*casework.Checked, error) { return d.checked(r, c, a, p, gate, w.Day) }
	}
	return w, p, nil
}

// unmovedAtMost is how much may have happened that moves nothing; beyond that a version is simply old.
const unmovedAtMost = 30

// unmoved says that every entry of a case behind the version that was seen moves nobody's decision. What cannot be read
// is not presumed.
func unmoved(r Reading, c casework.Case, seen int) bool {
	if seen < 1 || seen > c.Version || c.Version-seen > unmovedAtMost {
		return false
	}
	for seq := seen + 1; seq <= c.Version; seq++ {
		e, err := r.Entry(c.No, seq)
		if err != nil || casework.Kind(e.Kind).Moves() {
			return false
		}
	}
	return true
}

// asked are the units that the circulation block names, each with the post that
// answers for it; a unit without one is shown by its name and stays vacant.
func asked(a form.Application, o office.Office) ([]casework.Slot, int) {
	block := form.Get[form.Circulation](a.Answers, "circulation")
	var out []casework.Slot
	for _, name := range block.Asked {
		slot := casework.Slot{ID: "unit-" + name, Title: text.Text{ZH: name, EN: name}}
		for _, u := range o.Units {
			if u.Name.ZH != name && u.Name.EN != name && string(u.ID) != name {
				continue
			}
			slot.ID, slot.Title = "unit-"+string(u.ID), u.Name
			for _, p := range o.Posts {
				if p.Unit == u.ID && slot.Post == "" {
					slot.Post = p.ID
				}
			}
		}
		out = append(out, slot)
	}
	return out, block.Term
}

// checked puts a case before the rules at a gate and freezes the answer.
func (d *Desk) checked(r Reading, c casework.Case, a form.Application, p procedure.Procedure, gate rule.Gate, today calendar.Day) (*casework.Checked, error) {
	live, facts, err := d.withRegisters(r, c, a)
	if err != nil {
		return nil, err
	}
	answer, err := d.lib.Check(live, CheckOptions{Today: today, Gate: gate, Books: p.Books, Facts: facts})
	if err != nil {
		return nil, err
	}
	answers, err := live.Canonical()
	if err != nil {
		return nil, err
	}
	return &casework.Checked{
		Gate: gate, Day: answer.Day, Today: today, Verdict: answer.Verdict, Books: answer.Books, Findings: answer.Findings, Facts: facts,
		Digest: form.DigestOf(answers), Answers: answers,
	}, nil
}

// withRegisters adds what the registers know: a person's past trips, and the
// facts that rules ask for.
func (d *Desk) withRegisters(r Reading, c casework.Case, a form.Application) (form.Application, rule.Facts, error) {
	return d.withRows(r, c, a, r.Rows)
}

// withRows is withRegisters over rows that somebody looks up.
func (d *Desk) withRows(r Reading, c casework.Case, a form.Application, look affairs.Lookup) (form.Application, rule.Facts, error) {
	live, err := affairs.Live(a, c)
	if err != nil {
		return a, nil, err
	}
	ask := affairs.Of(a.Procedure).Registers
	if ask == nil {
		return live, rule.Facts{}, nil
	}
	live, facts, err := ask(live, c, look)
	if err != nil {
		return a, nil, err
	}
	return live, facts, planLeft(r, c, live, facts)
}
