package main

import (
	"fmt"
	"io"
	"strings"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/text"
	"chancery/store"
)

type migrateCommand struct {
	To     string `help:"Move the office to this PostgreSQL database, or to a file in this folder; the old one stays as it is." placeholder:"postgres://…|DIR"`
	ToData string `help:"With a database as --to: the new folder of the office's key and checkpoints." placeholder:"DIR"`
}

// Run brings the data folder to the schema of this program and says from which to which; every command that opens the
// folder does so by itself. With --to it moves the office to another database instead.
func (c *migrateCommand) Run(a *App) error {
	if c.To != "" {
		return c.move(a)
	}
	did, err := a.place().Migrate(a.ctx)
	if err != nil {
		return err
	}
	return a.print(did, func(w io.Writer) {
		say := text.Text{ZH: "数据格式已由 {found} 升级到 {reached}", EN: "the data went from schema {found} to {reached}"}
		if did.Found == did.Reached {
			say = text.Text{ZH: "数据格式为 {reached}，已是最新，无需升级", EN: "the data is at schema {reached} already: nothing to do"}
		}
		fmt.Fprintln(w, say.Fill(text.Args{"found": did.Found, "reached": did.Reached}).In(a.lang()))
	})
}

// move moves the office and says where it is now.
func (c *migrateCommand) move(a *App) error {
	to := store.Place{Dir: c.To}
	if strings.Contains(c.To, "://") || strings.Contains(c.To, "dbname=") {
		to = store.Place{Dir: c.ToData, DSN: c.To}
		if c.ToData == "" {
			return fault.New(fault.Invalid, "to-data", text.Text{
				ZH: "请用 --to-data 指明新的数据夹（存放密钥与签名检查点）", EN: "say with --to-data where the new folder is, for the key and the checkpoints",
			})
		}
	}
	progress, done := a.progress()
	r, err := a.place().Move(a.ctx, to, thisVersion().Version, store.Restoring{
		At: calendar.InstantOf(a.clock()), Check: a.proven, Clock: a.clock, Progress: progress,
	})
	done()
	if err != nil {
		return err
	}
	return a.print(r, func(w io.Writer) {
		a.backupSaid(w, r.Manifest, text.Text{ZH: "已迁移，逐行核对无误，存证已核验", EN: "moved: every row was compared, and the record verified"}, "")
		fmt.Fprintln(w, text.Text{
			ZH: "原处数据未动；今后请用 {how} 运行，并勿再在原处办理", EN: "the old place is as it was; run from now on with {how}, and never serve the old one again",
		}.Fill(text.Args{"how": c.how()}).In(a.lang()))
	})
}

// how is how the moved office is named on a command line; the address of a database may hold a password and is not repeated.
func (c *migrateCommand) how() string {
	if c.ToData != "" {
		return "--database … --data " + c.ToData
	}
	return "--data " + c.To
}
