package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"chancery/affairs/travel"
	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/text"
)

// Feed gives the own feed, without its address, which nobody keeps; ok is false where there is none.
func (d *Desk) Feed(ctx context.Context, by Reader) (f account.Feed, ok bool, err error) {
	err = d.store.Read(ctx, func(r Reading) error {
		f, ok, err = r.FeedOf(by.Account)
		return err
	})
	return f, ok, err
}

// MakeFeed makes the secret address of the own calendar, in place of the one before, which opens nothing any more. It is
// told once, in the answer. The password is shown again, since the address outlives the session.
func (d *Desk) MakeFeed(ctx context.Context, session, password string, from Way) (string, error) {
	if err := d.reprove(ctx, session, password, from, account.Full); err != nil {
		return "", err
	}
	return d.saveFeed(ctx, from, func(w Writing) (account.Session, account.Account, error) {
		return d.session(w, hashOf(session), account.Full)
	})
}

// MakeFeedFor is MakeFeed for whoever came in by a token. Somebody who has no password cannot prove by one who it is, and
// makes the address on its page.
func (d *Desk) MakeFeedFor(ctx context.Context, by Reader, password string, from Way) (string, error) {
	whose := func(r Reading) (account.Session, account.Account, error) {
		a, ok, err := r.Account(by.Account)
		if err == nil && (!ok || a.State != account.Active) {
			err = fault.New(fault.SignedOut, "", text.Text{ZH: "账号已停用", EN: "the account is not in use"})
		}
		return account.Session{}, a, err
	}
	var a account.Account
	err := d.store.Read(ctx, func(r Reading) error {
		var err error
		_, a, err = whose(r)
		return err
	})
	if err != nil {
		return "", err
	}
	if a.Password == "" {
		return "", fault.New(fault.NotAllowed, "password", text.Text{
			ZH: "这个账号没有密码；请登录后在网页「日历订阅」中生成地址", EN: "this account has no password: sign in and make the address on the page of the calendar feed",
		})
	}
	if err := d.again(ctx, a, password, from); err != nil {
		return "", err
	}
	return d.saveFeed(ctx, from, func(w Writing) (account.Session, account.Account, error) { return whose(w) })
}

func (d *Desk) saveFeed(ctx context.Context, from Way, whose func(Writing) (account.Session, account.Account, error)) (string, error) {
	secret := newToken()
	err := d.store.Write(ctx, func(w Writing) error {
		s, a, err := whose(w)
		if err != nil {
			return err
		}
		if err := w.SaveFeed(account.Feed{Hash: hashOf(secret), Account: a.ID, Made: w.Now()}); err != nil {
			return err
		}
		return note(w, account.Event{
			Kind: account.FeedMade, Account: a.ID, Person: a.Person, Session: s.ID, Address: from.Address, Agent: shortened(from.Agent, 200),
		})
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// RevokeFeed makes the address of the own calendar open nothing from now on. Conflict comes back where there is none.
func (d *Desk) RevokeFeed(ctx context.Context, by Reader) error {
	return d.store.Write(ctx, func(w Writing) error {
		there, err := w.DropFeed(by.Account)
		if err != nil {
			return err
		}
		if !there {
			return fault.New(fault.Conflict, "feed", text.Text{ZH: "没有在用的日历订阅地址", EN: "no calendar address is in use"})
		}
		return note(w, account.Event{Kind: account.FeedRevoked, Account: by.Account, Person: by.Person, By: by.Person})
	})
}

// Agenda is what stands in somebody's calendar.
type Agenda struct {
	Name string
	// Events are in the order of their days; their links are paths of the desk.
	Events []calendar.Event
}

// agendaAtMost is how many cases an agenda looks through, and agendaBack how many days it reaches back.
const (
	agendaAtMost = 500
	agendaBack   = 60
)

// Agenda gives what stands in the calendar of whoever comes with a secret address: what waits for the person with its
// deadline, the person's own trips, the notices that the person watches. It is what the person may see that day and no
// more; of a case marked above the level only the number is told. NotFound comes back for an address that opens nothing:
// never did, was revoked, or its account was disabled.
func (d *Desk) Agenda(ctx context.Context, secret string, level office.Mark) (Agenda, error) {
	var (
		out   Agenda
		stale bool
	)
	err := d.store.Read(ctx, func(r Reading) error {
		f, ok, err := r.Feed(hashOf(secret))
		if err != nil {
			return err
		}
		if !ok {
			return noFeed()
		}
		whose, ok, err := r.Account(f.Account)
		if err != nil {
			return err
		}
		if !ok || whose.State != account.Active {
			return noFeed()
		}
		stale = f.Stale(r.Now())
		out, err = d.agenda(r, whose.Person, level)
		return err
	})
	if err != nil || !stale {
		return out, err
	}
	return out, d.store.Write(ctx, func(w Writing) error { return w.TouchFeed(hashOf(secret)) })
}

func noFeed() error {
	return fault.New(fault.NotFound, "feed", text.Text{ZH: "没有这个日历", EN: "there is no such calendar"})
}

// agendas makes the events of one agenda.
type agendas struct {
	lang  text.Lang
	level office.Mark
	// english is how a case is called in English.
	english func(casework.Case) string
}

func (d *Desk) agenda(r Reading, person office.PersonID, level office.Mark) (Agenda, error) {
	o, err := r.Office()
	if err != nil {
		return Agenda{}, err
	}
	prefers, err := r.Preferences(person)
	if err != nil {
		return Agenda{}, err
	}
	reader := Reader{Person: person}
	sight, err := sightOf(r, reader)
	if err != nil {
		return Agenda{}, err
	}
	today := r.Now().Day(OfficeZone())
	own := casework.OwnOf(o, person, today, sight)
	say := agendas{lang: cmp.Or(prefers.Lang, text.ZH), level: level, english: func(c casework.Case) string { return d.named(c, o).English() }}
	out := Agenda{Name: text.Text{ZH: "外事枢务", EN: "Chancery"}.In(say.lang)}

	cases, err := r.Waiting(own, agendaAtMost, 0)
	if err != nil {
		return out, err
	}
	for _, c := range cases {
		p, _ := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
		for _, t := range c.Tasks(p) {
			if own.Bears(t, c) && t.Due != nil && !t.Due.Due.IsZero() {
				out.Events = append(out.Events, say.task(c, t))
			}
		}
	}
	noticed, err := r.Noticed(today, noticesAtMost)
	if err != nil {
		return out, err
	}
	for _, c := range noticed {
		p, _ := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
		if c.State != casework.Noticed || c.Notice == nil || c.Notice.Ended || !watches(own, c, p) {
			continue
		}
		if sees, err := d.sees(r, reader, c); err != nil || !sees {
			if err != nil {
				return out, err
			}
			continue
		}
		out.Events = append(out.Events, say.notice(c))
	}
	trips, err := d.ownTrips(r, o, reader, today, say)
	out.Events = append(out.Events, trips...)
	slices.SortFunc(out.Events, func(a, b calendar.Event) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.UID, b.UID)) })
	return out, err
}

// watches says whether the notice of a case is one that somebody watches: as its applicant, in the post that runs the
// procedure, or in the one that examines objections.
func watches(own casework.Own, c casework.Case, p procedure.Procedure) bool {
	if c.Applicant == own.Person {
		return true
	}
	posts := []office.PostID{c.Post, p.Officer}
	if step, ok := p.OfKind(procedure.Notice); ok && step.Objections != nil {
		posts = append(posts, step.Objections.Post)
	}
	return slices.ContainsFunc(posts, func(post office.PostID) bool { return post != "" && own.Bears(casework.Task{Post: post}, c) })
}

// ownTrips are the trips of a person, those of the last weeks among them.
func (d *Desk) ownTrips(r Reading, o office.Office, reader Reader, today calendar.Day, say agendas) ([]calendar.Event, error) {
	who, ok := o.Person(reader.Person)
	if !ok {
		return nil, nil
	}
	rows, err := r.Rows(travel.TripsRegister, who.Name, today.AddDays(-agendaBack), 0)
	if err != nil {
		return nil, err
	}
	var out []calendar.Event
	for _, row := range rows {
		c, err := r.Case(row.Case)
		if err != nil {
			return nil, err
		}
		sees, err := d.sees(r, reader, c)
		if err != nil {
			return nil, err
		}
		var trip travel.TripRow
		if err := json.Unmarshal(row.Body, &trip); err != nil {
			return nil, fmt.Errorf("read register row %s of %s: %w", row.Key, row.Case, err)
		}
		if sees {
			out = append(out, say.trip(c, row.From, row.Until, trip.Approved))
		}
	}
	return out, nil
}

// event is what all events of a case have in common. What is above the level says no more than what it is of which number.
func (a agendas) event(c casework.Case, what, of string, kind text.Text) calendar.Event {
	e := calendar.Event{
		UID: what + "-" + c.No + of + "@chancery", Sequence: c.Version, Stamp: c.Since, Link: "/cases/" + c.No,
		Title: kind.In(a.lang) + " " + c.Number.In(a.lang),
	}
	if a.tells(c) {
		if a.lang == text.EN {
			e.Title += " " + cmp.Or(a.english(c), c.Title)
		} else {
			e.Title += " " + c.Title
		}
	}
	return e
}

// tells says whether more than its number is told of a case.
func (a agendas) tells(c casework.Case) bool { return c.Mark.Level() <= a.level.Level() }

func (a agendas) task(c casework.Case, t casework.Task) calendar.Event {
	e := a.event(c, "task", "-"+t.Step+"-"+t.ID, text.Text{ZH: "待办", EN: "To do"})
	e.From, e.Until = t.Due.Due, t.Due.Due
	e.About = t.Due.Say().In(a.lang)
	if a.tells(c) {
		e.About = t.Title.In(a.lang) + "\n" + e.About
	}
	e.Tentative = t.Due.Provisional
	return e
}

func (a agendas) notice(c casework.Case) calendar.Event {
	e := a.event(c, "notice", "", text.Text{ZH: "公示", EN: "Notice"})
	e.From, e.Until = c.Notice.Posted, c.Notice.Term.Due
	e.About, e.Tentative = c.Notice.Term.Say().In(a.lang), c.Notice.Term.Provisional
	return e
}

func (a agendas) trip(c casework.Case, from, until calendar.Day, approved bool) calendar.Event {
	e := a.event(c, "trip", "", text.Text{ZH: "出访", EN: "Trip"})
	e.From, e.Until, e.Away, e.Tentative = from, until, true, !approved
	return e
}
