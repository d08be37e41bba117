package bench

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"chancery/affairs/gift"
	"chancery/affairs/passport"
	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/office"
	"chancery/core/register"
	"chancery/core/text"
	"chancery/desk"
	"chancery/library"
	"chancery/store"
)

// casesOfFiveYears is how many cases the registers are measured over: five years of trips of two, each with its documents, and gifts.
const casesOfFiveYears = 100_000

// TestRegistersAreReadInFortyMilliseconds reads a page of every register, with
// its counts, as somebody who sees the whole office, as the head who sees one
// procedure, and as a unit's liaison, over a hundred thousand cases.
func TestRegistersAreReadInFortyMilliseconds(t *testing.T) {
	measuring(t)
	today := calendar.MustDay("2026-10-15")
	clock := func() time.Time { return time.Date(2026, 10, 15, 9, 0, 0, 0, desk.OfficeZone()) }
	s, err := store.Open(t.Context(), t.TempDir(), clock)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	d := desk.New(desk.Kept(s), lib)
	data, err := library.FS.ReadFile("demo/office.yaml")
	if err != nil {
		t.Fatal(err)
	}
	o, err := office.Read("office.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Found(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	for from := 0; from < casesOfFiveYears; from += 2000 {
		if err := s.Write(t.Context(), func(w *store.Tx) error {
			for i := range 2000 {
				if err := caseWithRows(w, o, from+i, today); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	for _, who := range []office.PersonID{"sikong", "nangong", "zhongli"} {
		for _, name := range []string{"trips", "abroad", "documents", "gifts"} {
			var took []time.Duration
			lines, total := 0, 0
			for i := range 100 {
				begin := time.Now()
				v, err := d.RegisterPart(t.Context(), desk.Reader{Person: who}, desk.RegisterQuery{
					Name: name, Sort: desk.RegisterSorts()[i%len(desk.RegisterSorts())], Down: i%2 == 1, Limit: 50, Offset: 50 * (i % 3),
				})
				took = append(took, time.Since(begin))
				if err != nil {
					t.Fatal(err)
				}
				lines, total = len(v.Lines), v.Total
			}
			slices.Sort(took)
			p99 := took[len(took)*99/100-1]
			say(t, fmt.Sprintf("register of %s read by %s, p99", name, who), ms(p99), "40 ms", fmt.Sprintf("median %s; %d of %d lines", ms(took[len(took)/2]), lines, total), p99 <= 40*time.Millisecond)
		}
	}
}

// caseWithRows keeps a case of a day of the last five years and the coming months as the desk would: its keys, and its rows in the registers.
func caseWithRows(w *store.Tx, o office.Office, i int, today calendar.Day) error {
	exit := today.AddDays(120 - i%(5*365+120))
	unit, applicant := o.Units[4+i%12], office.PersonID(fmt.Sprintf("somebody-%d", i%400))
	if i%400 < len(o.Persons) {
		applicant = o.Persons[i%400].ID
	}
	c := casework.Case{
		No: fmt.Sprintf("OUT-%d", i), Number: text.Text{ZH: fmt.Sprintf("出〔%d〕%d", exit.Year(), i), EN: fmt.Sprintf("OUT-%d-%d", exit.Year(), i)},
		Procedure: "outbound-trip", State: casework.Closed, Unit: unit.Name.ZH, Applicant: applicant, Version: 1, FirstSubmitted: w.Now(),
		Title: unit.Name.ZH + "赴日本、德国商谈", Filing: json.RawMessage(`{"filler":"` + strings.Repeat("行程", 1000) + `"}`),
	}
	if err := w.SaveCase(c, 0, nil); err != nil {
		return err
	}
	keys := []casework.Key{"office", "procedure:outbound-trip", casework.Key("unit:" + unit.ID), casework.Key("person:" + c.Applicant), "post:trips-officer", "post:director", "post:supervision"}
	if err := w.SaveKeys(c.No, keys, nil); err != nil {
		return err
	}
	entry := exit.AddDays(7)
	row := register.Row{Case: c.No, From: exit, Until: entry, Unit: c.Unit, Place: "JP DE", Stage: travel.TripApproved, Number: c.Number, Procedure: c.Procedure, Mark: 1}
	var rows []register.Row
	for _, p := range []office.Person{o.Persons[i%len(o.Persons)], o.Persons[(i+7)%len(o.Persons)]} {
		trip, document := row, row
		trip.Register, trip.Key, trip.Who = travel.TripsRegister, p.Name, p.Name
		document.Register, document.Key, document.Who, document.Place, document.From = passport.Register, p.Name, p.Name, "", exit.AddDays(-2)
		document.Began, document.Due, document.Until = document.From, entry.AddDays(7), 0
		if exit <= today {
			trip.Began = exit
		}
		if entry < today {
			trip.Ended = entry
		}
		if entry.AddDays(5) < today && i%400 != 0 {
			document.Ended, document.Until = entry.AddDays(5), entry.AddDays(5)
		}
		var err error
		if trip.Body, err = json.Marshal(travel.TripRow{Person: p.Name, Unit: c.Unit, Places: []string{"JP", "DE"}, Departed: trip.Began, Home: trip.Ended, Approved: true}); err != nil {
			return err
		}
		if document.Body, err = json.Marshal(passport.Row{Person: p.Name, Unit: c.Unit, Kind: "official", Due: document.Due, Back: document.Ended}); err != nil {
			return err
		}
		rows = append(rows, trip)
		if document.From <= today {
			rows = append(rows, document)
		}
	}
	if i%20 == 0 {
		body, err := json.Marshal(gift.Row{Gift: gift.Gift{What: "瓷盘", Receiver: rows[0].Who}})
		if err != nil {
			return err
		}
		rows = append(rows, register.Row{
			Register: gift.Register, Key: c.No, Case: c.No, From: min(exit, today), Who: rows[0].Who, Unit: c.Unit, Stage: gift.Declared,
			Body: body, Number: c.Number, Procedure: c.Procedure, Mark: 1,
		})
	}
	return w.SaveRows(c.No, rows)
}
