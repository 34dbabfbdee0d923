package notify

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/tty"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// store holds rows, the newest first. A filter holds the names that it is.
type store struct {
	env.Store
	rows []state.Row
	read int
}

func (s *store) List(_ context.Context, q state.ListQuery) (state.List, error) {
	s.read++
	var rows []state.Row
	for _, r := range s.rows {
		if q.Account == "" || q.Account == r.Conversation.ID.Account {
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(a, b state.Row) int {
		if a.Flags.Pinned != b.Flags.Pinned {
			if a.Flags.Pinned {
				return -1
			}
			return 1
		}
		return b.Active.Compare(a.Active)
	})
	from := min(q.Offset, len(rows))
	return state.List{Rows: rows[from:min(from+q.Limit, len(rows))], Total: len(rows)}, nil
}

func (s *store) Chosen(_ context.Context, q state.ListQuery, ids []api.ConversationID) (rows []state.Row, _ error) {
	for _, r := range s.rows {
		if slices.Contains(ids, r.Conversation.ID) && r.Conversation.Contact.Name == q.Text {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

// bench is a notifier on a fake clock and a store.
type bench struct {
	*Notifier
	store  *store
	now    time.Time
	health []state.Health
	went   []string
	env    *env.Env
}

func newBench(told env.Told) *bench {
	b := &bench{store: &store{}, now: noon, health: []state.Health{{Account: "pact"}}}
	e := &env.Env{Ctx: context.Background(), Store: b.store, Now: func() time.Time { return b.now }, Settings: env.Settings{Told: told}}
	e.Timer = func(_ time.Duration, msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }
	b.env = e
	b.Notifier = New(e, []string{"TERM=xterm-kitty"}, Screen{
		Health:  func() []state.Health { return b.health },
		Open:    func(id api.ConversationID) tea.Cmd { b.went = append(b.went, id.Remote); return nil },
		Waiting: func() tea.Cmd { b.went = append(b.went, "waiting"); return nil },
	})
	return b
}

// live lets the account answer.
func (b *bench) live() {
	b.now = b.now.Add(time.Minute)
	b.health = []state.Health{{Account: "pact", State: state.HealthLive, LastOK: b.now}}
}

// wrote lets customers write, all of them now.
func (b *bench) wrote(names ...string) {
	b.now = b.now.Add(time.Minute)
	for _, name := range names {
		id := api.ConversationID{Account: "pact", Remote: name}
		i := slices.IndexFunc(b.store.rows, func(r state.Row) bool { return r.Conversation.ID == id })
		if i < 0 {
			i = len(b.store.rows)
			b.store.rows = append(b.store.rows, state.Row{Conversation: api.Conversation{ID: id, Contact: api.Contact{Name: name}}})
		}
		r := &b.store.rows[i]
		r.Newest = state.Pos(b.now.UnixNano())
		r.Unread++
		r.Active, r.WaitingSince = b.now, b.now
		r.Preview = api.Known(state.Preview{Direction: api.Inbound, Body: "hello from " + name, At: b.now})
	}
}

// tells lets the notifier look, and returns what it asked of the terminal.
func (b *bench) tells() (out []string) {
	var run func(tea.Cmd)
	run = func(cmd tea.Cmd) {
		if cmd == nil {
			return
		}
		switch msg := cmd().(type) {
		case tea.BatchMsg:
			for _, c := range msg {
				run(c)
			}
		default:
			if ok, next := b.Update(msg); ok {
				run(next)
			} else if v := reflect.ValueOf(msg); v.Kind() == reflect.String {
				out = append(out, v.String())
			}
		}
	}
	run(b.Changed())
	return out
}

func times(all []string, what string) (n int) {
	for _, s := range all {
		n += strings.Count(s, what)
	}
	return n
}

// A1, A5: nothing is told of what was there at the start; then each customer who writes is.
func TestABaselineComesFirst(t *testing.T) {
	b := newBench(env.Told{Popup: "osc9", Text: "all"})
	b.wrote("Anna", "Omar")
	if got := b.tells(); len(got) != 0 {
		t.Errorf("told before the account answered: %q", got)
	}
	b.live()
	if got := b.tells(); len(got) != 0 {
		t.Errorf("told of what was there: %q", got)
	}
	b.wrote("Anna")
	if got := b.tells(); len(got) != 1 || got[0] != "\x1b]9;unibox: Anna (?): hello from Anna (2 unread)\a" {
		t.Errorf("%q", got)
	}
	if got := b.tells(); len(got) != 0 {
		t.Errorf("told twice: %q", got)
	}
}

// An account that nobody wrote on yet is not silent at its first message.
func TestTheFirstMessageOfAnAccountIsTold(t *testing.T) {
	b := newBench(env.Told{Popup: "osc9", Text: "all"})
	b.live()
	b.tells()
	b.wrote("Anna")
	if got := b.tells(); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

// A1: what is read in later than the first answer was there at the start too; who writes
// meanwhile is told.
func TestWhatIsReadInIsNoNews(t *testing.T) {
	b := newBench(env.Told{Popup: "osc9"})
	began := b.now
	b.live()
	b.now = began.Add(-2 * time.Hour)
	b.wrote("olga")
	b.now = began.Add(2 * time.Minute)
	if got := b.tells(); len(got) > 0 {
		t.Fatalf("at the start %q", got)
	}
	b.now = began.Add(-time.Hour) // later than what the first answer held
	b.wrote("ben", "cara")
	b.now = began.Add(3 * time.Minute)
	b.health[0].LastOK = b.now
	if got := b.tells(); len(got) > 0 {
		t.Errorf("of what is read in %q", got)
	}
	b.wrote("ben", "dan")
	if got := b.tells(); times(got, "ben") == 0 || times(got, "dan") == 0 || times(got, "cara") > 0 {
		t.Errorf("of who writes meanwhile %q", got)
	}
}

// A5: several messages of one customer are one pop-up, many customers are one for all, and
// after hours of sleep nothing floods.
func TestNewsIsGrouped(t *testing.T) {
	b := newBench(env.Told{Popup: "osc777", Text: "all"})
	b.live()
	b.tells()
	b.wrote("Anna")
	b.wrote("Anna")
	b.wrote("Anna", "Omar")
	if got := b.tells(); len(got) != 2 {
		t.Errorf("%q", got)
	}
	b.now = b.now.Add(5 * time.Hour)
	var many []string
	for i := range 200 {
		many = append(many, fmt.Sprintf("C%03d", i))
	}
	b.wrote(many...)
	got := b.tells()
	if len(got) != 1 || got[0] != "\x1b]777;notify;200 customers wrote;C000, C001, C002 and 197 more\a" {
		t.Errorf("%q", got)
	}
}

// A message that is read later than others that were sent later is told too.
func TestALateMessageIsTold(t *testing.T) {
	b := newBench(env.Told{Popup: "osc9", Text: "all"})
	b.wrote("Old")
	b.live()
	b.tells()
	b.wrote("Late")
	late := b.store.rows[1]
	b.store.rows = b.store.rows[:1]
	b.wrote("Anna")
	b.tells()
	b.store.rows = append(b.store.rows, late)
	if got := b.tells(); times(got, "hello from Late") != 1 {
		t.Errorf("%q", got)
	}
}

// What needs no answer is not told: what we wrote, a muted or a snoozed conversation.
func TestOnlyWhoWaitsIsTold(t *testing.T) {
	b := newBench(env.Told{Popup: "osc9", Text: "all"})
	b.live()
	b.tells()
	b.wrote("Muted", "Snoozed", "Answered")
	b.store.rows[0].Flags.Muted = true
	b.store.rows[1].Flags.Snoozed = b.now.Add(time.Hour)
	b.store.rows[2].Preview = api.Known(state.Preview{Direction: api.Outbound, At: b.now})
	if got := b.tells(); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

// A4: quiet while the terminal has the focus; where it does not say so, after a key.
func TestQuietWhileFocused(t *testing.T) {
	b := newBench(env.Told{Popup: "osc9", Text: "all"})
	b.live()
	b.tells()
	b.Update(tea.FocusMsg{})
	b.wrote("Anna")
	if got := b.tells(); len(got) != 0 {
		t.Errorf("focused: %q", got)
	}
	b.Update(tea.BlurMsg{})
	if got := b.tells(); len(got) != 0 {
		t.Errorf("told later of what was seen: %q", got)
	}
	b.wrote("Anna")
	if got := b.tells(); len(got) != 1 {
		t.Errorf("not focused: %q", got)
	}
	b = newBench(env.Told{Popup: "osc9", Text: "all"})
	b.live()
	b.tells()
	b.wrote("Anna")
	b.Pressed()
	if got := b.tells(); len(got) != 0 {
		t.Errorf("right after a key: %q", got)
	}
	b.wrote("Omar")
	if got := b.tells(); len(got) != 1 {
		t.Errorf("a minute after a key: %q", got)
	}
}

// A3: the bell rings with a pop-up or without one.
func TestTheBellIsApart(t *testing.T) {
	for _, c := range []struct {
		popup  string
		bell   bool
		popups int
	}{{"osc9", true, 1}, {"off", true, 0}, {"osc9", false, 1}} {
		b := newBench(env.Told{Popup: c.popup, Bell: c.bell, Text: "all"})
		b.live()
		b.tells()
		b.wrote("Anna")
		got := b.tells()
		if slices.Contains(got, "\a") != c.bell || times(got, "\x1b]9;") != c.popups {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// A6: the text of a message, or the name too, is left out.
func TestTheTextIsHidden(t *testing.T) {
	for text, want := range map[string]string{"name": "\x1b]9;unibox: Anna (?): 1 new message\a", "none": "\x1b]9;unibox: A customer wrote: 1 new message\a"} {
		b := newBench(env.Told{Popup: "osc9", Text: text})
		b.live()
		b.tells()
		b.wrote("Anna")
		if got := b.tells(); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q", text, got)
		}
	}
	b := newBench(env.Told{Popup: "osc777", Text: "none"})
	b.live()
	b.tells()
	b.wrote("Anna", "Omar", "Li", "Mia")
	if got := b.tells(); len(got) != 1 || got[0] != "\x1b]777;notify;4 customers wrote;\a" {
		t.Errorf("%q", got)
	}
}

// A7: the first rule whose filter holds counts; quiet hours are quiet.
func TestRulesAndQuietHours(t *testing.T) {
	b := newBench(env.Told{Popup: "osc9", Bell: true, Text: "all", Rules: []env.ToldRule{{Filter: "Anna"}, {Filter: "Omar", Popup: true}, {Filter: "Anna", Popup: true, Bell: true}}})
	b.live()
	b.tells()
	b.wrote("Anna")
	if got := b.tells(); len(got) != 0 {
		t.Errorf("Anna, of whom nothing is told: %q", got)
	}
	b.wrote("Omar")
	if got := b.tells(); len(got) != 1 || got[0] == "\a" {
		t.Errorf("Omar, without the bell: %q", got)
	}
	b.wrote("Li")
	if got := b.tells(); len(got) != 2 {
		t.Errorf("Li: %q", got)
	}
	night := state.Hours{Zone: time.UTC}
	for day := range night.Week {
		night.Week[day] = []state.Period{{From: 12 * 60, To: 13 * 60}}
	}
	b = newBench(env.Told{Popup: "osc9", Text: "all", Quiet: night})
	b.live()
	b.tells()
	b.wrote("Anna")
	if got := b.tells(); len(got) != 0 {
		t.Errorf("in quiet hours: %q", got)
	}
	b.now = b.now.Add(time.Hour)
	b.wrote("Omar")
	if got := b.tells(); len(got) != 1 {
		t.Errorf("behind them: %q", got)
	}
}

// A1: a click opens the conversation, or the queue where it was about several; the focus
// closes what is left.
func TestAClickOpens(t *testing.T) {
	b := newBench(env.Told{Popup: "auto", Text: "all"})
	b.live()
	b.tells()
	b.wrote("Anna")
	if got := b.tells(); times(got, "i=unibox-1") != 2 {
		t.Errorf("%q", got)
	}
	b.wrote("Anna")
	if got := b.tells(); times(got, "i=unibox-1") != 2 {
		t.Errorf("a second one takes the place of the first: %q", got)
	}
	b.wrote("A", "B", "C", "D")
	b.tells()
	for _, id := range []string{"unibox-1", "unibox-2", "unibox-1", "unibox-9", ""} {
		b.Update(tty.ClickedMsg{ID: id})
	}
	if !slices.Equal(b.went, []string{"Anna", "waiting"}) {
		t.Errorf("went to %q", b.went)
	}
	b.wrote("Anna")
	b.tells()
	_, cmd := b.Update(tea.FocusMsg{})
	if got := fmt.Sprint(cmd()); !strings.Contains(got, "i=unibox-3:p=close") {
		t.Errorf("the focus closes: %q", got)
	}
}

// What the terminal says of itself counts before what the environment says.
func TestTheTerminalNamesItself(t *testing.T) {
	b := newBench(env.Told{Popup: "auto"})
	b.Update(tea.TerminalVersionMsg{Name: "tmux 3.4"})
	if b.way != OSC99 {
		t.Errorf("%s", b.way)
	}
	b.Update(tea.TerminalVersionMsg{Name: "WezTerm 20240203"})
	if b.way != OSC777 {
		t.Errorf("%s", b.way)
	}
	b = newBench(env.Told{Popup: "osc9"})
	b.Update(tea.TerminalVersionMsg{Name: "WezTerm 20240203"})
	if b.way != OSC9 {
		t.Errorf("what is set does not count: %s", b.way)
	}
}

// A8: how many wait is in a file, for the owner alone, and in the terminal's list of
// programs where it has one.
func TestTheCountIsToldToOthers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sub", "waiting")
	b := newBench(env.Told{CountFile: file, Status: "auto"})
	say := func(cmd tea.Cmd) string {
		out := ""
		if cmd == nil {
			return ""
		}
		msg := cmd()
		all, ok := msg.(tea.BatchMsg)
		if !ok {
			all = tea.BatchMsg{func() tea.Msg { return msg }}
		}
		for _, c := range all {
			if msg := c(); msg == nil {
				continue
			} else if s := reflect.ValueOf(msg); s.Kind() == reflect.String {
				out += s.String()
			} else if _, own := b.Update(msg); own != nil {
				t.Errorf("%v", own())
			}
		}
		return out
	}
	if got := say(b.Waiting(4, true)); got != "" {
		t.Errorf("a terminal that does not list programs: %q", got)
	}
	text, _ := os.ReadFile(file)
	info, _ := os.Stat(file)
	if string(text) != "4+\n" || info.Mode().Perm() != 0o600 {
		t.Errorf("%q, %v", text, info.Mode())
	}
	_, cmd := b.Update(tty.StatusMsg{})
	if got := say(cmd); !strings.HasPrefix(got, "\x1b]7501;state=blocked:kind=question:app=unibox") {
		t.Errorf("%q", got)
	}
	if got := say(b.Waiting(0, false)); !strings.HasPrefix(got, "\x1b]7501;state=idle") {
		t.Errorf("%q", got)
	}
	if got := say(b.Waiting(0, true)); !strings.Contains(got, "state=working") || strings.Contains(got, "nobody waits") {
		t.Errorf("not all is read, and it is told that nobody waits: %q", got)
	}
	say(b.Waiting(0, false))
	if b.Waiting(0, false) != nil {
		t.Error("the same count is told again")
	}
	if text, _ = os.ReadFile(file); string(text) != "0\n" {
		t.Errorf("%q", text)
	}
	os.Remove(file) // as another session does at its end
	say(b.Save())
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
	if err := b.End(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the file outlives the program")
	}
}

// Counts that follow each other are written one by one, the newest last.
func TestCountsAreWrittenInOrder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "waiting")
	b := newBench(env.Told{CountFile: file})
	first := b.Waiting(1, false)
	if b.Waiting(2, false) != nil || b.Waiting(3, false) != nil {
		t.Error("two are written at once")
	}
	_, next := b.Update(first())
	if next == nil {
		t.Fatal("the last count is not written")
	}
	b.Update(next())
	if text, _ := os.ReadFile(file); string(text) != "3\n" {
		t.Errorf("%q", text)
	}
}

// A look reads a page, however many conversations there are, and nothing where nothing
// is told.
func TestALookReadsAPage(t *testing.T) {
	b := newBench(env.Told{Popup: "osc9", Text: "all"})
	var many []string
	for i := range 1000 {
		many = append(many, fmt.Sprint(i))
	}
	b.wrote(many...)
	b.live()
	b.tells()
	b.wrote("7")
	b.store.read = 0
	if got := b.tells(); len(got) != 1 || b.store.read != 1 {
		t.Errorf("%q, %d reads", got, b.store.read)
	}
	if newBench(env.Told{}).Changed() != nil {
		t.Error("it looks without a reason")
	}
}
