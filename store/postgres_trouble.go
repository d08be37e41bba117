package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"

	"chancery/core/fault"
	"chancery/core/text"
)

// errUnsure marks an act of which nobody knows whether it was committed.
var errUnsure = errors.New("the commit was sent and not answered")

// unsure is the fault of an act whose commit was sent and not answered. Of what the connection said the words alone are
// kept: whoever found there that time ran out would say that nothing was done.
func unsure(err error) error {
	return fmt.Errorf("%w: %w: %s", errUnsure, fault.New(fault.Unavailable, "data", text.Text{
		ZH: "提交时与数据库失去联系，这一步可能已办成，也可能没有；请查看后再办，或用同一请求编号重发",
		EN: "the database was lost during the commit, so this may or may not have been done: look before you do it again, or send the same request again",
	}), err.Error())
}

// lostContact tells that no answer came, though the question was perhaps heard.
func lostContact(err error) bool {
	var said *pgconn.PgError
	return err != nil && !errors.As(err, &said) && !pgconn.SafeToRetry(err) && broke(err)
}

// broke tells that a connection failed.
func broke(err error) bool {
	var timeout net.Error
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, context.DeadlineExceeded) ||
		errors.As(err, &timeout) || pgconn.SafeToRetry(err)
}

// inTheWay tells that an act failed by no fault of its own, and can be run again: another act was in its way, or the
// connection was lost before the commit was sent.
func inTheWay(err error) bool {
	if err == nil || errors.Is(err, errUnsure) {
		return false
	}
	var said *pgconn.PgError
	if errors.As(err, &said) {
		switch said.Code {
		case "40001", "40P01", // two acts waited for each other
			"23505",          // somebody did it first: the act will find it done
			"57P01", "57P02": // the server let go of this connection
			return true
		}
		return false
	}
	var dialled *pgconn.ConnectError
	return !errors.As(err, &dialled) && broke(err)
}

// postgresTrouble tells whether the server is the trouble, and in which words.
func postgresTrouble(err error) (text.Text, bool) {
	var said *pgconn.PgError
	if !errors.As(err, &said) {
		var dialled *pgconn.ConnectError
		if errors.As(err, &dialled) || broke(err) {
			return text.Text{
				ZH: "连不上数据库，什么也没有写入；请稍后再办，并请系统管理员检查数据库", EN: "the database cannot be reached and nothing was written: try again in a moment, and have the server looked at",
			}, true
		}
		return text.Text{}, false
	}
	switch said.Code {
	case "53100":
		return text.Text{ZH: "数据库的磁盘已满，什么也没有写入；请腾出空间后再办", EN: "the disk of the database is full and nothing was written: make room and do it again"}, true
	case "53300", "57P03":
		return text.Text{ZH: "数据库暂不接受连接；请稍后再办", EN: "the database takes no connections at the moment: try again"}, true
	case "25006":
		return text.Text{ZH: "数据库目前只读；请系统管理员检查是否连到了备机", EN: "the database is read-only: see whether this is a standby"}, true
	case "57014", "55P03", "25P03":
		return text.Text{ZH: "数据库答复过慢，什么也没有写入；请稍后再办", EN: "the database was too slow to answer and nothing was written: try again in a moment"}, true
	case "28000", "28P01", "3D000", "42501":
		return text.Text{ZH: "数据库拒绝登录或缺少权限；请核对 --database 的地址、用户与授权", EN: "the database refuses this user or has no such database: see to the address, user and rights of --database"}, true
	case "40001", "40P01":
		return text.Text{ZH: "同时办理的人太多，这一步没有办成；请再办一次", EN: "too many acted on the same at once and this was not done: do it again"}, true
	case "57P01", "57P02", "08000", "08003", "08006", "53200":
		return text.Text{ZH: "数据库中断了连接，什么也没有写入；请稍后再办", EN: "the database broke off and nothing was written: try again in a moment"}, true
	}
	return text.Text{}, false
}

// refusedText tells whether the server cannot keep what somebody wrote, and in which words.
func refusedText(err error) (text.Text, bool) {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		switch said.Code {
		case "22021", "22P05":
			return text.Text{ZH: "文字中有无法保存的字符（空字符）；请去掉后再办", EN: "the words hold a character that cannot be kept (the null character): take it out and do it again"}, true
		case "54000":
			return text.Text{ZH: "有一项文字过长，无法编入索引；请缩短姓名或名称后再办", EN: "one of the words is too long to be listed by: shorten the name and do it again"}, true
		}
	}
	return text.Text{}, false
}

// dsnFault refuses an address of a database that cannot be read; it is not repeated, since it may hold a password.
func dsnFault(error) error {
	return fault.New(fault.Invalid, "db", text.Text{
		ZH: "数据库地址写得不对；应如 postgres://用户@主机:5432/库名", EN: "the address of the database cannot be read: write it as postgres://user@host:5432/name",
	})
}
