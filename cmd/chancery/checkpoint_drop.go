package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/job"
	"chancery/core/journal"
	"chancery/core/text"
	"chancery/desk"
	"chancery/store"
)

// dropFlags say where signed checkpoints are put down for a witness to whom no line leads.
type dropFlags struct {
	To    string        `help:"Put the newest signed checkpoint down in this folder, a file each, for a witness who reads it: on a share, or a stick." placeholder:"DIR"`
	Every time.Duration `help:"How often, where the record has grown." default:"15m" placeholder:"DURATION"`
}

// dropped is how the files are called, by how many entries the checkpoint is over: in the order of their names each is proven
// from the one before.
const dropped = "checkpoint-%012d.json"

// drop puts checkpoints down.
type drop struct {
	dropFlags
	store *store.Store
	since int64 // over how many entries the one is that lies there last
}

// checked refuses what cannot be meant, before anything is opened.
func (f dropFlags) checked() error {
	if f.To == "" || f.Every >= time.Second {
		return nil
	}
	return fault.New(fault.Invalid, "checkpoints-every", text.Text{
		ZH: "--checkpoints-every 至少为一秒，例如 15m", EN: "--checkpoints-every is a second or more, for example 15m",
	})
}

// begin finds out what lies there already.
func (d *drop) begin() error {
	names, err := droppedIn(d.To)
	if err != nil || len(names) == 0 {
		return err
	}
	_, err = fmt.Sscanf(names[len(names)-1], dropped, &d.since)
	return err
}

// droppedIn lists the checkpoints of a folder, the oldest first; none where there is no folder yet.
func droppedIn(dir string) ([]string, error) {
	all, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, f := range all {
		var size int64
		if _, err := fmt.Sscanf(f.Name(), dropped, &size); err == nil && f.Name() == fmt.Sprintf(dropped, size) {
			names = append(names, f.Name())
		}
	}
	slices.Sort(names)
	return names, err
}

// put puts the newest checkpoint down where the record has grown, proven from the one that lies there. The file is whole when
// it has its name.
func (d *drop) put(ctx context.Context) (did bool, err error) {
	shown, err := d.store.Advance(ctx, d.since)
	if err != nil || shown.Note == "" {
		return false, err
	}
	c, err := journal.OpenCheckpoint([]byte(shown.Note), shown.Verifier)
	if err != nil || c.Size <= d.since {
		return false, err
	}
	document, err := journal.Canonical(shown)
	if err != nil {
		return false, err
	}
	if err := os.MkdirAll(d.To, 0o755); err != nil { //nolint:gosec // a witness reads it
		return false, err
	}
	name := filepath.Join(d.To, fmt.Sprintf(dropped, c.Size))
	if err := writeWhole(name, append(document, '\n')); err != nil {
		return false, err
	}
	d.since = c.Size
	return true, nil
}

// writeWhole writes a file under its name at once, on the disk when it returns.
func writeWhole(name string, content []byte) error {
	half := name + ".half"
	f, err := os.OpenFile(filepath.Clean(half), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644) //nolint:gosec // a witness reads it
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(half, name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(half))
	}
	return nil
}

// dropping puts checkpoints down until the context ends, and once more at the end. What does not succeed is seen at
// /operations, by doctor and in the log, and holds up nothing.
func (a *App) dropping(ctx context.Context, d *desk.Desk, way *drop) {
	begun, told := false, ""
	once := func(ctx context.Context) {
		err := error(nil)
		if !begun {
			err = way.begin()
			begun = err == nil
		}
		did := false
		if err == nil {
			did, err = way.put(ctx)
		}
		why := ""
		if err != nil {
			why = err.Error()
		}
		if !did && why == told {
			return
		}
		if told = why; err != nil {
			a.log.Warn("no checkpoint could be put down for the witness", "folder", way.To, "error", err)
		}
		if err := d.PutDown(ctx, why); err != nil {
			a.log.Warn("how checkpoints are put down could not be noted", "error", err)
		}
	}
	again := time.NewTicker(way.Every)
	defer again.Stop()
	for {
		once(ctx)
		select {
		case <-again.C:
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
			defer cancel()
			once(last)
			return
		}
	}
}

// checkpointsInOrder says whether checkpoints are put down; false where none ever was.
func checkpointsInOrder(view desk.Operations) (diagnosis, bool) {
	at := slices.IndexFunc(view.Ways, func(w job.Way) bool { return w.Name == job.Checkpoints })
	if at < 0 {
		return diagnosis{}, false
	}
	w := view.Ways[at]
	day := func(i calendar.Instant) string { return i.Time().In(desk.OfficeZone()).Format("2006-01-02 15:04") }
	args := text.Args{"left": day(w.Left), "failed": day(w.Failed), "why": w.Why}
	if w.Failed > w.Left {
		return diagnosis{Check: "checkpoints", Say: text.Text{
			ZH: "给见证方的检查点：{failed} 存放不了（{why}）", EN: "checkpoints for the witness could not be put down at {failed} ({why})",
		}.Fill(args)}, true
	}
	return diagnosis{Check: "checkpoints", OK: true, Say: text.Text{
		ZH: "给见证方的检查点：最近一次 {left} 存放", EN: "checkpoints for the witness: the last was put down at {left}",
	}.Fill(args)}, true
}
