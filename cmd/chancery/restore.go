package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/text"
	"chancery/desk"
	"chancery/store"
)

type restoreCommand struct {
	File    string `arg:"" help:"Backup to restore." placeholder:"FILE"`
	Verify  bool   `help:"Only check the backup; nothing is written anywhere."`
	Replace bool   `help:"Take the place of data that is there; it is kept under another name."`
	Keys    string `help:"Folder with the key of the office, kept apart from the backup; without it and without a key in the backup the office is given a new one." placeholder:"DIR"`
	Faulty  bool   `help:"Restore a record that does not prove itself, as it is."`
}

// Run makes the office of a backup in a place; the answer is no when the backup is not what was written.
func (c *restoreCommand) Run(a *App) error {
	progress, done := a.progress()
	if c.Verify {
		m, err := store.CheckBackup(a.ctx, c.File, progress)
		done()
		if err != nil {
			return a.badBackup(err)
		}
		return a.print(m, func(w io.Writer) {
			a.backupSaid(w, m, text.Text{ZH: "备份 {file} 完整", EN: "the backup {file} is whole"}, c.File)
		})
	}
	r, err := a.place().Restore(a.ctx, c.File, store.Restoring{
		At: calendar.InstantOf(a.clock()), Replace: c.Replace, Keys: c.Keys, Faulty: c.Faulty, Check: a.proven, Clock: a.clock, Progress: progress,
	})
	done()
	if err != nil {
		return a.badBackup(err)
	}
	return a.print(r, func(w io.Writer) { a.restoredSaid(w, r, c.File) })
}

// badBackup answers no where the file is the reason.
func (a *App) badBackup(err error) error {
	if !store.BadBackup(err) || fault.KindOf(err) == fault.Unavailable {
		return err
	}
	a.exit = exitNo
	why := []text.Text{}
	for _, f := range fault.All(err) {
		why = append(why, f.Text)
	}
	return a.print(map[string]any{"holds": false, "why": why}, func(io.Writer) {
		for _, t := range why {
			fmt.Fprintln(a.errs, "chancery: "+t.In(a.lang()))
		}
	})
}

// proven verifies the record of a restored office.
func (a *App) proven(ctx context.Context, s *store.Store) (journal.Report, error) {
	lib, err := a.library()
	if err != nil {
		return journal.Report{}, err
	}
	rebuild, err := desk.New(desk.Kept(s), lib).Standings(ctx)
	if err != nil {
		return journal.Report{}, err
	}
	return s.Verify(ctx, rebuild, nil)
}

// restoredSaid says what was restored, and what is to be done about the key.
func (a *App) restoredSaid(w io.Writer, r store.Restored, file string) {
	a.backupSaid(w, r.Manifest, text.Text{ZH: "已从 {file} 恢复，逐行核对无误，存证已核验", EN: "restored from {file}: every row was compared, and the record verified"}, file)
	say := func(t text.Text, args text.Args) { fmt.Fprintln(w, t.Fill(args).In(a.lang())) }
	if n := len(r.Report.Faults); n > 0 {
		say(text.Text{ZH: "存证有 {n} 处不符，已照原样恢复；请执行 chancery journal verify 查看", EN: "{n} {n|fault|faults} of the record were restored as they are: see chancery journal verify"}, text.Args{"n": n})
	}
	if len(r.Aside) > 0 {
		say(text.Text{ZH: "原有数据保存在 {where}", EN: "what was there before is in {where}"}, text.Args{"where": strings.Join(r.Aside, ", ")})
	}
	if r.NewKey != "" {
		say(text.Text{
			ZH: "备份中没有签署密钥，已换一把新的并记入存证；请把新公钥告知留存公钥的各方：{key}",
			EN: "the backup had no signing key, so the office was given a new one, and the journal says so; tell everybody who keeps the public key the new one: {key}",
		}, text.Args{"key": r.NewKey})
	}
}
