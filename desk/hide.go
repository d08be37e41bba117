package desk

import (
	"chancery/affairs"
	"chancery/core/office"
	"chancery/core/procedure"
)

// hide takes out of a view what this reader may not see of the case: the parts
// of the application that only those need who judge the persons, wherever the
// case repeats them, and the facts that the registers gave of them.
func (v *CaseView) hide(r Reading, reader Reader, p procedure.Procedure, o office.Office) error {
	sight, err := sightOf(r, reader)
	if err != nil {
		return err
	}
	judge := sight.All || judges(p, sight, o, reader.Person, v.Today)
	applicant := reader.Person == v.Case.Applicant
	v.hideObjectors(reader, judge && !applicant, p, o)
	if judge || applicant {
		return nil
	}
	hide := affairs.Of(v.Application.Procedure).Hide
	if hide == nil {
		return nil
	}
	name := ""
	if person, ok := o.Person(reader.Person); ok {
		name = person.Name
	}
	v.Application, v.Hidden = hide(v.Application, name)
	v.Case.Filing, v.Case.Actual = nil, nil
	if v.Case.Change != nil {
		change := *v.Case.Change
		change.Filing = nil
		v.Case.Change = &change
	}
	if v.Checked != nil {
		checked := *v.Checked
		checked.Facts = nil
		v.Checked = &checked
	}
	return nil
}
