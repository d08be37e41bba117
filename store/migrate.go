package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/pressly/goose/v3"

	"chancery/core/fault"
	"chancery/core/text"
)

//go:embed migrations
var migrations embed.FS

// Migration says at which schema a data folder was found, and at which it is now.
type Migration struct {
	Found   int64 `json:"found"`
	Reached int64 `json:"reached"`
}

// Migrate brings the schema of a place to the present version, as Open does, and says what it did. Unavailable comes back
// when there is no data there, when another process holds the folder, and when a newer version of the program wrote it;
// then nothing is changed.
func (p Place) Migrate(ctx context.Context) (Migration, error) {
	if p.DSN != "" {
		did, err := migratePostgres(ctx, p.DSN)
		return did, mend("migrate the data", err)
	}
	dir, err := filepath.Abs(p.Dir)
	if err != nil {
		return Migration{}, folderFault(dir, err)
	}
	if _, err := os.Stat(filepath.Join(dir, fileData)); err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			return Migration{}, folderFault(dir, err)
		}
		return Migration{}, fault.New(fault.Unavailable, "data", text.Text{
			ZH: "{dir} 中没有数据；请用 --data 指明数据夹", EN: "there is no data in {dir}: name the data folder with --data",
		}.Fill(text.Args{"dir": dir}))
	}
	lock, err := holdFolder(dir)
	if err != nil {
		return Migration{}, err
	}
	var did Migration
	db, err := openFile(dir, toWrite...)
	if err == nil {
		did, err = migrateSQLite(ctx, db)
		err = errors.Join(err, db.Close())
	}
	return did, errors.Join(mend("migrate the data", err), freeFile(lock), lock.Close())
}

// migrateSQLite brings the schema of a file to the present version.
func migrateSQLite(ctx context.Context, db *sql.DB) (Migration, error) {
	files, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return Migration{}, err
	}
	return migrate(ctx, goose.DialectSQLite3, db, files)
}

// migrate brings the schema to the present version. A newer one is left as it is, and refused where this program could not
// work on it.
func migrate(ctx context.Context, dialect goose.Dialect, db *sql.DB, files fs.FS, options ...goose.ProviderOption) (Migration, error) {
	p, err := goose.NewProvider(dialect, db, files, options...)
	if err != nil {
		return Migration{}, err
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return Migration{}, err
	}
	if current > target {
		return bears(ctx, db, current, target)
	}
	_, err = p.Up(ctx)
	return Migration{Found: current, Reached: target}, err
}

// bears lets a program work on a newer schema that says so: while nodes are replaced one by one, the old ones go on.
func bears(ctx context.Context, db *sql.DB, current, target int64) (Migration, error) {
	var said string
	if err := db.QueryRowContext(ctx, getNote, "least schema").Scan(&said); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Migration{}, err
	}
	if least, err := strconv.ParseInt(said, 10, 64); err == nil && least <= target {
		return Migration{Found: current, Reached: current}, nil
	}
	return Migration{}, fault.New(fault.Unavailable, "data", text.Text{
		ZH: "数据由更新的版本写成（格式 {has}，本程序只认得 {knows}）；请使用更新的程序",
		EN: "the data was written by a newer version (schema {has}, this program knows {knows}): use the newer program",
	}.Fill(text.Args{"has": current, "knows": target}))
}
