package rule

import (
	"fmt"
	"slices"
	"sync"

	"cel.dev/cel-go/common/types/ref"

	"chancery/core/calendar"
)

// standing is a book as it stands through a span of days in which nothing in it changes.
type standing struct {
	edition string
	// params are the values in force by slot, the book's own and those of the higher
	// books for the rest; absent: none is.
	params []ref.Val
	// articles are those that may speak: in force, confirmed, and with the values they rest on.
	articles []articleInForce
}

// articleInForce is an article and how its edition is cited.
type articleInForce struct {
	*compiledArticle
	cite Cite
}

// span is a span of days and how the book stands in it, worked out when it is first asked for.
type span struct {
	from calendar.Day
	work func() *standing
}

// divide finds the days on which something changes.
func (bk *loadedBook) divide() []span {
	days := []calendar.Day{0}
	for _, c := range bk.compiled {
		for _, e := range c.article.Editions {
			days = append(days, e.From)
			if !e.Until.IsZero() {
				days = append(days, e.Until+1)
			}
		}
	}
	for _, p := range bk.visibleParameters() {
		for _, v := range p.Values {
			days = append(days, v.From)
		}
	}
	slices.Sort(days)
	var out []span
	for _, day := range slices.Compact(days) {
		out = append(out, span{from: day, work: sync.OnceValue(func() *standing { return bk.stand(day) })})
	}
	return out
}

// on is the book as it stands on a day.
func (bk *loadedBook) on(day calendar.Day) *standing {
	i, found := slices.BinarySearchFunc(bk.spans, day, func(s span, d calendar.Day) int { return int(s.from) - int(d) })
	if !found {
		i = max(i-1, 0)
	}
	return bk.spans[i].work()
}

func (bk *loadedBook) stand(day calendar.Day) *standing {
	slots := bk.dialect.slots.params
	st := &standing{edition: bk.editionOn(day), params: make([]ref.Val, len(slots))}
	for _, p := range bk.visibleParameters() {
		if v := valueOn(p, day); v != nil {
			st.params[slots[p.Name]] = bk.dialect.kinds.NativeToValue(v)
		}
	}
	for i := range bk.compiled {
		c := &bk.compiled[i]
		e, ok := c.article.On(day)
		if !ok || e.Confidence == Unconfirmed || slices.ContainsFunc(c.params, func(name string) bool { return st.params[slots[name]] == nil }) {
			continue
		}
		st.articles = append(st.articles, articleInForce{compiledArticle: c, cite: Cite{
			Book: bk.Name, Document: e.Document, Article: e.Article, Title: c.article.Title, InForceFrom: e.From,
			AssumedDay: e.AssumedDay, Confidence: e.Confidence,
		}})
	}
	return st
}

// valueOn is the value of a parameter that is in force on a day, as a check sees it; nil: none.
func valueOn(p Parameter, day calendar.Day) any {
	v, ok := p.On(day)
	if !ok {
		return nil
	}
	switch p.Type {
	case "int":
		if n, ok := number(v.Value); ok {
			return n
		}
		return nil
	case "words":
		return wordsOf(v.Value)
	}
	return fmt.Sprint(v.Value)
}

func wordsOf(v any) []string {
	var out []string
	list, _ := v.([]any)
	for _, w := range list {
		out = append(out, fmt.Sprint(w))
	}
	return out
}

// editionOn names the edition of a book on a day: the last day on which
// something in it changed, and a digest of its files.
func (bk *loadedBook) editionOn(day calendar.Day) string {
	var last calendar.Day
	for _, a := range bk.Articles {
		for _, e := range a.Editions {
			if e.From <= day && e.From > last {
				last = e.From
			}
			if !e.Until.IsZero() && e.Until < day && e.Until+1 > last {
				last = e.Until + 1
			}
		}
	}
	for _, p := range bk.Parameters {
		if v, ok := p.On(day); ok && v.From > last {
			last = v.From
		}
	}
	return last.String() + "+" + bk.digest
}
