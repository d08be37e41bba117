package text

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Catalogue holds the texts of a folder by key, each in both languages with the same places.
type Catalogue struct{ texts map[string]Prepared }

// ParseCatalogue reads two flat files "key: text", one for each language. It refuses, all together: a file that is not
// flat, a value that is not text, a repeated key, a key that only one language has, an empty text, and texts of one key
// whose places differ. Errors name the language and the line.
func ParseCatalogue(zh, en []byte) (Catalogue, error) {
	inZH, zhErr := readFlat(ZH, zh)
	inEN, enErr := readFlat(EN, en)
	errs := []error{zhErr, enErr}
	c := Catalogue{texts: make(map[string]Prepared, len(inZH))}
	for key, z := range inZH {
		e, ok := inEN[key]
		if !ok {
			errs = append(errs, fmt.Errorf("zh line %d: %s: the English file does not have it", z.line, key))
			continue
		}
		c.texts[key] = Text{ZH: z.said, EN: e.said}.Prepare()
		if p, q := placeholders(z.said), placeholders(e.said); !slices.Equal(p, q) {
			errs = append(errs, fmt.Errorf("zh line %d, en line %d: %s: the places differ: %v in Chinese, %v in English", z.line, e.line, key, p, q))
		}
	}
	for key, e := range inEN {
		if _, ok := inZH[key]; !ok {
			errs = append(errs, fmt.Errorf("en line %d: %s: the Chinese file does not have it", e.line, key))
		}
	}
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	slices.SortFunc(errs, func(a, b error) int {
		switch x, y := a.Error(), b.Error(); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	if err := errors.Join(errs...); err != nil {
		return Catalogue{}, fmt.Errorf("read texts: %w", err)
	}
	return c, nil
}

// ReadCatalogue reads the pairs of files of a folder, <name>.zh.yaml and <name>.en.yaml, as one catalogue.
func ReadCatalogue(fsys fs.FS, folder string) (Catalogue, error) {
	files, err := fs.Glob(fsys, path.Join(folder, "*.zh.yaml"))
	if err != nil {
		return Catalogue{}, fmt.Errorf("list texts: %w", err)
	}
	var all Catalogue
	for _, file := range files {
		zh, err := fs.ReadFile(fsys, file)
		if err != nil {
			return Catalogue{}, fmt.Errorf("read texts: %w", err)
		}
		en, err := fs.ReadFile(fsys, strings.TrimSuffix(file, ".zh.yaml")+".en.yaml")
		if err != nil {
			return Catalogue{}, fmt.Errorf("read texts: %w", err)
		}
		said, err := ParseCatalogue(zh, en)
		if err != nil {
			return Catalogue{}, fmt.Errorf("%s: %w", file, err)
		}
		if all, err = all.Join(said); err != nil {
			return Catalogue{}, fmt.Errorf("%s: %w", file, err)
		}
	}
	return all, nil
}

// Say gives the text of a key with its places filled. A key that is not there is said as the key itself in ⟨⟩, so that
// the gap is seen on the page and by the test that lists missing keys.
func (c Catalogue) Say(key string, a Args) Text {
	return c.text(key).Fill(a)
}

// SayIn is Say for who wants one language alone.
func (c Catalogue) SayIn(l Lang, key string, a Args) string { return c.text(key).FillIn(l, a) }

func (c Catalogue) text(key string) Prepared {
	if t, ok := c.texts[key]; ok {
		return t
	}
	return Text{ZH: "⟨" + key + "⟩", EN: "⟨" + key + "⟩"}.Prepare()
}

// Join gives the texts of both catalogues. A key that stands in both is refused.
func (c Catalogue) Join(other Catalogue) (Catalogue, error) {
	all := Catalogue{texts: make(map[string]Prepared, len(c.texts)+len(other.texts))}
	maps.Copy(all.texts, c.texts)
	for _, key := range other.Keys() {
		if all.Has(key) {
			return Catalogue{}, fmt.Errorf("%s stands in two files", key)
		}
		all.texts[key] = other.texts[key]
	}
	return all, nil
}

// Has tells whether the catalogue has a text for the key.
func (c Catalogue) Has(key string) bool {
	_, ok := c.texts[key]
	return ok
}

// Keys lists all keys, sorted.
func (c Catalogue) Keys() []string {
	keys := make([]string, 0, len(c.texts))
	for key := range c.texts {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

type line struct {
	said string
	line int
}

func readFlat(l Lang, data []byte) (map[string]line, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", l, err)
	}
	lines := make(map[string]line)
	if len(doc.Content) == 0 {
		return lines, nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s line %d: wants lines of the form \"key: text\"", l, root.Line)
	}
	var errs []error
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		earlier, repeated := lines[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode || key.Tag != "!!str":
			errs = append(errs, fmt.Errorf("%s line %d: a key must be text", l, key.Line))
		case repeated:
			errs = append(errs, fmt.Errorf("%s line %d: %s stands already on line %d", l, key.Line, key.Value, earlier.line))
		case value.Kind != yaml.ScalarNode || value.Tag != "!!str":
			errs = append(errs, fmt.Errorf("%s line %d: %s must be text; put it in quotes", l, value.Line, key.Value))
		case value.Value == "":
			errs = append(errs, fmt.Errorf("%s line %d: %s says nothing", l, value.Line, key.Value))
		}
		if !repeated {
			lines[key.Value] = line{said: value.Value, line: key.Line}
		}
	}
	return lines, errors.Join(errs...)
}
