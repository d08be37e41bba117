package main

import (
	"fmt"
	"io"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/text"
	"chancery/desk"
)

type doctorCommand struct{ mailFlags }

// diagnosis is one thing that was looked at.
type diagnosis struct {
	Check string    `json:"check"`
	OK    bool      `json:"ok"`
	Say   text.Text `json:"say"`
}

// unknownWarning is how many days before an unannounced year begins it is warned of.
const unknownWarning = 60

// Run looks at the library, the calendar of the year to come, the data folder,
// the record and what the house does by itself, and says of each whether it is in order; the answer is no when
// anything is not.
func (c *doctorCommand) Run(a *App) error {
	s, err := a.openStore()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	lib, err := a.libraryOf(s)
	if err != nil {
		return err
	}
	head, err := s.Head(a.ctx)
	if err != nil {
		return err
	}
	indexed, err := s.Indexed(a.ctx)
	if err != nil {
		return err
	}
	view, err := desk.New(desk.Kept(s), lib).Operations(a.ctx, desk.Operator())
	if err != nil {
		return err
	}
	sender, err := c.sender(nil, a.clock)
	if err != nil {
		return err
	}
	count := lib.Count()
	found := []diagnosis{
		{Check: "library", OK: true, Say: text.Text{
			ZH: "规则库完整：{books} 部规章，{articles} 条", EN: "the library holds: {books} books, {articles} articles",
		}.Fill(text.Args{"books": count.Books, "articles": count.Articles})},
		calendarAhead(lib.Calendar, a.today()),
		{Check: "journal", OK: head.Entries == head.Sequenced, Say: text.Text{
			ZH: "存证 {entries} 条，{waiting} 条等待入树", EN: "{entries} entries, {waiting} waiting for the tree",
		}.Fill(text.Args{"entries": int(head.Entries), "waiting": int(head.Entries - head.Sequenced)})},
		clockInOrder(s.Timely(a.ctx)),
		jobsInOrder(view),
		mailInOrder(sender, view),
		keyAtHand(s.Signs(), head.Key, a.Data),
	}
	held, err := a.held(s)
	if err != nil {
		return err
	}
	if lost, err := s.LostSecrets(a.ctx); err != nil {
		return err
	} else if lost > 0 {
		found = append(found, diagnosis{Check: "secrets", Say: text.Text{
			ZH: "{n} 个账号的验证器密钥打不开（keys/secrets.key 缺失或已更换）：请从备份恢复该文件，否则由两名管理员为这些人办理找回",
			EN: "the secrets of {n} code {n|generator|generators} cannot be opened (keys/secrets.key is missing or was replaced): restore that file from a backup, or have two administrators recover these accounts",
		}.Fill(text.Args{"n": lost})})
	}
	found = append(append(found, held...), lastBackup(view, a.lastByHand()))
	if d, ok := checkpointsInOrder(view); ok {
		found = append(found, d)
	}
	if !indexed {
		found = append(found, diagnosis{Check: "search", Say: text.Text{
			ZH: "数据库没有 pg_trgm 索引，检索要逐条读过；请由管理员执行 CREATE EXTENSION pg_trgm，再执行 CREATE INDEX searched_by_pairs ON searched USING gin (pairs gin_trgm_ops)",
			EN: "the database has no index of pg_trgm, so a search reads everything: have an administrator run CREATE EXTENSION pg_trgm, then CREATE INDEX searched_by_pairs ON searched USING gin (pairs gin_trgm_ops)",
		}})
	}
	for _, d := range found {
		if !d.OK {
			a.exit = exitNo
		}
	}
	return a.print(found, func(w io.Writer) {
		for _, d := range found {
			mark := "ok  "
			if !d.OK {
				mark = "!!  "
			}
			fmt.Fprintln(w, mark+d.Say.In(a.lang()))
		}
	})
}

// clockInOrder says whether acts are dated by a clock that can be right.
func clockInOrder(wrong error) diagnosis {
	for _, f := range fault.All(wrong) {
		return diagnosis{Check: "clock", Say: f.Text}
	}
	return diagnosis{Check: "clock", OK: wrong == nil, Say: text.Text{ZH: "时钟可信", EN: "the clock can be right"}}
}

// calendarAhead warns when a year begins soon whose holidays are not announced:
// from then on every count of working days is provisional, and says so.
func calendarAhead(c *calendar.Calendar, today calendar.Day) diagnosis {
	year, days, ok := c.UnknownAhead(today)
	if !ok || days > unknownWarning {
		return diagnosis{Check: "calendar", OK: true, Say: text.Text{
			ZH: "今后 {n} 天内的节假日均已公布", EN: "the holidays of the next {n} days are all announced",
		}.Fill(text.Args{"n": unknownWarning})}
	}
	return diagnosis{Check: "calendar", Say: text.Text{
		ZH: "{year} 年的节假日尚未载入，{n} 天后起的期限均为暂定；请载入放假通知（chancery calendar import）", EN: "the holidays of {year} are not loaded; deadlines from {n} {n|day|days} on are provisional: load the notice (chancery calendar import)",
	}.Fill(text.Args{"year": fmt.Sprint(year), "n": days})}
}
