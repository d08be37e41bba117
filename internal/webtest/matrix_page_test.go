package webtest

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"chancery/core/casework"
)

var actInWords = regexp.MustCompile("(?m)^\\|[^|]+\\| `casework\\.[A-Za-z]+` \\| `/[a-z-]+` \\| `([a-z_]+)` \\| ([^|]+) \\|")

// TestThePageOfWhoSeesWhatSaysWhatTheMatrixSays: its tables are those that the tests of the matrix hold the program to.
func TestThePageOfWhoSeesWhatSaysWhatTheMatrixSays(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/operating/who-sees-what.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{routesInWords(), actsInWords(t)} {
		if !strings.Contains(string(data), table) {
			t.Errorf("docs/operating/who-sees-what.md does not hold this table:\n%s", table)
		}
	}
}

// called is what the office calls a person.
func called(login string) string {
	for _, who := range kindsOfPersons() {
		if who.login == login {
			return who.zh
		}
	}
	return login
}

func calledAll(logins []string) string {
	var out []string
	for _, who := range kindsOfPersons() {
		for _, login := range logins {
			if login == who.login {
				out = append(out, called(login))
			}
		}
	}
	return strings.Join(out, "、")
}

// routesInWords is the table of the administrators' acts.
func routesInWords() string {
	var b strings.Builder
	b.WriteString("| 地址 | 可以办理 |\n|---|---|\n")
	for route := range strings.SplitSeq("GET /accounts|POST /accounts/invitation|POST /accounts/withdrawal|POST /accounts/state|POST /accounts/sessions|"+
		"POST /accounts/proposal|POST /accounts/settlement|POST /accounts/duty-withdrawal|"+
		"GET /operations|POST /operations/{id}/retry|GET /operations/hooks|POST /operations/hooks|POST /operations/hooks/{id}/state|POST /operations/hooks/{id}/test|"+
		"POST /operations/hooks/{id}/removal|GET /api/operations|POST /api/operations/{id}/retry|POST /operations/backup|POST /api/operations/backup|GET /api/security-log|"+
		"GET /api/hooks|POST /api/hooks|POST /api/hooks/{id}/change|POST /api/hooks/{id}/pause|POST /api/hooks/{id}/resumption|"+
		"POST /api/hooks/{id}/test|DELETE /api/hooks/{id}|GET /api/hooks/{id}/deliveries|POST /api/hooks/{id}/deliveries/{message}/retry", "|") {
		b.WriteString("| `" + route + "` | " + calledAll(mayCall()[route]) + " |\n")
	}
	return b.String()
}

// actsInWords is the table of who sees a trip and may do what, by the places of its life.
func actsInWords(t *testing.T) string {
	t.Helper()
	words, err := os.ReadFile("../../docs/words.md")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]string{}
	for _, m := range actInWords.FindAllSubmatch(words, -1) {
		if named[string(m[1])] == "" {
			named[string(m[1])] = string(m[2])
		}
	}
	var b strings.Builder
	b.WriteString("| 步骤 | 看得到的人 | 动作 | 可以办理 |\n|---|---|---|---|\n")
	for _, at := range standings() {
		first := "| " + at.zh + " | " + calledAll(at.sees)
		for _, k := range casework.Kinds() {
			if who := at.may[k]; len(who) > 0 {
				b.WriteString(first + " | " + named[string(k)] + " | " + calledAll(who) + " |\n")
				first = "| | "
			}
		}
	}
	return b.String()
}
