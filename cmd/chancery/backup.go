package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"chancery/core/calendar"
	"chancery/core/text"
	"chancery/desk"
	"chancery/store"
)

type backupCommand struct {
	File    string `arg:"" help:"File to write." placeholder:"FILE"`
	WithKey bool   `help:"Put the private key that signs the record into the backup too; whoever has the file can sign then."`
	Force   bool   `help:"Replace a file of that name."`
}

// Run writes the office to a file, as it is at one instant; an office that is served may be backed up.
func (c *backupCommand) Run(a *App) error {
	progress, done := a.progress()
	m, err := a.place().Backup(a.ctx, c.File, store.Taking{
		Program: thisVersion().Version, At: calendar.InstantOf(a.clock()), WithKey: c.WithKey, Force: c.Force, Progress: progress,
	})
	done()
	if err != nil {
		return err
	}
	if err := a.leaveWord(c.File, m.At); err != nil {
		fmt.Fprintln(a.errs, "chancery:", err) // the backup is whole all the same
	}
	return a.print(m, func(w io.Writer) {
		a.backupSaid(w, m, text.Text{ZH: "已备份到 {file}，并已读回核对", EN: "backed up to {file}, and read back"}, c.File)
		if !m.WithKey {
			fmt.Fprintln(w, text.Text{
				ZH: "备份中没有签署密钥；请把数据夹中的 keys 另行保管，或用 --with-key", EN: "the signing key is not in it: keep the folder keys elsewhere, or use --with-key",
			}.In(a.lang()))
		}
	})
}

// fileBackup is where a data folder says which backup was taken last by hand; doctor reads it.
const fileBackup = "last-backup"

// leaveWord writes into the data folder that a backup was taken.
func (a *App) leaveWord(file string, at calendar.Instant) error {
	path, err := filepath.Abs(file)
	if err != nil {
		return fmt.Errorf("note the backup: %w", err)
	}
	taken, err := backedUp(path, at)
	if err != nil {
		return err
	}
	said, err := json.Marshal(taken)
	if err == nil {
		err = os.WriteFile(filepath.Join(a.Data, fileBackup), append(said, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("note the backup: %w", err)
	}
	return nil
}

// lastByHand reads which backup was taken last by hand; the zero one where none was, or nobody can read it.
func (a *App) lastByHand() (b desk.BackedUp) {
	said, err := os.ReadFile(filepath.Join(a.Data, fileBackup))
	if err != nil || json.Unmarshal(said, &b) != nil {
		return desk.BackedUp{}
	}
	return b
}

// backupSaid says what is in a backup.
func (a *App) backupSaid(w io.Writer, m store.Manifest, first text.Text, file string) {
	var rows int64
	for _, t := range m.Tables {
		rows += t.Rows
	}
	fmt.Fprintln(w, first.Fill(text.Args{"file": file}).In(a.lang()))
	fmt.Fprintln(w, text.Text{
		ZH: "截至 {at}：存证 {entries} 条（{sequenced} 条已入树），{rows} 行，附件 {files} 个；树根 {root}",
		EN: "as of {at}: {entries} {entries|entry|entries} ({sequenced} in the tree), {rows} {rows|row|rows}, {files} attached {files|file|files}; root {root}",
	}.Fill(text.Args{
		"at": m.At.String(), "entries": int(m.Head.Entries), "sequenced": int(m.Head.Sequenced), "rows": int(rows), "files": int(m.Files.Count), "root": m.Head.Root,
	}).In(a.lang()))
}

// progress tells a person at a terminal how far it is; done ends the line.
func (a *App) progress() (tell func(what string, n int64), done func()) {
	f, ok := a.errs.(*os.File)
	if !ok {
		return nil, func() {}
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil, func() {}
	}
	return func(what string, n int64) { fmt.Fprintf(f, "\r\x1b[K%s %d", what, n) }, func() { fmt.Fprint(f, "\r\x1b[K") }
}
