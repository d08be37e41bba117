// Package strict reads YAML (and with it JSON) without forgiveness and without danger. Whatever is wrong comes back as
// faults with file, line and column, all of them at once: unknown and repeated keys, wrong types, words outside their
// list, invisible control characters. What YAML offers beyond plain lists, maps and scalars (anchors, aliases, merge
// keys, tags, several documents) is refused, so that a small file can never stand for a large one.
package strict

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"chancery/core/fault"
	"chancery/core/text"
)

// Limits bound what is read.
type Limits struct {
	Bytes int // size of the file
	Depth int // lists and maps within one another
	Nodes int // keys, values, lists and maps together
}

// DefaultLimits are those of an application's file: 1 MiB, 40 levels, 200,000 nodes.
func DefaultLimits() Limits { return Limits{Bytes: 1 << 20, Depth: 40, Nodes: 200_000} }

// maxFaults is how many faults are told of one file; a file with more is not what its sender thinks it is.
const maxFaults = 100

// Document is one file, parsed and found sound: plain lists, maps and scalars, every key once.
type Document struct {
	file string
	root *yaml.Node
}

// Parse reads a file. It comes back with a fault.List of all that is unsound: too large, empty, not UTF-8, control or
// direction-override characters, not well formed, several documents, anchors, aliases, merge keys, tags, repeated keys,
// too deep, too many nodes. file is only the name that faults carry. Parse never panics.
func Parse(file string, data []byte, lim Limits) (*Document, error) {
	c := checker{file: file, limits: lim}
	if len(data) > lim.Bytes {
		c.add(0, 0, "", text.Text{
			ZH: "文件有 {size} 字节，上限为 {limit} 字节；请删减或拆分",
			EN: "the file has {size} bytes and may have {limit}; shorten or split it",
		}.Fill(text.Args{"size": len(data), "limit": lim.Bytes}))
		return nil, c.faults
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	clean, ok := c.characters(data)
	if !ok {
		return nil, c.faults
	}
	var root *yaml.Node
	if isJSON(clean) {
		root = (&jsonReader{c: &c, data: clean, line: 1, column: 1}).value()
	} else {
		root = c.parse(clean)
	}
	if root != nil {
		c.walk(root, "", 1)
	}
	if len(c.faults) > 0 {
		c.faults.Sort()
		return nil, c.faults
	}
	return &Document{file: file, root: root}, nil
}

// Decode parses with DefaultLimits and decodes the whole file into into, a pointer.
func Decode(file string, data []byte, into any) error {
	d, err := Parse(file, data, DefaultLimits())
	if err != nil {
		return err
	}
	return d.Decode(into)
}

// File gives the name under which the document was parsed.
func (d *Document) File() string { return d.file }

// Keys lists the keys of the document in the order of the file; none when it is not a map.
func (d *Document) Keys() []string {
	if d.root.Kind != yaml.MappingNode {
		return nil
	}
	keys := make([]string, 0, len(d.root.Content)/2)
	for i := 0; i+1 < len(d.root.Content); i += 2 {
		keys = append(keys, d.root.Content[i].Value)
	}
	return keys
}

// Has tells whether the document has the key with a value other than null.
func (d *Document) Has(key string) bool {
	_, v := find(d.root, key)
	return v != nil && !isNull(v)
}

// At tells where the thing at a path stands: for a list or map that has a key, where its key stands. The path is
// written as in Fault.Field, "itinerary.stays[1].leave". For what is not there it is the place of the nearest thing
// above it that is.
func (d *Document) At(path string) fault.Place {
	at := d.root
	place := d.place(at)
	for path != "" {
		key, next, rest := step(at, path)
		if next == nil {
			return place
		}
		switch {
		case key != nil && next.Kind != yaml.ScalarNode:
			place = d.place(key)
		default:
			place = d.place(next)
		}
		at, path = next, rest
	}
	return place
}

// step goes one step along the path. Keys may themselves hold dots and brackets, so the longest key that fits is taken.
func step(n *yaml.Node, path string) (key, next *yaml.Node, rest string) {
	switch n.Kind {
	case yaml.SequenceNode:
		end := strings.IndexByte(path, ']')
		if !strings.HasPrefix(path, "[") || end < 0 {
			return nil, nil, ""
		}
		i, err := strconv.Atoi(path[1:end])
		if err != nil || i < 0 || i >= len(n.Content) {
			return nil, nil, ""
		}
		return nil, n.Content[i], strings.TrimPrefix(path[end+1:], ".")
	case yaml.MappingNode:
		best := -1
		for i := 0; i+1 < len(n.Content); i += 2 {
			name := n.Content[i].Value
			after, fits := strings.CutPrefix(path, name)
			if !fits || after != "" && after[0] != '.' && after[0] != '[' || best >= 0 && len(name) < len(n.Content[best].Value) {
				continue
			}
			best, rest = i, strings.TrimPrefix(after, ".")
		}
		if best >= 0 {
			return n.Content[best], n.Content[best+1], rest
		}
	}
	return nil, nil, ""
}

func (d *Document) place(n *yaml.Node) fault.Place {
	return fault.Place{File: d.file, Line: n.Line, Column: n.Column}
}

type checker struct {
	file   string
	limits Limits
	nodes  int
	faults fault.List
}

// add gathers a fault and tells whether there is room for more.
func (c *checker) add(line, column int, field string, t text.Text) bool {
	if len(c.faults) >= maxFaults {
		return false
	}
	if len(c.faults) == maxFaults-1 {
		field, t = "", text.Text{ZH: "问题过多，其余不再列出", EN: "too many faults; the rest is not listed"}
	}
	c.faults = append(c.faults, fault.New(fault.Invalid, field, t).At(fault.Place{File: c.file, Line: line, Column: column}))
	return len(c.faults) < maxFaults
}

// parse gives the root of the one document, or nil and a fault.
func (c *checker) parse(data []byte) (root *yaml.Node) {
	defer func() {
		// The parser is not ours; whatever it stumbles over is for us only a file that cannot be read.
		if recover() != nil {
			c.add(0, 0, "", text.Text{ZH: "文件无法按 YAML 读取", EN: "the file cannot be read as YAML"})
			root = nil
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		c.add(0, 0, "", text.Text{ZH: "文件是空的", EN: "the file is empty"})
		return nil
	case err != nil:
		c.malformed(err.Error(), data)
		return nil
	}
	switch err := dec.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		c.malformed(err.Error(), data)
	default:
		c.add(second.Line, second.Column, "", text.Text{
			ZH: "文件中有多份文档（以 --- 分隔）；每个文件只能有一份",
			EN: "the file holds several documents (divided by ---); a file may hold one",
		})
	}
	if len(doc.Content) == 0 {
		c.add(0, 0, "", text.Text{ZH: "文件是空的", EN: "the file is empty"})
		return nil
	}
	if n := doc.Content[0]; isNull(n) && n.Anchor == "" && n.Style&yaml.TaggedStyle == 0 {
		c.add(n.Line, n.Column, "", text.Text{ZH: "文件中没有内容", EN: "the file says nothing"})
		return nil
	}
	return doc.Content[0]
}

// malformed makes a fault of the parser's message, "yaml: line 3: what" or "yaml: what". Of what the scanner finds the
// line counts from one, of what the parser finds from nought, and a first line is left out; hence the arithmetic.
func (c *checker) malformed(message string, data []byte) {
	what := strings.TrimPrefix(message, "yaml: ")
	line := 0
	if after, ok := strings.CutPrefix(what, "line "); ok {
		if number, rest, ok := strings.Cut(after, ": "); ok {
			line, what = atoi(number), rest
		}
	}
	if name, ok := strings.CutPrefix(what, "unknown anchor '"); ok {
		name = strings.TrimSuffix(name, "' referenced")
		before, _, _ := bytes.Cut(data, []byte("*"+name))
		c.add(1+bytes.Count(before, []byte("\n")), 0, "", aliasText(name))
		return
	}
	if line == 0 || foundByParser(what) {
		line++
	}
	c.add(line, 0, "", text.Text{
		ZH: "写法不合 YAML（{what}）；请检查此处的缩进、冒号、引号与括号",
		EN: "this is not well-formed YAML ({what}); look at indentation, colons, quotes and brackets here",
	}.Fill(text.Args{"what": what}))
}

func foundByParser(what string) bool {
	for _, start := range []string{
		"did not find expected <", "did not find expected key", "did not find expected ',' or", "did not find expected '-' indicator",
		"did not find expected node content", "found duplicate %", "found undefined tag", "found incompatible YAML",
	} {
		if strings.HasPrefix(what, start) {
			return true
		}
	}
	return false
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// walk checks a node and what is in it; it gives false when no more is to be looked at.
func (c *checker) walk(n *yaml.Node, path string, depth int) bool {
	c.nodes++
	if c.nodes > c.limits.Nodes {
		c.add(n.Line, n.Column, path, text.Text{
			ZH: "文件的项目超过 {limit} 个；请拆分", EN: "the file has more than {limit} items; split it",
		}.Fill(text.Args{"limit": c.limits.Nodes}))
		return false
	}
	if n.Kind != yaml.ScalarNode && n.Kind != yaml.AliasNode && depth > c.limits.Depth {
		return c.add(n.Line, n.Column, "", text.Text{
			ZH: "嵌套超过 {limit} 层", EN: "lists and maps stand more than {limit} levels within one another",
		}.Fill(text.Args{"limit": c.limits.Depth}))
	}
	if !c.plain(n, path) {
		return len(c.faults) < maxFaults
	}
	switch n.Kind {
	case yaml.SequenceNode:
		for i, item := range n.Content {
			if !c.walk(item, path+"["+strconv.Itoa(i)+"]", depth+1) {
				return false
			}
		}
	case yaml.MappingNode:
		return c.walkMap(n, path, depth)
	case yaml.ScalarNode:
		if r, ok := firstForbidden(n.Value); ok {
			return c.add(n.Line, n.Column, path, forbiddenText(r))
		}
	}
	return true
}

func (c *checker) walkMap(n *yaml.Node, path string, depth int) bool {
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := below(path, key.Value)
		switch {
		case key.Kind == yaml.ScalarNode && key.ShortTag() == "!!merge":
			if !c.add(key.Line, key.Column, path, text.Text{
				ZH: "不接受合并键「<<」；请把各项直接写出",
				EN: "merge keys (<<) are not accepted; write the items out",
			}) {
				return false
			}
			continue
		case key.Kind == yaml.AliasNode || key.Anchor != "":
			if !c.walk(key, path, depth+1) {
				return false
			}
			continue
		case key.Kind != yaml.ScalarNode || isNull(key):
			if !c.add(key.Line, key.Column, path, text.Text{
				ZH: "此处的键名应为一个词", EN: "a key must be one word here",
			}) {
				return false
			}
			continue
		}
		if !c.walk(key, at, depth+1) {
			return false
		}
		if line, repeated := seen[key.Value]; repeated {
			if !c.add(key.Line, key.Column, at, text.Text{
				ZH: "「{key}」写了两次：第 {first} 行和第 {second} 行；请留下一个",
				EN: "'{key}' stands twice, on line {first} and on line {second}; keep one",
			}.Fill(text.Args{"key": brief(key.Value), "first": line, "second": key.Line})) {
				return false
			}
		} else {
			seen[key.Value] = key.Line
		}
		if !c.walk(value, at, depth+1) {
			return false
		}
	}
	return true
}

// plain refuses what is more than a list, a map or a scalar.
func (c *checker) plain(n *yaml.Node, path string) bool {
	switch {
	case n.Kind == yaml.AliasNode:
		c.add(n.Line, n.Column, path, aliasText(n.Value))
		return false
	case n.Anchor != "":
		c.add(n.Line, n.Column, path, text.Text{
			ZH: "不接受锚点（&{name}）；请删去", EN: "anchors (&{name}) are not accepted; delete it",
		}.Fill(text.Args{"name": brief(n.Anchor)}))
		return true
	case n.Style&yaml.TaggedStyle != 0:
		c.add(n.Line, n.Column, path, text.Text{
			ZH: "不接受类型标记（{tag}）；请删去", EN: "tags ({tag}) are not accepted; delete it",
		}.Fill(text.Args{"tag": brief(n.Tag)}))
		return false
	}
	return true
}

func aliasText(name string) text.Text {
	return text.Text{
		ZH: "不接受引用（*{name}）；请把内容直接写出",
		EN: "aliases (*{name}) are not accepted; write the content out",
	}.Fill(text.Args{"name": brief(name)})
}

func below(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func find(n *yaml.Node, key string) (k, v *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// brief shortens what stood in the file so that a fault stays one sentence.
func brief(s string) string {
	const most = 40
	runes := []rune(s)
	runes = slices.DeleteFunc(runes, isForbidden)
	for i, r := range runes {
		if r == '\n' || r == '\t' {
			runes[i] = ' '
		}
	}
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}

func quoteRune(r rune) string { return fmt.Sprintf("U+%04X", r) }
