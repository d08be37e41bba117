package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"chancery/core/text"
	"chancery/desk"
)

type libraryCommand struct {
	Check libraryCheckCommand `cmd:"" help:"Load everything, type-check every rule, run every example."`
}

type libraryCheckCommand struct {
	Dir string `arg:"" optional:"" help:"Folder of a library; default: the one inside the program." type:"existingdir"`
}

// Run loads the library and runs its examples; the first fault makes the answer no.
func (c *libraryCheckCommand) Run(a *App) error {
	from := a.libfs
	if c.Dir != "" {
		from = os.DirFS(c.Dir)
	}
	lib, err := desk.LoadLibrary(from)
	if err != nil {
		a.exit = exitNo
		return a.faultsFound(err)
	}
	ran, err := lib.RunExamples()
	played, wrong := lib.RunProcedureExamples()
	if err := errors.Join(err, wrong); err != nil {
		a.exit = exitNo
		return a.faultsFound(err)
	}
	count := lib.Count()
	count.Examples = ran + played
	return a.print(count, func(w io.Writer) {
		fmt.Fprintln(w, text.Text{
			ZH: "{books} 部规章 {articles} 条，{procedures} 个程序，{calendars} 个日历，{examples} 个示例，全部成立",
			EN: "{books} books with {articles} articles, {procedures} procedures, {calendars} {calendars|calendar|calendars}, {examples} examples: all hold",
		}.Fill(text.Args{
			"books": count.Books, "articles": count.Articles, "procedures": count.Procedures, "calendars": count.Calendars, "examples": count.Examples,
		}).In(a.lang()))
	})
}
