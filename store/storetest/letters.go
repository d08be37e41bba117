package storetest

import (
	"errors"
	"testing"
	"time"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/job"
	"chancery/core/office"
)

// digests: what waits for a digest is one person's, stands in it once however often it is kept, and goes as far as it is
// dropped; when a way last worked and by what it failed is known; and so is how everybody wants to be told.
func digests(t *testing.T, at Place) {
	t.Helper()
	s, err := at(t.Context(), time.Now)
	must(t, err)
	var then calendar.Instant
	must(t, s.Write(t.Context(), func(w Writing) error {
		then = w.Now()
		return w.Outbox([]casework.Message{{To: "a", Kind: casework.Escalated}, {To: "b"}, {To: "a", Kind: job.DutyCameBack}})
	}))
	var told []job.Parcel
	must(t, s.Read(t.Context(), func(r Reading) (err error) { told, err = r.Told(then); return err }))
	if len(told) != 3 {
		t.Fatalf("%d messages were told", len(told))
	}
	likes := account.Preferences{Mail: account.Mail{Address: "a@office.example", When: account.Digest, Hour: 8}}
	must(t, s.Write(t.Context(), func(w Writing) error {
		return errors.Join(w.Digested("a", told[0].ID), w.Digested("a", told[0].ID), w.Digested("b", told[1].ID), w.Digested("a", told[2].ID),
			w.WayLeft("mail"), w.WayFailed("mail", "550"), w.SavePreferences("a", likes))
	}))
	must(t, s.Write(t.Context(), func(w Writing) error { return w.DropDigested("b", told[2].ID) }))
	must(t, s.Read(t.Context(), func(r Reading) error {
		for person, want := range map[office.PersonID]int{"a": 2, "b": 0} {
			waits, err := r.DigestOf(person, told[2].ID+1)
			if err != nil || len(waits) != want {
				t.Errorf("%d messages wait for the digest of %s, want %d: %v", len(waits), person, want, err)
			}
		}
		if early, err := r.DigestOf("a", told[2].ID); err != nil || len(early) != 1 || early[0].Message.Kind != casework.Escalated {
			t.Errorf("before the third there are %+v, %v", early, err)
		}
		ways, err := r.Ways()
		if err != nil || len(ways) != 1 || ways[0].Name != "mail" || ways[0].Left.IsZero() || ways[0].Failed.IsZero() || ways[0].Why != "550" {
			t.Errorf("of the ways it is known %+v, %v", ways, err)
		}
		all, err := r.AllPreferences()
		if err != nil || len(all) != 1 || all["a"].Mail != likes.Mail {
			t.Errorf("how everybody wants to be told is %+v, %v", all, err)
		}
		return nil
	}))
	must(t, s.Close())
}
