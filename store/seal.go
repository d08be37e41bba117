package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"chancery/core/fault"
	"chancery/core/text"
)

// seal encrypts what must be read again but not by whoever has the database alone: AES-256-GCM with a key that lies in the
// folder, bound to what it is of. The key is made where nothing was sealed yet.
func seal(dir string, plain []byte, of string, fresh bool) ([]byte, error) {
	box, err := sealing(dir, fresh)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce) // never fails: it ends the program instead
	return box.Seal(nonce, nonce, plain, []byte(of)), nil
}

// unseal gives what was sealed. Unavailable comes back where the key is not there, or is another.
func unseal(dir string, sealed []byte, of string) ([]byte, error) {
	box, err := sealing(dir, false)
	if err != nil {
		return nil, err
	}
	if len(sealed) < box.NonceSize() {
		return nil, sealLost(dir)
	}
	plain, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], []byte(of))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", sealLost(dir), err)
	}
	return plain, nil
}

func sealLost(dir string) error {
	return fault.New(fault.Unavailable, "keys", text.Text{
		ZH: "对外通知的密钥 {file} 不见了或不是原来那把；请从已在运行的一台或备份中复制，或删除各项后重新登记",
		EN: "the key {file}, with which the secrets of hooks are encrypted, is gone or is another: copy it from a machine that runs or from a backup, or remove the hooks and add them anew",
	}.Fill(text.Args{"file": filepath.Join(dir, fileHooks)}))
}

// sealing reads the key, and makes one where it may.
func sealing(dir string, fresh bool) (cipher.AEAD, error) {
	name := filepath.Join(dir, fileHooks)
	data, err := os.ReadFile(filepath.Clean(name))
	if errors.Is(err, fs.ErrNotExist) {
		if !fresh {
			return nil, sealLost(dir)
		}
		var key [32]byte
		_, _ = rand.Read(key[:])
		data = []byte(hex.EncodeToString(key[:]) + "\n")
		err = writeNew(name, data)
	}
	if err != nil {
		return nil, folderFault(dir, err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(data)))
	if err != nil || len(key) != 32 {
		return nil, sealLost(dir)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	box, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	return box, nil
}

// writeNew writes a file of the owner alone, on the disk when it returns; one that is there already is not touched.
func writeNew(name string, data []byte) error {
	f, err := os.OpenFile(filepath.Clean(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err //nolint:wrapcheck // the caller says what of
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}
