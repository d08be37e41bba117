package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"chancery/affairs"
	"chancery/core/casework"
	"chancery/desk"
	"chancery/internal/webtest"
	"chancery/library"
	"chancery/web/api"
)

// TestEveryCaseOfTheDemoIsShownToProgramsAsTheDocumentSays, whatever its step, and so is all else that is read.
func TestEveryCaseOfTheDemoIsShownToProgramsAsTheDocumentSays(t *testing.T) {
	t.Parallel()
	clock := newDemoClock(nil)
	clock.set(demoToday())
	a := &App{Data: demoOffice(t), ctx: t.Context(), clock: clock.now, libfs: library.FS, load: readOnce}
	d, s, err := a.openDesk()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // only read
	door, err := api.New(api.Config{
		Desk: d, Record: s, Clock: a.clock, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Limits: api.Limits{EachSecond: 1, AtOnce: 10_000},
	})
	if err != nil {
		t.Fatal(err)
	}
	get := func(person, path string) *httptest.ResponseRecorder {
		who, err := d.Who(t.Context(), person)
		if err != nil {
			t.Fatal(err)
		}
		who.Operator = false
		reader := desk.ReaderOf(who)
		w := httptest.NewRecorder()
		door.Serve(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil), api.Coming{Reader: &reader})
		return w
	}
	var document webtest.Document
	if err := json.Unmarshal(get("sikong", "/api/openapi.json").Body.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	shown := func(r *httptest.ResponseRecorder, path string) {
		t.Helper()
		if r.Code != http.StatusOK {
			t.Errorf("%s: answered %d %s", path, r.Code, r.Body)
		}
		for _, wrong := range document.Against(http.MethodGet, path, r.Code, r.Header().Get("Content-Type"), r.Body.Bytes()) {
			t.Errorf("%s: %s", path, wrong)
		}
	}
	lines, err := d.Cases(t.Context(), desk.Reader{Person: "sikong"}, casework.Filter{})
	if err != nil || len(lines) < 10 {
		t.Fatalf("%d cases, %v", len(lines), err)
	}
	states := map[casework.State]int{}
	for _, line := range lines {
		if states[line.State]++; states[line.State] > 12 {
			continue
		}
		for _, below := range []string{"", "/allowed"} {
			shown(get("sikong", "/api/cases/"+line.No+below), "/api/cases/{no}"+below)
		}
	}
	shown(get("sikong", "/api/cases/"+lines[len(lines)-1].No+"/proof"), "/api/cases/{no}/proof")
	shown(get("sikong", "/api/cases?limit=200"), "/api/cases")
	for _, path := range []string{"/api/counts", "/api/rulebook", "/api/office", "/api/journal/head", "/api/me", "/api/me/tokens"} {
		shown(get("sikong", path), path)
	}
	shown(get("sikong", "/api/registers"), "/api/registers")
	for _, l := range affairs.Listings() {
		shown(get("sikong", "/api/registers/"+l.Name), "/api/registers/{name}")
	}
	shown(get("sikong", "/api/figures/refusals?quarter=2026Q3"), "/api/figures/refusals")
	for _, b := range d.Library().Books.All() {
		for _, article := range b.Articles {
			shown(get("sikong", "/api/rulebook/"+b.Name+"/"+article.ID), "/api/rulebook/{book}/{article}")
		}
	}
	if len(states) < 5 {
		t.Errorf("the demo has cases in %d states", len(states))
	}
}
