package web

import (
	"context"
	"net/http"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/job"
	"chancery/core/office"
	"chancery/desk"
)

// Hooks keeps those outside who are told what happens. *desk.Desk does.
type Hooks interface {
	Hooks(ctx context.Context, by desk.Reader) ([]job.Hook, error)
	AddHook(ctx context.Context, by desk.Reader, ask job.HookAsk) (job.Hook, string, error)
	TurnHook(ctx context.Context, by desk.Reader, id string, live bool) error
	TestHook(ctx context.Context, by desk.Reader, id string) error
	RemoveHook(ctx context.Context, by desk.Reader, id string) error
}

// HooksPage is where a system administrator says who outside is told what happens.
type HooksPage struct {
	Frame
	// Secret is what messages to the hook that was just added are signed with: shown now and never again.
	Secret    string
	Name, URL string
	Kinds     []Choice
	Titles    []Choice
	Rows      []HookRow
	Wrong     []string
}

// HookRow is one of them.
type HookRow struct {
	Name, Kind, Host, Last, Href string
	Live                         bool
	State                        Tag
}

func (s *Site) hooksOpen(w http.ResponseWriter, r *http.Request) error {
	return s.hooksPage(w, r, http.StatusOK, job.HookAsk{Kind: job.Webhook}, "", nil)
}

func (s *Site) hooksPage(w http.ResponseWriter, r *http.Request, status int, ask job.HookAsk, secret string, wrong error) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	all, err := s.hooks.Hooks(r.Context(), who)
	if err != nil {
		return err
	}
	r.URL.Path, r.URL.RawPath = "/operations/hooks", "" // where a change of language leads
	f := s.frame(w, r)
	f.Title, f.Here = f.Say("hooks.title"), "operations"
	page := HooksPage{Frame: f, Secret: secret, Name: ask.Name, URL: ask.URL}
	for _, k := range job.Webhook.Words() {
		page.Kinds = append(page.Kinds, Choice{Value: k, Label: hookKind(f, job.HookKind(k)), Chosen: k == string(ask.Kind)})
	}
	page.Titles = append(page.Titles, Choice{Value: "", Label: f.Say("hooks.titles.none"), Chosen: ask.Titles == ""})
	for _, m := range office.Public.Words() {
		page.Titles = append(page.Titles, Choice{Value: m, Label: office.Mark(m).Title().In(f.Lang), Chosen: m == string(ask.Titles)})
	}
	for _, h := range all {
		row := HookRow{
			Name: h.Name, Kind: hookKind(f, h.Kind), Host: h.Host, Last: f.Say("hooks.never"), Href: "/operations/hooks/" + pathPart(h.ID),
			Live: h.Live, State: Tag{"circle-check", "ok", f.Say("hooks.live")},
		}
		if h.Last.At > 0 {
			row.Last = f.minute(h.Last.At) + " " + number(h.Last.Status) + " " + h.Last.Why
		}
		switch {
		case !h.Live:
			row.State = Tag{"clock", "", f.Say("hooks.off")}
		case h.Last.Why != "":
			row.State = Tag{"alert-triangle", "warn", f.Say("hooks.trouble")}
		}
		page.Rows = append(page.Rows, row)
	}
	show := func() error { return s.write(w, r, status, hooksShow(page)) }
	if wrong == nil {
		return show()
	}
	return s.again(w, r, wrong, &page.Wrong, f.Lang, show)
}

func hookKind(f Frame, k job.HookKind) string {
	switch k {
	case job.Webhook:
		return f.Say("hooks.kind.webhook")
	case job.WeCom:
		return f.Say("hooks.kind.wecom")
	case job.DingTalk:
		return f.Say("hooks.kind.dingtalk")
	case job.Feishu:
		return f.Say("hooks.kind.feishu")
	}
	return string(k)
}

// hooksAdd adds one and shows its secret, this once.
func (s *Site) hooksAdd(w http.ResponseWriter, r *http.Request) error {
	who, err := s.asked(w, r)
	if err != nil {
		return err
	}
	ask := job.HookAsk{
		Kind: job.HookKind(r.PostForm.Get("kind")), Name: r.PostForm.Get("name"), URL: r.PostForm.Get("url"), Secret: r.PostForm.Get("secret"),
		Titles: office.Mark(r.PostForm.Get("titles")),
	}
	for _, k := range r.PostForm["event"] {
		ask.Events = append(ask.Events, casework.Kind(k))
	}
	_, secret, err := s.hooks.AddHook(r.Context(), who, ask)
	if err != nil {
		return s.hooksPage(w, r, statusOf(fault.KindOf(err)), ask, "", err)
	}
	return s.hooksPage(w, r, http.StatusCreated, job.HookAsk{Kind: job.Webhook}, secret, nil)
}

// hooksDo does something to one of them, and shows the page again.
func (s *Site) hooksDo(do func(ctx context.Context, who desk.Reader, id string) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		who, err := s.asked(w, r)
		if err != nil {
			return err
		}
		if err := do(r.Context(), who, r.PathValue("id")); err != nil {
			return s.hooksPage(w, r, statusOf(fault.KindOf(err)), job.HookAsk{Kind: job.Webhook}, "", err)
		}
		http.Redirect(w, r, "/operations/hooks", http.StatusSeeOther)
		return nil
	}
}

// hookTurn switches one on or off, as the form says.
func (s *Site) hookTurn(w http.ResponseWriter, r *http.Request) error {
	return s.hooksDo(func(ctx context.Context, who desk.Reader, id string) error {
		return s.hooks.TurnHook(ctx, who, id, r.PostForm.Get("live") != "")
	})(w, r)
}

func (s *Site) hookTest(w http.ResponseWriter, r *http.Request) error {
	return s.hooksDo(s.hooks.TestHook)(w, r)
}

func (s *Site) hookRemove(w http.ResponseWriter, r *http.Request) error {
	return s.hooksDo(s.hooks.RemoveHook)(w, r)
}
