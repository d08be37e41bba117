package casework

import (
	"slices"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

// NoCase is the answer for a number that no case has, and for one that the reader may not know of.
func NoCase(no string) error {
	return fault.New(fault.NotFound, "no", text.Text{
		ZH: "没有编号为「{no}」的案件", EN: "there is no case {no}",
	}.Fill(text.Args{"no": no}))
}

// Filter picks cases in somebody's sight; the zero Filter picks none, since the
// zero Sight sees nothing. Cases come newest first, unless what presses is asked for first.
type Filter struct {
	// Sight is that of who asks.
	Sight Sight
	// Key picks the cases that have this key.
	Key       Key
	Procedure string
	State     string
	Unit      string
	// Person picks the cases that the person filed.
	Person office.PersonID
	// SubmittedFrom and SubmittedUntil pick by the first submission; the end is not included.
	SubmittedFrom  calendar.Instant
	SubmittedUntil calendar.Instant
	// PressingFirst orders by the day by which something is due; then come those without one, then those that have ended.
	PressingFirst bool
	Limit         int
	Offset        int
}

// Count is how many cases there are, and of these how many are overdue and how many press.
type Count struct{ All, Over, Soon int }

// Tally counts cases by their state.
type Tally struct {
	Of map[State]Count
	// OpenOnly: there are so many that those which have ended were not counted.
	OpenOnly bool
}

// All counts over all states.
func (t Tally) All() Count {
	var all Count
	for _, n := range t.Of {
		all.All, all.Over, all.Soon = all.All+n.All, all.Over+n.Over, all.Soon+n.Soon
	}
	return all
}

// List is one of the lists that a person's day is made of.
type List string

// The lists.
const (
	ToDo    List = "todo"    // what waits for the person, and for the posts that the person bears
	Done    List = "done"    // others' cases in which the person acted
	Started List = "started" // the own cases that were submitted
	Copied  List = "copied"  // what somebody copied to the person
	Drafts  List = "drafts"  // the own cases that were never submitted
)

// Words names the lists, in their order.
func (List) Words() []string {
	return []string{string(ToDo), string(Done), string(Started), string(Copied), string(Drafts)}
}

// ListAtMost is as far as a list is counted, but for what waits, which is counted to the end.
const ListAtMost = 99

// Own is somebody's own: the person, the posts that the person bears that day, and what the person may see.
type Own struct {
	Person office.PersonID
	Posts  []office.PostID
	// Limited are posts that the person bears for one procedure only.
	Limited []LimitedPost
	Sight   Sight
}

// LimitedPost is a post that is borne for the cases of one procedure.
type LimitedPost struct {
	Post      office.PostID
	Procedure string
}

// OwnOf gives what is somebody's own on a day.
func OwnOf(o office.Office, person office.PersonID, day calendar.Day, sight Sight) Own {
	own := Own{Person: person, Posts: o.PostsOf(person, day), Sight: sight}
	for _, d := range o.Delegations {
		if d.To != person || day < d.Since || day > d.Until || !slices.Contains(o.Holders(d.Post, day), d.From) || slices.Contains(own.Posts, d.Post) {
			continue
		}
		if len(d.Procedures) == 0 {
			own.Posts = append(own.Posts, d.Post)
		}
		for _, name := range d.Procedures {
			own.Limited = append(own.Limited, LimitedPost{d.Post, name})
		}
	}
	own.Posts = own.Posts[:min(len(own.Posts), KeysAtMost)]
	own.Limited = own.Limited[:min(len(own.Limited), LimitedAtMost)]
	return own
}

// Bears says whether the task of a case is the person's own or one of a post that the person bears.
func (o Own) Bears(t Task, c Case) bool {
	if t.Post == "" {
		return t.Person == o.Person
	}
	return slices.Contains(o.Posts, t.Post) || slices.Contains(o.Limited, LimitedPost{t.Post, c.Procedure})
}
