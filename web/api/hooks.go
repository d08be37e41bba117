package api

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/job"
	"chancery/core/office"
	"chancery/desk"
)

// hooksBody are those outside who are told.
type hooksBody struct {
	Hooks []desk.HookLine `json:"hooks"`
}

// hookMadeBody is a hook that was just added, with what messages to it are signed with: told now and never again.
type hookMadeBody struct {
	Hook   desk.HookLine `json:"hook"`
	Secret string        `json:"secret,omitempty"`
}

// hookAskBody is what a hook is to be; a change leaves as it is what it does not name.
type hookAskBody struct {
	Kind   job.HookKind    `json:"kind,omitempty"`
	Name   string          `json:"name,omitempty"`
	URL    string          `json:"url,omitempty"`
	Secret string          `json:"secret,omitempty"`
	Events []casework.Kind `json:"events,omitempty"`
	Titles office.Mark     `json:"titles,omitempty"`
}

// deliveriesBody are the messages that have not reached a hook.
type deliveriesBody struct {
	Deliveries []deliveryBody `json:"deliveries"`
}

// deliveryBody is one of them: how often it was tried, when it is tried again, and by what it failed the last time.
type deliveryBody struct {
	ID    int64            `json:"id"`
	State job.State        `json:"state"`
	Due   calendar.Instant `json:"due"`
	Tries int              `json:"tries"`
	Why   string           `json:"why,omitempty"`
}

func (d *Door) hookOperations() []operation {
	ask := d.schemas.of(reflect.TypeFor[hookAskBody]())
	one := "/api/hooks/{id}"
	turn := func(live bool) func(*call) (any, error) {
		return func(c *call) (any, error) {
			return nil, d.desk.TurnHook(c.r.Context(), c.reader, c.r.PathValue("id"), live)
		}
	}
	return []operation{
		{
			method: http.MethodGet, path: "/api/hooks", id: "list-hooks", scope: account.ScopeRead,
			say:    say("对外通知：网络钩子和办公软件机器人；系统管理员可用", "Those outside who are told: web hooks and messengers; for system administrators"),
			answer: reflect.TypeFor[hooksBody](), do: d.hooksListed,
		},
		{
			method: http.MethodPost, path: "/api/hooks", id: "add-hook", scope: account.ScopeAct, body: ask, status: http.StatusCreated,
			say:    say("登记一项对外通知；签名密钥只告知这一次；系统管理员可用", "Have a program outside told; what messages are signed with is told this once; for system administrators"),
			answer: reflect.TypeFor[hookMadeBody](), faults: []int{http.StatusConflict}, do: d.hookAdded,
		},
		{
			method: http.MethodPost, path: one + "/change", id: "change-hook", scope: account.ScopeAct, body: ask, status: http.StatusNoContent,
			say: say("更改一项对外通知的名称、动作或标题；没有写的不变；系统管理员可用", "Change the name, acts or titles of a hook; what is not named stays; for system administrators"), do: d.hookChanged,
		},
		{
			method: http.MethodPost, path: one + "/pause", id: "pause-hook", scope: account.ScopeAct, status: http.StatusNoContent,
			say: say("暂停一项对外通知；系统管理员可用", "Tell a hook nothing for now; for system administrators"), do: turn(false),
		},
		{
			method: http.MethodPost, path: one + "/resumption", id: "resume-hook", scope: account.ScopeAct, status: http.StatusNoContent,
			say: say("恢复一项对外通知；系统管理员可用", "Tell a hook again; for system administrators"), do: turn(true),
		},
		{
			method: http.MethodPost, path: one + "/test", id: "test-hook", scope: account.ScopeAct, status: http.StatusNoContent,
			say: say("发一条试验消息；系统管理员可用", "Send a hook a message that says nothing; for system administrators"),
			do:  func(c *call) (any, error) { return nil, d.desk.TestHook(c.r.Context(), c.reader, c.r.PathValue("id")) },
		},
		{
			method: http.MethodDelete, path: one, id: "remove-hook", scope: account.ScopeAct, status: http.StatusNoContent,
			say: say("删除一项对外通知及其密钥；系统管理员可用", "Take a hook out, with its secret; for system administrators"),
			do: func(c *call) (any, error) {
				return nil, d.desk.RemoveHook(c.r.Context(), c.reader, c.r.PathValue("id"))
			},
		},
		{
			method: http.MethodGet, path: one + "/deliveries", id: "list-deliveries", scope: account.ScopeRead,
			say:    say("还没有送达的消息：等待、重试和失败；系统管理员可用", "The messages that have not reached a hook: waiting, tried again, given up; for system administrators"),
			answer: reflect.TypeFor[deliveriesBody](), do: d.deliveries,
		},
		{
			method: http.MethodPost, path: one + "/deliveries/{message}/retry", id: "retry-delivery", scope: account.ScopeAct, status: http.StatusNoContent,
			say:    say("立即重发一条失败的消息；系统管理员可用", "Have a message that failed sent again at once; for system administrators"),
			faults: []int{http.StatusConflict}, do: d.deliveryRetried,
		},
	}
}

func (d *Door) hooksListed(c *call) (any, error) {
	all, err := d.desk.Hooks(c.r.Context(), c.reader)
	if err != nil {
		return nil, err
	}
	out := hooksBody{Hooks: []desk.HookLine{}}
	for _, h := range all {
		out.Hooks = append(out.Hooks, desk.HookLineOf(h))
	}
	return out, nil
}

// hookAsk reads what a hook is to be, over what it is; a change names neither its kind nor its address.
func (c *call) hookAsk(b hookAskBody, change bool) (hookAskBody, error) {
	doc, err := c.document()
	if err != nil {
		return b, err
	}
	into := map[string]any{"name": &b.Name, "events": &b.Events, "titles": &b.Titles}
	if !change {
		into["kind"], into["url"], into["secret"] = &b.Kind, &b.URL, &b.Secret
	}
	return b, fields(doc, into)
}

func (d *Door) hookAdded(c *call) (any, error) {
	// who may not is told so before what was sent is looked at
	if _, err := d.desk.Hooks(c.r.Context(), c.reader); err != nil {
		return nil, err
	}
	b, err := c.hookAsk(hookAskBody{Kind: job.Webhook}, false)
	if err != nil {
		return nil, err
	}
	h, secret, err := d.desk.AddHook(c.r.Context(), c.reader, job.HookAsk(b))
	if err != nil {
		return nil, err
	}
	return hookMadeBody{Hook: desk.HookLineOf(h), Secret: secret}, nil
}

func (d *Door) hookChanged(c *call) (any, error) {
	all, err := d.desk.Hooks(c.r.Context(), c.reader)
	if err != nil {
		return nil, err
	}
	id := c.r.PathValue("id")
	var b hookAskBody
	if at := slices.IndexFunc(all, func(h job.Hook) bool { return h.ID == id }); at >= 0 {
		b = hookAskBody{Name: all[at].Name, Events: all[at].Events, Titles: all[at].Titles}
	}
	if b, err = c.hookAsk(b, true); err != nil {
		return nil, err
	}
	return nil, d.desk.ChangeHook(c.r.Context(), c.reader, id, job.HookAsk(b))
}

func (d *Door) deliveries(c *call) (any, error) {
	all, now, err := d.desk.Deliveries(c.r.Context(), c.reader, c.r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	out := deliveriesBody{Deliveries: []deliveryBody{}}
	for _, j := range all {
		out.Deliveries = append(out.Deliveries, deliveryBody{ID: j.ID, State: j.State(now), Due: j.Due, Tries: j.Tries, Why: j.Why})
	}
	return out, nil
}

func (d *Door) deliveryRetried(c *call) (any, error) {
	message, err := strconv.ParseInt(c.r.PathValue("message"), 10, 64)
	if err != nil {
		message = 0 // no delivery has it
	}
	return nil, d.desk.RetryDelivery(c.r.Context(), c.reader, c.r.PathValue("id"), message)
}
