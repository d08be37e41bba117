package desk

import (
	"context"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/text"
)

// Search is what a reader looks for among the cases.
type Search struct {
	// Filter narrows; its limit is how many cases a page holds.
	Filter casework.Filter
	// Words stand in the title or the number.
	Words string
	// Behind is the number of the case with which the page before ended; "": from the newest.
	Behind string
}

// FoundCases is one page of what was looked for; More says that others follow.
type FoundCases struct {
	Lines []CaseLine
	More  bool
}

// Find gives a page of the cases in a reader's sight that a search picks, newest first. A page begins only behind a case
// in sight; any other number is refused in the same words, whether there is a case of it or not.
func (d *Desk) Find(ctx context.Context, reader Reader, s Search) (FoundCases, error) {
	out := FoundCases{Lines: []CaseLine{}}
	err := d.store.Read(ctx, func(r Reading) error {
		if s.Behind != "" {
			switch _, err := d.inSight(r, reader, s.Behind); {
			case fault.KindOf(err) == fault.NotFound:
				return fault.New(fault.Invalid, "cursor", text.Text{
					ZH: "这个续页标记不再有效；请从第一页重新读起", EN: "this cursor leads nowhere any more; begin again with the first page",
				})
			case err != nil:
				return err
			}
		}
		o, err := r.Office()
		if err != nil {
			return err
		}
		f := s.Filter
		if f.Sight, err = sightOf(r, reader); err != nil {
			return err
		}
		f.Limit++
		cases, err := r.Found(f, s.Words, s.Behind)
		if err != nil {
			return err
		}
		if out.More = len(cases) == f.Limit; out.More {
			cases = cases[:len(cases)-1]
		}
		today := r.Now().Day(OfficeZone())
		for _, c := range cases {
			out.Lines = append(out.Lines, d.line(c, o, today))
		}
		return nil
	})
	return out, err
}
