package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"chancery/core/fault"
	"chancery/core/text"
)

// KeepBlob keeps a file under its hash and returns once it is durable: an entry that names the hash may be committed then. The same
// content is kept once; one that no entry names takes room and harms nothing. Where many machines share a database files are
// kept there, so that each has what any of them was given; otherwise they lie in the folder.
func (s *Store) KeepBlob(ctx context.Context, content []byte) (string, error) {
	hash := hashOf(content)
	return hash, s.db.keepBlob(ctx, hash, content)
}

// Blob gives the file of a hash. Unavailable comes back when it is gone or is no longer what was kept.
func (s *Store) Blob(ctx context.Context, hash string) ([]byte, error) {
	if !isHash(hash) {
		return nil, fmt.Errorf("%q is no hash of a file", hash)
	}
	content, err := s.db.blob(ctx, hash)
	if err != nil {
		return nil, err
	}
	if content == nil {
		return nil, fault.New(fault.Unavailable, "file", text.Text{
			ZH: "附件的文件找不到；请系统管理员从备份恢复", EN: "the attached file is gone: have it restored from a backup",
		})
	}
	if hashOf(content) != hash {
		return nil, fault.New(fault.Unavailable, "file", text.Text{
			ZH: "附件的文件与存证不符，没有取出；请系统管理员从备份恢复", EN: "the attached file is not what the record says and is not given out: have it restored from a backup",
		})
	}
	return content, nil
}

// listedAtOnce is how many hashes are read before they are given.
const listedAtOnce = 1000

// Blobs gives the hash of each file that is kept, in order, also of those that no entry names. Give may ask the store; its
// error ends the list and comes back. What is kept meanwhile may be in it.
func (s *Store) Blobs(ctx context.Context, give func(hash string) error) error {
	for after := ""; ; {
		hashes, err := s.db.blobsAfter(ctx, after, listedAtOnce)
		if err != nil {
			return err
		}
		for _, hash := range hashes {
			if err := give(hash); err != nil {
				return err
			}
			after = hash
		}
		if len(hashes) < listedAtOnce {
			return nil
		}
	}
}

func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// isHash tells whether a word may be the name of a file.
func isHash(word string) bool {
	raw, err := hex.DecodeString(word)
	return err == nil && len(raw) == sha256.Size && hex.EncodeToString(raw) == word
}
