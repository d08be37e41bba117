package api

import (
	"net/http"
	"reflect"

	"chancery/core/account"
	"chancery/desk"
)

func (d *Door) officeOperations() []operation {
	return []operation{
		{
			method: http.MethodGet, path: "/api/office", id: "show-office", scope: account.ScopeRead, say: say("机构：单位、岗位和今日行使人", "The office: units, posts and who bears them today"),
			answer: reflect.TypeFor[desk.Roster](), do: func(c *call) (any, error) { return d.desk.Roster(c.r.Context()) },
		},
		{
			method: http.MethodGet, path: "/api/figures/refusals", id: "count-refusals", scope: account.ScopeRead,
			say: say("一个季度报送多少、不予批准多少，及其案件", "How many were submitted in a quarter and how many of these were refused, with the cases"),
			query: []parameter{
				{name: "quarter", say: say("季度，如 2026Q3", "The quarter, such as 2026Q3"), must: true}, {name: "procedure", say: say("程序；默认 outbound-trip", "The procedure; else outbound-trip")},
			},
			answer: reflect.TypeFor[desk.Refusals](), do: d.refusals,
		},
	}
}

func (d *Door) refusals(c *call) (any, error) {
	q, err := desk.ParseQuarter(c.query("quarter"))
	if err != nil {
		return nil, err
	}
	procedure := c.query("procedure")
	if procedure == "" {
		procedure = "outbound-trip"
	}
	return d.desk.Refusals(c.r.Context(), c.reader, procedure, q)
}
