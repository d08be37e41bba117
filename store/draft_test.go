package store_test

import (
	"testing"
	"time"

	"chancery/core/form"
	"chancery/internal/foldertest"
	"chancery/store"
)

func TestADraftIsReplacedInTheVersionThatWasSeenAndInNoOther(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), foldertest.Fresh(t), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	d := form.Draft{ID: "one", Person: "zhongli", Procedure: "outbound-trip", Title: "市港航局赴日本", Version: 1, Sheet: form.Sheet{"purpose.text": {"第一稿"}}}
	save := func(d form.Draft, seen int) bool {
		t.Helper()
		var saved bool
		if err := s.Write(t.Context(), func(w *store.Tx) error {
			var err error
			saved, err = w.SaveDraft(d, seen)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return saved
	}
	if !save(d, 0) || save(d, 0) {
		t.Fatal("a new draft is not saved once and only once")
	}
	d.Version, d.Sheet = 2, form.Sheet{"purpose.text": {"第二稿"}}
	if !save(d, 1) {
		t.Fatal("the version that was seen is not replaced")
	}
	d.Version, d.Sheet = 2, form.Sheet{"purpose.text": {"别的窗口"}}
	if save(d, 1) {
		t.Error("a version that is no longer there is replaced")
	}
	if err := s.Read(t.Context(), func(r *store.Tx) error {
		kept, ok, err := r.Draft("one")
		if err != nil {
			return err
		}
		if !ok || kept.Version != 2 || kept.Sheet.Get("purpose.text") != "第二稿" {
			t.Errorf("kept: %+v", kept)
		}
		own, err := r.DraftsOf("zhongli", 10)
		if err != nil {
			return err
		}
		others, err := r.DraftsOf("xiahou", 10)
		if err != nil {
			return err
		}
		if n, err := r.CountDrafts("zhongli"); err != nil || n != 1 || len(own) != 1 || len(others) != 0 {
			t.Errorf("%d counted, %d and %d listed, %v", n, len(own), len(others), err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Write(t.Context(), func(w *store.Tx) error { return w.DropDraft("one") }); err != nil {
		t.Fatal(err)
	}
	if !save(form.Draft{ID: "one", Version: 1}, 0) {
		t.Error("a draft that was thrown away is still there")
	}
}
