package main

import (
	"fmt"
	"io"
	"strings"

	"chancery/core/casework"
	"chancery/core/text"
	"chancery/desk"
)

type casePathCommand struct {
	File string `arg:"" help:"File of the application."`
}

// Run shows the way that an application would go: its steps, why each is there,
// and who would have it today. Nothing is filed.
func (c *casePathCommand) Run(a *App) error {
	data, err := readInput(c.File, applicationBytes)
	if err != nil {
		return err
	}
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	application, err := d.Library().ReadApplication(c.File, data)
	if err != nil {
		return err
	}
	lines, err := d.Path(a.ctx, application)
	if err != nil {
		return err
	}
	return a.print(lines, func(w io.Writer) {
		for i, l := range lines {
			sayPathLine(w, i+1, l, a.lang())
		}
	})
}

func sayPathLine(w io.Writer, n int, l desk.PathLine, lang text.Lang) {
	var who []string
	for _, p := range l.Posts {
		words := p.Title.In(lang) + " " + strings.Join(p.People, "、")
		if p.Vacant {
			words = p.Title.In(lang) + " " + text.Text{ZH: "（空缺）", EN: "(VACANT)"}.In(lang)
		}
		who = append(who, strings.TrimSpace(words))
	}
	switch {
	case !l.Outside.IsZero():
		who = append(who, l.Outside.In(lang))
	case len(who) == 0:
		who = append(who, text.Text{ZH: "申请人", EN: "the applicant"}.In(lang))
	}
	fmt.Fprintf(w, "%2d  %s  %s\n", n, l.Title.In(lang), strings.Join(who, "; "))
	if !l.PassedBy.IsZero() {
		fmt.Fprintf(w, "    %s\n", text.Text{ZH: "略过：{why}", EN: "passed by: {why}"}.Fill(text.Args{"why": l.PassedBy}).In(lang))
	}
	fmt.Fprintf(w, "    %s (%s)\n", l.Why.In(lang), l.Article)
}

type caseAllowedCommand struct {
	No string `arg:"" name:"no" help:"Number of the case."`
}

// Run lists what the person named with --as may do in a case now.
func (c *caseAllowedCommand) Run(a *App) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	actor, err := a.actor(d)
	if err != nil {
		return err
	}
	may, err := d.Allowed(a.ctx, actor, d.CaseNo(c.No))
	if err != nil {
		return err
	}
	if may == nil {
		may = []casework.May{}
	}
	return a.print(may, func(w io.Writer) {
		for _, m := range may {
			fmt.Fprintln(w, strings.TrimSpace(fmt.Sprintf("%s %s", m.Kind, m.Slot)))
		}
	})
}
