package desk

import (
	"context"
	"sync"

	"chancery/core/account"
	"chancery/core/casework"
	"chancery/core/office"
)

// Looked gives the reader whose session a token opens, as Signed does, but the session is not used by it: a page that
// stays open by itself keeps nobody signed in.
func (d *Desk) Looked(ctx context.Context, token string) (Reader, error) {
	var out Reader
	hash := hashOf(token)
	err := d.store.Read(ctx, func(r Reading) error {
		s, a, err := d.session(r, hash, account.Full)
		if err != nil {
			return err
		}
		o, err := r.Office()
		if err != nil {
			return err
		}
		out = readerOf(s, a, o, r.Now().Day(OfficeZone()))
		out.Prefers, err = r.Preferences(a.Person)
		return err
	})
	return out, err
}

// WaitingFor counts the cases in which something waits for a reader today.
func (d *Desk) WaitingFor(ctx context.Context, reader Reader) (int, error) {
	all := 0
	err := d.store.Read(ctx, func(r Reading) error {
		o, err := r.Office()
		if err != nil {
			return err
		}
		sight, err := sightOf(r, reader)
		if err != nil {
			return err
		}
		byDay, err := r.WaitingByDay(casework.OwnOf(o, reader.Person, r.Now().Day(OfficeZone()), sight))
		all = 0
		for _, n := range byDay {
			all += n
		}
		return err
	})
	return all, err
}

// Changes passes on, to the pages that are open, that chains of the journal grew. It knows nothing of what is in them: a
// page that is told asks again, as whoever reads it. The zero Changes tells nobody yet.
type Changes struct {
	mu   sync.Mutex
	open map[*Ear]struct{}
}

// Ear hears of some changes until it is closed.
type Ear struct {
	of    *Changes
	about func(chain string) bool
	told  chan struct{}
}

// Told is given something when what the ear listens for may have changed; changes that come before that is taken are told once.
func (e *Ear) Told() <-chan struct{} { return e.told }

// Close ends the hearing.
func (e *Ear) Close() {
	e.of.mu.Lock()
	defer e.of.mu.Unlock()
	delete(e.of.open, e)
}

// Case listens for a case, and for what decides who may see it.
func (c *Changes) Case(no string) *Ear {
	return c.listen(func(chain string) bool { return chain == no || chain == office.Chain || chain == SecurityChain })
}

// Any listens for everything.
func (c *Changes) Any() *Ear { return c.listen(func(string) bool { return true }) }

// Years listens for the years that are announced.
func (c *Changes) Years() *Ear {
	return c.listen(func(chain string) bool { return chain == calendarChain })
}

func (c *Changes) listen(about func(string) bool) *Ear {
	e := &Ear{of: c, about: about, told: make(chan struct{}, 1)}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open == nil {
		c.open = map[*Ear]struct{}{}
	}
	c.open[e] = struct{}{}
	return e
}

// Tell tells those who listen for one of the chains; all of them where anything may have changed.
func (c *Changes) Tell(chains []string, all bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for e := range c.open {
		for i := 0; all || i < len(chains); i++ {
			if all || e.about(chains[i]) {
				select {
				case e.told <- struct{}{}:
				default: // told already
				}
				break
			}
		}
	}
}
