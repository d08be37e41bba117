package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"

	"chancery/core/fault"
	"chancery/core/text"
)

// Move makes the office of a place in another one, of whichever database, and with its key; the old place stays as it is.
// Nobody acts on it meanwhile: Unavailable comes back when a process holds it. What is moved is proven as Restore proves it.
func (p Place) Move(ctx context.Context, to Place, program string, how Restoring) (out Restored, err error) {
	free, err := p.hold(ctx)
	if err != nil {
		return Restored{}, err
	}
	defer func() { err = errors.Join(err, free()) }()
	dir, err := filepath.Abs(to.Dir)
	if err != nil {
		return Restored{}, folderFault(to.Dir, err)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return Restored{}, folderFault(dir, err)
	}
	file := dir + ".moving"
	defer func() {
		if e := os.Remove(file); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, folderFault(dir, e))
		}
	}()
	_, keyless := os.Stat(filepath.Join(p.Dir, filePrivate))
	if _, err := p.Backup(ctx, file, Taking{Program: program, At: how.At, WithKey: keyless == nil, Force: true, Progress: how.Progress}); err != nil {
		return Restored{}, err
	}
	return to.Restore(ctx, file, how)
}

// hold keeps everybody from acting on a place, as far as its database lets that be known.
func (p Place) hold(ctx context.Context) (free func() error, err error) {
	if p.DSN != "" {
		return func() error { return nil }, onServer(ctx, p.DSN, func(tx *sql.Tx) error { return nobodyActs(ctx, tx) })
	}
	dir, err := filepath.Abs(p.Dir)
	if err != nil {
		return nil, folderFault(dir, err)
	}
	if err := hasData(dir); err != nil {
		return nil, err
	}
	lock, err := holdFolder(dir)
	if err != nil {
		return nil, err
	}
	return func() error { return errors.Join(freeFile(lock), lock.Close()) }, nil
}

// nobodyActs refuses a database that processes of this program are connected to.
func nobodyActs(ctx context.Context, tx *sql.Tx) error {
	var n int
	if err := tx.QueryRowContext(ctx, actingOnServer).Scan(&n); err != nil || n == 0 {
		return err
	}
	return fault.New(fault.Unavailable, "db", text.Text{
		ZH: "还有进程在使用这个数据库；请先停止各台 chancery serve", EN: "there are processes that use this database: stop every chancery serve first",
	})
}

const actingOnServer = `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'chancery'`
