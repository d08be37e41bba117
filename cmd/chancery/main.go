// Command chancery runs an office of external affairs: the web desk, the checks
// of applications, cases, the journal and the figures, in one program.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/text"
	"chancery/desk"
	"chancery/library"
)

// What the program answers with when it ends.
const (
	exitDone       = 0
	exitNo         = 1 // the answer is no
	exitBadInput   = 2
	exitNotAllowed = 3
	exitConflict   = 4
	exitUnreached  = 5
)

// App is the command line: what every command shares, and the commands.
type App struct {
	Data       string `help:"Folder of the office's data." default:"./chancery-data" placeholder:"DIR" env:"CHANCERY_DATA"`
	DB         string `name:"database" aliases:"db" help:"PostgreSQL database of the office, shared by any number of machines; without it the data is a file in the folder." default:"" placeholder:"postgres://…" env:"CHANCERY_DB"`
	As         string `help:"Act as this person; the operator of the machine answers for it." placeholder:"PERSON" env:"CHANCERY_AS"`
	TrustClock bool   `help:"Take the clock of this machine as it is, though the newest acts, the time that passed or the database say otherwise."`
	JSON       bool   `help:"Print one JSON document."`
	Lang       string `help:"Language of what is printed for people." enum:"zh,en," default:"" env:"CHANCERY_LANG"`

	Check    checkCommand    `cmd:"" help:"Would this application be stopped, by which article, and what is the nearest way to comply."`
	Library  libraryCommand  `cmd:"" help:"Procedures, rulebooks, calendars and tables."`
	Case     caseCommand     `cmd:"" help:"File a case, read it, act on it."`
	Calendar calendarCommand `cmd:"" help:"The working calendar: the years that are known, and a year that is announced."`
	Office   officeCommand   `cmd:"" help:"The office: its posts, people, delegations of authority, plans."`
	Register registerCommand `cmd:"" help:"A register on a day: trips, abroad, documents, gifts."`
	Serve    serveCommand    `cmd:"" help:"The web desk."`
	Account  accountCommand  `cmd:"" help:"Let people in."`
	Journal  journalCommand  `cmd:"" help:"Prove the record."`
	Witness  witnessCommand  `cmd:"" help:"Watch, from another house, that nobody begins a second record or cuts the first one off."`
	Doctor   doctorCommand   `cmd:"" help:"Look at everything and say what is not in order."`
	Hook     hookCommand     `cmd:"" help:"Programs outside that are told what happens: web hooks, office messengers."`
	Jobs     jobsCommand     `cmd:"" help:"What the house does by itself: deadlines, messages, nightly routines."`
	Mail     mailCommand     `cmd:"" help:"Messages that leave the house by mail."`
	Migrate  migrateCommand  `cmd:"" help:"Bring the data to the schema of this program; serve does so by itself. With --to: move it to another database."`
	Backup   backupCommand   `cmd:"" help:"Write the whole office to a file, also while it is served."`
	Restore  restoreCommand  `cmd:"" help:"Make the office of a backup in an empty place, or check a backup."`
	Version  versionCommand  `cmd:"" help:"Which program this is, and whether it is what was released."`
	Figures  figuresCommand  `cmd:"" help:"Figures with their denominator and the cases behind them."`
	Seed     seedCommand     `cmd:"" help:"Make up an office that has worked for years, in an empty place: to try the house at your size."`

	ctx   context.Context //nolint:containedctx // one command is one run of the program
	out   io.Writer
	errs  io.Writer
	exit  int
	clock func() time.Time
	timed bool // the clock is the machine's, and is held against others
	libfs fs.FS
	// load reads a library, and lays announced years over its calendar.
	load func(fs.FS, ...calendar.Announcement) (*desk.Library, error)
	log  *slog.Logger // of a desk that serves
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // told a second time, the program ends at once: what was acknowledged is durable
	app := &App{ctx: ctx, out: os.Stdout, errs: os.Stderr, clock: time.Now, timed: true, libfs: library.FS, load: desk.LoadLibrary}
	code := app.run(os.Args[1:])
	stop()
	os.Exit(code)
}

// run runs one command line and gives the exit code.
func (a *App) run(args []string) int {
	exited := -1
	parser, err := kong.New(a,
		kong.Name("chancery"),
		kong.Description("Chancery 外事枢务: the desk of an office of external affairs."),
		kong.Writers(a.out, a.errs),
		kong.Exit(func(code int) { exited = code }),
		kong.UsageOnError(),
	)
	if err != nil {
		fmt.Fprintln(a.errs, "chancery:", err)
		return exitBadInput
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintf(a.errs, "chancery: %v: see chancery --help\n", err)
		return exitBadInput
	}
	words := strings.Fields(parsed.Command())
	if err := parsed.Run(a, lastWord(words)); err != nil {
		return a.fail(err)
	}
	return a.exit
}

// lastWord is the last word of a command that is not the name of an argument.
func lastWord(words []string) string {
	last := ""
	for _, w := range words {
		if !strings.HasPrefix(w, "<") {
			last = w
		}
	}
	return last
}

// fail says what is wrong and gives the exit code for it.
func (a *App) fail(err error) int {
	faults := fault.All(err)
	if len(faults) == 0 {
		fmt.Fprintf(a.errs, "chancery: %v\n", err)
		if errors.Is(err, fs.ErrNotExist) {
			return exitBadInput
		}
		return exitUnreached
	}
	for _, f := range faults {
		where := ""
		if f.Place.File != "" {
			where = fmt.Sprintf("%s:%d:%d: ", f.Place.File, f.Place.Line, f.Place.Column)
		}
		fmt.Fprintf(a.errs, "chancery: %s%s\n", where, f.Text.In(a.lang()))
	}
	switch faults[0].Kind {
	case fault.NotAllowed, fault.TooLate, fault.SignedOut, fault.TooOften:
		return exitNotAllowed
	case fault.Conflict:
		return exitConflict
	case fault.Unavailable:
		return exitUnreached
	default:
		return exitBadInput
	}
}

// faultsFound prints the faults of a check whose answer is no. With --json they
// are one document, else a line each, as file:line: what.
func (a *App) faultsFound(err error) error {
	faults := fault.All(err)
	if len(faults) == 0 {
		return err
	}
	type found struct {
		fault.Place
		Say text.Text `json:"say"`
	}
	list := []found{}
	for _, f := range faults {
		list = append(list, found{Place: f.Place, Say: f.Text})
	}
	return a.print(map[string]any{"faults": list}, func(w io.Writer) {
		for _, f := range list {
			fmt.Fprintf(w, "%s:%d: %s\n", f.File, f.Line, f.Say.In(a.lang()))
		}
	})
}

func (a *App) lang() text.Lang {
	if a.Lang == "zh" {
		return text.ZH
	}
	return text.EN
}

// print writes one JSON document, or the words for people.
func (a *App) print(document any, words func(w io.Writer)) error {
	if !a.JSON {
		words(a.out)
		return nil
	}
	return writeJSON(a.out, document)
}

func writeJSON(w io.Writer, document any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(document); err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	return nil
}

// library loads the embedded library.
func (a *App) library() (*desk.Library, error) { return a.load(a.libfs) }

// today is the day in the office, by the machine's clock.
func (a *App) today() calendar.Day { return calendar.InstantOf(a.clock()).Day(desk.OfficeZone()) }

// The most that is read of a file: an application, one byte over its limit so that the reader can refuse it; a proof.
const (
	applicationBytes = 1<<20 + 1
	proofBytes       = 64 << 20
)

// readInput reads a file named on the command line, at most so many bytes of it.
func readInput(name string, most int64) ([]byte, error) {
	f, err := os.Open(filepath.Clean(name))
	if err != nil {
		return nil, fault.New(fault.Invalid, "", text.Text{
			ZH: "打不开文件 {name}；请核对路径", EN: "cannot open {name}; check the path",
		}.Fill(text.Args{"name": name}))
	}
	defer f.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(f, most))
	if err != nil {
		return nil, fault.New(fault.Invalid, "", text.Text{
			ZH: "读不了文件 {name}", EN: "cannot read {name}; is it a file?",
		}.Fill(text.Args{"name": name}))
	}
	return data, nil
}
