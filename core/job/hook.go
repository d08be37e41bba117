package job

import (
	"net/url"
	"slices"
	"strings"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

// Hooks is the name of the way by which programs outside are told; behind it, after a colon, stands which of them.
const Hooks = "hook"

// HookTest is the kind of a message that only tries whether a hook is reached; it is of no case.
const HookTest casework.Kind = "hook_tested"

// HookKind says in which form a program outside is told.
type HookKind string

// The kinds: a web hook by Standard Webhooks, and the robots of three office messengers.
const (
	Webhook  HookKind = "webhook"
	WeCom    HookKind = "wecom"
	DingTalk HookKind = "dingtalk"
	Feishu   HookKind = "feishu"
)

// Words lists the kinds.
func (HookKind) Words() []string {
	return []string{string(Webhook), string(WeCom), string(DingTalk), string(Feishu)}
}

// Hook is a program outside that is told what happens. Its address and its secret are kept apart, encrypted.
type Hook struct {
	ID   string           `json:"-"`
	Made calendar.Instant `json:"-"`
	// Live: it is told; else it was switched off, by somebody or by its own answer that it is gone.
	Live bool     `json:"-"`
	Kind HookKind `json:"kind"`
	Name string   `json:"name"`
	// Host is the address without what may let somebody in.
	Host string `json:"host"`
	// Events are the kinds of acts that it hears of; none: all.
	Events []casework.Kind `json:"events,omitempty"`
	// Titles is the highest mark of cases of which it is told the title; none: of no case.
	Titles office.Mark `json:"titles,omitempty"`

	Last HookAnswer `json:"-"`
}

// HookAnswer is what a hook answered: when, with which status, zero where it was not reached, and what was wrong.
type HookAnswer struct {
	At     calendar.Instant
	Status int
	Why    string
}

// HookSecret is the address of a hook and what messages to it are signed with. Messengers have theirs in the address.
type HookSecret struct {
	URL  string `json:"url"`
	Sign string `json:"sign,omitempty"`
}

// HookEvent is what a hook is told of a message: nothing of what is in a case but, where it may be told, the title.
type HookEvent struct {
	Kind   casework.Kind
	At     calendar.Instant
	Case   string
	Number text.Text
	// Entry is the number of the entry within the case; zero where there is none.
	Entry int
	Title string
}

// HookAsk is what a hook is to be.
type HookAsk struct {
	Kind   HookKind
	Name   string
	URL    string
	Secret string // of a messenger, as it was given there
	Events []casework.Kind
	Titles office.Mark
}

// The most that hooks may be.
const (
	hookName   = 60
	hookURL    = 500
	hookSecret = 200
	// HooksMost is how many there are.
	HooksMost = 20
)

// Hears says whether a hook is told of an event.
func (h Hook) Hears(k casework.Kind) bool {
	return h.Live && (len(h.Events) == 0 || k == HookTest || slices.Contains(h.Events, k))
}

// Tells says whether the title of a case with a mark is told.
func (h Hook) Tells(m office.Mark) bool { return h.Titles != "" && m.Level() <= h.Titles.Level() }

// Changed is the hook with another name, other acts and another highest mark of titles; where it leads stays.
func (h Hook) Changed(ask HookAsk) (Hook, error) {
	h.Name, h.Events, h.Titles = strings.TrimSpace(ask.Name), ask.Events, ask.Titles
	return h, h.faults().OrNil()
}

// faults finds what cannot be in what may be changed.
func (h Hook) faults() fault.List {
	var faults fault.List
	wrong := func(field, zh, en string, args text.Args) {
		faults = append(faults, fault.New(fault.Invalid, field, text.Text{ZH: zh, EN: en}.Fill(args)))
	}
	if n := len([]rune(h.Name)); n == 0 || n > hookName {
		wrong("name", "请起名，说明发往哪里，最多 {n} 个字", "give it a name that says where it leads, at most {n} characters", text.Args{"n": hookName})
	}
	if h.Titles != "" && !slices.Contains(h.Titles.Words(), string(h.Titles)) {
		wrong("titles", "标识只能是：{words}；不写则不发标题", "the mark is one of {words}; without it no title is told", text.Args{"words": strings.Join(h.Titles.Words(), ", ")})
	}
	return faults
}

// NewHook is a hook as it was asked for. Every fault of what was asked comes back together.
func NewHook(ask HookAsk) (Hook, HookSecret, error) {
	var faults fault.List
	wrong := func(field, zh, en string, args text.Args) {
		faults = append(faults, fault.New(fault.Invalid, field, text.Text{ZH: zh, EN: en}.Fill(args)))
	}
	h := Hook{Kind: ask.Kind, Name: strings.TrimSpace(ask.Name), Events: ask.Events, Titles: ask.Titles, Live: true}
	faults = append(faults, h.faults()...)
	if !slices.Contains(ask.Kind.Words(), string(ask.Kind)) {
		wrong("kind", "类型只能是：{words}", "the kind is one of {words}", text.Args{"words": strings.Join(ask.Kind.Words(), ", ")})
	}
	u, err := url.Parse(strings.TrimSpace(ask.URL))
	if err != nil || len(ask.URL) > hookURL || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http" {
		wrong("url", "地址须为 https://主机/路径，不含用户名和密码", "the address is like https://host/path, without user and password", nil)
	} else {
		h.Host = u.Scheme + "://" + u.Host
	}
	if ask.Kind == Webhook && ask.Secret != "" {
		wrong("secret", "网络钩子的密钥由系统生成，不用填写", "the secret of a web hook is made by the desk: leave it out", nil)
	}
	if len(ask.Secret) > hookSecret {
		wrong("secret", "密钥最多 {n} 个字符", "a secret has at most {n} characters", text.Args{"n": hookSecret})
	}
	return h, HookSecret{URL: strings.TrimSpace(ask.URL), Sign: strings.TrimSpace(ask.Secret)}, faults.OrNil()
}
