package desk

import (
	"encoding/json"
	"fmt"
	"slices"

	"chancery/affairs"
	"chancery/affairs/travel"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/rule"
)

// circumstances adds to the world of an act what the affair counts of the
// application: who travels and when, what is so in this case, whether a change is
// noticed again, what a reduction may be. Those whom a change brings in or leaves
// out are both parties to it.
func (d *Desk) circumstances(w *casework.World, c casework.Case, a form.Application) error {
	affair := affairs.Of(c.Procedure)
	if affair.Journey != nil {
		w.Travellers, w.Exit = affair.Journey(a)
	}
	if affair.Circumstances != nil {
		w.Circumstances = affair.Circumstances(a)
	}
	if affair.Reduced != nil {
		w.Reduced = func(filing json.RawMessage) error {
			before, err := d.application(c, c.Filing)
			if err != nil {
				return err
			}
			after, err := d.application(c, filing)
			if err != nil {
				return err
			}
			return affair.Reduced(before, after)
		}
	}
	if c.Change == nil {
		return nil
	}
	before, err := d.application(c, c.Filing)
	if err != nil {
		return fmt.Errorf("read what a change would alter: %w", err)
	}
	for _, name := range affairs.Involved(before) {
		if !slices.Contains(w.Involved, name) {
			w.Involved = append(w.Involved, name)
		}
	}
	if affair.NoticeAgain != nil && c.Departed.IsZero() {
		w.NoticeAgain = affair.NoticeAgain(before, a)
	}
	return nil
}

// planLeft answers how many places the unit's approved plan of the year has left.
// An office that keeps no plan leaves the question unanswered.
func planLeft(r Reading, c casework.Case, a form.Application, facts rule.Facts) error {
	o, err := r.Office()
	if err != nil {
		return err
	}
	journey := affairs.Of(c.Procedure).Journey
	if journey == nil {
		return nil
	}
	_, exit := journey(a)
	plan, ok := o.PlanOf(a.Unit, exit.Year())
	if !ok {
		return nil
	}
	used, err := r.CountKeyed(travel.PlanRegister, travel.PlanKey(a.Unit, exit.Year()), c.No)
	if err != nil {
		return err
	}
	facts["plan_left"] = plan.Groups - used
	return nil
}
