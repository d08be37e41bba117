package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/strict"
)

// document parses what was sent, as the reader of applications does.
func (c *call) document() (*strict.Document, error) {
	data, err := c.text()
	if err != nil {
		return nil, err
	}
	return strict.Parse("", data, strict.DefaultLimits()) //nolint:wrapcheck // its faults are the caller's
}

// text is what was sent; what is called JSON is JSON.
func (c *call) text() ([]byte, error) {
	if !c.json || json.Valid(c.body) {
		return c.body, nil
	}
	if _, err := strict.Parse("", c.body, strict.DefaultLimits()); err != nil {
		return nil, err //nolint:wrapcheck // its faults are the caller's
	}
	return nil, invalid("", "内容不是 JSON；若是 YAML，请以 application/yaml 送来", "this is not JSON; if it is YAML, send it as application/yaml", nil)
}

// fields decodes the keys of a document into fields, and refuses those that are not among them. All faults come back
// together.
func fields(doc *strict.Document, into map[string]any) error {
	var faults fault.List
	var known []string
	for key := range into {
		known = append(known, key)
	}
	slices.Sort(known)
	if len(doc.Keys()) == 0 {
		var none struct{}
		return doc.Decode(&none) //nolint:wrapcheck // its faults are the caller's
	}
	for _, key := range doc.Keys() {
		var err error
		if target, ok := into[key]; ok {
			err = doc.DecodeKey(key, target)
		} else {
			err = strict.UnknownKey(doc, key, known)
		}
		found := fault.All(err)
		if err != nil && len(found) == 0 {
			return fmt.Errorf("read %s: %w", key, err)
		}
		faults = append(faults, found...)
	}
	faults.Sort()
	return faults.OrNil()
}

// applicationIn reads the application that stands under a key of a document. Its faults stand where the document has them.
func (d *Door) applicationIn(doc *strict.Document, key string, value any) (form.Application, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return form.Application{}, fmt.Errorf("write %s: %w", key, err)
	}
	a, err := d.desk.Library().ReadApplication("", b.Bytes())
	found := fault.All(err)
	if err != nil && len(found) == 0 {
		return a, fmt.Errorf("read %s: %w", key, err)
	}
	var faults fault.List
	for _, f := range found {
		in := f.In(key)
		faults = append(faults, in.At(doc.At(in.Field)))
	}
	return a, faults.OrNil()
}
