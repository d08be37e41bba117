package store

import (
	"context"
	"slices"
)

// keepBlob keeps a file in the database. Whether it was there before makes no difference, so it is sent again whenever it is
// not known to have arrived.
func (d *postgres) keepBlob(ctx context.Context, hash string, content []byte) error {
	if !d.enter() {
		return closedFault()
	}
	defer d.acting.Done()
	for tried := 1; ; tried++ {
		err := d.putBlob(ctx, hash, content)
		if tried >= triesAtMost || ctx.Err() != nil || !inTheWay(err) && !lostContact(err) {
			return mend("keep file", err)
		}
	}
}

func (d *postgres) putBlob(ctx context.Context, hash string, content []byte) error {
	ctx, cancel := context.WithTimeout(ctx, answerAtMost)
	defer cancel()
	_, err := d.writers.ExecContext(ctx, postgresKeepBlob, hash, content)
	return err
}

// blob gives a file from the database, else from the folder, where an earlier version of the program kept them.
func (d *postgres) blob(ctx context.Context, hash string) ([]byte, error) {
	var (
		content []byte
		there   bool
	)
	err := d.read(ctx, func(t *Tx) (err error) {
		there, err = t.one("read file", postgresBlob, []any{hash}, &content)
		return err
	})
	if err != nil || there {
		return content, err
	}
	return d.folder().read(hash)
}

// blobsAfter lists the files of the database and those of the folder that are not there yet.
func (d *postgres) blobsAfter(ctx context.Context, after string, most int) ([]string, error) {
	out, err := d.folder().after(after, most)
	if err != nil {
		return nil, err
	}
	err = d.read(ctx, func(t *Tx) error {
		return t.each("list files", postgresBlobsAfter, []any{after, most}, func(scan func(...any) error) error {
			var hash string
			err := scan(&hash)
			out = append(out, hash)
			return err
		})
	})
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), most)], err
}

// adoptBlobs copies into the database what an earlier version kept in the folder. The files stay, for nodes of that version;
// what cannot be copied now is read where it lies, and tried again at the next start.
func (d *postgres) adoptBlobs() {
	defer close(d.moved)
	ctx := context.Background()
	for after := ""; ; {
		hashes, err := d.folder().after(after, listedAtOnce)
		if err != nil || len(hashes) == 0 {
			return
		}
		after = hashes[len(hashes)-1]
		missing, err := d.missingBlobs(ctx, hashes)
		if err != nil {
			return
		}
		for _, hash := range missing {
			select {
			case <-d.s.resting:
				return
			default:
			}
			content, err := d.folder().read(hash)
			if err != nil || hashOf(content) != hash {
				continue
			}
			if err := d.keepBlob(ctx, hash, content); err != nil {
				return
			}
		}
	}
}

// missingBlobs tells which of some hashes the database has no file of.
func (d *postgres) missingBlobs(ctx context.Context, hashes []string) (out []string, err error) {
	err = d.read(ctx, func(t *Tx) error {
		return t.each("list files", postgresBlobsMissing, []any{hashes}, func(scan func(...any) error) error {
			var hash string
			err := scan(&hash)
			out = append(out, hash)
			return err
		})
	})
	return out, err
}

func (d *postgres) folder() blobFolder { return blobFolder{d.s.dir} }
