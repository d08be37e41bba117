// Package contract runs the applications of the published contract and holds
// each answer against what it must be.
package contract

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chancery/core/fault"
	"chancery/core/rule"
	"chancery/desk"
	"chancery/library"
)

type expectation struct {
	Verdict      string            `json:"verdict"`
	Must         map[string]string `json:"must"`
	Absent       []string          `json:"absent"`
	Limit        map[string]string `json:"limit"`
	Derived      map[string]any    `json:"derived"`
	Alternatives bool              `json:"alternatives"`
	Exit         any               `json:"exit"`
}

func loaded(t *testing.T) *desk.Library {
	t.Helper()
	l, err := desk.LoadLibrary(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestEachApplicationOfTheContractIsAnsweredAsItMust(t *testing.T) {
	t.Parallel()
	lib := loaded(t)
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d examples found, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			var want expectation
			data, err := os.ReadFile(strings.TrimSuffix(file, ".yaml") + ".expect.json")
			if err == nil {
				err = json.Unmarshal(data, &want)
			}
			if err != nil {
				t.Fatal(err)
			}
			holds(t, lib, file, want)
		})
	}
}

func holds(t *testing.T, lib *desk.Library, file string, want expectation) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	application, err := lib.ReadApplication(file, data)
	if want.Exit == float64(2) {
		if len(fault.All(err)) == 0 {
			t.Fatalf("it was read; want its faults: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	options := desk.CheckOptions{Alternatives: true}
	answer, err := lib.Check(application, options)
	if err != nil {
		t.Fatal(err)
	}
	if want.Verdict != "" && string(answer.Verdict) != want.Verdict {
		t.Errorf("verdict %s, want %s", answer.Verdict, want.Verdict)
	}
	status, limit := map[string]string{}, map[string]string{}
	for _, f := range answer.Findings {
		status[f.Rule] = string(f.Status)
		if f.Limit != nil {
			limit[f.Rule] = f.Limit.Value
		}
		if f.Say.ZH == "" || f.Say.EN == "" || strings.Contains(f.Say.EN+f.Say.ZH+f.How.EN+f.How.ZH, "{") {
			t.Errorf("%s says %q / %q / %q / %q", f.Rule, f.Say.ZH, f.Say.EN, f.How.ZH, f.How.EN)
		}
		if f.Status != rule.OK && (want.Verdict == "ok" || testing.Verbose()) {
			t.Logf("%s %s: %s", f.Rule, f.Status, f.Say.EN)
		}
	}
	for r, s := range want.Must {
		if status[r] != s {
			t.Errorf("%s is %q, want %q", r, status[r], s)
		}
	}
	for r, l := range want.Limit {
		if limit[r] != l {
			t.Errorf("%s shows the limit %q, want %q", r, limit[r], l)
		}
	}
	for _, a := range want.Absent {
		if r, s, _ := strings.Cut(a, ":"); status[r] == s {
			t.Errorf("%s is %s, and must not be", r, s)
		}
	}
	holdsDerived(t, answer, want)
	if passes := answer.Verdict.Passes(); want.Exit != "any" && passes != (want.Exit == float64(0)) {
		t.Errorf("passes: %t, want exit %v", passes, want.Exit)
	}
	if want.Alternatives && len(answer.Alternatives) == 0 {
		t.Error("no alternative was found")
	}
	eachAlternativePasses(t, lib, data, answer)
	again, err := lib.Check(application, options)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(document(t, answer), document(t, again)) {
		t.Error("the same application gave other bytes")
	}
}

func holdsDerived(t *testing.T, answer rule.Answer, want expectation) {
	t.Helper()
	var derived map[string]any
	if err := json.Unmarshal(document(t, answer.Derived), &derived); err != nil {
		t.Fatal(err)
	}
	for k, v := range want.Derived {
		if string(document(t, derived[k])) != string(document(t, v)) {
			t.Errorf("derived %s is %s, want %s", k, document(t, derived[k]), document(t, v))
		}
	}
}

// eachAlternativePasses applies every alternative to the file as it was given, and checks again.
func eachAlternativePasses(t *testing.T, lib *desk.Library, data []byte, answer rule.Answer) {
	t.Helper()
	if len(answer.Alternatives) > 3 {
		t.Errorf("%d alternatives", len(answer.Alternatives))
	}
	for _, alt := range answer.Alternatives {
		t.Logf("alternative: %s (%v)", alt.Say.EN, alt.Cost)
		application, err := lib.ReadApplication("given", data)
		if err != nil {
			t.Fatal(err)
		}
		changed, err := lib.Apply(application, alt.Changes)
		if err != nil {
			t.Errorf("%s cannot be applied: %v", alt.Say.EN, err)
			continue
		}
		again, err := lib.Check(changed, desk.CheckOptions{})
		if err != nil || !again.Verdict.Passes() {
			t.Errorf("%s does not pass: %s, %v", alt.Say.EN, again.Verdict, err)
		}
	}
}

func document(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
