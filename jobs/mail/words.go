package mail

import "chancery/core/text"

// said are the sentences of which mails are made.
type said struct {
	greeting, atOnce, something, sealed              text.Text
	digest, digestOver, waiting, waitingOver         text.Text
	todo, told, more, due, over, opens, change, file text.Text
	number, title, task, until, page                 text.Text
}

func words() said {
	return said{
		greeting:    text.Text{ZH: "{name}：", EN: "Dear {name},"},
		atOnce:      text.Text{ZH: "外事枢务中有事项告知您：", EN: "Chancery has something to tell you:"},
		something:   text.Text{ZH: "{number}：有事项待办", EN: "{number}: something waits for you"},
		sealed:      text.Text{ZH: "内容不出系统，请登录后查看", EN: "Its content stays in the house: sign in to read it"},
		digest:      text.Text{ZH: "{day}待办 {n} 件", EN: "{day}: {n} {n|case waits|cases wait} for you"},
		digestOver:  text.Text{ZH: "{day}待办 {n} 件，其中 {over} 件已超期", EN: "{day}: {n} {n|case waits|cases wait} for you, {over} overdue"},
		waiting:     text.Text{ZH: "今天有 {n} 件事项等您办理。", EN: "{n} {n|case waits|cases wait} for you today."},
		waitingOver: text.Text{ZH: "今天有 {n} 件事项等您办理，其中 {over} 件已超期。", EN: "{n} {n|case waits|cases wait} for you today, {over} of them overdue."},
		todo:        text.Text{ZH: "待办", EN: "To do"},
		told:        text.Text{ZH: "上次汇总以来另行告知", EN: "Told since the last digest"},
		more:        text.Text{ZH: "另有 {n} 件，请到系统中查看", EN: "{n} more: see the desk"},
		due:         text.Text{ZH: "{day}到期", EN: "due on {day}"},
		over:        text.Text{ZH: "{day}到期，已超期", EN: "was due on {day}, overdue"},
		opens:       text.Text{ZH: "链接只打开页面，不办理任何事项；办理请登录。请勿回复本邮件。", EN: "Links only open a page and never act: sign in to do so. Please do not answer this mail."},
		change:      text.Text{ZH: "要改为每日汇总、设置免打扰时间或不再接收，请到：", EN: "To be told once a day, at other hours or not at all:"},
		file:        text.Text{ZH: "待办 {day}.csv", EN: "to-do {day}.csv"},
		number:      text.Text{ZH: "编号", EN: "Number"},
		title:       text.Text{ZH: "题名", EN: "Title"},
		task:        text.Text{ZH: "事项", EN: "What waits"},
		until:       text.Text{ZH: "到期", EN: "Due"},
		page:        text.Text{ZH: "页面", EN: "Page"},
	}
}

// tested is what a test mail says.
func tested() struct{ subject, body text.Text } {
	return struct{ subject, body text.Text }{
		text.Text{ZH: "外事枢务：邮件已通", EN: "Chancery: mail works"},
		text.Text{ZH: "这是一封测试邮件。收到它，说明系统可以向这个地址发送邮件。", EN: "This is a test. That you read it shows that the desk can send mail to this address."},
	}
}
