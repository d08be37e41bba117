package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

// spelt is a string as JSON that writes every character with its number.
func spelt(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, half := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, `\u%04x`, half)
	}
	return b.String() + `"`
}

// TestJSONIsReadAsItIsMeant however it spells its characters and spaces.
func TestJSONIsReadAsItIsMeant(t *testing.T) {
	t.Parallel()
	words := rapid.StringOf(rapid.RuneFrom([]rune(`ab\/"'{}[]:,#&*!|>%@-` + "钟离牧👍🦀é ")))
	rapid.Check(t, func(t *rapid.T) {
		want := words.Draw(t, "words")
		plainly, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range []string{
			"{\"text\":" + string(plainly) + "}", "{\"text\":" + spelt(want) + "}", "{\n\t\"text\":\t" + string(plainly) + "\t\n}", "\t{ \"text\" : " + spelt(want) + " }",
		} {
			c := &call{json: true, body: []byte(body)}
			doc, err := c.document()
			if err != nil {
				t.Fatalf("%s: %v", body, err)
			}
			got := ""
			if err := fields(doc, map[string]any{"text": &got}); err != nil || got != want {
				t.Fatalf("%s: %q, want %q: %v", body, got, want, err)
			}
		}
	})
}

func TestHalfACharacterIsNotMadeWhole(t *testing.T) {
	t.Parallel()
	for _, words := range []string{`"\ud83d"`, `"\ud83dx"`, `"\ud83d\u0041"`, `"\udc4d\ud83d"`, `"\ud83d\\ud83d"`} {
		if _, err := (&call{json: true, body: []byte(`{"text":` + words + `}`)}).document(); err == nil {
			t.Errorf("%s is let pass", words)
		}
	}
	got := ""
	doc, err := (&call{json: true, body: []byte(`{"text":"\\ud83d\\udc4d"}`)}).document()
	if err != nil {
		t.Fatal(err)
	}
	if err := fields(doc, map[string]any{"text": &got}); err != nil || got != `\ud83d\udc4d` {
		t.Errorf("a written backslash became %s: %v", got, err)
	}
}

// FuzzWhatIsSent: nothing that is sent as JSON stops the reader, and what is no JSON is refused.
func FuzzWhatIsSent(f *testing.F) {
	for _, seed := range []string{`{}`, `{"text":"x"}`, "{\"text\":\t\"\\ud83d\\udc4d\"}", `{"a":[1,2,{"b":null}]}`, `"\ud83d`, "text: x", "\x00", `{"text":"x"}{}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		doc, err := (&call{json: true, body: body}).document()
		if err == nil && (doc == nil || !json.Valid(body)) {
			t.Errorf("%q is taken for JSON", body)
		}
	})
}
