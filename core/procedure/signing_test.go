package procedure

import (
	"testing"
)

// signed is the truth table told one signer after another, as an officer would
// tell it: it looks at every signer in turn and asks what can still happen.
func signed(mode Mode, need int, signers []Stance) Result {
	var agree, object, silent, waiting int
	for _, s := range signers {
		switch s {
		case Agree, Reservation:
			agree++
		case Object:
			object++
		case Open:
			waiting++
		default:
			silent++
		}
	}
	everybody := len(signers)
	if everybody == 0 {
		return Waiting
	}
	if mode == All {
		if object > 0 {
			return Failed // one refusal fails 会签
		}
		if waiting > 0 {
			return Waiting
		}
		if silent > 0 {
			return Failed // all have spoken, and not all agreed
		}
		return Passed
	}
	if mode == Hear {
		if waiting > 0 {
			return Waiting
		}
		return Passed
	}
	if mode == Any {
		if agree > 0 {
			return Passed
		}
		if waiting > 0 {
			return Waiting
		}
		return Failed
	}
	if agree >= need {
		return Passed
	}
	if everybody-object-silent < need {
		return Failed
	}
	return Waiting
}

// TestTheTruthTableOfSigning goes through every combination of up to five
// signers, every mode and every number of votes.
func TestTheTruthTableOfSigning(t *testing.T) {
	t.Parallel()
	stances := []Stance{Open, Agree, Reservation, Object, Abstain, Lapsed}
	var each func(signers []Stance, left int)
	rows := 0
	each = func(signers []Stance, left int) {
		for _, mode := range []Mode{All, Any, Vote, Hear} {
			for need := 1; need <= len(signers)+1; need++ {
				rows++
				if got, want := Tally(mode, need, signers), signed(mode, need, signers); got != want {
					t.Fatalf("%s of %d among %q: %s, want %s", mode, need, signers, got, want)
				}
			}
		}
		if left == 0 {
			return
		}
		for _, s := range stances {
			each(append(signers[:len(signers):len(signers)], s), left-1)
		}
	}
	each(nil, 5)
	if rows < 10_000 {
		t.Fatalf("only %d rows", rows)
	}
}

// TestOneMoreAgreementNeverHurts: turning any answer into an agreement never turns a pass into a failure.
func TestOneMoreAgreementNeverHurts(t *testing.T) {
	t.Parallel()
	for _, mode := range []Mode{All, Any, Vote} {
		for _, signers := range [][]Stance{{Agree, Open, Object}, {Open, Open}, {Abstain, Agree}, {Lapsed, Agree, Agree}} {
			for i := range signers {
				better := append([]Stance{}, signers...)
				better[i] = Agree
				if Tally(mode, 2, signers) == Passed && Tally(mode, 2, better) != Passed {
					t.Errorf("%s %q passed, %q does not", mode, signers, better)
				}
			}
		}
	}
}
