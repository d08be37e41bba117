package main

import (
	"fmt"
	"time"

	"chancery/core/job"
	"chancery/core/text"
	"chancery/desk"
	"chancery/store"
)

// keyAtHand says whether this machine has the key that signs the record.
func keyAtHand(signs bool, public, data string) diagnosis {
	if !signs {
		return diagnosis{Check: "key", Say: text.Text{
			ZH: "{data} 中没有签署密钥：新的存证要等持有密钥的一台入树", EN: "there is no signing key in {data}: new entries wait for a machine that has it",
		}.Fill(text.Args{"data": data})}
	}
	return diagnosis{Check: "key", OK: true, Say: text.Text{ZH: "签署密钥可用：{key}", EN: "the signing key is there: {key}"}.Fill(text.Args{"key": public})}
}

// held looks at what the office stands on: the disk and the schema.
func (a *App) held(s *store.Store) ([]diagnosis, error) {
	g, err := s.Ground(a.ctx)
	if err != nil {
		return nil, err
	}
	return []diagnosis{diskOf(g), schemaOf(g)}, nil
}

func diskOf(g store.Ground) diagnosis {
	d := diagnosis{Check: "disk", OK: !g.Full, Say: text.Text{
		ZH: "磁盘尚余 {free} MB，共 {size} MB", EN: "{free} of {size} MB of the disk are free",
	}}
	if g.Full {
		d.Say = text.Text{
			ZH: "磁盘将满：只剩 {free} MB，共 {size} MB，不再写入；请腾出空间", EN: "the disk is nearly full, {free} of {size} MB are free, and nothing is written: make room",
		}
	}
	d.Say = d.Say.Fill(text.Args{"free": fmt.Sprint(g.Free >> 20), "size": fmt.Sprint(g.Size >> 20)})
	return d
}

func schemaOf(g store.Ground) diagnosis {
	args := text.Args{"has": g.Schema, "knows": g.Known}
	if g.Schema > g.Known {
		return diagnosis{Check: "schema", OK: true, Say: text.Text{
			ZH: "数据格式 {has}，比本程序的 {knows} 新，可以一同使用", EN: "the data is at schema {has}, newer than this program's {knows}, which can work on it",
		}.Fill(args)}
	}
	return diagnosis{Check: "schema", OK: g.Schema == g.Known, Say: text.Text{ZH: "数据格式为 {has}", EN: "the data is at schema {has}"}.Fill(args)}
}

// backupAge is how old the last backup of an office may be that takes one every day.
const backupAge = 48 * time.Hour

// lastBackup says when a backup was taken last, and where it is: the daily one, or one by hand on this machine.
func lastBackup(view desk.Operations, byHand desk.BackedUp) diagnosis {
	last := view.Backup
	if byHand.At > last.At {
		last = byHand
	}
	for _, j := range view.Troubled {
		if j.Kind == job.Backup {
			return diagnosis{Check: "backup", Say: text.Text{
				ZH: "每日备份失败（已试 {n} 次）：{why}", EN: "the daily backup fails ({n} {n|try|tries}): {why}",
			}.Fill(text.Args{"n": j.Tries, "why": j.Why})}
		}
	}
	planned := false
	for _, c := range view.Counts {
		planned = planned || c.Kind == job.Backup && c.Waiting+c.Running > 0
	}
	args := text.Args{"at": last.At.Time().In(desk.OfficeZone()).Format("2006-01-02 15:04"), "file": last.File}
	switch {
	case last.At == 0:
		return diagnosis{Check: "backup", Say: text.Text{
			ZH: "从未备份过；请执行 chancery backup 文件，或以 --backup-to 启动服务", EN: "no backup was ever taken: run chancery backup FILE, or serve with --backup-to",
		}}
	case planned && view.Now > last.At.Add(backupAge):
		return diagnosis{Check: "backup", Say: text.Text{
			ZH: "最近一次备份已超过两天：{at}，{file}；请查明每日备份为何没有办", EN: "the last backup is more than two days old, {at}, {file}: find out why the daily one was not taken",
		}.Fill(args)}
	}
	return diagnosis{Check: "backup", OK: true, Say: text.Text{
		ZH: "最近一次备份：{at}，{file}，写成后已读回核对", EN: "the last backup: {at}, {file}, read again after it was written",
	}.Fill(args)}
}
