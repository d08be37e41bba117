package main

import (
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"chancery/core/calendar"
	"chancery/core/rule"
	"chancery/core/text"
	"chancery/desk"
)

type checkCommand struct {
	Files []string `arg:"" name:"file" help:"Files of applications."`
	On    string   `help:"Check by the rules in force on this day." placeholder:"DAY"`
	Books []string `help:"Rulebooks to ask." default:"cn-national" placeholder:"NAME"`
	At    string   `help:"Gate asked about." default:"approval" enum:"application,notice,approval,departure,return,settlement" placeholder:"GATE"`
}

// Run answers for each file; with several files and --json, one document a line.
func (c *checkCommand) Run(a *App) error {
	// One answer, then the program ends: what reading the library leaves behind is not worth collecting.
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	lib, err := a.library()
	if err != nil {
		return err
	}
	o := desk.CheckOptions{Gate: rule.Gate(c.At), Books: c.Books, Alternatives: true}
	if c.On != "" {
		if o.On, err = calendar.ParseDay(c.On); err != nil {
			return err
		}
	}
	if err := lib.HasBooks(c.Books); err != nil {
		return err
	}
	for _, file := range c.Files {
		data, err := readInput(file, applicationBytes)
		if err != nil {
			return err
		}
		application, err := lib.ReadApplication(file, data)
		if err != nil {
			return err
		}
		o.Today = a.checkDay(application.Filed, o.On)
		answer, err := lib.Check(application, o)
		if err != nil {
			return err
		}
		if !answer.Verdict.Passes() {
			a.exit = exitNo
		}
		if err := a.print(answer, func(w io.Writer) { sayAnswer(w, file, answer, a.lang()) }); err != nil {
			return err
		}
	}
	return nil
}

// checkDay is the day of the check: the filing day, whoever names it; today only when nobody does.
func (a *App) checkDay(filed, on calendar.Day) calendar.Day {
	switch {
	case !on.IsZero():
		return on
	case !filed.IsZero():
		return filed
	}
	return a.today()
}

func sayAnswer(w io.Writer, file string, r rule.Answer, l text.Lang) {
	fmt.Fprintf(w, "%s: %s (%s, %s)\n", file, verdictWord(r.Verdict).In(l), r.Day, r.Gate)
	for _, f := range r.Findings {
		if f.Status == rule.OK {
			continue
		}
		fmt.Fprintf(w, "  %-8s %-9s %s\n", statusWord(f.Status).In(l), f.Rule, f.Say.In(l))
		if how := f.How.In(l); how != "" {
			fmt.Fprintf(w, "  %19s%s\n", "", how)
		}
		fmt.Fprintf(w, "  %19s§ %s %s (%s)\n", "", f.Cite.Document, f.Cite.Article, f.Cite.InForceFrom)
	}
	met := 0
	for _, f := range r.Findings {
		if f.Status == rule.OK {
			met++
		}
	}
	fmt.Fprintf(w, "  %s\n", text.Text{ZH: "符合 {n} 条", EN: "{n} {n|rule|rules} met"}.Fill(text.Args{"n": met}).In(l))
	for i, alt := range r.Alternatives {
		fmt.Fprintf(w, "  %s %d: %s\n", text.Text{ZH: "可改为", EN: "alternative"}.In(l), i+1, alt.Say.In(l))
	}
	if len(r.Later) > 0 {
		var later []string
		for _, x := range r.Later {
			later = append(later, x.Rule)
		}
		fmt.Fprintf(w, "  %s %s\n", text.Text{ZH: "以后各关口再查：", EN: "asked at later gates:"}.In(l), strings.Join(later, " "))
	}
}

func verdictWord(s rule.Status) text.Text {
	switch s {
	case rule.Stop:
		return text.Text{ZH: "会被拦下", EN: "would be stopped"}
	case rule.Missing:
		return text.Text{ZH: "缺少材料", EN: "something is missing"}
	case rule.Judge:
		return text.Text{ZH: "可以报送，有事项须由人裁量", EN: "may be submitted; a person must judge"}
	case rule.Warn:
		return text.Text{ZH: "可以报送，有事项须注意", EN: "may be submitted; take note"}
	case rule.OK:
	}
	return text.Text{ZH: "可以报送", EN: "may be submitted"}
}

func statusWord(s rule.Status) text.Text {
	switch s {
	case rule.Stop:
		return text.Text{ZH: "不符", EN: "stop"}
	case rule.Missing:
		return text.Text{ZH: "缺少", EN: "missing"}
	case rule.Judge:
		return text.Text{ZH: "需裁量", EN: "judge"}
	case rule.Warn:
		return text.Text{ZH: "注意", EN: "note"}
	case rule.OK:
	}
	return text.Text{ZH: "符合", EN: "met"}
}
