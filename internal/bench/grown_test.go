package bench

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/core/place"
	"chancery/core/text"
	"chancery/desk"
	"chancery/library"
	"chancery/store"
)

// An office that has grown, as the issue names it: so many cases and people.
const (
	grownPeople = 2_000
	grownUnits  = 200
)

// grownCases is how many cases the grown office has; CHANCERY_BENCH_CASES makes it another number.
func grownCases(t *testing.T) int {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv("CHANCERY_BENCH_CASES")); err == nil {
		return n
	}
	return 100_000
}

// TestPagesOfAGrownOfficeAnswerInFortyMilliseconds asks the pages of an office of a
// hundred thousand cases, fifty times a second over HTTP, and takes the time of
// the slowest hundredth. Beside it a bare page of the same size.
func TestPagesOfAGrownOfficeAnswerInFortyMilliseconds(t *testing.T) {
	measuring(t)
	folder := filepath.Join(t.TempDir(), "data")
	grow(t, folder, grownCases(t))
	d := serveDemo(t, binary(t), folder)
	readers := map[string]*http.Client{"dongfang": d.reader}
	for _, login := range []string{"wenren", "person-0001", "liaison-001"} {
		readers[login] = d.signIn(t, login)
	}
	for _, page := range []struct{ what, login, path string }{
		{"Today, of the case officer", "dongfang", "/"},
		{"Today, of an applicant", "person-0001", "/"},
		{"the cases, of the deputy director", "wenren", "/cases"},
		{"the cases, of a unit's liaison", "liaison-001", "/cases"},
		{"a case", "wenren", "/cases/OUT-2024-77"},
		{"search", "dongfang", "/search?q=%E6%B8%AF%E5%8F%A3"},
		{"search, of a unit's liaison", "liaison-001", "/search?q=%E6%B8%AF%E5%8F%A3"},
		{"the register of those abroad", "wenren", "/registers/abroad"},
		{"the register of trips", "wenren", "/registers/trips"},
	} {
		took, size := asked(t, readers[page.login], d.address+page.path, 50, 6*time.Second)
		p99 := took[len(took)*99/100]
		bare, _ := asked(t, http.DefaultClient, plain(t, size), 50, time.Second)
		say(t, "p99 at 50 requests/s, "+page.what, ms(p99), "40 ms",
			fmt.Sprintf("median %s; a bare page of %d KB p99 %s", ms(took[len(took)/2]), size/1000, ms(bare[len(bare)*99/100])), p99 <= 40*time.Millisecond)
	}
	for _, page := range []struct{ what, login, path string }{
		{"Today", "dongfang", "/"}, {"a case", "wenren", "/cases/OUT-2024-77"}, {"search", "liaison-001", "/search?q=%E6%B8%AF%E5%8F%A3"}, {"the register of trips", "wenren", "/registers/trips"},
	} {
		// As many bytes go to readers of both: the bare page is not packed, so the other is asked for unpacked. What packing
		// adds is said beside it.
		reader, address := readers[page.login], d.address+page.path
		_, size := asked(t, reader, address, 50, time.Second/5)
		rate, bare, packed := flatOut(t, unpacked(reader), address), flatOut(t, unpacked(http.DefaultClient), plain(t, size)), flatOut(t, reader, address)
		say(t, page.what+" as fast as it goes, 8 readers", fmt.Sprintf("%.0f/s", rate), "≥ 0.25 × bare",
			fmt.Sprintf("a bare page of %d KB %.0f/s, ratio %.2f; packed %.0f/s", size/1000, bare, rate/bare, packed), rate/bare >= 0.25)
	}
	resting := d.resident(t)
	say(t, "resident memory of the grown office after it", fmt.Sprintf("%.1f MB", resting), "200 MB", "–", resting <= 200)
}

// asked asks for a page so many times a second for a span, and gives how long each took, the quickest first, and the page's size.
func asked(t *testing.T, reader *http.Client, address string, rate int, span time.Duration) ([]time.Duration, int) {
	t.Helper()
	var (
		mu      sync.Mutex
		running sync.WaitGroup
		took    []time.Duration
		size    int
	)
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	for range max(int(span.Seconds()*float64(rate)), 1) {
		<-tick.C
		running.Go(func() {
			began := time.Now()
			n, err := fetched(reader, address)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			took, size = append(took, time.Since(began)), n
		})
	}
	running.Wait()
	slices.Sort(took)
	return took, size
}

func fetched(reader *http.Client, address string) (int, error) {
	r, err := reader.Get(address)
	if err != nil {
		return 0, err
	}
	defer func() { _ = r.Body.Close() }()
	n, err := io.Copy(io.Discard, r.Body)
	if err == nil && r.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s", address, r.Status)
	}
	return int(n), err
}

// flatOut is how often a page is answered in a second to eight readers who do not wait.
func flatOut(t *testing.T, reader *http.Client, address string) float64 {
	t.Helper()
	const span = 3 * time.Second
	var (
		running sync.WaitGroup
		mu      sync.Mutex
		n       int
	)
	began := time.Now()
	for range 8 {
		running.Go(func() {
			for time.Since(began) < span {
				if _, err := fetched(reader, address); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				n++
				mu.Unlock()
			}
		})
	}
	running.Wait()
	return float64(n) / time.Since(began).Seconds()
}

// unpacked is a reader who takes pages as they are.
func unpacked(reader *http.Client) *http.Client {
	return &http.Client{Jar: reader.Jar, Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 8}}
}

// plain serves a page of a size that a bare handler writes from a template.
func plain(t *testing.T, size int) string {
	t.Helper()
	lines := max(size/100, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := barePage(lines).Render(r.Context(), w); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// grow fills a folder with an office of many people and cases, each filed,
// submitted and ended or under way through the same acts as any other.
func grow(t *testing.T, folder string, cases int) {
	t.Helper()
	lib, err := desk.LoadLibrary(library.FS)
	must(t, err)
	at := time.Date(2024, 1, 2, 9, 0, 0, 0, desk.OfficeZone())
	s, err := store.Open(t.Context(), folder, func() time.Time { return at })
	must(t, err)
	d := desk.New(desk.Kept(s), lib)
	o := grownOffice(t)
	must(t, d.Found(t.Context(), o))
	data, err := library.FS.ReadFile("rulebooks/cn-national/examples/compliant.yaml")
	must(t, err)
	base, err := lib.ReadApplication("compliant.yaml", data)
	must(t, err)
	rnd := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same office every time
	began := time.Now()
	const together = 100
	for n := 0; n < cases; n += together {
		at = at.Add(time.Duration(together) * 2 * 365 * 24 * time.Hour / time.Duration(cases))
		must(t, d.Together(t.Context(), func(d *desk.Desk) error {
			for i := n; i < min(n+together, cases); i++ {
				if err := one(t.Context(), d, o, base, calendar.InstantOf(at).Day(desk.OfficeZone()), i, cases, rnd); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	must(t, s.Close())
	must(t, os.WriteFile(filepath.Join(folder, "demo"), []byte("filled\n"), 0o600)) // an invented office, to be opened as one
	t.Logf("%d cases and %d people in %s", cases, grownPeople, time.Since(began).Round(time.Second))
}

// one files one case; the last few hundred stay under way.
func one(ctx context.Context, d *desk.Desk, o office.Office, base form.Application, day calendar.Day, i, of int, rnd *rand.Rand) error {
	person := o.Persons[len(o.Persons)-grownPeople+rnd.IntN(grownPeople)]
	a := base
	a.Filed, a.Unit = day, o.Units[len(o.Units)-grownUnits+i%grownUnits].Name.ZH
	a.Answers = form.Answers{}
	for name, v := range base.Answers {
		a.Answers[name] = v
	}
	members := slices.Clone(form.Get[[]travel.Member](base.Answers, "delegation"))
	members[0].Name = person.Name
	a.Answers["delegation"] = members
	it := form.Get[travel.Itinerary](base.Answers, "itinerary")
	it.Exit, it.Entry = day.AddDays(40), day.AddDays(44)
	it.Stays, it.Programme = []travel.Stay{{Place: place.Code([]string{"XA", "XB", "XC"}[i%3]), Arrive: it.Exit, Leave: it.Entry}}, it.Programme[:0:0]
	for x := it.Exit; x <= it.Entry; x++ {
		for _, part := range []travel.Part{"am", "pm"} {
			it.Programme = append(it.Programme, travel.HalfDay{Day: x, Part: part, Kind: "official", Text: "会谈"})
		}
	}
	a.Answers["itinerary"] = it
	purpose := form.Get[travel.Purpose](base.Answers, "purpose")
	purpose.Text = []string{"商谈港口岸电合作", "洽谈经贸园区项目", "商谈水处理技术", "签署校际交流协议"}[i%4]
	a.Answers["purpose"] = purpose
	actor := office.Actor{Person: person.ID}
	c, err := d.File(ctx, actor, desk.Filing{Application: a})
	if err != nil {
		return err
	}
	if c, err = d.Do(ctx, actor, c.No, "", casework.Act{Kind: casework.Submitted, Seen: c.Version}); err != nil {
		return err
	}
	if of-i > 400 {
		_, err = d.Do(ctx, actor, c.No, "", casework.Act{Kind: casework.WithdrawnNow, Seen: c.Version, Text: "对方改期"})
	}
	return err
}

// grownOffice is the invented office with two hundred more units, each with a liaison, and two thousand more people.
func grownOffice(t *testing.T) office.Office {
	t.Helper()
	data, err := library.FS.ReadFile("demo/office.yaml")
	must(t, err)
	o, err := office.Read("office.yaml", data)
	must(t, err)
	surnames := []string{"慕容", "端木", "宇文", "濮阳", "申屠", "呼延", "太叔", "公孙", "轩辕", "尉迟"}
	given := []string{"舟", "青", "简", "澈", "原", "朔", "宁", "禾", "川", "岚"}
	for i := range grownUnits {
		id := fmt.Sprintf("unit-%03d", i+1)
		o.Units = append(o.Units, office.Unit{ID: office.UnitID(id), Name: text.Text{ZH: fmt.Sprintf("第%d局", i+1), EN: fmt.Sprintf("Bureau %d", i+1)}})
		post, person := office.PostID("liaison-of-"+id), office.PersonID(fmt.Sprintf("liaison-%03d", i+1))
		o.Posts = append(o.Posts, office.Post{ID: post, Name: text.Text{ZH: "联络人", EN: "Liaison"}, Unit: office.UnitID(id), Sees: office.Sees{Unit: true}})
		o.Persons = append(o.Persons, office.Person{ID: person, Name: fmt.Sprintf("%s%s%d", surnames[i%10], given[i/10%10], i)})
		o.Holdings = append(o.Holdings, office.Holding{Person: person, Post: post, From: calendar.MustDay("2020-01-01")})
	}
	for i := range grownPeople {
		o.Persons = append(o.Persons, office.Person{ID: office.PersonID(fmt.Sprintf("person-%04d", i+1)), Name: fmt.Sprintf("%s%s%s%d", surnames[i%10], given[i/10%10], given[i/100%10], i)})
	}
	return o
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
