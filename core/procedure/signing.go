package procedure

// Mode is how several signers decide together.
type Mode string

// The modes of signing.
const (
	All  Mode = "all"  // 会签: passes when all present signers agree
	Any  Mode = "any"  // 或签: passes at the first agreement
	Vote Mode = "vote" // 票签: passes at so many agreements
	Hear Mode = "hear" // 征求意见: passes when everybody has been heard; what they said goes to the decider
)

// Words lists the modes.
func (Mode) Words() []string { return []string{string(All), string(Any), string(Vote), string(Hear)} }

// Stance is what a signer said.
type Stance string

// The stances. A reservation is an agreement that keeps its doubt visible; an
// abstention is no agreement; lapsed is silence at the end of the term.
const (
	Open        Stance = ""
	Agree       Stance = "agree"
	Reservation Stance = "reservation"
	Object      Stance = "object"
	Abstain     Stance = "abstain"
	Lapsed      Stance = "lapsed"
)

// Words lists what a signer may say.
func (Stance) Words() []string {
	return []string{string(Agree), string(Reservation), string(Object), string(Abstain)}
}

func (s Stance) agrees() bool { return s == Agree || s == Reservation }

// Result is where a signing stands.
type Result string

// The results of a signing.
const (
	Waiting Result = "waiting"
	Passed  Result = "passed"
	Failed  Result = "failed"
)

// Tally says where a signing stands. signers holds one stance for each signer
// who is present; a removed signer is not among them, so removal lowers what can
// be reached. need is the number of agreements that a vote takes.
//
//   - all: fails at the first objection; passes when every signer agrees; an
//     abstention or a silence is no agreement, and fails it once all have answered.
//   - any: passes at the first agreement; fails when all answered and none agreed.
//   - vote: passes at need agreements; fails when need can no longer be reached.
//   - hear: passes when everybody has answered or fallen silent; it never fails.
//
// A signing without signers waits: an empty step is an incident, not a pass.
func Tally(mode Mode, need int, signers []Stance) Result {
	if len(signers) == 0 {
		return Waiting
	}
	agreed, open, objected := 0, 0, 0
	for _, s := range signers {
		switch {
		case s.agrees():
			agreed++
		case s == Open:
			open++
		case s == Object:
			objected++
		}
	}
	switch mode {
	case Hear:
		if open > 0 {
			return Waiting
		}
		return Passed
	case Any:
		need = 1
	case All:
		if objected > 0 {
			return Failed
		}
		need = len(signers)
	case Vote:
	}
	switch {
	case agreed >= need:
		return Passed
	case agreed+open < need && (mode != All || open == 0):
		return Failed
	}
	return Waiting
}
