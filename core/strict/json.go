package strict

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"chancery/core/text"
)

// isJSON says whether a file is JSON. That is read by itself, though YAML has nearly all of it: not the tab between tokens, and
// not the character that is written as two halves.
func isJSON(data []byte) bool {
	start := bytes.TrimLeft(data, " \t\r\n")
	return len(start) > 0 && (start[0] == '{' || start[0] == '[') && json.Valid(start)
}

// jsonReader makes nodes of what is known to be JSON. Columns count characters.
type jsonReader struct {
	c            *checker
	data         []byte
	line, column int
}

// skip goes past so many bytes.
func (r *jsonReader) skip(n int) {
	passed := r.data[:n]
	if last := bytes.LastIndexByte(passed, '\n'); last >= 0 {
		r.line += bytes.Count(passed, []byte{'\n'})
		r.column, passed = 1, passed[last+1:]
	}
	r.column += utf8.RuneCount(passed)
	r.data = r.data[n:]
}

// next goes to the next token and gives its first byte.
func (r *jsonReader) next() byte {
	n := 0
	for n < len(r.data) && strings.IndexByte(" \t\r\n,:", r.data[n]) >= 0 {
		n++
	}
	r.skip(n)
	if len(r.data) == 0 {
		return 0
	}
	return r.data[0]
}

func (r *jsonReader) value() *yaml.Node {
	first := r.next()
	n := &yaml.Node{Line: r.line, Column: r.column}
	switch first {
	case '{', '[':
		end := byte('}')
		n.Kind, n.Tag = yaml.MappingNode, "!!map"
		if first == '[' {
			end, n.Kind, n.Tag = ']', yaml.SequenceNode, "!!seq"
		}
		r.skip(1)
		for at := r.next(); at != end && at != 0; at = r.next() {
			n.Content = append(n.Content, r.value())
		}
		r.skip(min(1, len(r.data)))
	case '"':
		n.Kind, n.Tag, n.Style = yaml.ScalarNode, "!!str", yaml.DoubleQuotedStyle
		n.Value = r.words(n)
	default:
		n.Kind = yaml.ScalarNode
		end := bytes.IndexAny(r.data, " \t\r\n,:]}")
		if end <= 0 { // the text ends here
			end = len(r.data)
		}
		n.Value = string(r.data[:end])
		switch n.Value {
		case "true", "false":
			n.Tag = "!!bool"
		case "null":
			n.Tag = "!!null"
		}
		r.skip(end)
	}
	return n
}

// words reads a text. Half a character is a fault.
func (r *jsonReader) words(n *yaml.Node) string {
	end, escaped := 1, false
	for ; end < len(r.data) && r.data[end] != '"'; end++ {
		if r.data[end] == '\\' {
			escaped = true
			end++
		}
	}
	quoted := r.data[:min(end+1, len(r.data))]
	defer r.skip(len(quoted))
	if !escaped {
		return string(quoted[1 : len(quoted)-1])
	}
	if halved(quoted) {
		r.c.add(n.Line, n.Column, "", text.Text{ZH: "文字中有半个字符（\\ud800 至 \\udfff 未成对）；请重新输入", EN: `the text holds half a character (of \ud800 to \udfff, without the other half); type it again`})
	}
	var words string
	_ = json.Unmarshal(quoted, &words) // all of it is known to be JSON
	return words
}

// halved says whether a quoted text spells a half of a character without the other half behind it.
func halved(quoted []byte) bool {
	for i := 0; i+1 < len(quoted); i++ {
		if quoted[i] != '\\' {
			continue
		}
		first := surrogate(quoted[i:])
		switch {
		case first == 0:
			i++
		case first < 0xDC00 && surrogate(quoted[i+6:]) >= 0xDC00:
			i += 11
		default:
			return true
		}
	}
	return false
}

// surrogate reads \uXXXX as half a character; zero: it is none.
func surrogate(spelt []byte) uint64 {
	if len(spelt) < 6 || spelt[0] != '\\' || spelt[1] != 'u' {
		return 0
	}
	half, err := strconv.ParseUint(string(spelt[2:6]), 16, 16)
	if err != nil || half < 0xD800 || half > 0xDFFF {
		return 0
	}
	return half
}
