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
	Verify     journalVerifyCommand     `cmd:"" help:"Recompute the whole record and say what does not hold."`
	Head       journalHeadCommand       `cmd:"" help:"How far the record goes, and the signed checkpoint."`
	Checkpoint journalCheckpointCommand `cmd:"" help:"Print the newest signed checkpoint for a witness, proven from what the witness keeps."`
	Proof      journalProofCommand      `cmd:"" help:"Print the proof of one case; it holds without the data."`
	Export     journalExportCommand     `cmd:"" help:"Write the whole record to a file, one entry a line."`
	CheckProof checkProofCommand        `cmd:"" help:"Check a proof; needs no data folder."`
	NewKey     newKeyCommand            `cmd:"" help:"Replace the key that signs the record, when it is lost or must not be used any more (更换密钥)."`
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
	lib, err := a.library()
	if err != nil {
		return err
	}
	s, err := a.openStore()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	d := desk.New(desk.Kept(s), lib)
	rebuild, err := d.Standings(a.ctx)
	if err != nil {
		return err
	}
	report, err := s.Verify(a.ctx, rebuild, held)
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
		if report.UnprovenBefore > 0 {
			fmt.Fprintln(w, text.Text{
				ZH: "第 {n} 条之前的签名无法核验：旧密钥连同公钥一并遗失；签署过的内容仍逐一比对", EN: "the signatures before entry {n} cannot be checked: the old key was lost with its public half; what was signed is compared all the same",
			}.Fill(text.Args{"n": report.UnprovenBefore}).In(a.lang()))
		}
		for _, f := range report.Faults {
			fmt.Fprintf(w, "#%d %s: %s\n", f.Entry, f.Kind, f.Say.In(a.lang()))
		}
	})
}

type journalHeadCommand struct {
	Note bool `help:"Print the signed checkpoint alone, as journal verify --checkpoint takes it."`
}

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
	if c.Note {
		fmt.Fprint(a.out, head.Note)
		return nil
	}
	return a.print(head, func(w io.Writer) { fmt.Fprintf(w, "%d %d %s\n", head.Entries, head.Sequenced, head.Root) })
}

type journalProofCommand struct {
	No string `arg:"" name:"no" help:"Number of the case."`
}

// Run prints the proof of a case as the one document that it is.
func (c *journalProofCommand) Run(a *App) error {
	lib, err := a.library()
	if err != nil {
		return err
	}
	s, err := a.openStore()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	proof, err := s.Proof(a.ctx, lib.CaseNo(c.No))
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

type newKeyCommand struct{}

// Run gives the record a new key and says what the old one is still good for. Everybody who trusted the old key is to be
// given the new one.
func (c *newKeyCommand) Run(a *App) error {
	s, said, err := a.place().ReplaceKey(a.ctx, a.clock, func(o office.Office) (office.Actor, error) {
		if a.As == "" {
			return office.Actor{Operator: true}, nil
		}
		return desk.Called(o, a.As, a.today())
	})
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return fmt.Errorf("replace the key: %w", err)
	}
	return a.print(said, func(w io.Writer) {
		fmt.Fprintln(w, text.Text{ZH: "已更换密钥并记入存证；新公钥：{key}", EN: "the key is replaced, and the journal says so; the new public key: {key}"}.Fill(text.Args{"key": said.New}).In(a.lang()))
		old := text.Text{ZH: "此前的签名仍可凭旧公钥核验：{key}", EN: "what was signed before can still be checked with the old public key: {key}"}
		if said.Old == "" {
			old = text.Text{ZH: "旧公钥也已遗失：此前的签名无法再核验，签署过的内容仍可比对", EN: "the old public key is lost too: the signatures before can no longer be checked, what was signed can still be compared"}
		}
		fmt.Fprintln(w, old.Fill(text.Args{"key": said.Old}).In(a.lang()))
	})
}
