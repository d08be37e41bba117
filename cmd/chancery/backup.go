package main

import (
	"fmt"
	"io"
	"os"

	"chancery/core/calendar"
	"chancery/core/text"
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
	return a.print(m, func(w io.Writer) {
		a.backupSaid(w, m, text.Text{ZH: "已备份到 {file}，并已读回核对", EN: "backed up to {file}, and read back"}, c.File)
		if !m.WithKey {
			fmt.Fprintln(w, text.Text{
				ZH: "备份中没有签署密钥；请把数据夹中的 keys 另行保管，或用 --with-key", EN: "the signing key is not in it: keep the folder keys elsewhere, or use --with-key",
			}.In(a.lang()))
		}
	})
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
