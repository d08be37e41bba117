package desk

import (
	"chancery/affairs"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/core/text"
)

// CaseName is how a case is called in English. It is made of the data of the case when it is asked for, so that lists in
// Chinese do not pay for it. The zero value says nothing.
type CaseName struct {
	lib       *Library
	procedure text.Text
	filing    []byte
	names     Reader
	restored  *restored
}

// English says what the case is, whose and how large, people and units by their English names where the office gives them;
// "" where the application cannot be read.
func (c CaseName) English() string {
	if c.lib == nil {
		return ""
	}
	a, err := c.application()
	if err != nil {
		return ""
	}
	return affairs.Line(a, c.procedure, c.lib.Places, c.names.Called)
}

// Size is how large the case is in a few words; nothing where there is nothing to measure.
func (c CaseName) Size() text.Text {
	if c.lib == nil {
		return text.Text{}
	}
	a, err := c.application()
	if size := affairs.Of(a.Procedure).Size; err == nil && size != nil {
		return size(a)
	}
	return text.Text{}
}

func (c CaseName) application() (form.Application, error) {
	return c.restored.read(c.filing, func() (form.Application, error) { return form.Restore(c.filing, c.lib.form) })
}

// named is what gives a case its English name: its application as it stands.
func (d *Desk) named(c casework.Case, o office.Office) CaseName {
	p, _ := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
	return CaseName{lib: d.lib, procedure: p.Title, filing: c.Filing, names: naming(o), restored: d.restored}
}

// naming reads nothing but how the office calls its people and units.
func naming(o office.Office) Reader { return Reader{persons: o.Persons, units: o.Units} }

// DraftCalled is how a draft is called in English, of what is written in it so far; called names people and units. Where no
// unit is written yet it begins with the procedure.
func (l *Library) DraftCalled(d form.Draft, called func(name string) string) string {
	f, ok := l.form(d.Procedure)
	if !ok {
		return ""
	}
	p, _ := l.Procedure(d.Procedure)
	a := f.Take(d.Sheet, l.Words).Application
	a.Procedure = d.Procedure
	if a.Unit == "" {
		a.Unit = p.Title.EN
	}
	return affairs.Line(a, p.Title, l.Places, called)
}
