package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"chancery/core/calendar"
)

// siteSchema is the schema of a database in which an office is built before it takes its place.
const siteSchema = "chancery_half"

// within is the address of a database, of which a schema comes first.
func within(dsn, schema string) (string, error) {
	path := schema + ",public"
	if !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://") {
		return dsn + " search_path='" + path + "'", nil
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return "", dsnFault(err)
	}
	q := u.Query()
	q.Set("search_path", path)
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// onServer runs fn on one connection to a server.
func onServer(ctx context.Context, dsn string, fn func(*sql.Tx) error) error {
	db, err := openServer(dsn)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err == nil {
		if err = fn(tx); err == nil {
			err = tx.Commit()
		} else {
			_ = tx.Rollback()
		}
	}
	return errors.Join(mend("prepare the database", err), db.Close())
}

// ours counts the tables of an office in the schema that offices look for.
const oursOnServer = `SELECT COUNT(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname IN ('goose_db_version', 'entries', 'cases')`

// clearServer makes the schema for the site, and refuses a database that has an office, unless it may be replaced; then
// nobody must be acting on it.
func clearServer(ctx context.Context, dsn string, replace bool) error {
	return onServer(ctx, dsn, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, oursOnServer).Scan(&n); err != nil {
			return err
		}
		if n > 0 && !replace {
			return taken("PostgreSQL")
		}
		if replace {
			if err := nobodyActs(ctx, tx); err != nil {
				return err
			}
		}
		for _, q := range []string{
			// The extension stays where it is when the site goes. Where it cannot be made here, the migration says so by making none.
			`DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm; EXCEPTION WHEN insufficient_privilege OR undefined_file OR undefined_object OR feature_not_supported THEN NULL; END $$`,
			`DROP SCHEMA IF EXISTS ` + siteSchema + ` CASCADE`,
			`CREATE SCHEMA ` + siteSchema,
		} {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
}

// dropSite takes away what was built in a database.
func dropSite(ctx context.Context, dsn string) error {
	return onServer(ctx, dsn, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DROP SCHEMA IF EXISTS `+siteSchema+` CASCADE`)
		return err
	})
}

// countSite has the server count what was loaded, as it would by itself some minutes later: until then it plans by nothing.
const countSite = `DO $$ DECLARE loaded regclass; BEGIN
	FOR loaded IN SELECT oid::regclass FROM pg_class WHERE relnamespace = '` + siteSchema + `'::regnamespace AND relkind = 'r' LOOP
		EXECUTE 'ANALYZE ' || loaded;
	END LOOP; END $$`

// settleServer moves what was built to where offices look for it, and what was there before to a schema of its own, which it
// names; all at once.
func settleServer(ctx context.Context, dsn string, at calendar.Instant) (aside string, err error) {
	err = onServer(ctx, dsn, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, countSite); err != nil {
			return err
		}
		var home string
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT current_schema()::text`).Scan(&home); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, oursOnServer).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			aside = "chancery_before_" + at.Time().Format("20060102_150405")
			if _, err := tx.ExecContext(ctx, `CREATE SCHEMA `+aside); err != nil {
				return err
			}
			if err := moveAll(ctx, tx, home, aside); err != nil {
				return err
			}
		}
		if err := moveAll(ctx, tx, siteSchema, home); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DROP SCHEMA `+siteSchema)
		return err
	})
	return aside, err
}

// moveAll moves tables, views, sequences and functions of a schema into another; what belongs to an extension stays.
func moveAll(ctx context.Context, tx *sql.Tx, from, to string) error {
	rows, err := tx.QueryContext(ctx, `SELECT format('ALTER %s %I.%I SET SCHEMA %I', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
			WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, $1::text, c.relname, $2::text)
		FROM pg_class c WHERE c.relnamespace = $1::text::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
		AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i', 'e') AND d.refobjid <> c.oid
			AND (d.deptype = 'e' OR c.relkind = 'S'))
		UNION ALL SELECT format('ALTER ROUTINE %s SET SCHEMA %I', p.oid::regprocedure, $2::text) FROM pg_proc p WHERE p.pronamespace = $1::text::regnamespace
		AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')`, from, to)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var q string
		if err := rows.Scan(&q); err != nil {
			return err
		}
		all = append(all, q)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, q := range all {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return nil
}
