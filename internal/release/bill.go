package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The parts of a CycloneDX 1.6 document that we fill in.
type (
	bill struct {
		Format       string      `json:"bomFormat"`
		Spec         string      `json:"specVersion"`
		Serial       string      `json:"serialNumber"`
		Version      int         `json:"version"`
		Metadata     metadata    `json:"metadata"`
		Components   []component `json:"components"`
		Dependencies []depends   `json:"dependencies"`
	}
	metadata struct {
		Timestamp string    `json:"timestamp"`
		Component component `json:"component"`
	}
	component struct {
		Type       string     `json:"type"`
		Ref        string     `json:"bom-ref"`
		Name       string     `json:"name"`
		Version    string     `json:"version"`
		Purl       string     `json:"purl,omitempty"`
		Hashes     []hash     `json:"hashes,omitempty"`
		Properties []property `json:"properties,omitempty"`
	}
	hash struct {
		Algorithm string `json:"alg"`
		Content   string `json:"content"`
	}
	property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	depends struct {
		Ref string   `json:"ref"`
		On  []string `json:"dependsOn"`
	}
)

// billOfMaterials lists the modules that a binary says it was built from, with the Go library. Go keeps no graph in a
// binary, so all of them stand directly below the program.
func billOfMaterials(s source, binary string) ([]byte, error) {
	built, err := buildinfo.ReadFile(binary)
	if err != nil {
		return nil, fmt.Errorf("ask %s what it holds: %w", binary, err)
	}
	content, err := os.ReadFile(binary)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", binary, err)
	}
	sum := sha256.Sum256(content)
	own := component{
		Type: "application", Ref: "chancery@" + s.version, Name: "chancery", Version: s.version,
		Hashes:     []hash{{"SHA-256", fmt.Sprintf("%x", sum)}},
		Properties: []property{{"chancery:commit", s.commit}, {"chancery:file", filepath.Base(binary)}},
	}
	library := strings.TrimPrefix(built.GoVersion, "go")
	parts := []component{{Type: "library", Ref: "pkg:golang/std@" + library, Name: "std", Version: library, Purl: "pkg:golang/std@" + library}}
	for _, m := range built.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		c := component{Type: "library", Ref: "pkg:golang/" + m.Path + "@" + m.Version, Name: m.Path, Version: m.Version}
		c.Purl = c.Ref
		if m.Sum != "" {
			c.Properties = []property{{"go:sum", m.Sum}}
		}
		parts = append(parts, c)
	}
	slices.SortFunc(parts, func(a, b component) int { return strings.Compare(a.Ref, b.Ref) })
	on := []string{}
	for _, p := range parts {
		on = append(on, p.Ref)
	}
	// A serial number names one document: this one follows from the binary that it describes.
	serial := sha256.Sum256(append([]byte("chancery bill of materials "), sum[:]...))
	serial[6], serial[8] = serial[6]&0x0f|0x80, serial[8]&0x3f|0x80 // version 8 of RFC 9562: of one's own making
	document, err := json.MarshalIndent(bill{
		Format: "CycloneDX", Spec: "1.6", Version: 1,
		Serial:   fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", serial[:4], serial[4:6], serial[6:8], serial[8:10], serial[10:16]),
		Metadata: metadata{Timestamp: s.at.Format(time.RFC3339), Component: own}, Components: parts, Dependencies: []depends{{own.Ref, on}},
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the bill of materials: %w", err)
	}
	return append(document, '\n'), nil
}
