package desk

import (
	"context"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/register"
)

// Reading is what can be read at one instant.
type Reading interface {
	Now() calendar.Instant
	Case(no string) (casework.Case, error)
	Cases(f casework.Filter) ([]casework.Case, error)
	// Found gives those of the cases that a filter picks whose title or number holds the words, beginning behind the case
	// of a number; "": all of them, from the newest.
	Found(f casework.Filter, words, behind string) ([]casework.Case, error)
	CountCases(f casework.Filter) (map[casework.State]int, error)
	TallyCases(f casework.Filter, today, soon calendar.Day) (casework.Tally, error)
	OwnReading
	HookReading
	// KeysOf are the keys of a case, by which readers see it.
	KeysOf(no string) ([]casework.Key, error)
	// Noted is a word about the data itself, kept under a name; none: empty.
	Noted(name string) (string, error)
	Entries(no string) ([]journal.Entry, error)
	// Entry is one entry of a case, by its number within the case.
	Entry(no string, seq int) (journal.Entry, error)
	Office() (office.Office, error)
	// Tasks gives the open tasks of a post, and those that are a person's own.
	Tasks(post office.PostID, person office.PersonID) ([]casework.Task, error)
	Rows(name, key string, from, until calendar.Day) ([]register.Row, error)
	// CountKeyed counts the rows of one key of a register, those of one case left out.
	CountKeyed(name, key, but string) (int, error)
	// Listed are the rows that a query picks and whose cases lie in a sight; CountListed counts them.
	Listed(q register.Query, sight casework.Sight) ([]register.Row, error)
	CountListed(q register.Query, sight casework.Sight) ([]register.Count, error)
	// Noticed gives the cases of which a notice is shown on a day, the newest first.
	Noticed(day calendar.Day, limit int) ([]casework.Case, error)
	// Find gives the cases in a filter's sight that all runs are found in, the newest first; of the filter, sight and limit count.
	Find(f casework.Filter, runs []string) ([]casework.Case, error)
	// WordsOf is what a case is found by, as text.Findable writes it.
	WordsOf(no string) (string, error)
	// LastEntry is the number of the newest entry of the journal; zero when it is empty.
	LastEntry() (int64, error)
	AccountReading
	DraftReading
	JobReading
}

// Writing is what one act may write; all of it becomes durable together, or none.
type Writing interface {
	Reading
	AccountWriting
	DraftWriting
	JobWriting
	HookWriting
	SaveOffice(o office.Office) error
	NextNumber(series string, year int) (int, error)
	// Opens says that a case is begun under a number that was just given, so that nobody need ask what is kept of it.
	Opens(no string) error
	Append(no, kind string, version int, actor office.Actor, body []byte) (journal.Entry, error)
	SaveCase(c casework.Case, seen int, tasks []casework.Task) error
	SaveKeys(no string, came, went []casework.Key) error
	SaveRows(no string, rows []register.Row) error
	// SaveNotice keeps until when a notice of the case is shown; the zero day takes it down.
	SaveNotice(no string, until calendar.Day) error
	// SaveWords keeps the fields by which a case is found, and the keys of it that many cases share.
	SaveWords(no string, fields []string, shared []casework.Key) error
	Note(name, value string) error
	Outbox(msgs []casework.Message) error
	// Alone asks that no other act is under way, for one that does much; it is asked first of all.
	Alone() error
	Answered(request string) (result []byte, ok bool, err error)
	Remember(request string, result []byte) error
}

// Store is where the office's data is kept.
type Store interface {
	// Proof is the proof file of a case, for outsiders; NotFound when there is no such case.
	Proof(ctx context.Context, no string) ([]byte, error)
	// Read runs fn on one consistent state.
	Read(ctx context.Context, fn func(Reading) error) error
	// Glance is Read for what one question answers: each question sees what stands when it is asked.
	Glance(ctx context.Context, fn func(Reading) error) error
	// Write runs fn in a transaction and returns once it is durable. An error of fn leaves nothing behind. Fn must bear to be
	// run again from its beginning: what it says to the outside it assigns, and never adds to.
	Write(ctx context.Context, fn func(Writing) error) error
	// Refuses gives the reason for which no act is taken just now; nil: acts are taken.
	Refuses() error
}

// Folder is where an office keeps all it has: its data, and the files of its cases.
type Folder interface {
	Store
	Blobs
}
