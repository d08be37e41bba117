package main

import (
	"fmt"
	"io"

	"chancery/core/text"
)

type migrateCommand struct{}

// Run brings the data folder to the schema of this program and says from which to which; every command that opens the
// folder does so by itself.
func (c *migrateCommand) Run(a *App) error {
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
