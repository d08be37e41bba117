package api

import (
	"net/http"
	"reflect"

	"chancery/core/account"
	"chancery/core/calendar"
)

// feedBody says whether there is an address of the own calendar; which, nobody keeps.
type feedBody struct {
	InUse bool             `json:"in_use"`
	Made  calendar.Instant `json:"made,omitempty"`
	Asked calendar.Instant `json:"asked,omitempty"`
}

// feedAskBody shows again who asks: an address outlives the token by which it was made.
type feedAskBody struct {
	Password string `json:"password"`
}

// feedMadeBody is the address that was just made, on this site: told now and never again.
type feedMadeBody struct {
	Address string `json:"address"`
}

// FeedAddress is where the calendar of a secret is given; programs that read calendars go by its ending.
func FeedAddress(secret string) string { return "/feed/" + secret + ".ics" }

func (d *Door) settingsOperations() []operation {
	settings := reflect.TypeFor[account.Preferences]()
	return []operation{
		{
			method: http.MethodGet, path: "/api/me/settings", id: "show-settings", scope: account.ScopeRead,
			say:    say("本人的设置：语言、外观、常用语、邮件和免打扰时间（按分钟）", "The own settings: language, look, phrases, mail and quiet hours (in minutes since midnight)"),
			answer: settings, do: func(c *call) (any, error) { return d.desk.Settings(c.r.Context(), c.reader) },
		},
		{
			method: http.MethodPost, path: "/api/me/settings", id: "keep-settings", scope: account.ScopeAct, body: d.schemas.of(settings), status: http.StatusNoContent,
			say: say("更改本人的设置；没有写的不变", "Change the own settings; what is not named stays"), do: d.settingsKept,
		},
		{
			method: http.MethodGet, path: "/api/me/feed", id: "show-feed", scope: account.ScopeRead,
			say:    say("本人的日历订阅是否在用", "Whether an address of the own calendar is in use"),
			answer: reflect.TypeFor[feedBody](), do: d.feed,
		},
		{
			method: http.MethodPost, path: "/api/me/feed", id: "make-feed", scope: account.ScopeAct, body: d.schemas.of(reflect.TypeFor[feedAskBody]()), status: http.StatusCreated,
			say:    say("生成本人的日历订阅地址，代替原有的；须再输入密码，地址只告知这一次", "Make the address of the own calendar, in place of the one before; the password is shown again, and the address is told this once"),
			answer: reflect.TypeFor[feedMadeBody](), do: d.feedMade,
		},
		{
			method: http.MethodDelete, path: "/api/me/feed", id: "revoke-feed", scope: account.ScopeAct, status: http.StatusNoContent, faults: []int{http.StatusConflict},
			say: say("停用本人的日历订阅地址", "Revoke the address of the own calendar"),
			do:  func(c *call) (any, error) { return nil, d.desk.RevokeFeed(c.r.Context(), c.reader) },
		},
	}
}

func (d *Door) settingsKept(c *call) (any, error) {
	doc, err := c.document()
	if err != nil {
		return nil, err
	}
	p, err := d.desk.Settings(c.r.Context(), c.reader)
	if err != nil {
		return nil, err
	}
	err = fields(doc, map[string]any{
		"lang": &p.Lang, "theme": &p.Theme, "compact": &p.Compact, "keys_off": &p.KeysOff, "phrases": &p.Phrases, "mail": &p.Mail,
	})
	if err != nil {
		return nil, err
	}
	return nil, d.desk.Prefer(c.r.Context(), c.reader, p)
}

func (d *Door) feed(c *call) (any, error) {
	f, there, err := d.desk.Feed(c.r.Context(), c.reader)
	if err != nil || !there {
		return feedBody{}, err
	}
	return feedBody{InUse: true, Made: f.Made, Asked: f.Asked}, nil
}

func (d *Door) feedMade(c *call) (any, error) {
	doc, err := c.document()
	if err != nil {
		return nil, err
	}
	var b feedAskBody
	if err := fields(doc, map[string]any{"password": &b.Password}); err != nil {
		return nil, err
	}
	secret, err := d.desk.MakeFeedFor(c.r.Context(), c.reader, b.Password, comingOf(c.r).Way)
	if err != nil {
		return nil, err
	}
	return feedMadeBody{Address: FeedAddress(secret)}, nil
}
