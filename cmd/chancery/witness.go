package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/text"
)

type witnessCommand struct {
	Keep  witnessKeepCommand  `cmd:"" help:"Take the office's newest signed checkpoint, hold it against what is kept, and keep it."`
	Check witnessCheckCommand `cmd:"" help:"Check all that is kept, without the office."`
}

// The files that a witness keeps: the key that it trusts, every checkpoint with its proof, a document a line, and the newest alone.
const (
	witnessKey    = "key"
	witnessKept   = "kept.jsonl"
	witnessNewest = "newest"
)

type witnessKeepCommand struct {
	Dir   string        `arg:"" help:"Folder of the witness, in another house." placeholder:"DIR"`
	From  string        `required:"" help:"Address of the office, a file that journal checkpoint wrote, or a folder in which serve --checkpoints-to puts them down." placeholder:"URL|FILE|DIR"`
	Token string        `help:"File with the access token (reading is enough) that the address asks for." placeholder:"FILE"`
	Key   string        `help:"Public key of the office, as it was told you; without it that of the first checkpoint is trusted from then on." placeholder:"KEY"`
	Stale time.Duration `help:"Alarm when the newest signed checkpoint is older; 0: never." default:"0s" placeholder:"DURATION"`
}

// Run keeps the newest checkpoint; the answer is no where there is an alarm.
func (c *witnessKeepCommand) Run(a *App) error {
	w, err := openWitness(c.Dir, c.Key)
	if err != nil {
		return err
	}
	if info, err := os.Stat(c.From); err == nil && info.IsDir() {
		return c.readAll(a, w)
	}
	shown, err := c.fetch(a, w.size())
	if fault.KindOf(err) == fault.Unavailable && w.stale(a, c.Stale) {
		fmt.Fprintln(a.errs, err)
		return w.say(a, sighted{Sighting: "stale", Say: staleWords(w.newest, c.Stale), Alarm: true})
	}
	if err != nil {
		return err
	}
	said, err := w.see(a, shown)
	if err != nil {
		return err
	}
	return c.conclude(a, w, said)
}

// readAll keeps every checkpoint of a folder in which the office puts them down, up to one that raises an alarm.
func (c *witnessKeepCommand) readAll(a *App, w *witness) error {
	names, err := droppedIn(c.From)
	if err != nil {
		return witnessFault(c.From, err)
	}
	if len(names) == 0 && w.newest == nil {
		return fault.New(fault.Unavailable, "from", text.Text{
			ZH: "{from} 中还没有检查点；请稍后再试", EN: "there is no checkpoint in {from} yet: try again later",
		}.Fill(text.Args{"from": c.From}))
	}
	said := sighted{Sighting: string(journal.Same), Say: journal.Same.Say(), Kept: w.newest}
	for i, name := range names {
		var size int64
		if _, err := fmt.Sscanf(name, dropped, &size); err != nil {
			return witnessFault(c.From, err)
		}
		if size < w.size() && i < len(names)-1 {
			continue // it was seen, or what follows it is proven from what is kept
		}
		one := *c
		one.From = filepath.Join(c.From, name)
		shown, err := one.fetch(a, w.size())
		if err != nil {
			return err
		}
		if said, err = w.see(a, shown); err != nil {
			return err
		}
		if said.Alarm {
			break
		}
	}
	return c.conclude(a, w, said)
}

// conclude says what a visit found, and that the newest checkpoint is old where that is so.
func (c *witnessKeepCommand) conclude(a *App, w *witness, said sighted) error {
	if !said.Alarm && w.stale(a, c.Stale) {
		said = sighted{Sighting: "stale", Say: staleWords(w.newest, c.Stale), Alarm: true}
	}
	return w.say(a, said)
}

// sighted is what one visit found.
type sighted struct {
	Sighting string              `json:"sighting"`
	Say      text.Text           `json:"say"`
	Alarm    bool                `json:"alarm"`
	Kept     *journal.Checkpoint `json:"kept,omitempty"`
	Evidence string              `json:"evidence,omitempty"`
}

func staleWords(newest *journal.Checkpoint, after time.Duration) text.Text {
	args := text.Args{"after": after.String(), "at": newest.At.String()}
	return text.Text{ZH: "警报：最新的检查点签于 {at}，早于 {after} 前", EN: "ALARM: the newest checkpoint was signed at {at}, longer ago than {after}"}.Fill(args)
}

// fetch asks the office for its newest checkpoint, proven from what is kept.
func (c *witnessKeepCommand) fetch(a *App, since int64) (journal.Advance, error) {
	data, err := c.read(a, since)
	if err != nil {
		return journal.Advance{}, err
	}
	var shown journal.Advance
	if json.Unmarshal(data, &shown) != nil {
		return shown, fault.New(fault.Invalid, "from", text.Text{
			ZH: "{from} 给出的不是检查点", EN: "what {from} gives is no checkpoint",
		}.Fill(text.Args{"from": c.From}))
	}
	if shown.Note == "" {
		return shown, fault.New(fault.Unavailable, "from", text.Text{
			ZH: "{from} 还没有签署过检查点；请稍后再试", EN: "{from} has signed no checkpoint yet: try again later",
		}.Fill(text.Args{"from": c.From}))
	}
	return shown, nil
}

func (c *witnessKeepCommand) read(a *App, since int64) ([]byte, error) {
	u, err := url.Parse(c.From)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return readInput(c.From, proofBytes)
	}
	u = u.JoinPath("/api/journal/checkpoint")
	u.RawQuery = "since=" + strconv.FormatInt(since, 10)
	r, err := http.NewRequestWithContext(a.ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("ask the office: %w", err)
	}
	if c.Token != "" {
		token, err := readInput(c.Token, secretBytes)
		if err != nil {
			return nil, err
		}
		r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	}
	away := func(why string) error {
		return fault.New(fault.Unavailable, "from", text.Text{
			ZH: "{from} 没有给出检查点（{why}）；请稍后再试", EN: "{from} gives no checkpoint ({why}): try again later",
		}.Fill(text.Args{"from": c.From, "why": why}))
	}
	answer, err := (&http.Client{Timeout: 30 * time.Second}).Do(r)
	if err != nil {
		return nil, away(err.Error())
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(answer.Body, proofBytes))
	if err != nil || answer.StatusCode != http.StatusOK {
		return nil, away(answer.Status)
	}
	return data, nil
}

// witness is the folder of a witness.
type witness struct {
	dir    string
	key    string
	newest *journal.Checkpoint
	note   string // of the newest
	count  int
}

// openWitness reads all that is kept, and checks it: the signatures, and that each goes on from the one before.
func openWitness(dir, key string) (*witness, error) {
	w := &witness{dir: dir, key: key}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, witnessFault(dir, err)
	}
	trusted, err := os.ReadFile(filepath.Join(dir, witnessKey))
	switch {
	case err == nil && key == "":
		w.key = strings.TrimSpace(string(trusted))
	case err == nil && key != strings.TrimSpace(string(trusted)):
		return nil, fault.New(fault.Conflict, "key", text.Text{
			ZH: "此处一直信任的是另一把公钥：{key}；机构若已更换密钥，请另用一个文件夹", EN: "another key is trusted here: {key}; where the office replaced its key begin another folder",
		}.Fill(text.Args{"key": strings.TrimSpace(string(trusted))}))
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, witnessFault(dir, err)
	}
	data, err := os.ReadFile(filepath.Join(dir, witnessKept))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, witnessFault(dir, err)
	}
	whole := data[:bytes.LastIndexByte(data, '\n')+1] // a last line that was not written to its end was never told of
	for line := range bytes.Lines(whole) {
		var shown journal.Advance
		c, is := journal.Checkpoint{}, journal.Foreign
		if json.Unmarshal(line, &shown) == nil {
			c, is = shown.See(w.newest, w.key)
		}
		if is != journal.First && is != journal.Grown {
			return nil, fault.New(fault.Conflict, "dir", text.Text{
				ZH: "留存的第 {n} 个检查点不成立：{why}", EN: "checkpoint {n} of those kept does not hold: {why}",
			}.Fill(text.Args{"n": w.count + 1, "why": is.Say()}))
		}
		w.newest, w.note, w.count = &c, shown.Note, w.count+1
	}
	if len(whole) < len(data) {
		err = os.Truncate(filepath.Join(dir, witnessKept), int64(len(whole)))
	} else {
		err = nil
	}
	if err != nil {
		return nil, witnessFault(dir, err)
	}
	return w, nil
}

func (w *witness) size() int64 {
	if w.newest == nil {
		return 0
	}
	return w.newest.Size
}

// stale tells whether the newest checkpoint is older than it may be.
func (w *witness) stale(a *App, after time.Duration) bool {
	return after > 0 && w.newest != nil && w.newest.At.Add(after) < calendar.InstantOf(a.clock())
}

// see holds what is shown against what is kept, and keeps it, or what proves the lie.
func (w *witness) see(a *App, shown journal.Advance) (sighted, error) {
	key := w.key
	if key == "" {
		key = shown.Verifier // trusted from the first time on
	}
	c, is := shown.See(w.newest, key)
	out := sighted{Sighting: string(is), Say: is.Say(), Alarm: is.Alarming()}
	switch {
	case is == journal.First || is == journal.Grown:
		if err := w.keep(shown, c, key); err != nil {
			return out, err
		}
	case is == journal.Unproven:
		return out, fault.New(fault.Invalid, "from", text.Text{
			ZH: "已留存 {n} 条；请用 chancery journal checkpoint --since {n} 另取一份", EN: "{n} entries are kept: take one with chancery journal checkpoint --since {n}",
		}.Fill(text.Args{"n": strconv.FormatInt(w.size(), 10)}))
	case is.Alarming():
		var err error
		if out.Evidence, err = w.accuse(a, shown); err != nil {
			return out, err
		}
	}
	out.Kept = w.newest
	return out, nil
}

// keep writes a checkpoint behind those that are kept. What is written is on the disk before it is said.
func (w *witness) keep(shown journal.Advance, c journal.Checkpoint, key string) error {
	if w.newest == nil {
		if err := os.WriteFile(filepath.Join(w.dir, witnessKey), []byte(key+"\n"), 0o600); err != nil {
			return witnessFault(w.dir, err)
		}
	}
	line, err := journal.Canonical(shown)
	if err != nil {
		return fmt.Errorf("keep a checkpoint: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(w.dir, witnessKept), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return witnessFault(w.dir, err)
	}
	_, err = f.Write(append(line, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return witnessFault(w.dir, err)
	}
	w.key, w.newest, w.note, w.count = key, &c, shown.Note, w.count+1
	if err := os.WriteFile(filepath.Join(w.dir, witnessNewest), []byte(shown.Note), 0o600); err != nil {
		return witnessFault(w.dir, err)
	}
	return nil
}

// accuse keeps, apart, what was kept and what was shown instead: both signed, so that anybody can see it.
func (w *witness) accuse(a *App, shown journal.Advance) (string, error) {
	dir := filepath.Join(w.dir, "alarm-"+a.clock().UTC().Format("20060102T150405"))
	document, err := journal.Canonical(shown)
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	for name, content := range map[string][]byte{"kept": []byte(w.note), "shown": []byte(shown.Note), "shown.json": document} {
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), content, 0o600)
		}
	}
	if err != nil {
		return "", witnessFault(w.dir, err)
	}
	return dir, nil
}

func (w *witness) say(a *App, said sighted) error {
	if said.Alarm {
		a.exit = exitNo
	}
	return a.print(said, func(to io.Writer) {
		fmt.Fprintln(to, said.Say.In(a.lang()))
		if said.Evidence != "" {
			fmt.Fprintln(to, text.Text{ZH: "双方签名的证据存于 {dir}", EN: "what proves it, signed, is in {dir}"}.Fill(text.Args{"dir": said.Evidence}).In(a.lang()))
		}
		if w.newest != nil {
			fmt.Fprintln(to, text.Text{ZH: "已留存 {n} 条，签于 {at}", EN: "kept: {n} {n|entry|entries}, signed at {at}"}.Fill(text.Args{"n": int(w.newest.Size), "at": w.newest.At.String()}).In(a.lang()))
		}
	})
}

func witnessFault(dir string, err error) error {
	f := fault.New(fault.Unavailable, "dir", text.Text{
		ZH: "文件夹 {dir} 读写不了；请核对路径和权限", EN: "the folder {dir} cannot be read or written: check the path and its rights",
	}.Fill(text.Args{"dir": dir}))
	return fmt.Errorf("%w: %w", f, err)
}

type witnessCheckCommand struct {
	Dir string `arg:"" help:"Folder of the witness." placeholder:"DIR"`
}

// Run checks all that is kept; what does not hold is a conflict in words.
func (c *witnessCheckCommand) Run(a *App) error {
	if _, err := os.Stat(c.Dir); err != nil {
		return witnessFault(c.Dir, err)
	}
	w, err := openWitness(c.Dir, "")
	if err != nil {
		return err
	}
	say := text.Text{ZH: "{n} 个检查点全部成立", EN: "{n} {n|checkpoint holds|checkpoints hold}"}.Fill(text.Args{"n": w.count})
	return w.say(a, sighted{Sighting: "holds", Say: say, Kept: w.newest})
}

type journalCheckpointCommand struct {
	Since int64 `help:"So many entries a witness keeps; the checkpoint is proven from there." placeholder:"N"`
}

// Run prints what a witness is shown.
func (c *journalCheckpointCommand) Run(a *App) error {
	s, err := a.openStore()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	shown, err := s.Advance(a.ctx, c.Since)
	if err != nil {
		return err
	}
	return writeJSON(a.out, shown)
}
