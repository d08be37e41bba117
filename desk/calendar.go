package desk

import (
	"context"
	"encoding/json"
	"fmt"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/text"
)

// The chain of the journal in which announced years stand, and what it says of each.
const (
	calendarChain  = "CALENDAR"
	yearAnnounced  = "year_announced"
	yearsOfVersion = 1
)

// yearEntry is the entry of an announced year.
type yearEntry struct {
	At       calendar.Instant      `json:"at"`
	Day      calendar.Day          `json:"day"`
	Actor    office.Actor          `json:"actor"`
	Replaced bool                  `json:"replaced,omitempty"`
	Year     calendar.Announcement `json:"announced"`
}

// Announced are the years that were laid over the shipped calendar, in the order in
// which that was done: what LoadLibrary is to be given.
func Announced(ctx context.Context, s Store) ([]calendar.Announcement, error) {
	var out []calendar.Announcement
	err := s.Read(ctx, func(r Reading) error {
		entries, err := r.Entries(calendarChain)
		for _, e := range entries {
			var y yearEntry
			if err := json.Unmarshal(e.Body, &y); err != nil {
				return fmt.Errorf("read entry %d: %w", e.ID, err)
			}
			out = append(out, y.Year)
		}
		return err
	})
	return out, err
}

// Recounted says what an announced year changed: the deadlines that were counted afresh.
type Recounted struct {
	Year      calendar.Year   `json:"year"`
	Replaced  bool            `json:"replaced,omitempty"`
	Deadlines []RecountedLine `json:"deadlines"`
}

// RecountedLine is one deadline of a case that was counted afresh.
type RecountedLine struct {
	Case   string    `json:"case"`
	Number text.Text `json:"number"`
	casework.Recount
}

// Announce lays a year's holidays over the calendar, enters that, and counts every
// running deadline afresh, each change in its case with the old derivation beside
// the new; all of it becomes durable together. Conflict comes back for a year that
// is known already, unless it is to be replaced. A desk counts by the year once its
// library is loaded with it (Announced); this one goes on with the calendar it has.
func (d *Desk) Announce(ctx context.Context, actor office.Actor, a calendar.Announcement, replace bool) (Recounted, error) {
	out := Recounted{Year: a.Year, Deadlines: []RecountedLine{}}
	if !actor.Operator {
		return out, fault.New(fault.NotAllowed, "calendar", text.Text{
			ZH: "放假安排由系统操作员在命令行导入（chancery calendar import）", EN: "a year's holidays are imported by the operator of the machine (chancery calendar import)",
		})
	}
	known, ok := d.lib.Calendar.Year(a.Year.Year)
	if ok && !replace {
		return out, fault.New(fault.Conflict, "year", text.Text{
			ZH: "{year} 年的放假安排已有（{notice}）；确需更换请加 --replace", EN: "the holidays of {year} are known already ({notice}); to put these in their place add --replace",
		}.Fill(text.Args{"year": fmt.Sprint(a.Year.Year), "notice": known.Notice}))
	}
	out.Replaced = ok
	lib := *d.lib
	var err error
	if lib.Calendar, err = d.lib.Calendar.With(a); err != nil {
		return out, err
	}
	counting := *d
	counting.lib = &lib
	err = d.store.Write(ctx, func(w Writing) error {
		out.Deadlines = []RecountedLine{} // an act may be run again from its beginning
		now := w.Now()
		entry := yearEntry{At: now, Day: now.Day(OfficeZone()), Actor: actor, Replaced: out.Replaced, Year: a}
		body, err := journal.Canonical(entry)
		if err != nil {
			return fmt.Errorf("write an announced year: %w", err)
		}
		if _, err := w.Append(calendarChain, yearAnnounced, yearsOfVersion, actor, body); err != nil {
			return err
		}
		o, err := w.Office()
		if err != nil {
			return err
		}
		cases, err := w.Cases(casework.Filter{Sight: casework.Everything()})
		if err != nil {
			return err
		}
		for _, c := range cases {
			p, ok := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
			if !ok {
				return notLoaded(c)
			}
			event, next := casework.Recompute(c, actor, casework.World{Now: now, Day: entry.Day, Calendar: lib.Calendar, Procedure: p})
			if event == nil {
				continue
			}
			if err := counting.record(w, c, next, []casework.Event{*event}, p, o); err != nil {
				return err
			}
			for _, r := range event.Recounted {
				out.Deadlines = append(out.Deadlines, RecountedLine{Case: c.No, Number: c.Number, Recount: r})
			}
		}
		return nil
	})
	return out, err
}
