package api

import (
	"net/http"
	"reflect"
	"strings"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/rule"
	"chancery/core/text"
	"chancery/desk"
)

// pathBody is the way that an application would go.
type pathBody struct {
	Steps []desk.PathLine `json:"steps"`
}

func (d *Door) checkOperations() []operation {
	return []operation{
		{
			method: http.MethodPost, path: "/api/check", id: "check", scope: account.ScopeRead,
			say: say("预审：会不会被拦下、依据哪一条、怎样改最近；什么都不保存", "Check: would it be stopped, by which article, and what is the nearest way to comply; nothing is kept"),
			query: []parameter{
				{name: "on", say: say("按这一天有效的规则；默认为申请的立案日", "By the rules in force on this day; else the day of filing")},
				{name: "at", say: say("关口；默认为批准", "The gate; else approval"), schema: ruleWords[rule.Gate]()},
				{name: "books", say: say("规章，用逗号分开；默认 cn-national", "Rulebooks, divided by commas; else cn-national")},
			},
			body: d.schemas.application(), answer: reflect.TypeFor[rule.Answer](), do: d.check,
		},
		{
			method: http.MethodPost, path: "/api/path", id: "show-path", scope: account.ScopeRead,
			say:  say("办理路径：会经过哪些步骤、为什么、由谁办；什么都不保存", "Path: which steps it would go through, why, and who would have it; nothing is kept"),
			body: d.schemas.application(), answer: reflect.TypeFor[pathBody](), do: d.path,
		},
	}
}

// application reads the application that was sent, as `chancery check` reads its file.
func (d *Door) application(c *call) (form.Application, error) {
	data, err := c.text()
	if err != nil {
		return form.Application{}, err
	}
	return d.desk.Library().ReadApplication("", data) //nolint:wrapcheck // its faults are the caller's
}

// check answers as `chancery check --json` does, byte for byte.
func (d *Door) check(c *call) (any, error) {
	lib := d.desk.Library()
	o := desk.CheckOptions{Gate: rule.Gate(c.query("at")), Alternatives: true}
	if asked := c.query("on"); asked != "" {
		day, err := calendar.ParseDay(asked)
		if err != nil {
			return nil, invalid("on", "「{day}」不是日期；请写成 2026-10-08", "{day} is no day; write it as 2026-10-08", text.Args{"day": asked})
		}
		o.On = day
	}
	if asked := c.query("books"); asked != "" {
		o.Books = strings.Split(asked, ",")
		if err := lib.HasBooks(o.Books); err != nil {
			return nil, err
		}
	}
	a, err := d.application(c)
	if err != nil {
		return nil, err
	}
	switch {
	case !o.On.IsZero():
		o.Today = o.On
	case !a.Filed.IsZero():
		o.Today = a.Filed
	default:
		o.Today = d.today()
	}
	return lib.Check(a, o)
}

func (d *Door) path(c *call) (any, error) {
	a, err := d.application(c)
	if err != nil {
		return nil, err
	}
	steps, err := d.desk.Path(c.r.Context(), a)
	if err != nil {
		return nil, err
	}
	return pathBody{Steps: steps}, nil
}
