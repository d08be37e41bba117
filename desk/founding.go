package desk

import (
	"context"
	"errors"

	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

// Found makes the office that a new data folder begins with, and its record. It refuses where one is there already.
func (d *Desk) Found(ctx context.Context, o office.Office) error {
	empty := func(r Reading) error {
		there, err := r.Office()
		if err == nil && len(there.Persons) > 0 {
			err = fault.New(fault.Conflict, "office", text.Text{ZH: "数据夹中已有一个机构", EN: "the data folder holds an office already"})
		}
		return err
	}
	if err := d.store.Read(ctx, empty); err != nil { // asked without a commit first: each command asks, also while nothing is written
		return err
	}
	return d.store.Write(ctx, func(w Writing) error {
		if err := empty(w); err != nil {
			return err
		}
		if err := found(w, o); err != nil {
			return err
		}
		if err := errors.Join(w.Note("sight", sightRule), w.Note("registers", rowsRule), w.Note("words", wordsRule), w.Note("plans", d.plansMark())); err != nil {
			return err
		}
		return w.SaveOffice(o)
	})
}

// Founded says whether there is an office.
func (d *Desk) Founded(ctx context.Context) (bool, error) {
	there := false
	err := d.store.Read(ctx, func(r Reading) error {
		o, err := r.Office()
		there = len(o.Persons) > 0
		return err
	})
	return there, err
}

// MissingPost is a post that a procedure names and an office has not.
type MissingPost struct {
	Procedure string        `json:"procedure"`
	Post      office.PostID `json:"post"`
}

// PostsMissing are the posts that the procedures of the library name and an office has not, each once.
func (l *Library) PostsMissing(o office.Office) []MissingPost {
	out := []MissingPost{}
	for _, p := range l.procedures {
		if newest, _ := l.Procedure(p.Name); newest.Version != p.Version {
			continue
		}
		for _, post := range p.Posts() {
			if _, ok := o.Post(post); !ok {
				out = append(out, MissingPost{p.Name, post})
			}
		}
	}
	return out
}

// ContinueNumbers lets the numbers of a procedure's cases go on after those that
// were given on paper, so that a year's series runs through. It refuses once a
// number behind that one has been given.
func (d *Desk) ContinueNumbers(ctx context.Context, name string, year, after int) error {
	p, ok := d.lib.Procedure(name)
	if !ok {
		return fault.New(fault.NotFound, "procedure", text.Text{
			ZH: "没有名为「{name}」的程序", EN: "there is no procedure called {name}",
		}.Fill(text.Args{"name": name}))
	}
	return d.store.Write(ctx, func(w Writing) error {
		for n := 0; n < after; {
			var err error
			if n, err = w.NextNumber(p.Key, year); err != nil {
				return err
			}
			if n > after {
				return fault.New(fault.Conflict, "number", text.Text{
					ZH: "已经编到第 {n} 号，不能再接 {after} 号", EN: "numbers are at {n} already and cannot go on after {after}",
				}.Fill(text.Args{"n": n, "after": after}))
			}
		}
		return nil
	})
}
