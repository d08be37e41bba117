package desk

import (
	"chancery/affairs"
	"chancery/core/casework"
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
	judge := sight.All || judges(v, sight, o, reader.Person, p)
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

// judges says that a reader judges the persons of a case: a post that sees all
// cases of the procedure, or one of the office that runs it.
func judges(v *CaseView, sight casework.Sight, o office.Office, person office.PersonID, p procedure.Procedure) bool {
	if sight.SeesAllOf(v.Case.Procedure) {
		return true
	}
	officer, _ := o.Post(p.Officer)
	above := o.Above(officer.Unit)
	if len(above) == 0 {
		return false
	}
	for _, post := range o.Posts {
		if !o.Within(post.Unit, above[len(above)-1]) {
			continue
		}
		if _, ok := o.ActingIn(person, post.ID, v.Today, v.Case.Procedure); ok {
			return true
		}
	}
	return false
}
