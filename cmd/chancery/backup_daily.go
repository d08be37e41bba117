package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/text"
	"chancery/desk"
	"chancery/jobs"
	"chancery/store"
)

// backupFlags say whether a backup is taken every day.
type backupFlags struct {
	To   string `help:"Take a backup into this folder every day. Give each office a folder of its own." placeholder:"DIR"`
	At   string `help:"When, by the time of the office." default:"02:00" placeholder:"HH:MM"`
	Keep int    `help:"How many to keep; older ones go once a newer one is written and read again." default:"14" placeholder:"N"`
}

// daily is the backup that is taken every day; nil where none is.
func (f backupFlags) daily(a *App, d *desk.Desk) (*jobs.Backup, error) {
	if f.To == "" {
		return nil, nil //nolint:nilnil // no folder is a choice, not a failure
	}
	at, err := time.Parse("15:04", f.At)
	if err != nil || f.Keep < 1 {
		return nil, fault.New(fault.Invalid, "backup-at", text.Text{
			ZH: "--backup-at 写作 时:分，例如 02:00；--backup-keep 至少为 1", EN: "--backup-at is HH:MM, for example 02:00, and --backup-keep is 1 or more",
		})
	}
	dir, err := filepath.Abs(f.To)
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return nil, errors.Join(fault.New(fault.Unavailable, "backup-to", text.Text{
			ZH: "备份文件夹 {dir} 无法使用：请检查它是否可写", EN: "the folder {dir} for backups cannot be used: see that it can be written",
		}.Fill(text.Args{"dir": f.To})), err)
	}
	take := func(ctx context.Context) error { return a.backUp(ctx, d, dir, f.Keep) }
	return &jobs.Backup{Hour: at.Hour(), Minute: at.Minute(), Take: take}, nil
}

// backUp takes one backup into a folder, writes down that it is there, and lets the oldest go.
func (a *App) backUp(ctx context.Context, d *desk.Desk, dir string, keep int) error {
	now := a.clock()
	file := filepath.Join(dir, "chancery-"+now.In(desk.OfficeZone()).Format("20060102-150405")+".tar")
	if _, err := a.place().Backup(ctx, file, store.Taking{Program: thisVersion().Version, At: calendar.InstantOf(now)}); err != nil {
		return err
	}
	taken, err := backedUp(file, calendar.InstantOf(now))
	if err != nil {
		return err
	}
	if err := d.NoteBackup(ctx, taken); err != nil {
		return err
	}
	return prune(dir, keep, filepath.Base(file))
}

// backedUp is a backup that was just taken.
func backedUp(file string, at calendar.Instant) (desk.BackedUp, error) {
	info, err := os.Stat(file)
	if err != nil {
		return desk.BackedUp{}, fmt.Errorf("look at the backup: %w", err)
	}
	return desk.BackedUp{At: at, File: file, Bytes: info.Size()}, nil
}

// dailyName is how daily backups are named; the names rise with their instants.
var dailyName = regexp.MustCompile(`^chancery-\d{8}-\d{6}\.tar$`)

// prune lets the oldest daily backups go but for so many. It is called once the newest is whole, which stays though a clock that
// was set back gave it an old name.
func prune(dir string, keep int, newest string) error {
	all, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("list the backups: %w", err)
	}
	var names []string
	for _, f := range all {
		if f.Name() != newest && f.Type().IsRegular() && dailyName.MatchString(f.Name()) {
			names = append(names, f.Name())
		}
	}
	slices.Sort(names)
	for _, name := range names[:max(0, len(names)+1-keep)] {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("let an old backup go: %w", err)
		}
	}
	return nil
}
