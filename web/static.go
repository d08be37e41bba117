package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed static
var staticFiles embed.FS

// asset is one static file as it is sent. Its name carries the hash of its
// content, so it may be kept for ever.
type asset struct {
	kind   string
	plain  []byte
	packed []byte // empty where packing does not pay
}

type assets struct {
	byName map[string]asset  // design.1a2b3c4d.css → file
	urls   map[string]string // design.css → /static/design.1a2b3c4d.css
}

// loadAssets reads and packs the static files.
//
//nolint:gochecknoglobals // what is embedded never changes: it is packed once, however many sites a process opens
var loadAssets = sync.OnceValues(packAssets)

func packAssets() (assets, error) {
	a := assets{byName: map[string]asset{}, urls: map[string]string{}}
	files, err := staticFiles.ReadDir("static")
	if err != nil {
		return assets{}, fmt.Errorf("list static files: %w", err)
	}
	kinds := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
	gathered := map[string][]byte{}
	for _, f := range files {
		name := f.Name()
		if f.IsDir() {
			if gathered[name], err = together(name); err != nil {
				return assets{}, err
			}
			continue
		}
		if gathered[name], err = staticFiles.ReadFile("static/" + name); err != nil {
			return assets{}, fmt.Errorf("read static file: %w", err)
		}
	}
	for file, content := range gathered {
		ext := path.Ext(file)
		kind, ok := kinds[ext]
		if !ok {
			return assets{}, fmt.Errorf("static file %s: no content type is known for it", file)
		}
		packed, err := packedBest(content)
		if err != nil {
			return assets{}, fmt.Errorf("pack %s: %w", file, err)
		}
		sum := sha256.Sum256(content)
		name := strings.TrimSuffix(file, ext) + "." + hex.EncodeToString(sum[:4]) + ext
		a.byName[name] = asset{kind: kind, plain: content, packed: packed}
		a.urls[file] = "/static/" + name
	}
	return a, nil
}

// together joins the parts of a folder such as design.css/ into one file, in the
// order of their names: a page asks for one file, and each area of the desk
// keeps its own part.
func together(folder string) ([]byte, error) {
	parts, err := staticFiles.ReadDir("static/" + folder)
	if err != nil {
		return nil, fmt.Errorf("list static files: %w", err)
	}
	var whole []byte
	for _, p := range parts {
		content, err := staticFiles.ReadFile("static/" + folder + "/" + p.Name())
		if err != nil {
			return nil, fmt.Errorf("read static file: %w", err)
		}
		whole = append(append(whole, content...), '\n')
	}
	return whole, nil
}

func packedBest(content []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("open gzip: %w", err)
	}
	if _, err := z.Write(content); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if b.Len() >= len(content) {
		return nil, nil
	}
	return b.Bytes(), nil
}

// static sends a static file; a name with another hash is absent.
func (s *Site) static(w http.ResponseWriter, r *http.Request) {
	a, ok := s.assets.byName[r.PathValue("name")]
	if !ok {
		s.answer(w, r, refusal{status: http.StatusNotFound, key: "fault.nowhere"})
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	content := a.plain
	if len(a.packed) > 0 && acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		content = a.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content)
}
