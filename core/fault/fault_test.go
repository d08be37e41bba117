package fault_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"chancery/core/fault"
	"chancery/core/text"
)

func late() *fault.Fault {
	return fault.New(fault.TooLate, "filed", text.Text{ZH: "太迟", EN: "too late"})
}

func missing() *fault.Fault {
	return fault.New(fault.NotFound, "", text.Text{ZH: "没有", EN: "not there"})
}

func TestAFaultSaysWhereItStands(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]fault.Place{
		"too late":             {},
		"a.yaml: too late":     {File: "a.yaml"},
		"a.yaml:3: too late":   {File: "a.yaml", Line: 3},
		"a.yaml:3:5: too late": {File: "a.yaml", Line: 3, Column: 5},
		"3:5: too late":        {Line: 3, Column: 5},
	} {
		if got := late().At(p).Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAPlacedFaultLeavesTheFirstAsItWas(t *testing.T) {
	t.Parallel()
	f := late()
	if moved := f.At(fault.Place{Line: 1}); !f.Place.IsZero() || moved.Place.Line != 1 {
		t.Error("the first was moved, or the second was not")
	}
	for want, got := range map[string]*fault.Fault{
		"stays[1].filed": f.In("stays[1]"), "filed": f.In(""), "x": missing().In("x"),
		"list[0]": fault.New(fault.Invalid, "[0]", text.Text{}).In("list"),
	} {
		if got.Field != want {
			t.Errorf("%q, want %q", got.Field, want)
		}
	}
}

func TestEveryFaultInAChainIsFound(t *testing.T) {
	t.Parallel()
	ours := errors.New("disk")
	for _, c := range []struct {
		name string
		err  error
		n    int
		kind fault.Kind
	}{
		{"nothing", nil, 0, fault.Ours},
		{"ours", ours, 0, fault.Ours},
		{"one", late(), 1, fault.TooLate},
		{"wrapped", fmt.Errorf("read: %w", late()), 1, fault.TooLate},
		{"a list", fault.List{missing(), late()}, 2, fault.NotFound},
		{"a wrapped list", fmt.Errorf("read: %w", fmt.Errorf("read: %w", fault.List{missing(), late()})), 2, fault.NotFound},
		{"joined with ours", errors.Join(ours, late(), fault.List{missing()}), 2, fault.TooLate},
	} {
		if got := fault.All(c.err); len(got) != c.n || fault.KindOf(c.err) != c.kind {
			t.Errorf("%s: %d faults, %s", c.name, len(got), fault.KindOf(c.err))
		}
	}
	var f *fault.Fault
	if !errors.As(fmt.Errorf("x: %w", fault.List{late()}), &f) || f.Kind != fault.TooLate {
		t.Error("errors.As does not see into a list")
	}
}

func TestAnEmptyListIsNoError(t *testing.T) {
	t.Parallel()
	if err := (fault.List{}).OrNil(); err != nil {
		t.Error(err)
	}
	if err := (fault.List{late(), missing()}).OrNil(); err == nil || err.Error() != "too late\nnot there" {
		t.Error(err)
	}
}

func TestFaultsAreOrderedAsTheFileIsRead(t *testing.T) {
	t.Parallel()
	at := func(file string, line, column int) *fault.Fault {
		return late().At(fault.Place{File: file, Line: line, Column: column})
	}
	l := fault.List{at("b", 1, 1), at("a", 10, 2), at("a", 2, 9), at("a", 10, 1), late()}
	l.Sort()
	want := "too late\na:2:9: too late\na:10:1: too late\na:10:2: too late\nb:1:1: too late"
	if l.Error() != want {
		t.Errorf("%s", l.Error())
	}
}

func TestAFaultIsWrittenForPrograms(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(late().At(fault.Place{File: "a.yaml", Line: 3}))
	want := `{"kind":"too-late","field":"filed","place":{"file":"a.yaml","line":3},"text":{"zh":"太迟","en":"too late"}}`
	if err != nil || string(data) != want {
		t.Errorf("%s, %v", data, err)
	}
	words := map[fault.Kind]string{
		fault.Ours: "ours", fault.Invalid: "invalid", fault.NotFound: "not-found", fault.NotAllowed: "not-allowed",
		fault.Conflict: "conflict", fault.TooLate: "too-late", fault.Unavailable: "unavailable", fault.SignedOut: "signed-out", fault.TooOften: "too-often", 99: "kind-99",
	}
	for k, want := range words {
		if k.String() != want {
			t.Errorf("%s, want %s", k, want)
		}
	}
}
