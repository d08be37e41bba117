package store

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"chancery/core/fault"
	"chancery/core/text"
)

// mend says what we were doing, and puts what the disk did into words that the user can mend.
func mend(doing string, err error) error {
	if err == nil || fault.KindOf(err) != fault.Ours {
		return err
	}
	if words, ok := refusedText(err); ok {
		return fmt.Errorf("%s: %w: %w", doing, fault.New(fault.Invalid, "text", words), err)
	}
	words, ok := troubleOf(err)
	if !ok {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fmt.Errorf("%s: %w: %w", doing, fault.New(fault.Unavailable, "data", words), err)
}

// troubleOf tells whether the disk, the file or the server is the trouble, and in which words.
func troubleOf(err error) (text.Text, bool) {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return postgresTrouble(err)
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return text.Text{ZH: "磁盘已满，什么也没有写入；请腾出空间后再办", EN: "the disk is full and nothing was written: make room and do it again"}, true
	case sqlite3.SQLITE_READONLY:
		return text.Text{ZH: "数据不可写；请检查数据夹的权限", EN: "the data cannot be written: see to the permissions of the data folder"}, true
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return text.Text{ZH: "磁盘读写出错，什么也没有写入；请检查磁盘后重新启动", EN: "the disk failed and nothing was written: see to the disk, then start again"}, true
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return text.Text{ZH: "数据文件已损坏；请从备份恢复", EN: "the data file is damaged: restore it from a backup"}, true
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return text.Text{ZH: "另一个程序正占用数据文件；请稍后再办", EN: "another program holds the data file: try again in a moment"}, true
	}
	return text.Text{}, false
}

// refusing is the fault of a store that no longer writes.
func refusing(cause error) error {
	return fmt.Errorf("%w: %w", fault.New(fault.Unavailable, "data", text.Text{
		ZH: "此前一次写入失败，为保全记录不再写入；请检查磁盘后重新启动（仍可查阅）",
		EN: "a write failed before, so nothing more is written to keep the record safe: see to the disk and start again (reading goes on)",
	}), cause)
}

// closedFault refuses an act that comes after the end.
func closedFault() error {
	return fault.New(fault.Unavailable, "data", text.Text{ZH: "数据夹已关闭", EN: "the data folder is closed"})
}
