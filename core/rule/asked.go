package rule

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"
)

// asked is what CEL asks for the value of a name while the articles of one book
// are put to one application. What was read once is kept for the articles after.
type asked struct {
	book    *loadedBook
	request *Request
	params  []ref.Val // by slot; absent: not in force
	read    []ref.Val // by slot

	whole          [1]element // the case, of which nothing is read but variables
	persons, stays []element

	frame *interpreter.ExecutionFrame
	spent cost.Tracker
	// check and element are what is asked just now; value and limit are its measure, once somebody spoke of it.
	check        *check
	element      *element
	value, limit ref.Val
}

// element is a member or a stay, and what was read of it.
type element struct {
	value any
	read  []ref.Val
}

// elements are those of a scope; the case as a whole is the one of its scope.
func (a *asked) elements(s Scope) []element {
	switch s {
	case "person":
		if a.persons == nil {
			a.persons = a.unread(a.request.Values.Persons)
		}
		return a.persons
	case "stay":
		if a.stays == nil {
			a.stays = a.unread(a.request.Values.Stays)
		}
		return a.stays
	}
	return a.whole[:]
}

func (a *asked) unread(values []any) []element {
	out := make([]element, len(values))
	n := a.book.dialect.slots.elements
	read := make([]ref.Val, n*len(values))
	for i, v := range values {
		out[i] = element{value: v, read: read[i*n : (i+1)*n : (i+1)*n]}
	}
	return out
}

// turn asks an article about an element.
func (a *asked) turn(c *check, e *element) {
	if a.check != c || a.element != e {
		a.check, a.element, a.value, a.limit = c, e, nil, nil
	}
}

// measured is the measured value, counted when it is first spoken of; absent where nothing is measured.
func (a *asked) measured() ref.Val {
	if a.value == nil && a.check != nil && a.check.value != nil {
		a.value = a.check.value.Exec(a.frame)
	}
	return a.value
}

// limited is the limit of the measure, likewise.
func (a *asked) limited() ref.Val {
	if a.limit == nil && a.check != nil && a.check.limit != nil {
		a.limit = a.check.limit.Exec(a.frame)
	}
	return a.limit
}

// within runs something within the budget of an article.
func (a *asked) within(budget *cost.Tracker, run func() error) (err error) {
	a.spent = *budget
	a.frame.SetCostTracker(&a.spent)
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("evaluate: %v", r)
		}
	}()
	return run()
}

func (a *asked) variable(name string) (any, bool) {
	if v, ok := a.request.Values.Variables[name]; ok {
		return v, true
	}
	if fact, ok := strings.CutPrefix(name, factPrefix); ok {
		v, ok := a.request.Facts[fact]
		return v, ok
	}
	return nil, false
}

// self is the name under which a loop finds who is asked; no check can write it.
const self = "@asked"

func askedFrom(frame *interpreter.ExecutionFrame) *asked {
	v, _ := frame.ResolveName(self)
	a, _ := v.(*asked)
	return a
}

// ResolveName answers CEL.
func (a *asked) ResolveName(name string) (any, bool) {
	if v, ok := a.variable(name); ok {
		return v, true
	}
	switch name {
	case self:
		return a, true
	case personsName:
		return a.request.Values.Persons, true
	case staysName:
		return a.request.Values.Stays, true
	case valueName:
		v := a.measured()
		return v, v != nil
	case limitName:
		v := a.limited()
		return v, v != nil
	case elementName(a.check.scope):
		return a.element.value, true
	}
	if param, ok := strings.CutPrefix(name, paramPrefix); ok {
		if i, ok := a.book.dialect.slots.params[param]; ok && a.params[i] != nil {
			return a.params[i], true
		}
	}
	return nil, false
}

// Parent answers CEL; there is none.
func (a *asked) Parent() cel.Activation { return nil }
