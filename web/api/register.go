package api

import (
	"net/http"
	"reflect"

	"chancery/affairs"
	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/text"
	"chancery/desk"
)

// registersBody is which registers there are.
type registersBody struct {
	Registers []registerLine `json:"registers"`
}

type registerLine struct {
	Name  string    `json:"name"`
	Title text.Text `json:"title"`
}

func (d *Door) registerOperations() []operation {
	return []operation{
		{
			method: http.MethodGet, path: "/api/registers", id: "list-registers", scope: account.ScopeRead, say: say("列出台账", "List the registers"),
			answer: reflect.TypeFor[registersBody](), do: func(*call) (any, error) {
				out := registersBody{Registers: []registerLine{}}
				for _, l := range affairs.Listings() {
					out.Registers = append(out.Registers, registerLine{Name: l.Name, Title: l.Title})
				}
				return out, nil
			},
		},
		{
			method: http.MethodGet, path: "/api/registers/{name}", id: "show-register", scope: account.ScopeRead,
			say:    say("某一天的台账，以可见案件为限", "A register as it reads on a day, as far as its cases lie in sight"),
			query:  []parameter{{name: "on", say: say("哪一天；默认今天", "The day; else today")}},
			answer: reflect.TypeFor[desk.RegisterView](), do: d.showRegister,
		},
	}
}

func (d *Door) showRegister(c *call) (any, error) {
	var on calendar.Day
	if asked := c.query("on"); asked != "" {
		day, err := calendar.ParseDay(asked)
		if err != nil {
			return nil, invalid("on", "「{day}」不是日期；请写成 2026-10-08", "{day} is no day; write it as 2026-10-08", text.Args{"day": asked})
		}
		on = day
	}
	return d.desk.Register(c.r.Context(), c.reader, c.r.PathValue("name"), on)
}
