package script

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"unibox/api"
	"unibox/api/platforms"
	"unibox/state"
	"unibox/state/config"
	"unibox/state/sqlite"
	"unibox/state/storetest"
	"unibox/ui/app"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var update = flag.Bool("update", false, "write the golden files anew")

// noon is when all of the tests' customers write, and hostile a name that a terminal would
// obey.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

const hostile = "Eve\x1b]0;owned\x07\u202e"

// H1: each field of what is printed as JSON is in the page on the schema.
func TestEveryFieldIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../../state/record/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{listing{}, freshness{}, thread{}, findings{}, finding{}, place{}, sending{}, marked{}, filing{}, filed{}} {
		of := reflect.TypeOf(v)
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			if of.Field(i).IsExported() && name != "schema" && !strings.Contains(string(page), "`"+name+"`") {
				t.Errorf("%s.%s: the page does not say what %q means", of.Name(), of.Field(i).Name, name)
			}
		}
	}
}

// desk is a store with customers and the config of their account, whose platform is not
// there.
type desk struct {
	*testing.T
	config, state string
	// ctx is what commands run in, nil for the test's.
	ctx context.Context
	// stdout gets what is printed, nil for the answer alone.
	stdout io.Writer
	// stdin is what commands read, nil for the text that they are given.
	stdin io.Reader
	// hears, if set, gets what is said on standard error, too.
	hears io.Writer
}

func newDesk(t *testing.T) desk {
	t.Helper()
	dir := t.TempDir()
	d := desk{T: t, config: filepath.Join(dir, "config.toml"), state: filepath.Join(dir, "state")}
	d.write(d.config, "[[account]]\nname = \"shop\"\nplatform = \"textus\"\ntoken = \"t\"\nbase_url = \"http://127.0.0.1:1/\"\n\n[[view]]\nname = \"Regulars\"\nfilter = \"label:vip\"\n")
	db := d.open()
	for i, who := range []api.Contact{{Name: "Anna Vogel", Handle: "15551230001"}, {Name: "Anna Maria", Handle: "15551230002"}, {Name: hostile, Handle: "15551230003"}, {Handle: "15551230004"}} {
		d.customer(db, i+1, who)
	}
	d.must(db.SetLabels(t.Context(), conv(2), []string{"vip"}, nil))
	d.must(db.Close())
	return d
}

func conv(n int) api.ConversationID {
	return api.ConversationID{Account: "shop", Remote: fmt.Sprint(n)}
}

// customer is a conversation with one message of theirs, the third one with one of ours
// behind it.
func (d desk) customer(db *sqlite.DB, n int, who api.Contact) {
	id, at := conv(n), noon.Add(time.Duration(n)*time.Minute)
	d.must(db.SaveConversations(d.Context(), []api.Conversation{{ID: id, Kind: "sms", Contact: who, Active: api.Known(at)}}))
	page := []api.Message{{ID: api.MessageID{Account: "shop", Remote: fmt.Sprintf("m%d", n)}, Conversation: id, Body: fmt.Sprintf("Is order %d ready?\x1b[2J", n), At: at}}
	if n == 3 {
		page[0].Attachments = []api.Attachment{{Name: "../../etc/\x1bpasswd", MIME: "image/png", URL: "https://files.example/1", Size: 1200}}
		page = append([]api.Message{{ID: api.MessageID{Account: "shop", Remote: "ours"}, Conversation: id, Direction: api.Outbound, Delivery: api.DeliveryDelivered, Body: "Yes", At: at.Add(time.Minute)}}, page...)
	}
	_, err := db.SaveHead(d.Context(), id, api.Page[api.Message]{Items: page}, at.Add(time.Hour))
	d.must(err)
}

func (d desk) open() *sqlite.DB {
	d.Helper()
	db, err := sqlite.Open(d.Context(), d.state, state.NewFeed())
	d.must(err)
	d.Cleanup(func() { _ = db.Close() })
	return db
}

func (d desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func (d desk) write(path, text string) {
	d.Helper()
	d.must(os.WriteFile(path, []byte(text), 0o600))
}

func (d desk) read(path string) string {
	d.Helper()
	text, err := os.ReadFile(path)
	d.must(err)
	return string(text)
}

// unibox runs a command line, and returns what it prints on standard output, on standard
// error, and its exit code.
func (d desk) unibox(args ...string) (out, said string, code int) {
	d.Helper()
	return d.given("", args...)
}

// given is unibox with something on standard input.
func (d desk) given(stdin string, args ...string) (out, said string, code int) {
	d.Helper()
	list := app.Platforms{List: platforms.All()}
	root := &cobra.Command{Use: "unibox", SilenceErrors: true, SilenceUsage: true}
	root.AddCommand(Setup{
		Typed: true,
		Flags: func(cmd *cobra.Command, config, state *string, readOnly *bool) {
			cmd.Flags().StringVar(config, "config", d.config, "")
			cmd.Flags().StringVar(state, "state", d.state, "")
			if readOnly != nil {
				cmd.Flags().BoolVar(readOnly, "read-only", false, "")
			}
		},
		Session: func(path, dir string) (app.Session, error) {
			c, problems, err := config.Load(path, list.Config())
			return app.Session{Dir: dir, Config: c, Problems: problems, Platforms: list}, err
		},
	}.Commands()...)
	var stdout, stderr bytes.Buffer
	root.SetArgs(args)
	root.SetIn(strings.NewReader(stdin))
	if d.stdin != nil {
		root.SetIn(d.stdin)
	}
	root.SetOut(&stdout)
	if d.stdout != nil {
		root.SetOut(d.stdout)
	}
	root.SetErr(&stderr)
	if d.hears != nil {
		root.SetErr(io.MultiWriter(&stderr, d.hears))
	}
	ctx := d.ctx
	if ctx == nil {
		ctx = d.Context()
	}
	err := root.ExecuteContext(ctx)
	var exit *Exit
	switch {
	case errors.As(err, &exit):
		code = exit.Code
	case err != nil:
		code = 1
	}
	if err != nil {
		fmt.Fprintln(&stderr, plain.Clean(state.PlainError(err)))
	}
	for _, s := range []string{stdout.String(), stderr.String()} {
		if strings.ContainsAny(s, "\x1b\x07\u202e") {
			d.Errorf("unibox %q prints what a terminal obeys: %q", args, s)
		}
	}
	return stdout.String(), stderr.String(), code
}

// golden compares with a file of testdata.
func (d desk) golden(name, got string) {
	d.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		d.must(os.MkdirAll("testdata", 0o755))
		d.must(os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	if err != nil || got != string(want) {
		d.Errorf("%s: %v\ngot\n%s\nwant\n%s", name, err, got, want)
	}
}

// H1: what is read, as JSON in its schema.
func TestAnswersAreThoseOfTheSchema(t *testing.T) {
	d := newDesk(t)
	db := d.open()
	d.must(db.SaveHealth(t.Context(), state.Health{Account: "shop", State: state.HealthRetrying, LastOK: noon, Known: 4, Listed: 4, Reason: "no network"}))
	d.must(db.Close())
	for name, args := range map[string][]string{
		"list.json": {"list", "--json"}, "list-view.json": {"list", "regulars", "anna", "--json"}, "show.json": {"show", "shop/3", "--json"},
		"search.json": {"search", "order", "from:anna", "--json"},
	} {
		out, _, code := d.unibox(args...)
		if code != 0 {
			t.Errorf("%q ends with %d", args, code)
		}
		d.golden(name, out)
	}
}

// A command that breaks down closes its store: unibox serve goes on, and holds nothing of it.
func TestACommandThatBreaksDownClosesTheStore(t *testing.T) {
	d := newDesk(t)
	list := app.Platforms{List: platforms.All()}
	s := Setup{
		Flags: func(*cobra.Command, *string, *string, *bool) {},
		Session: func(string, string) (app.Session, error) {
			c, problems, err := config.Load(d.config, list.Config())
			return app.Session{Dir: d.state, Config: c, Problems: problems, Platforms: list}, err
		},
	}
	c := &command{state: d.state}
	cmd := s.make(c, &cobra.Command{Use: "break"}, func(context.Context, []string) error { panic("broken by a test") })
	cmd.SetArgs(nil)
	err := state.Guarded(func() error { return cmd.ExecuteContext(t.Context()) })
	if crash := new(state.PanicError); !errors.As(err, &crash) {
		t.Fatal(err)
	}
	if _, err := c.Row(t.Context(), conv(1)); err == nil {
		t.Error("the store is open still")
	}
}

// H1: each command that changes a conversation says with --dry-run what it would do, refuses
// what it would refuse, and changes nothing.
func TestADryRunChangesNoConversation(t *testing.T) {
	d := newDesk(t)
	d.holds() // who would carry out what is asked of the platform
	d.unibox("label", "shop/1", "old")
	before := d.whole("shop/1")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"note", "shop/1", "calls back"}, "has a new private note"},
		{[]string{"snooze", "shop/1", "tomorrow 9"}, "is snoozed until"},
		{[]string{"snooze", "shop/1", "--end"}, "is no longer snoozed"},
		{[]string{"done", "shop/1"}, "is to be closed, for everyone"},
		{[]string{"done", "shop/1", "--undo"}, "is to be open again"},
		{[]string{"label", "shop/1", "vip", "--remove", "old"}, "is labelled #vip, is no longer labelled #old"},
		{[]string{"draft", "shop/1", "we will look"}, "has a draft"},
	} {
		dry := append(c.args, "--dry-run")
		out, said, code := d.unibox(dry...)
		if code != 0 || !strings.Contains(out, "Nothing was done. Without --dry-run: Anna Vogel") || !strings.Contains(out, c.says) {
			t.Errorf("%q: %d, %s%s", dry, code, out, said)
		}
		if out, said, code := d.unibox(append(dry, "--json")...); code != 0 || !strings.Contains(out, `"dry_run": true`) || !strings.Contains(out, c.says) {
			t.Errorf("%q: %d, %s%s", dry, code, out, said)
		}
		if now := d.whole("shop/1"); now != before {
			t.Errorf("%q changed\n%s\nto\n%s", dry, before, now)
		}
		if out, said, code := d.unibox(c.args...); code != 0 || strings.Contains(out, "Nothing was done") || !strings.Contains(out, c.says) {
			t.Errorf("%q: %d, %s%s", c.args, code, out, said)
		}
		before = d.whole("shop/1")
	}
	for _, wrong := range [][]string{{"note", "shop/1", " "}, {"snooze", "shop/1", "never"}, {"label", "shop/1"}, {"draft", "shop/1", "another"}} {
		if out, _, code := d.unibox(append(wrong, "--dry-run")...); code == 0 || out != "" {
			t.Errorf("%q: %d, %s", wrong, code, out)
		}
	}
}

// whole is all that is stored of a conversation, as JSON.
func (d desk) whole(id string) string {
	d.Helper()
	out, said, code := d.unibox("show", id, "--json")
	if code != 0 {
		d.Fatalf("%d, %s", code, said)
	}
	return out
}

// H1: a list is a list also where nothing is in it.
func TestNoAccountsAreAnEmptyList(t *testing.T) {
	d := newDesk(t)
	if out, _, code := d.unibox("list", "--json"); code != 0 || !strings.Contains(out, `"accounts": []`) {
		t.Errorf("%d, %s", code, out)
	}
}

// H1: a person reads a table, and is told that nobody fetches.
func TestTablesAreForPeople(t *testing.T) {
	d := newDesk(t)
	out, said, code := d.unibox("list", "--limit", "2")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != 0 || len(lines) != 3 || !strings.HasPrefix(lines[0], "WAITS") || !strings.Contains(lines[1], "Anna Vogel") || !strings.HasSuffix(lines[1], "shop/1") {
		t.Errorf("%d\n%s", code, out)
	}
	if !strings.Contains(said, "Nobody fetches") || !strings.Contains(said, "1 more") {
		t.Errorf("said %q", said)
	}
	out, _, _ = d.unibox("show", "15551230003")
	for _, want := range []string{"shop/3", "Is order 3 ready?", "you: Yes  [delivered]", "[file 1]", "(message m3)"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if out, _, code := d.unibox("list", "done"); out != "" || code != 0 {
		t.Errorf("an empty list is %q, %d", out, code)
	}
}

// H1: an id, a name, a number and a part of one mean a conversation, or those that they may
// mean are listed.
func TestWhoIsMeant(t *testing.T) {
	d := newDesk(t)
	for arg, want := range map[string]string{"shop/2": "shop/2", "Anna Maria": "shop/2", "anna vogel": "shop/1", "vogel": "shop/1", "+1 (555) 123-0004": "shop/4", "4": "shop/4"} {
		out, said, code := d.unibox("show", arg)
		if code != 0 || !strings.Contains(strings.SplitN(out, "\n", 2)[0], want) {
			t.Errorf("%s: %d, %s%s", arg, code, out, said)
		}
	}
	out, said, code := d.unibox("show", "anna")
	if code != ExitAmbiguous || out != "" || !strings.Contains(said, "shop/1") || !strings.Contains(said, "shop/2") || strings.Contains(said, "shop/3") {
		t.Errorf("%d, %q, %q", code, out, said)
	}
	for _, args := range [][]string{{"show", "nobody"}, {"show", "shop/99"}, {"search", "nothing-says-this"}} {
		if _, _, code := d.unibox(args...); code != ExitNone {
			t.Errorf("%q ends with %d", args, code)
		}
	}
	for _, args := range [][]string{{"show"}, {"show", "a", "b"}, {"list", "is:nonsense"}, {"list", "--limit", "0"}, {"search"}} {
		if _, said, code := d.unibox(args...); code != ExitUsage || said == "" {
			t.Errorf("%q ends with %d: %q", args, code, said)
		}
	}
}

// H1: of two with exactly one name neither is meant, however many others have it as a part of
// theirs; and who calls themselves by a number of somebody else's is not taken for them.
func TestNobodyIsTakenForAnother(t *testing.T) {
	d := newDesk(t)
	db := d.open()
	many := []api.Conversation{}
	for n := range 130 {
		at := noon.Add(time.Duration(n) * time.Minute)
		many = append(many, api.Conversation{ID: conv(1000 + n), Kind: "sms", Contact: api.Contact{Name: fmt.Sprintf("Kim Doe %d", n), Handle: fmt.Sprintf("4930%07d", n)}, Active: api.Known(at)})
	}
	for n, ago := range map[int]time.Duration{2001: -2 * time.Hour, 2002: 100 * time.Hour} { // the other one is far behind
		many = append(many, api.Conversation{ID: conv(n), Kind: "sms", Contact: api.Contact{Name: "Kim Doe", Handle: fmt.Sprint(49401110000 + n)}, Active: api.Known(noon.Add(-ago))})
	}
	many = append(many, api.Conversation{ID: conv(3001), Kind: "sms", Contact: api.Contact{Name: "+1 555 123 0004", Handle: "447700900123"}, Active: api.Known(noon.Add(99 * time.Hour))},
		api.Conversation{ID: conv(3002), Kind: "sms", Contact: api.Contact{Name: "15559990000", Handle: "447700900124"}, Active: api.Known(noon)})
	d.must(db.SaveConversations(t.Context(), many))
	d.must(db.Close())
	if out, said, code := d.unibox("show", "kim doe"); code != ExitAmbiguous || !strings.Contains(said, "shop/2001") || !strings.Contains(said, "shop/2002") || strings.Contains(said, "shop/10") {
		t.Errorf("%d, %s%s", code, out, said)
	}
	for arg, want := range map[string]string{"+15551230004": "shop/4", "5551230004": "shop/4", "+1 555 123 0004": "shop/4"} {
		if out, said, code := d.unibox("show", arg); code != 0 || !strings.Contains(strings.SplitN(out, "\n", 2)[0], want) {
			t.Errorf("%s: %d, %s%s", arg, code, out, said)
		}
	}
	if out, _, code := d.unibox("show", "15559990000"); code != ExitNone {
		t.Errorf("a name is taken for a number: %d, %s", code, out)
	}
}

// H1: conversations are completed from the store.
func TestConversationsAreCompleted(t *testing.T) {
	d := newDesk(t)
	out, _, _ := d.unibox("__complete", "show", "ann")
	if !strings.Contains(out, "Anna Vogel\tsms, shop/1") || !strings.Contains(out, "Anna Maria\t") || strings.Contains(out, "shop/3") {
		t.Errorf("%s", out)
	}
	db := d.open()
	d.customer(db, 5, api.Contact{Name: "Anna $(reboot)", Handle: "15551230005"})
	d.customer(db, 6, api.Contact{Name: "--all", Handle: "15551230006"})
	d.must(db.SetLabels(t.Context(), conv(3), []string{"big order", "a;b"}, nil))
	d.must(db.Close())
	for _, c := range []struct {
		args   string
		offers []string
		not    string // what a shell would read as something else
	}{
		{"show ", []string{"shop/5\tAnna $(reboot), sms", "shop/6\t--all, sms", "Anna Vogel\t"}, "\nAnna $"},
		{"show 1555123000", []string{"15551230001\tAnna Vogel, sms, shop/1"}, "\nAnna"},
		{"label shop/1 ", []string{"vip\t1 conversation", "big order\t"}, "a;b"},
		{"label shop/1 --remove ", []string{"vip\t"}, "shop/1\t"},
		{"list ", []string{"snoozed\ta view", "Regulars\tlabel:vip", "label:vip\t", "is:unread", "account:shop"}, "label:big"},
		{"search ", []string{"has:file", "is:note", "label:vip"}, "snoozed\t"},
		{"search --in ", []string{"Anna Vogel\t"}, "label:"},
		{"export --view ", []string{"waiting\ta view"}, "Anna"},
		{"watch --only ", []string{"snooze-ended"}, "Anna"},
	} {
		out, _, _ := d.unibox(append([]string{"__complete"}, strings.Split(c.args, " ")...)...)
		for _, want := range c.offers {
			if !strings.Contains("\n"+out, "\n"+want) {
				t.Errorf("%s<TAB> does not offer %q:\n%s", c.args, want, out)
			}
		}
		if strings.Contains("\n"+out, c.not) {
			t.Errorf("%s<TAB> offers %q:\n%s", c.args, c.not, out)
		}
	}
}

func TestNothingIsStored(t *testing.T) {
	d := newDesk(t)
	d.state = filepath.Join(t.TempDir(), "none")
	if _, said, code := d.unibox("list"); code != 1 || !strings.Contains(said, "nothing is stored") {
		t.Errorf("%d, %q", code, said)
	}
	if _, err := os.Stat(d.state); err == nil {
		t.Error("a look made a store")
	}
}

// A column that is too wide gives way on a terminal, and what names the row does not.
func TestATableFitsTheTerminal(t *testing.T) {
	tb := newTable("A", "LAST", "ID")
	tb.flexible = 1
	tb.add("x", strings.Repeat("long ", 30), "shop/123")
	var b bytes.Buffer
	if err := tb.write(&b, 40); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if plain.Width(strings.TrimRight(line, "\n")) > 40 {
			t.Errorf("%q is wider than 40", line)
		}
	}
	if !strings.Contains(b.String(), "…") || !strings.Contains(b.String(), "  shop/123\n") {
		t.Errorf("%s", b.String())
	}
}
