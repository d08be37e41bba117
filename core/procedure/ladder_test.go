package procedure_test

import (
	"os"
	"strings"
	"testing"

	"chancery/core/fault"
	"chancery/core/procedure"
)

// trip reads the procedure of a trip with its first escalation written anew.
func trip(t *testing.T, escalate string) (procedure.Procedure, error) {
	t.Helper()
	data, err := os.ReadFile("../../library/procedures/outbound-trip/procedure.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return procedure.Read("procedure.yaml", []byte(strings.Replace(string(data), "escalate: trips-head", "escalate: "+escalate, 1)))
}

func TestALadderIsWrittenAsOnePostOrAsItsRungs(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]procedure.Ladder{
		"trips-head":           {{Post: "trips-head"}},
		"[{post: trips-head}]": {{Post: "trips-head"}},
		"[{post: trips-head}, {post: director, after: 5}]": {{Post: "trips-head"}, {Post: "director", After: 5}},
	} {
		p, err := trip(t, written)
		if err != nil {
			t.Fatal(err)
		}
		s, _ := p.Step("first-review")
		if len(s.Escalate) != len(want) || s.Escalate[0] != want[0] || s.Escalate[len(want)-1] != want[len(want)-1] {
			t.Errorf("escalate: %s is read as %+v", written, s.Escalate)
		}
	}
	for written, why := range map[string]string{
		"5": "write a post", "[trips-head]": "a rung names its post", "[{after: 3}]": "a rung names its post", "[{post: director, after: soon}]": "a rung names its post",
		"[{post: director, days: 3}]":                      "only post and after",
		"[{post: trips-head, after: 5}, {post: director}]": "later than the one before",
		"[{post: trips-head, after: -1}]":                  "later than the one before",
		"[{post: trips-head}, {post: director, after: 0}]": "later than the one before",
	} {
		_, err := trip(t, written)
		faults := fault.All(err)
		if len(faults) == 0 || !strings.Contains(faults[0].Text.EN, why) || faults[0].Place.Line == 0 {
			t.Errorf("escalate: %s: %+v, want a line and %q", written, faults, why)
		}
	}
}
