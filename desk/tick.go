package desk

import (
	"context"

	"chancery/core/casework"
)

// Tick does in every case what the passing of time does: notices that have run
// their term, silence that lapses, deadlines that are escalated. It says how much
// it did; called again at once it does nothing more.
func (d *Desk) Tick(ctx context.Context) (int, error) {
	var open []string
	err := d.store.Read(ctx, func(r Reading) error {
		cases, err := r.Cases(casework.Filter{Sight: casework.Everything()})
		for _, c := range cases {
			if !c.State.Ended() {
				open = append(open, c.No)
			}
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	done := 0
	for _, no := range open {
		n, err := d.TickCase(ctx, no)
		if err != nil {
			return done, err
		}
		done += n
	}
	return done, nil
}

// TickCase does in one case what the passing of time does, plans when it does so next, and says how much that was.
func (d *Desk) TickCase(ctx context.Context, no string) (int, error) {
	done := 0
	for {
		moved := false
		err := d.store.Write(ctx, func(w Writing) error {
			c, err := w.Case(no)
			if err != nil {
				return err
			}
			world, p, err := d.world(w, c, nil)
			if err != nil {
				return err
			}
			event, next, err := casework.Tick(c, world)
			if err != nil {
				return err
			}
			if moved = event != nil; !moved {
				return d.planTick(w, c, p)
			}
			return d.record(w, c, next, []casework.Event{*event}, p, world.Office)
		})
		if err != nil || !moved {
			return done, err
		}
		done++
	}
}
