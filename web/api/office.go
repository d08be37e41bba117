package api

import (
	"net/http"
	"reflect"

	"chancery/core/account"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
)

// officeBody is the office as it stands today: units, posts with those who bear them, people. Kinship and accounts are not
// in it.
type officeBody struct {
	Name   text.Text     `json:"name"`
	Units  []office.Unit `json:"units"`
	Posts  []postBody    `json:"posts"`
	People []personBody  `json:"people"`
}

type postBody struct {
	ID   office.PostID `json:"id"`
	Name text.Text     `json:"name"`
	Unit office.UnitID `json:"unit"`
	// Holders hold the post today; Bearers act in it today, also by delegation.
	Holders []office.PersonID `json:"holders"`
	Bearers []office.PersonID `json:"bearers"`
	Vacant  bool              `json:"vacant,omitempty"`
}

type personBody struct {
	ID    office.PersonID `json:"id"`
	Name  string          `json:"name"`
	Posts []office.PostID `json:"posts"`
}

func (d *Door) officeOperations() []operation {
	return []operation{
		{
			method: http.MethodGet, path: "/api/office", id: "show-office", scope: account.ScopeRead, say: say("机构：单位、岗位和今日行使人", "The office: units, posts and who bears them today"),
			answer: reflect.TypeFor[officeBody](), do: d.office,
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

func (d *Door) office(c *call) (any, error) {
	o, err := d.desk.Office(c.r.Context())
	if err != nil {
		return nil, err
	}
	today := d.today()
	out := officeBody{Name: o.Name, Units: o.Units, Posts: []postBody{}, People: []personBody{}}
	for _, p := range o.Posts {
		post := postBody{ID: p.ID, Name: p.Name, Unit: p.Unit, Holders: []office.PersonID{}, Bearers: []office.PersonID{}}
		post.Holders = append(post.Holders, o.Holders(p.ID, today)...)
		for _, b := range o.Bearers(p.ID, today, "") {
			post.Bearers = append(post.Bearers, b.Person)
		}
		post.Vacant = len(post.Holders) == 0
		out.Posts = append(out.Posts, post)
	}
	for _, p := range o.Persons {
		out.People = append(out.People, personBody{ID: p.ID, Name: p.Name, Posts: append([]office.PostID{}, o.PostsOf(p.ID, today)...)})
	}
	return out, nil
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
