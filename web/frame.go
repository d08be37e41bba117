package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"chancery/core/account"
	"chancery/core/text"
	"chancery/desk"
)

// Frame is what every page knows: its language and look, where it stands, and
// the words and files it is made with.
type Frame struct {
	Lang text.Lang
	// Theme is "light", "dark" or, to follow the reader's machine, "".
	Theme string
	// Title stands in the window's title bar; Here is the key of the current entry of the navigation.
	Title string
	Here  string
	// Person is who is signed in, "" for nobody; Administers says that accounts are this person's to keep.
	Person, Post string
	Administers  bool
	// Compact sets lines closer together; KeysOff turns single-letter keys off.
	Compact, KeysOff bool
	// Waiting is how much waits for the reader, "" where the page does not know; Bell says it in words.
	Waiting, Bell string
	// PrintStyle is a style of the page's own for paper, where it has one.
	PrintStyle string
	// Query is what stands in the box for searching.
	Query string
	// Idle is after how many seconds without use the session may be over, "" where nobody is signed in.
	Idle string
	// Form is the id of the form whose content a change of language or look must carry along; usually none.
	Form string

	// Live is where the page hears that it shows what was, and LiveSays what it then says; "": it hears nothing.
	Live, LiveSays string

	words  text.Catalogue
	coded  Words
	assets assets
	url    url.URL
	who    desk.Reader
}

// frame is the frame of a page, which says how much waits for its reader. Where that cannot be counted it says nothing of it.
func (s *Site) frame(w http.ResponseWriter, r *http.Request) Frame {
	f := s.bareFrame(w, r)
	if f.Person != "" {
		if n, err := s.cases.WaitingFor(r.Context(), f.who); err == nil {
			f.waits(n)
		}
	}
	return f
}

// bareFrame reads language and look: what the person prefers, else from the query,
// which is then remembered in a cookie, else from the cookie, else from the browser.
func (s *Site) bareFrame(w http.ResponseWriter, r *http.Request) Frame {
	var who desk.Reader
	if signed, err := s.reader(r); err == nil {
		who = signed
	}
	lang, theme := who.Prefers.Lang, who.Prefers.Theme
	if lang == "" {
		lang = cmp.Or(text.Lang(preference(w, r, "lang", "zh", "en")), preferredLang(r.Header.Get("Accept-Language")))
	}
	if theme == "" {
		theme = preference(w, r, "theme", "light", "dark")
	}
	w.Header().Set("Content-Language", htmlLang(lang))
	idle := ""
	if who.Person != "" && s.idle > account.TouchAfter {
		idle = number(int((s.idle - account.TouchAfter).Seconds()))
	}
	return Frame{
		Lang: lang, Theme: theme, words: s.words, coded: s.coded, assets: s.assets, url: *r.URL, who: who, Idle: idle,
		Person: who.Name.In(lang), Post: capital(who.Post.In(lang)), Administers: who.Duties.Of() != "", Compact: who.Prefers.Compact, KeysOff: who.Prefers.KeysOff,
	}
}

// preferred takes the language or the look that an address asks for into the
// preferences of who is signed in; the cookie is for who is not.
func (s *Site) preferred(r *http.Request, who desk.Reader) (desk.Reader, error) {
	p, q := who.Prefers, r.URL.Query()
	if lang := text.Lang(q.Get("lang")); lang == text.ZH || lang == text.EN {
		p.Lang = lang
	}
	switch q.Get("theme") {
	case "light", "dark":
		p.Theme = q.Get("theme")
	case "auto":
		p.Theme = ""
	}
	if keys := q.Get("keys"); keys == "off" || keys == "on" {
		p.KeysOff = keys == "off"
	}
	if p.Lang == who.Prefers.Lang && p.Theme == who.Prefers.Theme && p.KeysOff == who.Prefers.KeysOff {
		return who, nil
	}
	who.Prefers = p
	return who, s.own.Prefer(r.Context(), who, p)
}

// preference reads one of the known words of a preference. "auto" in the query
// forgets it.
func preference(w http.ResponseWriter, r *http.Request, name string, known ...string) string {
	asked := r.URL.Query().Get(name)
	for _, k := range known {
		if asked == k {
			http.SetCookie(w, &http.Cookie{Name: name, Value: k, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode})
			return k
		}
	}
	if asked == "auto" {
		http.SetCookie(w, &http.Cookie{Name: name, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		return ""
	}
	if c, err := r.Cookie(name); err == nil {
		for _, k := range known {
			if c.Value == k {
				return k
			}
		}
	}
	return ""
}

// preferredLang reads Accept-Language: whichever of our languages weighs most,
// Chinese when neither is named.
func preferredLang(header string) text.Lang {
	best, weight := text.ZH, 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			if parsed, err := strconv.ParseFloat(v, 64); err == nil {
				q = parsed
			}
		}
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if (primary == "zh" || primary == "en") && q > weight {
			best, weight = text.Lang(primary), q
		}
	}
	return best
}

func htmlLang(l text.Lang) string {
	if l == text.EN {
		return "en"
	}
	return "zh-Hans"
}

// HTMLLang is the language of the page as HTML names it.
func (f Frame) HTMLLang() string { return htmlLang(f.Lang) }

// Say gives the words of a key in the page's language.
func (f Frame) Say(key string, args ...text.Args) string {
	var a text.Args
	if len(args) > 0 {
		a = args[0]
	}
	return f.words.SayIn(f.Lang, key, a)
}

// Run is a run of words; Lang is set when it is not the page's language.
type Run struct {
	Words string
	Lang  string
}

// Run marks words that came from people or from data with their language, so
// that a screen reader speaks them rightly on a page in the other one.
func (f Frame) Run(words string) Run {
	if f.Lang == text.EN && strings.ContainsFunc(words, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return Run{Words: words, Lang: "zh-Hans"}
	}
	return Run{Words: words}
}

// Runs marks several.
func (f Frame) Runs(words []string) []Run {
	runs := make([]Run, len(words))
	for i, w := range words {
		runs[i] = f.Run(w)
	}
	return runs
}

// person gives the name of a person: as the person writes it, and on English pages in pinyin where the office knows it.
func (f Frame) person(name string) Run { return f.Run(f.called(name)) }

// unit gives the name of a unit: as it stands in the record, and on English pages its English name where the office gave it one.
func (f Frame) unit(name string) Run { return f.Run(f.called(name)) }

// naming names people and units as another reading of the office does: who is not signed in has read none.
func (f Frame) naming(names desk.Reader) Frame {
	if f.Person == "" {
		f.who = names
	}
	return f
}

// called is the name of a person or a unit in the language of the page.
func (f Frame) called(name string) string {
	if f.Lang == text.EN {
		return f.who.Called(name)
	}
	return name
}

// title is what a case is called: as it was written, and on English pages of its data.
func (f Frame) title(written string, c desk.CaseName) Run {
	if f.Lang == text.EN {
		return f.Run(cmp.Or(c.English(), written))
	}
	return f.Run(written)
}

// of gives a sentence of ours in the language of the page, the people and units in it named as the page names them. It is
// not for what somebody wrote: that stands as it was written.
func (f Frame) of(sentence text.Text) Run {
	if f.Lang == text.EN {
		return f.Run(f.who.CalledIn(sentence.EN))
	}
	return f.Run(sentence.ZH)
}

// persons gives several names of persons or units as one run.
func (f Frame) persons(names []string) Run {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = f.person(n).Words
	}
	return f.Run(text.Join(all, f.Lang))
}

// At sets the address of the page where it is shown under another, as after a form that was refused.
func (f *Frame) At(path string) { f.url = url.URL{Path: path} }

// Asset is the address of a static file.
func (f Frame) Asset(name string) string { return f.assets.urls[name] }

// Icon is the address of one drawing in the sprite.
func (f Frame) Icon(name string) string { return f.assets.urls["icons.svg"] + "#" + name }

// With is the address of this page with one part of its query changed; an empty
// value takes the part away.
func (f Frame) With(name, value string) string {
	q := f.url.Query()
	q.Del("lang")
	q.Del("theme")
	q.Del("keys")
	q.Del("done")
	if value == "" {
		q.Del(name)
	} else {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return f.url.EscapedPath()
	}
	return f.url.EscapedPath() + "?" + q.Encode()
}

// elsewhere is the address of another page with this page's query.
func (f Frame) elsewhere(path string) string {
	q := f.url.Query()
	q.Del("lang")
	q.Del("theme")
	q.Del("page")
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// with is the address of this page with several parts of its query changed, given as names and values.
func (f Frame) with(changes ...string) string {
	for i := 0; i+1 < len(changes); i += 2 {
		u, err := url.Parse(f.With(changes[i], changes[i+1]))
		if err != nil {
			return f.url.EscapedPath()
		}
		f.url = *u
	}
	return f.url.RequestURI()
}

// look is the present look of the page, and what the toggle changes it to.
type look struct{ icon, label, next string }

func (f Frame) look() look {
	switch f.Theme {
	case "dark":
		return look{"moon", f.Say("theme.dark"), "light"}
	case "light":
		return look{"sun", f.Say("theme.light"), "auto"}
	default:
		return look{"contrast", f.Say("theme.auto"), "dark"}
	}
}

func (f Frame) initial() string {
	for _, r := range f.Person {
		return string(r)
	}
	return ""
}
