package travel

import (
	"fmt"
	"slices"

	"chancery/core/form"
)

// Hide takes out of an application what only those need who judge the persons:
// their day of birth, document, past trips, access to secrets and bars to
// leaving, of everybody but the reader. It names the parts that it took out.
func Hide(a form.Application, reader string) (form.Application, []string) {
	members := slices.Clone(form.Get[[]Member](a.Answers, "delegation"))
	var hidden []string
	for i, m := range members {
		if m.Name == reader && reader != "" {
			continue
		}
		members[i].Born, members[i].Document, members[i].Past, members[i].Cleared, members[i].Barred = 0, Document{}, nil, false, false
		for _, part := range []string{"born", "document", "past", "cleared", "barred"} {
			hidden = append(hidden, fmt.Sprintf("delegation[%d].%s", i, part))
		}
	}
	for _, block := range []string{"health_guarantee", "secrecy_review", "secrecy_consents"} {
		if len(form.Get[[]string](a.Answers, block)) > 0 {
			hidden = append(hidden, block)
		}
	}
	answers := form.Answers{}
	for name, v := range a.Answers {
		if !slices.Contains(hidden, name) {
			answers[name] = v
		}
	}
	if len(members) > 0 {
		answers["delegation"] = members
	}
	a.Answers = answers
	return a, hidden
}
