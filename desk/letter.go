package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/job"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/text"
)

// Letter is what somebody is told of a message by mail, as far as it may leave the house.
type Letter struct {
	// Course says what becomes of it; but for Goes and Waits nothing else of it counts.
	Course Course
	// NotBefore is the end of the quiet hours, for one that waits.
	NotBefore calendar.Instant
	// Number is that of the message, and At the instant of the act that tells it: the same however often it is tried.
	Number  int64
	At      calendar.Instant
	To      office.PersonID
	Name    text.Text
	Address string
	Lang    text.Lang
	// Digest: the lines are all that waits on the day; Told is what else was told since the last one.
	Digest bool
	Day    calendar.Day
	Lines  []LetterLine
	Told   []LetterLine
	// All and Over are how many cases wait, and wait overdue; there may be more than lines.
	All, Over int
}

// Course says what becomes of a letter.
type Course string

// The courses.
const (
	Goes       Course = "goes"
	Waits      Course = "waits"       // for the end of the quiet hours
	WithDigest Course = "with-digest" // it is kept for the person's next digest
	Dropped    Course = "dropped"     // the person has no address, wants no mail, may not see the case, or is told by another message of the act
)

// LetterLine is one matter of a letter. Of a case above the level there is the number alone.
type LetterLine struct {
	// Case names the page of the case; "": it is of no case.
	Case   string
	Number text.Text
	// Sealed: nothing else of the case may leave the house.
	Sealed bool
	Title  text.Text
	// Says is what waits, or what is told.
	Says []text.Text
	Due  calendar.Day
	Over bool
}

// linesALetter is how many cases a digest lists.
const linesALetter = 60

// Letter gives what the person to whom a message goes is told by mail: where that person wants it, may see the case today,
// and has an account that is in use. Content of cases above the level stays in the house.
func (d *Desk) Letter(ctx context.Context, p job.Parcel, level office.Mark) (Letter, error) {
	var out Letter
	err := d.store.Read(ctx, func(r Reading) error {
		var err error
		out, err = d.letter(r, p, level)
		return err
	})
	return out, err
}

func (d *Desk) letter(r Reading, p job.Parcel, level office.Mark) (Letter, error) {
	dropped := Letter{Course: Dropped}
	o, err := r.Office()
	if err != nil {
		return dropped, err
	}
	choice, err := r.Preferences(p.Message.To)
	if err != nil {
		return dropped, err
	}
	today := r.Now().Day(OfficeZone())
	person, known := o.Person(p.Message.To)
	if mail := choice.Mail; !known || !person.There(today) || mail.Address == "" || mail.When == account.Never {
		return dropped, nil
	}
	if a, ok, err := r.AccountOf(person.ID); err != nil || ok && a.State != account.Active {
		return dropped, err
	}
	out := Letter{
		Course: Goes, Number: p.ID, At: p.At, To: person.ID, Name: text.Text{ZH: person.Name, EN: person.Name}, Address: choice.Mail.Address,
		Lang: choice.Lang, Digest: p.Message.Kind == job.Digest, Day: today,
	}
	if person.Pinyin != "" {
		out.Name.EN = person.Pinyin
	}
	switch digest := choice.Mail.When == account.Digest; {
	case out.Digest && !digest:
		return dropped, nil
	case digest && !out.Digest:
		out.Course = WithDigest
		return out, nil
	}
	if until, quiet := choice.Mail.Quiet.End(r.Now(), OfficeZone()); quiet {
		out.Course, out.NotBefore = Waits, until
		return out, nil
	}
	if out.Digest {
		err = d.digestLines(r, &out, o, level)
	} else {
		err = d.actLines(r, &out, o, p, level)
	}
	if len(out.Lines)+len(out.Told) == 0 {
		out.Course = Dropped
	}
	return out, err
}

// actLines tells what an act has to tell a person of a case, once: the first of its messages tells what the others say.
func (d *Desk) actLines(r Reading, out *Letter, o office.Office, p job.Parcel, level office.Mark) error {
	told, err := r.Told(p.At)
	if err != nil {
		return err
	}
	first := true
	line := LetterLine{Case: p.Message.Case}
	for _, x := range told {
		if x.Message.To != p.Message.To || x.Message.Case != p.Message.Case {
			continue
		}
		if first && x.ID != p.ID {
			return nil
		}
		first = false
		if !slices.Contains(line.Says, x.Message.Words) {
			line.Says = append(line.Says, x.Message.Words)
		}
	}
	line, ok, err := d.letterLine(r, o, out.To, line, level)
	if ok {
		out.Lines = append(out.Lines, line)
	}
	return err
}

// letterLine seals a line, or says the title and the day; ok is false where the person may not see the case.
func (d *Desk) letterLine(r Reading, o office.Office, to office.PersonID, line LetterLine, level office.Mark) (LetterLine, bool, error) {
	if line.Case == "" {
		return line, len(line.Says) > 0, nil
	}
	c, err := r.Case(line.Case)
	if err != nil {
		return line, false, err
	}
	sees, err := d.sees(r, Reader{Person: to}, c)
	if err != nil || !sees {
		return line, false, err
	}
	p, _ := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
	return d.openLine(r, o, to, c, p, line, level), true, nil
}

// openLine lays what may leave the house of a case in sight into its line.
func (d *Desk) openLine(r Reading, o office.Office, to office.PersonID, c casework.Case, p procedure.Procedure, line LetterLine, level office.Mark) LetterLine {
	if line.Number = c.Number; c.Mark.Level() > level.Level() {
		return LetterLine{Case: c.No, Number: c.Number, Sealed: true}
	}
	line.Title = text.Text{ZH: c.Title, EN: cmp.Or(d.named(c, o).English(), c.Title)}
	today := r.Now().Day(OfficeZone())
	own := casework.OwnOf(o, to, today, casework.Sight{})
	for _, t := range c.Tasks(p) {
		if t.Due != nil && own.Bears(t, c) && (line.Due.IsZero() || t.Due.Due < line.Due) {
			line.Due = t.Due.Due
		}
	}
	line.Over = !line.Due.IsZero() && line.Due < today
	return line
}

// digestLines lists what waits for the person, what presses first, and what else was told since the last digest.
func (d *Desk) digestLines(r Reading, out *Letter, o office.Office, level office.Mark) error {
	sight, err := sightOf(r, Reader{Person: out.To})
	if err != nil {
		return err
	}
	own := casework.OwnOf(o, out.To, out.Day, sight)
	byDay, err := r.WaitingByDay(own)
	if err != nil {
		return err
	}
	for day, n := range byDay {
		out.All += n
		if !day.IsZero() && day < out.Day {
			out.Over += n
		}
	}
	cases, err := r.Waiting(own, linesALetter, 0)
	if err != nil {
		return err
	}
	for _, c := range cases {
		p, _ := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
		line := LetterLine{Case: c.No}
		for _, t := range c.Tasks(p) {
			if own.Bears(t, c) {
				line.Says = append(line.Says, t.Title)
			}
		}
		out.Lines = append(out.Lines, d.openLine(r, o, out.To, c, p, line, level))
	}
	kept, err := r.DigestOf(out.To, out.Number)
	if err != nil {
		return err
	}
	for _, k := range kept {
		if slices.ContainsFunc(out.Lines, func(l LetterLine) bool { return l.Case != "" && l.Case == k.Message.Case }) || !aside(k.Message.Kind) {
			continue // it stands among what waits, or was done meanwhile
		}
		line, ok, err := d.letterLine(r, o, out.To, LetterLine{Case: k.Message.Case, Says: []text.Text{k.Message.Words}}, level)
		if err != nil {
			return err
		}
		if ok && len(out.Told) < linesALetter {
			out.Told = append(out.Told, line)
		}
	}
	return nil
}

// aside says that what a message tells of is no task of the one who is told.
func aside(k casework.Kind) bool { return k == casework.Escalated || k == job.DutyCameBack }

// Digested keeps a message for the person's next digest.
func (d *Desk) Digested(ctx context.Context, p job.Parcel) error {
	return d.store.Write(ctx, func(w Writing) error { return w.Digested(p.Message.To, p.ID) })
}

// Digest has everybody told who wants to be told once a day and whose hour has come since the last call, on working days
// alone. Done again it tells nobody. It says how many are told.
func (d *Desk) Digest(ctx context.Context) (int, error) {
	told := 0
	err := d.store.Write(ctx, func(w Writing) error {
		told = 0
		said, err := w.Noted("digest")
		if err != nil {
			return err
		}
		now := w.Now()
		today := now.Day(OfficeZone())
		if err := w.Note("digest", now.String()); err != nil {
			return err
		}
		if works, _ := d.lib.Calendar.IsWorking(today); !works {
			return nil
		}
		last := now.Add(-time.Hour) // where it is asked for the first time
		if said == "" {
			said = last.String()
		}
		if err := last.UnmarshalText([]byte(said)); err != nil {
			return err
		}
		all, err := w.AllPreferences()
		if err != nil {
			return err
		}
		var msgs []casework.Message
		for person, p := range all {
			at := p.Mail.DigestAt(today, OfficeZone())
			if p.Mail.Address == "" || p.Mail.When != account.Digest || at <= last || at > now {
				continue
			}
			msgs = append(msgs, casework.Message{To: person, Kind: job.Digest, Words: text.Text{ZH: "每日汇总", EN: "Daily digest"}})
		}
		told = len(msgs)
		slices.SortFunc(msgs, func(a, b casework.Message) int { return strings.Compare(string(a.To), string(b.To)) })
		return tell(w, msgs)
	})
	return told, err
}
