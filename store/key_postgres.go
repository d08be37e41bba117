package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/text"
)

// keyNote is the name of the note that holds the public half of the key that signs the record.
const keyNote = "journal key"

// key agrees with all others who share the database on one key. The first brings its own; whoever has the private half
// signs with it, whoever has none leaves signing to the others, and a folder with another key is refused.
func (d *postgres) key(ctx context.Context, empty bool, replaced []replacement) (*journal.Key, error) {
	var key *journal.Key
	err := d.write(ctx, func(t *Tx) error {
		agreed, err := t.Noted(keyNote)
		if err != nil {
			return err
		}
		if agreed == "" {
			if key, err = readKey(d.s.dir, empty, replaced); err != nil {
				return err
			}
			return t.Note(keyNote, key.Verifier())
		}
		key, err = d.agreedKey(agreed)
		return err
	})
	return key, err
}

// agreedKey is the folder's half of the key that is agreed on, or the public one alone.
func (d *postgres) agreedKey(agreed string) (*journal.Key, error) {
	if err := adoptKey(d.s.dir, agreed); err != nil {
		return nil, err
	}
	private, err := os.ReadFile(filepath.Join(d.s.dir, filePrivate))
	if errors.Is(err, fs.ErrNotExist) {
		return journal.PublicKey(agreed)
	}
	if err != nil {
		return nil, folderFault(d.s.dir, err)
	}
	key, err := journal.ReadKey(string(private), agreed)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", fault.New(fault.Unavailable, "keys", text.Text{
			ZH: "{private} 不是签署本库记录的密钥（其公钥为 {public}）；请从已在运行的一台复制 keys 文件夹，或移走这把密钥，只读不签",
			EN: "{private} is not the key that signs this record (its public half is {public}): copy the folder keys from a machine that runs already, or take this key away and leave signing to the others",
		}.Fill(text.Args{"private": filepath.Join(d.s.dir, filePrivate), "public": agreed})), err)
	}
	return key, nil
}

// stillSigns refuses to sign with a key that was replaced meanwhile.
func (t *Tx) stillSigns() error {
	var agreed string
	if _, err := t.one("read note", getNote, []any{keyNote}, &agreed); err != nil {
		return err
	}
	if agreed == t.s.key.Verifier() {
		return nil
	}
	return fault.New(fault.Unavailable, "keys", text.Text{
		ZH: "签署记录的密钥已更换；请把新密钥复制到 {dir}，再重新启动", EN: "the key that signs the record was replaced: copy the new one to {dir} and start again",
	}.Fill(text.Args{"dir": filepath.Join(t.s.dir, "keys")}))
}
