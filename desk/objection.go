package desk

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"chancery/affairs"
	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/text"
)

// Objecting is what somebody says against a notice. Name and contact are the
// objector's own choice; only the post that examines objections sees them.
type Objecting struct {
	Text string
	Name string
	// Request is the page's own name for the objection; sent again, it gives the first receipt.
	Request string
	// From is whence it comes; it is counted, so that nobody floods the office, and not kept with the objection.
	From Way
}

// Receipt is what an objector is given: a reference by which to ask what became of the objection.
type Receipt struct {
	No        string              `json:"no"`
	Number    text.Text           `json:"number"`
	Reference string              `json:"reference"`
	At        calendar.Instant    `json:"at"`
	Due       calendar.Derivation `json:"due"`
	Resolved  bool                `json:"resolved"`
	Upheld    bool                `json:"upheld"`
	Finding   string              `json:"finding,omitempty"`
}

// How long what an objector writes may be, in characters.
const (
	objectionAtMost = 2000
	objectorAtMost  = 120
)

// objected is what a request to object asks for.
type objected struct{ No, Text, Name string }

// Object files an objection to a notice that a reader may read; nobody need be
// signed in, and nobody is recorded as its author but by the name that is given.
// TooOften comes back when one address, or everybody together, objects faster
// than the office can read.
func (d *Desk) Object(ctx context.Context, reader Reader, no string, o Objecting) (Receipt, error) {
	o.Text, o.Name = strings.TrimSpace(o.Text), strings.TrimSpace(o.Name)
	if err := o.examine(); err != nil {
		return Receipt{}, err
	}
	var out Receipt
	asked := request{reader.Person, o.Request, objected{no, o.Text, o.Name}}
	err := d.store.Write(ctx, func(w Writing) error {
		return once(w, asked, &out, func() error {
			c, line, err := d.onNotice(w, reader, no)
			if err != nil {
				return err
			}
			if line.Phase != NoticeRunning {
				return tooLate(line.Term.Due)
			}
			if err := take(w,
				slowKey{named("objection", network(o.From.Address)), account.Pace{Free: 5, Most: 15 * time.Minute}},
				slowKey{named("objections", no), account.Pace{Free: 60, Most: 30 * time.Second}},
			); err != nil {
				return err
			}
			word := reference()
			c, err = d.act(w, c, office.Actor{}, casework.Act{Kind: casework.Objected, Seen: c.Version, Text: o.Text, Ground: o.Name, Slot: word})
			if err != nil {
				return err
			}
			made := c.Objections[len(c.Objections)-1]
			made.Reference = word
			out = receipt(c, made)
			return nil
		})
	})
	return out, err
}

func (o Objecting) examine() error {
	var faults fault.List
	if o.Text == "" {
		faults = append(faults, fault.New(fault.Invalid, "text", text.Text{ZH: "请写明具体情况", EN: "say what you object to"}))
	}
	for _, field := range []struct {
		name, words string
		most        int
	}{{"text", o.Text, objectionAtMost}, {"name", o.Name, objectorAtMost}} {
		if n := len([]rune(field.words)); n > field.most {
			faults = append(faults, fault.New(fault.Invalid, field.name, text.Text{
				ZH: "写了 {n} 字，最多 {most} 字；请删减，更多材料可交监督部门", EN: "{n} characters, at most {most}: shorten it; more can be handed to the supervision unit",
			}.Fill(text.Args{"n": n, "most": field.most})))
		}
		if err := office.NotSecret(field.name, field.words); err != nil {
			faults = append(faults, fault.All(err)...)
		}
	}
	return faults.OrNil()
}

func tooLate(due calendar.Day) error {
	return fault.New(fault.TooLate, "text", text.Text{
		ZH: "公示已于{day}期满，不再收异议；请直接向监督部门反映", EN: "the notice ran until {day} and takes no more objections: turn to the supervision unit",
	}.Fill(text.Args{"day": due.Say()}))
}

// reference is a word that nobody guesses and anybody can copy from paper: of
// digits and letters without those that look like others.
func reference() string {
	const letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return string(b[:])
}

func receipt(c casework.Case, o casework.Objection) Receipt {
	return Receipt{
		No: c.No, Number: c.Number, Reference: c.No + "-" + o.Reference, At: o.At, Due: o.Due, Resolved: o.Resolved, Upheld: o.Upheld, Finding: o.Finding,
	}
}

// Objection tells whoever knows the reference what became of an objection. Any
// other is NotFound, in the same words for all.
func (d *Desk) Objection(ctx context.Context, reference string) (Receipt, error) {
	reference = strings.ToUpper(strings.TrimSpace(reference))
	var out Receipt
	err := d.store.Read(ctx, func(r Reading) error {
		none := fault.New(fault.NotFound, "ref", text.Text{
			ZH: "没有这个查询号；请核对回执上的字母和数字", EN: "there is no such reference: check the letters and digits on the receipt",
		})
		at := strings.LastIndexByte(reference, '-')
		if at < 1 || at == len(reference)-1 {
			return none
		}
		c, err := r.Case(reference[:at])
		if fault.KindOf(err) == fault.NotFound {
			return none
		}
		if err != nil {
			return err
		}
		for _, o := range c.Objections {
			if o.Reference == reference[at+1:] {
				out = receipt(c, o)
				return nil
			}
		}
		return none
	})
	return out, err
}

// hideObjectors takes out of a view who objected, for everybody but those who
// examine objections; and what was said, for everybody who does not judge the case either.
func (v *CaseView) hideObjectors(reader Reader, judges bool, p procedure.Procedure, o office.Office) {
	if v.examines(reader, p, o) {
		return
	}
	v.Case = v.Case.Discreet()
	for i := range v.Case.Objections {
		if !judges {
			v.Case.Objections[i].Text = ""
		}
	}
	for i := range v.Log {
		line := &v.Log[i]
		if line.Kind != casework.Objected {
			continue
		}
		line.Person, line.For, line.Post, line.Ground, line.Operator = "", "", text.Text{}, "", false
		if !judges {
			line.Text = ""
		}
	}
}

// examines says that a reader bears the post that examines objections, and is no party to the case.
func (v *CaseView) examines(reader Reader, p procedure.Procedure, o office.Office) bool {
	step, ok := p.OfKind(procedure.Notice)
	if !ok || reader.Person == "" {
		return false
	}
	acting, ok := o.ActingIn(reader.Person, step.Objections.Post, v.Today, v.Case.Procedure)
	if !ok {
		return false
	}
	return casework.Conflict(v.Case, acting, casework.World{Office: o, Involved: affairs.Involved(v.Application)}).IsZero()
}
