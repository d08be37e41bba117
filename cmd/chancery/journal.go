package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
)

type journalCommand struct {
	Verify     journalVerifyCommand `cmd:"" help:"Recompute the whole record and say what does not hold."`
	Head       journalHeadCommand   `cmd:"" help:"How far the record goes, and the signed checkpoint."`
	Proof      journalProofCommand  `cmd:"" help:"Print the proof of one case; it holds without the data."`
	Export     journalExportCommand `cmd:"" help:"Write the whole record to a file, one entry a line."`
	CheckProof checkProofCommand    `cmd:"" help:"Check a proof; needs no data folder."`
}

type journalVerifyCommand struct {
	Checkpoint string `help:"File of a checkpoint that was kept elsewhere." placeholder:"FILE"`
}

// Run verifies the record; the answer is no when anything does not hold.
func (c *journalVerifyCommand) Run(a *App) error {
	var held []byte
	if c.Checkpoint != "" {
		var err error
		if held, err = readInput(c.Checkpoint, proofBytes); err != nil {
			return err
		}
	}
	s, err := a.openStore()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	report, err := s.Verify(a.ctx, rebuilt, held)
	if err != nil {
		return err
	}
	if len(report.Faults) > 0 {
		a.exit = exitNo
	}
	return a.print(report, func(w io.Writer) {
		fmt.Fprintln(w, text.Text{
			ZH: "{entries} 条存证，{sequenced} 条已入树，{faults} 处不符", EN: "{entries} {entries|entry|entries}, {sequenced} in the tree, {faults} {faults|fault|faults}",
		}.Fill(text.Args{"entries": int(report.Entries), "sequenced": int(report.Sequenced), "faults": len(report.Faults)}).In(a.lang()))
		for _, f := range report.Faults {
			fmt.Fprintf(w, "#%d %s: %s\n", f.Entry, f.Kind, f.Say.In(a.lang()))
		}
	})
}

// rebuilt writes a case, or the office, as its entries make it, for comparison with what is kept.
func rebuilt(no string, entries []journal.Entry) ([]byte, error) {
	if no == office.Chain {
		o, err := desk.RebuildOffice(entries)
		if err != nil {
			return nil, err
		}
		return journal.Canonical(o)
	}
	c, err := desk.Rebuild(entries)
	if err != nil || c.No == "" {
		return nil, err
	}
	return journal.Canonical(c)
}

type journalHeadCommand struct{}

// Run prints the head of the record.
func (c *journalHeadCommand) Run(a *App) error {
	s, err := a.openStore()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	head, err := s.Head(a.ctx)
	if err != nil {
		return err
	}
	return a.print(head, func(w io.Writer) { fmt.Fprintf(w, "%d %d %s\n", head.Entries, head.Sequenced, head.Root) })
}

type journalProofCommand struct {
	No string `arg:"" name:"no" help:"Number of the case."`
}

// Run prints the proof of a case as the one document that it is.
func (c *journalProofCommand) Run(a *App) error {
	s, err := a.openStore()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	proof, err := s.Proof(a.ctx, c.No)
	if err != nil {
		return err
	}
	if _, err := a.out.Write(proof); err != nil {
		return fmt.Errorf("write proof: %w", err)
	}
	return nil
}

type journalExportCommand struct {
	File string `arg:"" help:"File to write." placeholder:"FILE"`
}

// Run writes the record to a new file; a file that is there already is left alone.
func (c *journalExportCommand) Run(a *App) error {
	s, err := a.openStore()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	f, err := os.OpenFile(filepath.Clean(c.File), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fault.New(fault.Invalid, "file", text.Text{
			ZH: "写不了 {file}：文件已存在或文件夹不可写", EN: "cannot write {file}: it exists already, or the folder cannot be written",
		}.Fill(text.Args{"file": c.File}))
	}
	if err := s.Export(a.ctx, f); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write export: %w", err)
	}
	return nil
}

type checkProofCommand struct {
	File string `arg:"" help:"File of the proof."`
	Key  string `help:"Public key of the office, as it was told you; without it the key inside the proof is taken." placeholder:"KEY"`
}

// Run checks a proof without any data; the answer is no when it does not hold.
func (c *checkProofCommand) Run(a *App) error {
	data, err := readInput(c.File, proofBytes)
	if err != nil {
		return err
	}
	report, err := journal.CheckProof(data, c.Key)
	if err != nil {
		a.exit = exitNo
		var why []text.Text
		for _, f := range fault.All(err) {
			why = append(why, f.Text)
		}
		return a.print(map[string]any{"holds": false, "why": why}, func(w io.Writer) {
			for _, t := range why {
				fmt.Fprintln(w, text.Text{ZH: "证明不成立：{why}", EN: "the proof does not hold: {why}"}.Fill(text.Args{"why": t}).In(a.lang()))
			}
		})
	}
	return a.print(report, func(w io.Writer) {
		fmt.Fprintln(w, text.Text{ZH: "证明成立", EN: "the proof holds"}.In(a.lang()))
	})
}
