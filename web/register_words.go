package web

import "chancery/core/register"

// stateKey is the text of how a line stands.
func stateKey(word register.State) string {
	return map[register.State]string{
		"asked":    "register.state.asked",
		"approved": "register.state.approved",
		"abroad":   "register.state.abroad",
		"late":     "register.state.late",
		"home":     "register.state.home",
		"out":      "register.state.out",
		"overdue":  "register.state.overdue",
		"blocks":   "register.state.blocks",
		"returned": "register.state.returned",
		"declared": "register.state.declared",
		"disposed": "register.state.disposed",
	}[word]
}

// headKey is the text over a column of a register.
func headKey(word string) string {
	return map[string]string{
		"who":     "register.head.who",
		"unit":    "register.head.unit",
		"what":    "register.head.what",
		"place":   "register.head.place",
		"from":    "register.head.from",
		"until":   "register.head.until",
		"due":     "register.head.due",
		"state":   "register.head.state",
		"contact": "register.head.contact",
		"case":    "register.head.case",
	}[word]
}

// registerKey is the text that names a register.
func registerKey(word string) string {
	return map[string]string{
		"abroad":    "register.name.abroad",
		"trips":     "register.name.trips",
		"documents": "register.name.documents",
		"gifts":     "register.name.gifts",
	}[word]
}

// pressingKey is the sentence over a register of which something presses.
func pressingKey(word string) string {
	return map[string]string{
		"abroad":    "register.sentence.abroad",
		"trips":     "register.sentence.trips",
		"documents": "register.sentence.documents",
		"gifts":     "register.sentence.gifts",
	}[word]
}

// calmKey is the sentence over a register of which nothing presses.
func calmKey(word string) string {
	return map[string]string{
		"abroad":    "register.sentence.abroad.calm",
		"trips":     "register.sentence.trips.calm",
		"documents": "register.sentence.documents.calm",
		"gifts":     "register.sentence.gifts.calm",
	}[word]
}
