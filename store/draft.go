package store

import (
	"chancery/core/form"
	"chancery/core/office"
)

// Draft gives a draft; ok is false when there is none of that ID.
func (t *Tx) Draft(id string) (d form.Draft, ok bool, err error) {
	return first(bodies[form.Draft](t, "read draft", oneDraft, id))
}

// DraftsOf gives the drafts of a person, the one changed last first, as many as most.
func (t *Tx) DraftsOf(person office.PersonID, most int) ([]form.Draft, error) {
	return bodies[form.Draft](t, "read drafts", draftsOf, string(person), most)
}

// CountDrafts counts the drafts of a person.
func (t *Tx) CountDrafts(person office.PersonID) (int, error) {
	if err := t.locks.hold(t, "drafts/"+string(person)); err != nil {
		return 0, err
	}
	n := 0
	_, err := t.one("count drafts", countDrafts, []any{string(person)}, &n)
	return n, err
}

// SaveDraft writes a draft in place of the version that was seen (0: a new one).
// saved is false when there is another version by now.
func (t *Tx) SaveDraft(d form.Draft, seen int) (saved bool, err error) {
	body, err := d.Body()
	if err != nil {
		return false, err
	}
	q, args := addDraft, []any{d.ID, string(d.Person), d.Procedure, d.Title, d.Version, int64(d.Updated), body}
	if seen != 0 {
		q, args = changeDraft, append(args, seen)
	}
	n, err := t.exec("save draft", q, args...)
	return n == 1, err
}

// DropDraft throws a draft away; one that is not there is none.
func (t *Tx) DropDraft(id string) error {
	_, err := t.exec("drop draft", dropDraft, id)
	return err
}
