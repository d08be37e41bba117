package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"chancery/core/rule"
)

// editInPlace changes the lines that an operation touches and no other. It
// manages scalars, and entries of lists and maps.
func editInPlace(source string, op rule.PatchOp) (string, bool) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(source), &doc); err != nil || len(doc.Content) == 0 {
		return "", false
	}
	path := steps(op.Path)
	parent, ok := nodeAt(doc.Content[0], path[:len(path)-1])
	if !ok {
		return "", false
	}
	lines := strings.Split(source, "\n")
	key := path[len(path)-1]
	flowing := parent.Style&yaml.FlowStyle != 0
	verb := op.Op
	if verb == "add" && parent.Kind == yaml.MappingNode && childIndex(parent, key) >= 0 {
		verb = "replace"
	}
	switch {
	case verb == "replace":
		node, ok := nodeAt(parent, []string{key})
		if !ok {
			return "", false
		}
		return replaceScalar(lines, node, op.Value)
	case verb == "remove" && flowing:
		return removeInline(lines, parent, key)
	case verb == "remove":
		return removeEntry(lines, parent, key)
	case verb == "add" && flowing:
		return addInline(lines, parent, key, op.Value)
	case verb == "add":
		return addEntry(lines, parent, key, op.Value)
	}
	return "", false
}

func nodeAt(n *yaml.Node, path []string) (*yaml.Node, bool) {
	for _, key := range path {
		i := childIndex(n, key)
		if i < 0 {
			return nil, false
		}
		n = n.Content[i]
	}
	return n, true
}

// childIndex is where the value of a key, or an item of a list, stands among the children.
func childIndex(n *yaml.Node, key string) int {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return i + 1
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(n.Content) {
			return i
		}
	}
	return -1
}

func replaceScalar(lines []string, node *yaml.Node, value any) (string, bool) {
	head, rest, ok := around(lines, node)
	if !ok {
		return "", false
	}
	var now string
	switch node.Style {
	case yaml.SingleQuotedStyle:
		now = "'" + strings.ReplaceAll(scalar(value), "'", "''") + "'"
	case yaml.DoubleQuotedStyle:
		now = strconv.Quote(scalar(value))
	default:
		now = plainOrQuoted(value)
	}
	lines[node.Line-1] = head + now + rest
	return strings.Join(lines, "\n"), true
}

// around is what stands before and behind a scalar on its line.
func around(lines []string, node *yaml.Node) (head, rest string, ok bool) {
	if node.Kind != yaml.ScalarNode || node.Line < 1 || node.Line > len(lines) {
		return "", "", false
	}
	runes := []rune(lines[node.Line-1])
	if node.Column-1 > len(runes) {
		return "", "", false
	}
	written := node.Value
	switch node.Style {
	case yaml.SingleQuotedStyle:
		written = "'" + strings.ReplaceAll(written, "'", "''") + "'"
	case yaml.DoubleQuotedStyle:
		written = strconv.Quote(written)
	case 0:
	default:
		return "", "", false
	}
	rest, ok = strings.CutPrefix(string(runes[node.Column-1:]), written)
	return string(runes[:node.Column-1]), rest, ok
}

// removeInline takes an entry with a plain value out of a map written on one line.
func removeInline(lines []string, parent *yaml.Node, key string) (string, bool) {
	i := childIndex(parent, key)
	if parent.Kind != yaml.MappingNode || i < 0 || parent.Content[i-1].Line != parent.Content[i].Line {
		return "", false
	}
	head, _, ok := around(lines, parent.Content[i-1])
	_, rest, okValue := around(lines, parent.Content[i])
	if !ok || !okValue {
		return "", false
	}
	if after, more := strings.CutPrefix(strings.TrimLeft(rest, " "), ","); more {
		rest = strings.TrimLeft(after, " ")
	} else {
		head = strings.TrimSuffix(strings.TrimRight(head, " "), ",")
	}
	lines[parent.Content[i].Line-1] = head + rest
	return strings.Join(lines, "\n"), true
}

// addInline writes a new entry after the last one of a list or map on one line.
func addInline(lines []string, parent *yaml.Node, key string, value any) (string, bool) {
	if len(parent.Content) == 0 || parent.Kind == yaml.SequenceNode && key != "-" && key != strconv.Itoa(len(parent.Content)) {
		return "", false
	}
	last := parent.Content[len(parent.Content)-1]
	head, rest, ok := around(lines, last)
	if !ok {
		return "", false
	}
	line := lines[last.Line-1]
	entry := flow(value)
	if parent.Kind == yaml.MappingNode {
		entry = key + ": " + entry
	}
	lines[last.Line-1] = head + line[len(head):len(line)-len(rest)] + ", " + entry + rest
	return strings.Join(lines, "\n"), true
}

// removeEntry takes away the lines from an entry to the next one, or to where
// the indentation ends.
func removeEntry(lines []string, parent *yaml.Node, key string) (string, bool) {
	i := childIndex(parent, key)
	if i < 0 {
		return "", false
	}
	first, next := parent.Content[i], i+1
	if parent.Kind == yaml.MappingNode {
		first = parent.Content[i-1]
	}
	if i == 0 && len(parent.Content) == 1 || parent.Kind == yaml.MappingNode && len(parent.Content) == 2 {
		return "", false // an empty list or map must be written another way
	}
	var end int
	start := first.Line - 1
	if next < len(parent.Content) {
		end = parent.Content[next].Line - 1
	} else {
		end = blockEnd(lines, start, indent(lines[start]))
	}
	if start < 0 || end <= start || strings.HasPrefix(strings.TrimSpace(lines[start]), "- ") && parent.Kind == yaml.MappingNode {
		return "", false
	}
	return strings.Join(slices.Delete(lines, start, end), "\n"), true
}

// blockEnd is the first line after start that is indented no deeper.
func blockEnd(lines []string, start, depth int) int {
	for i := start + 1; i < len(lines); i++ {
		if strings.TrimSpace(lines[i]) != "" && indent(lines[i]) <= depth {
			return i
		}
	}
	return len(lines)
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// addEntry writes a new entry after the last one of a block.
func addEntry(lines []string, parent *yaml.Node, key string, value any) (string, bool) {
	if len(parent.Content) == 0 {
		return "", false
	}
	anchor, entry := parent.Content[len(parent.Content)-1], "- "+flow(value)
	if parent.Kind == yaml.MappingNode {
		if childIndex(parent, key) >= 0 {
			return "", false
		}
		anchor, entry = parent.Content[len(parent.Content)-2], key+": "+flow(value)
	} else if key != "-" && key != strconv.Itoa(len(parent.Content)) {
		return "", false
	}
	depth := indent(lines[anchor.Line-1])
	if parent.Kind == yaml.MappingNode {
		depth = anchor.Column - 1
	}
	end := blockEnd(lines, anchor.Line-1, depth)
	for end > 0 && strings.TrimSpace(lines[end-1]) == "" {
		end--
	}
	return strings.Join(slices.Insert(lines, end, strings.Repeat(" ", depth)+entry), "\n"), true
}

// rewritten applies an operation by writing the whole text anew; comments and
// the order of keys stay, line breaks may not.
func rewritten(source string, op rule.PatchOp) (string, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(source), &doc); err != nil {
		return "", fmt.Errorf("read application: %w", err)
	}
	if len(doc.Content) == 0 {
		return "", errors.New("the application is empty")
	}
	path := steps(op.Path)
	parent, ok := nodeAt(doc.Content[0], path[:len(path)-1])
	if !ok {
		return "", errors.New("the place is gone")
	}
	var value yaml.Node
	if op.Op != "remove" {
		if err := yaml.Unmarshal([]byte(flow(op.Value)), &value); err != nil {
			return "", fmt.Errorf("write value: %w", err)
		}
	}
	key := path[len(path)-1]
	i := childIndex(parent, key)
	switch {
	case op.Op == "remove" && i >= 0 && parent.Kind == yaml.MappingNode:
		parent.Content = slices.Delete(parent.Content, i-1, i+1)
	case op.Op == "remove" && i >= 0:
		parent.Content = slices.Delete(parent.Content, i, i+1)
	case op.Op == "remove":
		return "", errors.New("nothing is there to remove")
	case i >= 0 && (op.Op == "replace" || parent.Kind == yaml.MappingNode):
		parent.Content[i] = value.Content[0]
	case i >= 0:
		parent.Content = slices.Insert(parent.Content, i, value.Content[0])
	case parent.Kind == yaml.MappingNode:
		parent.Content = append(parent.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, value.Content[0])
	default:
		parent.Content = append(parent.Content, value.Content[0])
	}
	var b strings.Builder
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(&doc); err != nil {
		return "", fmt.Errorf("write application: %w", err)
	}
	return b.String(), nil
}

func scalar(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	return flow(value)
}

// plainOrQuoted writes a scalar without quotes where YAML reads it back the same.
func plainOrQuoted(value any) string {
	s, ok := value.(string)
	if !ok {
		return flow(value)
	}
	var back yaml.Node
	if err := yaml.Unmarshal([]byte(s), &back); err == nil && len(back.Content) == 1 &&
		back.Content[0].Kind == yaml.ScalarNode && back.Content[0].Value == s && !strings.ContainsAny(s, ",[]{}#:&*!|>'\"%@`") {
		return s
	}
	return flow(value)
}

// flow writes a value on one line; JSON is YAML.
func flow(value any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return "null"
	}
	return strings.TrimSpace(b.String())
}
