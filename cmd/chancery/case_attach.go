package main

import (
	"path/filepath"

	"chancery/core/paper"
	"chancery/desk"
)

type caseAttachCommand struct {
	No      string `arg:"" name:"no" help:"Number of the case."`
	File    string `arg:"" help:"File to attach: PDF, PNG, JPEG, OFD, DOCX or XLSX." placeholder:"FILE"`
	Paper   string `help:"Kind of paper, by the word of the rules: request, invitation, translation …" default:"other" placeholder:"WORD"`
	Request string `help:"Your own name for this act; sent again, it gives the first result." placeholder:"ID"`
}

// Run attaches a file to a case.
func (c *caseAttachCommand) Run(a *App) error {
	content, err := readInput(c.File, paper.AtMost+1)
	if err != nil {
		return err
	}
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // what was acknowledged is durable
	actor, err := a.actor(d)
	if err != nil {
		return err
	}
	no := d.CaseNo(c.No)
	if _, err := d.Attach(a.ctx, actor, no, desk.Attaching{Paper: c.Paper, Name: filepath.Base(c.File), Content: content, Request: c.Request}); err != nil {
		return err
	}
	return a.show(d, desk.ReaderOf(actor), no)
}
