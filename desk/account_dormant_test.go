package desk_test

import (
	"slices"
	"testing"
	"time"

	"chancery/core/account"
	"chancery/core/casework"
	"chancery/core/job"
	"chancery/desk"
	"chancery/store"
)

// told are the messages of a kind that wait, by whom they are for.
func (d *door) told(kind casework.Kind) []string {
	d.Helper()
	var out []string
	d.must(d.store.Read(d.ctx, func(r *store.Tx) error {
		for id := int64(1); ; id++ {
			p, ok, err := r.Parcel(id)
			if err != nil || !ok {
				return err
			}
			if p.Message.Kind == kind {
				out = append(out, string(p.Message.To))
			}
		}
	}))
	return out
}

// TestS06AnAccountThatNobodyUsesIsSuspended: its person is told two weeks before, once; then it is shut with its sessions and
// tokens, which the system administrators are told. Whoever came in meanwhile keeps it, the last administrator of a duty too;
// one that is opened again sleeps anew.
func TestS06AnAccountThatNobodyUsesIsSuspended(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	const day = 24 * time.Hour
	_, system := d.join("admin-system", account.System)
	d.join("dongfang", "")
	_, code := d.join("gongye", "")
	suspended := func(want int) {
		t.Helper()
		n, err := d.SuspendDormant(d.ctx)
		d.must(err)
		if n != want {
			t.Errorf("%d were suspended, want %d", n, want)
		}
	}
	suspended(0)
	d.pass(70 * day)
	suspended(0)
	d.pass(7 * day)
	suspended(0)
	suspended(0)
	if told := d.told("account_unused"); len(told) != 2 || !slices.Contains(told, "dongfang") {
		t.Errorf("told before: %v", told)
	}
	d.enter("gongye", code)
	d.pass(13 * day)
	suspended(1)
	suspended(0)
	if told := d.told("account_suspended"); !slices.Equal(told, []string{"admin-system"}) {
		t.Errorf("told after: %v", told)
	}
	d.enter("gongye", code)
	if _, err := d.SignIn(d.ctx, "dongfang", passphrase, from("192.0.2.1")); err == nil {
		t.Error("a suspended account comes in")
	}
	unused, err := d.Unused(d.ctx, desk.Operator(), 30*day)
	d.must(err)
	if len(unused) != 2 || unused[0].Until != 0 {
		t.Errorf("unused: %+v", unused)
	}
	by := d.reader(d.enter("admin-system", system).Token)
	view, err := d.Accounts(d.ctx, by)
	d.must(err)
	for _, a := range view.Accounts {
		if a.Person == "dongfang" {
			if a.State != account.Disabled {
				t.Errorf("dongfang is %s", a.State)
			}
			d.must(d.Enable(d.ctx, by, a.ID))
		}
	}
	suspended(0)
	d.pass(91 * day)
	suspended(2)
	if !slices.Contains(job.Kinds(), job.Dormant) || !job.Dormant.Routine() {
		t.Error("nobody looks every night")
	}
	never := d.Under(account.Policy{Profile: account.ASVS})
	d.pass(900 * day)
	if n, err := never.SuspendDormant(d.ctx); err != nil || n != 0 {
		t.Errorf("where accounts may sleep for ever: %d %v", n, err)
	}
}
