package store

import (
	"encoding/json"
	"fmt"

	"chancery/core/fault"
	"chancery/core/job"
	"chancery/core/journal"
	"chancery/core/text"
)

// Hooks are those outside who are told, the oldest first.
func (t *Tx) Hooks() ([]job.Hook, error) {
	var out []job.Hook
	err := t.each("read hooks", allHooks, nil, func(scan func(...any) error) error {
		var (
			h    job.Hook
			live int64
			body []byte
		)
		if err := scan(&h.ID, (*int64)(&h.Made), &live, &body, (*int64)(&h.Last.At), &h.Last.Status, &h.Last.Why); err != nil {
			return err
		}
		if err := json.Unmarshal(body, &h); err != nil {
			return err
		}
		h.Live = live != 0
		out = append(out, h)
		return nil
	})
	return out, err
}

// Hooked says whether anybody outside is told what happens.
func (t *Tx) Hooked() (bool, error) {
	if t.hooked == nil && !t.rehooked {
		t.hooked = t.memory.isHooked()
	}
	if t.hooked == nil || t.rehooked {
		var n int64
		if _, err := t.one("read hooks", liveHooks, nil, &n); err != nil {
			return false, err
		}
		t.hookedBy(n)
	}
	return *t.hooked, nil
}

// hookedBy notes how many are told what happens.
func (t *Tx) hookedBy(n int64) {
	yes := n > 0
	t.hooked = &yes
	if !t.rehooked { // what this act changes is known once it is asked again
		t.memory.keepHooked(&yes)
	}
}

// rehook says that who is told is being changed: what was asked before counts no more.
func (t *Tx) rehook() {
	t.rehooked = true
	t.memory.keepHooked(nil)
}

// HookSecret is the address and the secret of a hook. Unavailable comes back where the key that they are encrypted with is
// not in the folder.
func (t *Tx) HookSecret(id string) (s job.HookSecret, ok bool, err error) {
	var sealed []byte
	if ok, err = t.one("read hook", sealedHook, []any{id}, &sealed); err != nil || !ok {
		return s, ok, err
	}
	plain, ok := t.s.seal.open(boundTo(id), string(sealed))
	if !ok {
		return s, false, sealLost()
	}
	if err := json.Unmarshal([]byte(plain), &s); err != nil {
		return s, false, fmt.Errorf("read hook: %w", err)
	}
	return s, true, nil
}

// SaveHook writes a new hook, its address and secret encrypted.
func (t *Tx) SaveHook(h job.Hook, s job.HookSecret) error {
	t.rehook()
	body, err := journal.Canonical(h)
	if err != nil {
		return err
	}
	plain, err := journal.Canonical(s)
	if err != nil {
		return err
	}
	sealed, err := t.s.seal.shut(boundTo(h.ID), string(plain))
	if err != nil {
		return err
	}
	return t.put("save hook", addHook, h.ID, int64(h.Made), one(h.Live), body, []byte(sealed))
}

// boundTo is what the secret of a hook is bound to, so that it is that hook's and no account's.
func boundTo(id string) string { return "hook/" + id }

func sealLost() error {
	return fault.New(fault.Unavailable, "keys", text.Text{
		ZH: "保护对外通知密钥的 {file} 不见了或不是原来那把；请从已在运行的一台或备份中复制，或删除各项后重新登记",
		EN: "{file}, under which the secrets of hooks lie, is gone or is another: copy it from a machine that runs or from a backup, or remove the hooks and add them anew",
	}.Fill(text.Args{"file": fileSeal}))
}

// TurnHook switches a hook on or off, and says whether there is one.
func (t *Tx) TurnHook(id string, live bool) (bool, error) {
	t.rehook()
	n, err := t.exec("turn hook", turnHook, id, one(live))
	return n > 0, err
}

// ChangeHook writes what a hook is anew but for where it leads.
func (t *Tx) ChangeHook(h job.Hook) error {
	body, err := journal.Canonical(h)
	if err != nil {
		return err
	}
	return t.put("change hook", changeHook, h.ID, body)
}

// Deliveries are the messages that have not reached a hook yet, those that failed among them.
func (t *Tx) Deliveries(id string, limit int) ([]job.Job, error) {
	from := job.Hooks + ":" + id + "/"
	return t.jobs(deliveriesOf, from, from+":", limit) // a number follows, and a colon comes behind every digit
}

// HookAnswered writes down what a hook answered; one that says it is gone is switched off.
func (t *Tx) HookAnswered(id string, a job.HookAnswer) error {
	t.rehook()
	return t.put("note answer", answerHook, id, int64(a.At), a.Status, a.Why)
}

// DropHook takes a hook out, and says whether there was one.
func (t *Tx) DropHook(id string) (bool, error) {
	t.rehook()
	n, err := t.exec("drop hook", dropHook, id)
	return n > 0, err
}
