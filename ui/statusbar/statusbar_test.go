package statusbar

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/look"
	"unibox/ui/theme"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// store says how the accounts and the store are doing.
type store struct {
	env.Store
	health    []state.Health
	condition state.Condition
	sessions  []state.Session
}

func (s *store) Health(context.Context) ([]state.Health, error)    { return s.health, nil }
func (s *store) Condition() state.Condition                        { return s.condition }
func (s *store) Sessions(context.Context) ([]state.Session, error) { return s.sessions, nil }
func (s *store) Row(context.Context, api.ConversationID) (state.Row, error) {
	return state.Row{Conversation: api.Conversation{Contact: api.Contact{Name: "Anna"}}}, nil
}

func newBar(w, h int, s *store) *Bar {
	th := theme.New(colorprofile.ASCII, true)
	e := &env.Env{Ctx: context.Background(), Store: s, Now: func() time.Time { return noon }, Look: look.Look{Theme: &th, Marks: theme.NewMarks(false)}}
	e.Timer = func(time.Duration, tea.Msg) tea.Cmd { return nil } // no time passes
	e.Keys, _ = keymap.New(nil)
	b := New(e)
	b.SetLook()
	b.Resize(w, h)
	read(b)
	return b
}

func read(b *Bar) {
	for _, load := range []tea.Cmd{b.LoadHealth(), b.LoadCondition(), b.LoadSessions()} {
		b.Update(load())
	}
}

func line(s string) string { return strings.Join(strings.Fields(ansi.Strip(s)), " ") }

var bakery = []state.Health{
	{Account: "pact", Label: "Pact", State: state.HealthLive, LastOK: noon.Add(-4 * time.Second), Known: 9, Listed: 9},
	{Account: "text", Label: "TextUs", State: state.HealthRetrying, Reason: "no route to the server", LastOK: noon.Add(-10 * time.Minute), NextTry: noon.Add(20 * time.Second)},
	{Account: "chat", Label: "Protocol", State: state.HealthStopped, Reason: "the token was refused"},
}

// The strip is one row in every width, and says first what waits.
func TestStripFitsEveryWidth(t *testing.T) {
	for w := 1; w < 260; w++ {
		b := newBar(w, 30, &store{health: bakery})
		row := b.Strip(Strip{Waiting: 4, Unread: 7, Unsent: 2, Decide: 1})
		if got := b.env.Look.Mode.Width(row); got != w {
			t.Fatalf("%d cells of %d: %q", got, w, row)
		}
	}
	b := newBar(250, 30, &store{health: bakery})
	for _, want := range []string{"Waiting 4 · Unread 7 · Outbox 2, 1 to decide", "Pact ● now", "TextUs ▲ no route to the server, retry in 20s, data 10m old", "Protocol ✕ the token was refused"} {
		if got := line(b.Strip(Strip{Waiting: 4, Unread: 7, Unsent: 2, Decide: 1})); !strings.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
}

// What is not read to its end is not said to be live, however narrow the strip is,
// and its counts are marked.
func TestStripSaysWhatIsIncomplete(t *testing.T) {
	var four []state.Health
	for i, name := range []string{"Pact · Bakery", "TextUs · Sales", "Protocol chat", "Pact two"} {
		four = append(four, state.Health{Account: api.AccountID(name), Label: name, State: state.HealthLive, LastOK: noon, Known: 245 * i, Listed: 5000 - 10*i, Partial: true, Total: 5000, Left: 40 * time.Minute})
	}
	row := func(w int, health ...state.Health) string {
		return line(newBar(w, 30, &store{health: health}).Strip(Strip{Waiting: 305, Unread: 7}))
	}
	for _, w := range []int{80, 120, 200} {
		got := row(w, four...)
		if !strings.Contains(got, "Waiting 305+ · Unread 7+") || !strings.Contains(got, " of ") || strings.Contains(got, "now") {
			t.Errorf("%d cells: %q", w, got)
		}
	}
	if got := row(80, four...); !strings.HasSuffix(got, "○ 1,470 of 20,000 read, about 40 min") {
		t.Errorf("80 cells: %q", got)
	}
	// The list itself is what is slow.
	if got := row(120, state.Health{Label: "Pact", State: state.HealthLive, LastOK: noon, Known: 245, Listed: 245, Partial: true}); !strings.HasSuffix(got, "Pact ○ 245 read so far") {
		t.Errorf("%q", got)
	}
	ended := state.Health{Label: "Pact", State: state.HealthLive, LastOK: noon, Known: 20, Listed: 20, Partial: true, Unended: "the list cannot be read"}
	if got := row(120, ended); !strings.HasSuffix(got, "Pact ▲ incomplete: 20 read so far") {
		t.Errorf("%q", got)
	}
	b := newBar(80, 30, &store{})
	if got, want := b.Sentence(ended), "incomplete: 20 read so far: the list cannot be read; tried again automatically; data of"; !strings.HasPrefix(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for i := range four {
		four[i].Known, four[i].Listed, four[i].Partial = 5000, 5000, false
	}
	if got := row(80, four...); !strings.HasSuffix(got, "Waiting 305 · Unread 7 ● 4 live") {
		t.Errorf("80 cells: %q", got)
	}
}

// How far an account is read is said in words that fit, with what holds it up, and in
// ASCII too.
func TestStripOfAnAccountThatIsReadIn(t *testing.T) {
	reading := state.Health{Account: "pact", Label: "Bakery", State: state.HealthLive, LastOK: noon, Known: 3251, Listed: 4000, Partial: true, Total: 20_000, Left: 40 * time.Minute}
	read := state.Health{Account: "chat", Label: "Studio", State: state.HealthLive, LastOK: noon, Known: 12, Listed: 12}
	unsaid, paused, stopped := reading, reading, reading
	unsaid.Total, unsaid.Left = 0, 0
	paused.State, paused.Reason, paused.NextTry, paused.Left = state.HealthRetrying, "too many requests", noon.Add(30*time.Second), 0
	stopped.State, stopped.Reason, stopped.Left = state.HealthStopped, "the token is refused", 0
	strip := func(w int, ascii bool, crumbs string, health ...state.Health) string {
		b := newBar(w, 30, &store{health: health})
		b.env.Look.Marks = theme.NewMarks(ascii)
		row := b.Strip(Strip{Crumbs: crumbs, Waiting: 45, Unread: 12})
		if got := b.env.Look.Mode.Width(row); got != w {
			t.Errorf("%d cells of %d: %q", got, w, row)
		}
		return line(row)
	}
	for _, c := range []struct {
		w      int
		crumbs string
		health []state.Health
		want   string
	}{
		{40, "Waiting", []state.Health{reading}, "unibox Waiting ○ 3,251 of 20,000"},
		{80, "", []state.Health{reading}, "unibox Waiting 45+ · Unread 12+ Bakery ○ 3,251 of 20,000 read, about 40 min"},
		{76, "", []state.Health{reading}, "unibox Waiting 45+ · Unread 12+ Bakery ○ 3,251 of 20,000 read, ~40 min"},
		{120, "", []state.Health{reading, read}, "unibox Waiting 45+ · Unread 12+ Bakery ○ 3,251 of 20,000 read, about 40 min Studio ● now"},
		{80, "", []state.Health{reading, read}, "unibox Waiting 45+ · Unread 12+ Bakery ○ 3,251 of 20,000 Studio ● now"},
		{200, "", []state.Health{reading, reading}, "unibox Waiting 45+ · Unread 12+ Bakery ○ 3,251 of 20,000 read, about 40 min Bakery ○ 3,251 of 20,000 read, about 40 min"},
		{80, "", []state.Health{unsaid}, "unibox Waiting 45+ · Unread 12+ Bakery ○ 3,251 read so far"},
		{120, "", []state.Health{paused}, "unibox Waiting 45+ · Unread 12+ Bakery ▲ too many requests, retry in 30s"},
		{120, "", []state.Health{stopped}, "unibox Waiting 45+ · Unread 12+ Bakery ✕ the token is refused"},
	} {
		if got := strip(c.w, false, c.crumbs, c.health...); got != c.want {
			t.Errorf("%d cells: %q, want %q", c.w, got, c.want)
		}
	}
	if got := strip(80, true, "", reading); got != "unibox Waiting 45+ - Unread 12+ Bakery - 3,251 of 20,000 read, about 40 min" {
		t.Errorf("in ASCII: %q", got)
	}
	b := newBar(80, 30, &store{})
	for h, want := range map[state.Health]string{
		reading: "reading in: 3,251 of 20,000 read, about 40 min; data of",
		paused:  "not answering: too many requests; retry in 30s; data of 12:00:00 (now); 3,251 of 20,000 read.",
		stopped: "stopped: the token is refused; data of 12:00:00 (now); 3,251 of 20,000 read.",
	} {
		if got := b.Sentence(h); !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestLongWaitsAreSaidInHours(t *testing.T) {
	b := newBar(200, 30, &store{health: []state.Health{{Label: "Pact", State: state.HealthRetrying, Reason: "too many requests", LastOK: noon, NextTry: noon.Add(23*time.Hour + time.Minute)}}})
	if got := line(b.Strip(Strip{})); !strings.Contains(got, "retry in 23h") {
		t.Errorf("%q", got)
	}
}

func TestTheProblemOfAChannelIsInTheStrip(t *testing.T) {
	b := newBar(200, 30, &store{health: []state.Health{{Label: "Pact", State: state.HealthLive, Reason: "WhatsApp: the phone is offline", LastOK: noon}}})
	if got := line(b.Strip(Strip{})); !strings.Contains(got, "WhatsApp: the phone is offline") {
		t.Errorf("%q", got)
	}
}

// In little room a sign has a name or a number, a countdown looks like none of the ages,
// and what waits for a decision is a word.
func TestTheNarrowStripHasNoSignWithoutWords(t *testing.T) {
	four := append(slices.Clone(bakery), state.Health{Account: "lab", Label: "Laboratory", State: state.HealthLive, LastOK: noon.Add(-5 * time.Second)})
	for _, c := range []struct {
		w    int
		want string
	}{
		{110, "Pact ● now TextUs ▲ ↻ 20s Protocol ✕ Laboratory ● now"},
		{80, "▲ TextUs ✕ Protocol ● 2 live"},
	} {
		b := newBar(c.w, 30, &store{health: four})
		if got := line(b.Strip(Strip{Waiting: 4, Unread: 7})); !strings.HasSuffix(got, c.want) {
			t.Errorf("%d cells: %q, want %q", c.w, got, c.want)
		}
	}
	b := newBar(80, 30, &store{health: four})
	if got := line(b.Strip(Strip{Waiting: 4, Unread: 7, Unsent: 2, Decide: 1})); !strings.Contains(got, "· Decide 1 of 2") || strings.Contains(got, "?") {
		t.Errorf("%q", got)
	}
}

// More mistakes than there is room for are counted, and all can be read again.
func TestMistakesOfTheConfigCanBeReadAgain(t *testing.T) {
	b := newBar(100, 30, &store{})
	b.env.Keys, _ = keymap.New(nil)
	var notices []string
	for i := range 8 {
		notices = append(notices, fmt.Sprintf("config.toml:%d: this is wrong, and here is a sentence about it that takes more than a row of the dialog", i+1))
	}
	b.Start(notices)
	toasts := line(strings.Join(b.Toasts(false), " "))
	if !strings.Contains(toasts, "config.toml:1:") || !strings.Contains(toasts, "and 7 more: A shows them all") {
		t.Errorf("%q", toasts)
	}
	dialogs := dialog.NewStack(b.env)
	dialogs.Resize(100, 40)
	dialogs.Open(b.Accounts(nil, dialogs.Open))
	dialogs.Do(keymap.MenuDown)
	dialogs.Do(keymap.MenuChoose)
	if got := line(strings.Join(dialogs.View(), " ")); !strings.Contains(got, "What was found wrong") || !strings.Contains(got, "config.toml:8:") || strings.Count(got, "of the dialog") != 8 {
		t.Errorf("%q", got)
	}
}

func TestToastsAreFewAndGoByThemselves(t *testing.T) {
	b := newBar(60, 30, &store{})
	ends := []tea.Msg{}
	b.env.Timer = func(_ time.Duration, msg tea.Msg) tea.Cmd { ends = append(ends, msg); return nil }
	for _, s := range []string{"one", "two", "two", "three", "four"} {
		b.env.Say(s)
	}
	if got := b.Toasts(false); len(got) != 3 || !strings.Contains(got[2], "four") || strings.Contains(got[0], "one") {
		t.Errorf("%q", got)
	}
	if got := b.Toasts(true); len(got) != 1 || !strings.Contains(got[0], "four") {
		t.Errorf("while a reply is written: %q", got)
	}
	if !b.env.Showing("two", false) || b.env.Showing("one", false) || b.env.Showing("three", true) || !b.env.Showing("four", true) {
		t.Error("what is on screen is not what it says")
	}
	for _, msg := range ends {
		b.Update(msg)
	}
	if b.env.Showing("four", false) {
		t.Error("it is said to be on screen after it went")
	}
	if got := b.Toasts(false); len(got) != 0 {
		t.Errorf("%q stays", got)
	}
}

// Those that newer ones pushed off are counted, and stay in the list of what was said.
func TestNoticesThatWentAreCountedAndListed(t *testing.T) {
	b := newBar(60, 40, &store{})
	var ends []tea.Msg
	b.env.Timer = func(_ time.Duration, msg tea.Msg) tea.Cmd { ends = append(ends, msg); return nil }
	for _, s := range []string{"one", "two", "three"} {
		b.env.Say(s)
	}
	if got := line(strings.Join(b.Toasts(false), " ")); strings.Contains(got, "more") {
		t.Errorf("%q", got)
	}
	b.env.Warn("four")
	b.env.Say("five " + strings.Repeat("long ", 30))
	if got := b.Toasts(false); line(got[0]) != "● three +2 more: g n" || !strings.Contains(line(got[1]), "four") {
		t.Errorf("%q", got)
	}
	if got := b.Toasts(true); len(got) != 1 || !strings.HasSuffix(line(got[0]), "+4 more: g n") || b.env.Look.Mode.Width(got[0]) != 60 {
		t.Errorf("while a reply is written: %q", got)
	}
	for _, msg := range ends {
		b.Update(msg)
	}
	b.env.Say("six")
	if got := line(b.Toasts(false)[0]); got != "● six" {
		t.Errorf("%q", got)
	}
	dialogs := dialog.NewStack(b.env)
	dialogs.Resize(60, 40)
	b.OpenPast(dialogs.Open)
	got := line(strings.Join(dialogs.View(), " "))
	for _, want := range []string{"What was said", noon.Local().Format("15:04:05") + " ● six", "▲ four", "● one"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
	if strings.Index(got, "six") > strings.Index(got, "one") {
		t.Errorf("not the newest first: %q", got)
	}
}

// A3: why keys do nothing is said one at a time, pushes nothing off and is not among what was said.
func TestRefusalsTakeEachOthersPlace(t *testing.T) {
	b := newBar(60, 30, &store{})
	b.env.Warn("the reply to Anna failed")
	b.env.Say("done")
	b.env.Say("starred")
	for i := range 30 {
		b.env.Refuse(fmt.Sprintf("%c does nothing here", 'a'+i))
	}
	if got := line(strings.Join(b.Toasts(false), "|")); got != "▲ the reply to Anna failed | ● done | ● starred | ● ~ does nothing here" {
		t.Errorf("%s", got)
	}
	if got := line(strings.Join(b.Toasts(true), "|")); got != "● ~ does nothing here +3 more: g n" {
		t.Errorf("in one row %s", got)
	}
	b.env.Say("pinned")
	if got := line(strings.Join(b.Toasts(true), "|")); got != "● pinned +3 more: g n" {
		t.Errorf("in one row %s", got)
	}
	if len(b.past) != 4 {
		t.Errorf("kept: %v", b.past)
	}
}

// All that is wrong is in one list: the store, the accounts, the config.
func TestProblemsAreInOneList(t *testing.T) {
	b := newBar(100, 40, &store{})
	dialogs := dialog.NewStack(b.env)
	dialogs.Resize(100, 40)
	if b.OpenProblems(dialogs.Open); !dialogs.Empty() || !strings.Contains(b.Toasts(false)[0], "nothing is wrong") {
		t.Error("a list of nothing")
	}
	odd := state.Health{Account: "odd", Label: "Odd", State: state.HealthLive, LastOK: noon, Reason: "WhatsApp: the phone is offline"}
	b = newBar(100, 40, &store{health: append(slices.Clone(bakery), odd), condition: state.Condition{Problem: "the disk is full"}})
	b.Start([]string{"config.toml:3: unknown key"})
	dialogs = dialog.NewStack(b.env)
	dialogs.Resize(100, 40)
	b.OpenProblems(dialogs.Open)
	got := line(strings.Join(dialogs.View(), " "))
	at := -1
	for _, want := range []string{"Problems (5)", "the disk is full", "Protocol: stopped", "TextUs: not answering", "the phone is offline", "config.toml:3: unknown key"} {
		if i := strings.Index(got, want); i <= at {
			t.Errorf("%q is not in its place in %q", want, got)
		} else {
			at = i
		}
	}
	if strings.Contains(got, "Pact: live") {
		t.Errorf("an account that works: %q", got)
	}
}

// An account that stops is shown once, the store's problem while it lasts.
func TestProblemsAreShown(t *testing.T) {
	s := &store{health: bakery, condition: state.Condition{Problem: "the disk is full"}}
	b := newBar(60, 30, s)
	read(b)
	if got := b.Toasts(false); len(got) != 1 || line(got[0]) != "▲ Protocol: the token was refused" {
		t.Errorf("%q", got)
	}
	if got := b.Banner(); len(got) != 1 || line(got[0]) != "▲ the disk is full" {
		t.Errorf("%q", got)
	}
	s.condition = state.Condition{}
	read(b)
	if got := b.Banner(); len(got) != 0 {
		t.Errorf("%q stays", got)
	}
}

func TestOtherSessionsAreNamed(t *testing.T) {
	id := api.ConversationID{Account: "pact", Remote: "1"}
	b := newBar(120, 30, &store{sessions: []state.Session{{Who: "maya", Self: true, Replying: id}, {Who: "olga", Replying: id}, {Who: "unibox serve", Unattended: true}}})
	if got := b.Replier(id); got != "olga is replying" {
		t.Errorf("%q", got)
	}
	if got := b.Replying(); len(got) != 1 || got[id] != "olga is replying" {
		t.Errorf("%v", got)
	}
	if got := line(b.Strip(Strip{})); !strings.Contains(got, "2 here") {
		t.Errorf("%q", got)
	}
}

// Several accounts that stop at once do not push each other, and what was said at the
// start, off the screen.
func TestManyStoppedAccountsAreCounted(t *testing.T) {
	s := &store{}
	b := newBar(100, 30, s)
	b.env.Keys, _ = keymap.New(nil)
	b.Start([]string{"config.toml:1: one", "config.toml:2: two", "config.toml:3: three"})
	for _, name := range []api.AccountID{"a", "b", "c", "d"} {
		s.health = append(s.health, state.Health{Account: name, Label: string(name), State: state.HealthStopped, Reason: "it is not in the config any more"})
	}
	read(b)
	got := line(strings.Join(b.Toasts(false), " "))
	for _, want := range []string{"config.toml:1: one", "and 2 more: A shows them all", "4 accounts are stopped: A says why"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
}

// L3: in ASCII a notice says our own words in it too.
func TestNoticesInASCII(t *testing.T) {
	b := newBar(60, 30, &store{})
	b.env.Look.Mode.ASCII = true
	b.env.Timer = func(time.Duration, tea.Msg) tea.Cmd { return nil }
	b.env.Say("reminds you: “on Monday…”")
	if got := strings.Join(b.Toasts(false), ""); !strings.Contains(got, `reminds you: "on Monday..."`) {
		t.Errorf("%q", got)
	}
}
