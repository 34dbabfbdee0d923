package inbox

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/look"
	"unibox/ui/theme"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func newPane(w, h int) *Pane {
	p := New(&env.Env{Now: func() time.Time { return noon }}, Screen{})
	p.codes = func(api.Conversation) string { return "WA" }
	th := theme.New(colorprofile.ASCII, true)
	p.SetLook(look.Look{Theme: &th, Marks: theme.NewMarks(false)})
	p.Resize(w, h)
	p.Focus(true)
	p.SetHealth([]state.Health{{Account: "a", State: state.HealthLive, LastOK: noon, Known: 9, Listed: 9}})
	return p
}

func id(n int) api.ConversationID {
	return api.ConversationID{Account: "a", Remote: fmt.Sprint(n)}
}

// person is conversation n, waiting for n minutes.
func person(n int, change ...func(*state.Row)) state.Row {
	r := state.Row{
		Conversation: api.Conversation{ID: id(n), Contact: api.Contact{Name: fmt.Sprintf("Person %d", n)}},
		Preview:      api.Known(state.Preview{Body: fmt.Sprintf("text %d", n), At: noon}),
		WaitingSince: noon.Add(-time.Duration(n) * time.Minute), Active: noon.Add(-time.Duration(n) * time.Minute), Checked: noon,
	}
	for _, f := range change {
		f(&r)
	}
	return r
}

// people are conversations in the order given.
func people(numbers ...int) []state.Row {
	var rows []state.Row
	for _, n := range numbers {
		rows = append(rows, person(n))
	}
	return rows
}

func upTo(n int) []int {
	var numbers []int
	for i := range n {
		numbers = append(numbers, i+1)
	}
	return numbers
}

// all is a list that is loaded whole.
func all(rows []state.Row) state.List { return state.List{Rows: rows, Total: len(rows)} }

// read answers the pane's query from a list, as the store does.
func read(p *Pane, rows []state.Row) {
	q := p.query()
	from := min(q.Offset, len(rows))
	for i, r := range rows {
		if q.Around == r.Conversation.ID {
			from = max(0, i-q.Limit/2)
		}
	}
	p.set(state.List{Rows: rows[from:min(from+q.Limit, len(rows))], Offset: from, Total: len(rows)})
}

// screen is what is drawn, without styles; every row has to be as wide as the pane.
func screen(t *testing.T, p *Pane) []string {
	t.Helper()
	rows := p.View()
	if len(rows) != p.h {
		t.Fatalf("%d rows in a pane of %d", len(rows), p.h)
	}
	for i, row := range rows {
		if w := p.look.Mode.Width(row); w != p.w {
			t.Errorf("row %d has %d cells of %d: %q", i, w, p.w, row)
		}
		rows[i] = strings.TrimRight(ansi.Strip(row), " ")
	}
	return rows
}

func drawn(t *testing.T, p *Pane) string {
	t.Helper()
	return strings.TrimRight(strings.Join(screen(t, p), "\n"), "\n")
}

// rowOf returns on which row of the screen the selection is.
func rowOf(t *testing.T, p *Pane) int {
	t.Helper()
	for y, row := range screen(t, p) {
		if strings.HasPrefix(row, "▌") {
			return y
		}
	}
	return -1
}

func TestListDrawsTwoRowsEach(t *testing.T) {
	p := newPane(38, 19)
	hour := 61
	p.set(all([]state.Row{
		person(hour, func(r *state.Row) {
			r.Unread = 2
			r.Failed, r.Draft, r.Flags.Starred, r.Flags.Pinned, r.Flags.Muted = 1, true, true, true, true
			r.Flags.Snoozed = noon.Add(time.Hour)
			r.Conversation.Contact.Name = "Группа «Ремонт»"
		}),
		person(2, func(r *state.Row) { r.Draft, r.DraftText = true, "We will send\nyou a new cup" }),
		person(3, func(r *state.Row) {
			r.Preview = api.Known(state.Preview{Body: "посмотрю сегодня", Direction: api.Outbound})
		}),
		person(4, func(r *state.Row) { r.Preview = api.Known(state.Preview{Attachments: 2, Direction: api.Outbound}) }),
		person(5, func(r *state.Row) { r.Preview = api.Known(state.Preview{Kind: api.KindUnknown}) }),
		person(6, func(r *state.Row) { r.Preview, r.Checked = api.Opt[state.Preview]{}, time.Time{} }),
		person(7, func(r *state.Row) { r.Preview = api.Opt[state.Preview]{} }),
		person(8, func(r *state.Row) {
			r.Uncertain, r.Held, r.Pending = 1, 1, 1
			r.Conversation.Contact.Name, r.Conversation.Contact.Handle = " ", "+7 925 000-00-01"
		}),
		person(9, func(r *state.Row) {
			r.Conversation.Contact.Name = ""
			r.Preview = api.Known(state.Preview{Expired: true})
		}),
	}))
	p.SetReplying(map[api.ConversationID]string{id(3): "olga is replying"})
	want := `
 WAITING · longest first            9
▌ Группа «Ремо… ✕ » ★ ⌂ ∅ ◷ WA     1h
  ② text 61
  Person 2                » WA     2m
    draft: We will send you a new cup
  Person 3                  WA     3m
    olga is replying
  Person 4                  WA     4m
    you: ▣ 2 files
  Person 5                  WA     5m
    (a message of an unknown kind)
  Person 6                  WA     6m
    not read yet
  Person 7                  WA     7m
    no messages
  +7 925 000-00-01    ? ‖ ↑ WA     8m
    text 8
  (no name)                 WA     9m
    (too old to keep here)`
	if got := "\n" + drawn(t, p); got != want {
		t.Errorf("%s\nwant%s", got, want)
	}
}

// What a customer sends reaches the screen as text only, in every size.
func TestHostileTextStaysText(t *testing.T) {
	evil := "\x1b]0;title\x07\x1b[31m\u202e佐藤\u0301👩🏽\u200d💻" + strings.Repeat("x\n", 1000)
	for w := range 60 {
		p := newPane(w, 9)
		p.Choose(Selection{View: state.ViewAll, Title: evil})
		p.set(all([]state.Row{person(1, func(r *state.Row) {
			r.Conversation.Contact.Name, r.DraftText = evil, evil
			r.Preview = api.Known(state.Preview{Body: evil})
		}), person(2, func(r *state.Row) { r.Draft, r.DraftText = true, evil })}))
		if got := strings.Join(p.View(), ""); strings.Contains(got, "\x1b]") || strings.Contains(got, "\u202e") || strings.Contains(got, "\n") {
			t.Errorf("%d cells: %q", w, got)
		}
		screen(t, p)
	}
}

func TestAgeOrTimeByView(t *testing.T) {
	snoozed := noon.Add(26 * time.Hour)
	row := person(90, func(r *state.Row) { r.Flags.Snoozed = snoozed })
	for view, want := range map[state.View]string{state.ViewWaiting: "1h", state.ViewAll: "10:30", state.ViewSnoozed: "21 Nov"} {
		p := newPane(40, 5)
		p.Choose(Selection{View: view, Title: "T"})
		p.set(all([]state.Row{row}))
		if got := screen(t, p)[1]; !strings.HasSuffix(got, want) {
			t.Errorf("%s: %q does not end in %q", view, got, want)
		}
	}
}

// Each view that is empty says so in words of its own, and what can be done.
func TestEmptyListsSayWhy(t *testing.T) {
	seen := map[string]state.View{}
	for _, view := range state.Views {
		p := newPane(60, 6)
		p.Choose(Selection{View: view, Title: string(view)})
		if view != state.ViewWaiting && !strings.Contains(drawn(t, p), "Reading the list…") {
			t.Errorf("%s before it is read:\n%s", view, drawn(t, p))
		}
		p.set(state.List{})
		words := strings.Join(screen(t, p)[1:], " ")
		if strings.TrimSpace(words) == "" || seen[words] != "" {
			t.Errorf("%s says %q, as %s", view, words, seen[words])
		}
		seen[words] = view
	}
}

func TestEmptyListTellsWhatTheAccountsDo(t *testing.T) {
	for _, c := range []struct {
		health state.Health
		want   string
	}{
		{state.Health{Label: "Pact", State: state.HealthStopped, Reason: "the token is refused"}, "Pact: the token is refused"},
		{state.Health{Label: "Pact", State: state.HealthRetrying, Reason: "no route"}, "Pact: no route"},
		{state.Health{Label: "Pact", State: state.HealthStarting}, "Reading the conversations of Pact…"},
		{state.Health{Label: "Pact", State: state.HealthLive, LastOK: noon, Known: 3, Listed: 9, Left: time.Minute}, "Nothing found for this list yet. Pact: 3 of 9 read, about"},
		{state.Health{Label: "Pact", State: state.HealthLive, LastOK: noon, Known: 9, Listed: 9, Partial: true}, "Nothing found for this list yet. Pact: 9 read so far."},
		{state.Health{Label: "Pact", State: state.HealthLive, LastOK: noon, Partial: true}, "Reading the conversations of Pact…"},
		{state.Health{Label: "Pact", State: state.HealthLive, LastOK: noon, Unended: "a page is refused"}, "Pact: 0 read so far: a page is refused"},
		{state.Health{Label: "Pact", State: state.HealthRetrying, LastOK: noon, Reason: "no route"}, "Pact: no route"},
		{state.Health{Label: "Pact", State: state.HealthLive, LastOK: noon, Known: 9, Listed: 9}, "Nobody is waiting"},
	} {
		p := newPane(60, 6)
		p.SetHealth([]state.Health{c.health})
		p.set(state.List{})
		if got := drawn(t, p); !strings.Contains(got, c.want) {
			t.Errorf("%+v:\n%s", c.health, got)
		}
	}
}

// X3: as long as nothing is known of any account, nobody is said to have had an answer.
func TestEmptyListOfNoAccountPromisesNothing(t *testing.T) {
	p := newPane(60, 12)
	p.SetHealth(nil)
	p.set(state.List{})
	if got := drawn(t, p); !strings.Contains(got, "No account has answered yet.") || strings.Contains(got, "Nobody is waiting") || !strings.Contains(got, "0+") {
		t.Error(got)
	}
	p.Choose(Selection{View: state.ViewDrafts, Title: "Drafts"}) // which this machine knows by itself
	p.set(state.List{})
	if got := drawn(t, p); !strings.Contains(got, "No drafts.") {
		t.Error(got)
	}
}

// A list that may have more says so at its foot and beside its count, and only
// where the platforms could have more.
func TestFootOfAListThatIsNotAll(t *testing.T) {
	p := newPane(60, 12)
	p.SetHealth([]state.Health{{Account: "a", Label: "Pact", Known: 3251, Listed: 20_000}, {Account: "b", Label: "TextUs", Known: 5, Listed: 5}})
	p.set(all(people(upTo(9)...)))
	got := screen(t, p)
	if !strings.HasSuffix(strings.TrimSpace(got[0]), " 9+") || strings.TrimSpace(got[11]) != "━━────────── 3,256 of 20,005 read, more may appear" {
		t.Errorf("%s", drawn(t, p))
	}
	p.SetHealth([]state.Health{{Account: "a", Label: "Pact", Known: 20, Listed: 20, Unended: "a page is refused"}, {Account: "b", Label: "TextUs", Known: 5, Listed: 5}})
	if got := screen(t, p); strings.TrimSpace(got[11]) != "25 read so far, Pact: a page is refused" {
		t.Errorf("%s", drawn(t, p))
	}
	p.Choose(Selection{View: state.ViewAll, Account: "b", Title: "SMS"})
	p.set(all(people(upTo(9)...)))
	if got := drawn(t, p); strings.Contains(got, "read") || strings.Contains(got, "9+") {
		t.Errorf("another account's list: %s", got)
	}
	p.Choose(Selection{View: state.ViewDrafts, Title: "Drafts"})
	p.set(all(people(1)))
	if got := drawn(t, p); strings.Contains(got, "read so far") {
		t.Errorf("what is only here: %s", got)
	}
}

// The foot fits every width of the list, and says why nothing goes on.
func TestFootInEveryWidth(t *testing.T) {
	reading := state.Health{Label: "Pact", State: state.HealthLive, Known: 3251, Listed: 4000, Partial: true, Total: 20_000, Left: 40 * time.Minute}
	unsaid := state.Health{Label: "Pact", State: state.HealthLive, Known: 3251, Listed: 4000, Partial: true}
	paused, stopped := reading, reading
	paused.State, paused.Reason, paused.Left = state.HealthRetrying, "too many requests", 0
	stopped.State, stopped.Reason, stopped.Left = state.HealthStopped, "the token is refused", 0
	for _, c := range []struct {
		w      int
		health state.Health
		want   string
	}{
		{29, reading, "3,251 of 20,000, ~40 min"}, {33, reading, "3,251 of 20,000 read, ~40 min"}, {40, reading, "3,251 of 20,000 read, about 40 min"},
		{52, reading, "━━────────── 3,251 of 20,000 read, about 40 min"}, {80, reading, "━━────────── 3,251 of 20,000 read, about 40 min, more may appear"},
		{29, unsaid, "3,251 read so far"}, {52, unsaid, "3,251 read so far, more may appear"},
		{52, paused, "3,251 of 20,000 read, Pact: too many requests"}, {52, stopped, "3,251 of 20,000 read, Pact: the token is refused"},
	} {
		p := newPane(c.w, 12)
		p.SetHealth([]state.Health{c.health})
		p.set(all(people(upTo(9)...)))
		if got := strings.TrimSpace(screen(t, p)[11]); got != c.want {
			t.Errorf("%d cells: %q, want %q", c.w, got, c.want)
		}
	}
	p := newPane(52, 12)
	p.look.Marks = theme.NewMarks(true)
	p.SetHealth([]state.Health{reading})
	p.set(all(people(upTo(9)...)))
	got := screen(t, p)
	if foot := strings.TrimSpace(got[11]); foot != "##---------- 3,251 of 20,000 read, about 40 min" || !strings.HasSuffix(strings.TrimSpace(got[0]), " 9+") {
		t.Errorf("in ASCII: %q under %q", foot, got[0])
	}
}

func TestFailedReadIsReportedAndForgotten(t *testing.T) {
	p := newPane(90, 6)
	p.Fail(errors.New("the disk does not answer"))
	if got := drawn(t, p); !strings.Contains(got, "The list could not be read: the disk does not answer. ctrl+r tries again.") {
		t.Errorf("%s", got)
	}
	p.set(all(people(1)))
	if got := drawn(t, p); strings.Contains(got, "could not") || !strings.Contains(got, "Person 1") {
		t.Errorf("%s", got)
	}
}

func TestMoving(t *testing.T) {
	p := newPane(38, 9) // four conversations
	read(p, people(upTo(10)...))
	for _, step := range []struct {
		name string
		do   func() bool
		on   int // the person selected
		at   int // on which screen row
	}{
		{"down", func() bool { return p.move(1) }, 2, 3},
		{"up beyond the start", func() bool { return p.move(-5) }, 1, 1},
		{"page down", func() bool { return p.page(1) }, 4, 7},
		{"one more turns to the next screen", func() bool { return p.move(1) }, 5, 1},
		{"to the end", p.last, 10, 7},
		{"up within the screen", func() bool { return p.move(-3) }, 7, 1},
		{"page up", func() bool { return p.page(-1) }, 4, 1},
		{"to the start", p.first, 1, 1},
	} {
		step.do()
		if got := p.SelectedID(); got != id(step.on) || rowOf(t, p) != step.at {
			t.Errorf("%s: %s on row %d, want %d on row %d", step.name, got.Remote, rowOf(t, p), step.on, step.at)
		}
	}
}

// Whatever arrives, the conversation chosen stays selected and on its row.
func TestSelectionStaysOnItsRow(t *testing.T) {
	p := newPane(38, 9)
	read(p, people(upTo(10)...))
	p.move(4)
	before := rowOf(t, p)
	for _, c := range []struct {
		name string
		rows []state.Row
	}{
		{"two above", people(21, 22, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)},
		{"below", people(1, 2, 3, 4, 5, 23, 6, 7, 8, 9, 10)},
		{"one less", people(2, 3, 4, 5, 6, 7, 8, 9, 10)},
	} {
		read(p, c.rows)
		if p.SelectedID() != id(5) || rowOf(t, p) != before {
			t.Errorf("%s: %s on row %d of %d", c.name, p.SelectedID().Remote, rowOf(t, p), before)
		}
	}
	read(p, people(2, 3, 4, 6, 7, 8))
	if p.SelectedID() != id(6) {
		t.Errorf("what took its place is not selected, but %s", p.SelectedID().Remote)
	}
}

// Until the agent chose a row, the first one is selected, whatever arrives.
func TestNothingChosenFollowsTheFirst(t *testing.T) {
	p := newPane(38, 9)
	read(p, people(1, 2))
	read(p, people(3, 1, 2))
	if p.SelectedID() != id(3) {
		t.Errorf("selected is %s", p.SelectedID().Remote)
	}
	p.Touch()
	read(p, people(4, 3, 1, 2))
	if p.SelectedID() != id(3) {
		t.Errorf("after a key: %s", p.SelectedID().Remote)
	}
}

// The pane holds a window of a long list and asks for more before it ends.
func TestWindowOfALongList(t *testing.T) {
	p := newPane(38, 21)
	rows := people(upTo(1000)...)
	read(p, rows)
	if n := p.query().Limit; n < 2*p.visible() || n > 40 {
		t.Errorf("it first asks for %d rows", n)
	}
	p.Touch()
	if n := p.query().Limit; n < 60 || n > 100 {
		t.Errorf("it asks for %d rows", n)
	}
	reads := 0
	for i := 2; i <= 300; i++ {
		if p.move(1) || p.wants() {
			reads++
			read(p, rows)
		}
		if p.SelectedID() != id(i) {
			t.Fatalf("after %d moves: %s", i-1, p.SelectedID().Remote)
		}
	}
	if reads == 0 || reads > 20 {
		t.Errorf("%d reads for 300 moves", reads)
	}
	if !p.last() || p.SelectedID() == id(1000) {
		t.Error("the end is shown before it is read")
	}
	read(p, rows)
	if p.SelectedID() != id(1000) || !strings.Contains(drawn(t, p), "Person 1000") {
		t.Errorf("the end is %s", p.SelectedID().Remote)
	}
}

// A screen that shows places which are not read wants them, and draws nothing
// there meanwhile.
func TestUnreadPlacesAreWanted(t *testing.T) {
	p := newPane(38, 9)
	rows := people(upTo(100)...)
	p.set(state.List{Rows: rows[:6], Total: 100})
	if p.wants() {
		t.Error("it wants more although all on screen is there")
	}
	p.move(5)
	p.Resize(38, 21)
	if !p.wants() {
		t.Error("it does not want what is on screen")
	}
	if got := drawn(t, p); len(strings.Split(got, "\n")) != 9 || !strings.Contains(got, "Person 3") {
		t.Errorf("not the last four of six people:\n%s", got)
	}
}

func TestFilter(t *testing.T) {
	p := newPane(38, 9)
	rows := people(upTo(10)...)
	read(p, rows)
	p.move(3)
	p.StartFilter()
	typeInto(p, "Anna")
	if got := screen(t, p)[0]; got != " / Anna" || !p.Typing() {
		t.Errorf("title %q", got)
	}
	if x := p.CursorX(); x != 7 {
		t.Errorf("the cursor is in column %d", x)
	}
	if q := p.query(); q.Text != "Anna" || q.Offset != 0 {
		t.Errorf("%+v", q)
	}
	p.set(state.List{})
	if got := drawn(t, p); !strings.Contains(got, "Nobody here matches") {
		t.Errorf("%s", got)
	}
	p.set(all(people(8)))
	p.Do(keymap.MenuChoose)
	if got := screen(t, p)[0]; got != " / Anna"+strings.Repeat(" ", 29)+"1" || p.Typing() {
		t.Errorf("after enter: %q", got)
	}
	p.Do(keymap.Back)
	read(p, rows)
	if p.SelectedID() != id(8) || p.query().Text != "" {
		t.Errorf("the one that was found is lost: %s", p.SelectedID().Remote)
	}
}

// The filter is edited as any input line: one backspace is one character, the
// cursor moves, a paste is one line, ctrl+z brings back.
func TestFilterIsAnInputLine(t *testing.T) {
	p := newPane(38, 9)
	p.StartFilter()
	typeInto(p, "Анна 👩🏽\u200d💻")
	for _, step := range []struct {
		key  tea.KeyPressMsg
		want string
	}{
		{tea.KeyPressMsg{Code: tea.KeyBackspace}, "Анна "},
		{tea.KeyPressMsg{Code: tea.KeyBackspace}, "Анна"},
		{tea.KeyPressMsg{Code: tea.KeyHome}, "Анна"},
		{tea.KeyPressMsg{Code: 'я', Text: "я"}, "яАнна"},
		{tea.KeyPressMsg{Code: 'z', Mod: tea.ModCtrl}, "Анна"},
		{tea.KeyPressMsg{Code: 'k', Mod: tea.ModCtrl}, ""},
	} {
		p.Key(step.key)
		if got := p.query().Text; got != step.want {
			t.Errorf("after %s: %q, want %q", step.key, got, step.want)
		}
	}
	p.Paste(" +7 925\n000-00\u202e-01")
	if got := p.query().Text; got != "+7 925 000-00-01" {
		t.Errorf("a paste gives %q", got)
	}
	if asks := p.Paste(""); asks != nil {
		t.Error("the list is read again although nothing changed")
	}
	p.Do(keymap.MenuClose)
	if p.query().Text != "" || p.Typing() {
		t.Error("esc leaves the filter")
	}
}

func TestLongFilterShowsItsCursor(t *testing.T) {
	p := newPane(32, 5)
	p.StartFilter()
	for range 60 {
		typeInto(p, "слово ")
		if x := p.CursorX(); x < 3 || x >= 32 {
			t.Fatalf("the cursor is in column %d", x)
		}
		screen(t, p)
	}
}

// typeInto types a text.
func typeInto(p *Pane, text string) {
	for _, r := range text {
		p.Key(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// The actions of the list move it, and what it does not do itself goes to the
// screen.
func TestActions(t *testing.T) {
	var called []string
	say := func(name string) func() tea.Cmd {
		return func() tea.Cmd { called = append(called, name); return nil }
	}
	p := newPane(38, 9)
	p.screen = Screen{Deeper: say("deeper"), Back: say("back"), Info: say("info"), WhyNoInfo: func() string { return "nobody" }}
	read(p, people(upTo(10)...))
	for _, step := range []struct {
		action keymap.Action
		on     int
	}{
		{keymap.Down, 2}, {keymap.PageDown, 5}, {keymap.Up, 4}, {keymap.Last, 10}, {keymap.PageUp, 7}, {keymap.First, 1},
		{keymap.MenuDown, 1}, // only while the filter is typed
	} {
		if p.Do(step.action); p.SelectedID() != id(step.on) {
			t.Errorf("%s: %s, want %d", step.action, p.SelectedID().Remote, step.on)
		}
	}
	p.StartFilter()
	for action, on := range map[keymap.Action]int{keymap.MenuDown: 2, keymap.MenuUp: 1} {
		p.first()
		if on == 1 {
			p.move(1)
		}
		if p.Do(action); p.SelectedID() != id(on) {
			t.Errorf("%s while the filter is typed: %s, want %d", action, p.SelectedID().Remote, on)
		}
	}
	p.Do(keymap.MenuChoose)
	p.Do(keymap.Deeper)
	p.Do(keymap.Back)
	p.Do(keymap.Details)
	if got := strings.Join(called, " "); got != "deeper back info" {
		t.Errorf("called: %s", got)
	}
	if p.Why(keymap.Details) != "nobody" || p.Why(keymap.DeleteMessage) == "" || p.Why(keymap.Down) != "" {
		t.Error("the reasons are wrong")
	}
}

// The conversation that the agent works on is asked for although the view would
// leave it out; a filter leaves it out.
func TestKeep(t *testing.T) {
	p := newPane(38, 9)
	p.Keep(id(3))
	if p.query().Keep != id(3) {
		t.Error("it is not asked for")
	}
	typeInto(p, "x")
	if p.query().Keep != (api.ConversationID{}) {
		t.Error("a filter keeps it")
	}
}

func TestAnotherSelectionStartsAnew(t *testing.T) {
	p := newPane(38, 9)
	read(p, people(upTo(10)...))
	p.move(3)
	sel := p.Selection()
	p.Choose(sel)
	if p.SelectedID() != id(4) {
		t.Error("the same selection starts anew")
	}
	typeInto(p, "x")
	p.Choose(Selection{View: state.ViewAll, Account: "a", Channel: api.ChannelID{Account: "a", Remote: "c"}, Title: "WhatsApp"})
	if _, ok := p.Selected(); ok {
		t.Error("a row of the old list is selected")
	}
	if q := p.query(); q.View != state.ViewAll || q.Account != "a" || q.Channel.Remote != "c" || q.Text != "" || q.Offset != 0 {
		t.Errorf("%+v", q)
	}
}

// Select goes to a conversation that is not in the window: it is selected once
// the window around it was read.
func TestSelectFarAway(t *testing.T) {
	p := newPane(38, 9)
	rows := people(upTo(500)...)
	read(p, rows)
	p.Select(id(400))
	if _, ok := p.Selected(); ok || p.Has(id(400)) {
		t.Error("it is selected before it was read")
	}
	read(p, rows)
	if p.SelectedID() != id(400) || !strings.Contains(drawn(t, p), "Person 400") {
		t.Errorf("selected is %s:\n%s", p.SelectedID().Remote, drawn(t, p))
	}
}

func TestVisible(t *testing.T) {
	p := newPane(38, 9)
	read(p, people(upTo(10)...))
	p.move(5)
	var got []string
	for _, v := range p.Visible() {
		got = append(got, v.Remote)
	}
	if strings.Join(got, " ") != "3 4 5 6" {
		t.Errorf("%v", got)
	}
}

// Another size keeps the selected row on screen.
func TestResizeKeepsTheSelection(t *testing.T) {
	p := newPane(38, 21)
	read(p, people(upTo(50)...))
	p.move(30)
	for h := range 24 {
		p.Resize(30, h)
		screen(t, p)
		if p.SelectedID() != id(31) {
			t.Fatalf("height %d: %s", h, p.SelectedID().Remote)
		}
		if h >= 3 && rowOf(t, p) < 1 {
			t.Errorf("height %d: the selected row is not on screen", h)
		}
	}
}

// A conversation is kept listed in the list in which it was opened, and in no other.
func TestAnotherListKeepsNothing(t *testing.T) {
	p := New(&env.Env{Now: time.Now}, Screen{})
	id := api.ConversationID{Account: "a", Remote: "1"}
	p.Keep(id)
	if p.query().Keep != id {
		t.Error("it is not kept where it was opened")
	}
	p.Choose(p.Selection())
	if p.query().Keep != id {
		t.Error("it is not kept in the same list")
	}
	p.Choose(Selection{View: state.ViewAll, Account: "a", Channel: api.ChannelID{Account: "a", Remote: "c"}, Title: "WhatsApp"})
	if got := p.query().Keep; got != (api.ConversationID{}) {
		t.Errorf("%v is kept in another list", got)
	}
}

func TestTitleOfAChannelNamesItsAccount(t *testing.T) {
	for sel, want := range map[Selection]string{
		{Title: "WhatsApp", Owner: "Bakery"}:             "WhatsApp · Bakery",
		{Title: "Harbor Dental", Owner: "harbor dental"}: "Harbor Dental",
		{Title: "Waiting"}:                               "Waiting",
	} {
		l := look.Look{Marks: theme.NewMarks(false)}
		if got := sel.Name(l); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	p := New(&env.Env{Now: time.Now}, Screen{})
	th := theme.New(colorprofile.ASCII, true)
	p.SetLook(look.Look{Theme: &th, Marks: theme.NewMarks(false)})
	p.Resize(40, 10)
	p.Choose(Selection{View: state.ViewAll, Account: "a", Title: "WhatsApp", Owner: "Bakery"})
	if row := p.View()[0]; !strings.Contains(row, "WHATSAPP · Bakery") {
		t.Errorf("%q", row)
	}
}

// A selected row that leaves the view stays until the selection leaves it, so that
// no other customer's row comes under a key; one that was done goes.
func TestTheSelectedRowIsKept(t *testing.T) {
	p := newPane(38, 9)
	read(p, people(upTo(10)...))
	p.move(3)
	if got := p.query().Keep; got != id(4) {
		t.Errorf("%v is kept", got)
	}
	p.Keep(id(2)) // is open
	if got := p.query().Keep; got != id(4) {
		t.Errorf("with another one open %v is kept", got)
	}
	p.Keep(api.ConversationID{})
	if got := p.query().Keep; got != (api.ConversationID{}) {
		t.Errorf("%v is kept although it was done", got)
	}
	p.move(1)
	if got := p.query().Keep; got != id(5) {
		t.Errorf("after the next move %v is kept", got)
	}
}

// The row of the conversation that is being answered says so, and nothing of the text,
// which is beside it: so a typed character changes nothing here.
func TestRowOfTheReplyDoesNotFollowTheDraft(t *testing.T) {
	p := newPane(38, 6)
	draft := func(text string) string {
		p.set(all([]state.Row{person(2, func(r *state.Row) { r.Draft, r.DraftText = text != "", text })}))
		return drawn(t, p)
	}
	p.SetWriting(id(2))
	before := draft("")
	if !strings.Contains(before, "»") || !strings.Contains(before, "you are writing") {
		t.Errorf("the row says nothing of the reply:\n%s", before)
	}
	if after := draft("We will send"); after != before {
		t.Errorf("the row follows the draft:\n%s", after)
	}
	p.SetWriting(api.ConversationID{})
	if left := draft("We will send"); !strings.Contains(left, "draft: We will send") {
		t.Errorf("the row of a draft that was left:\n%s", left)
	}
}

// What changed while the list was read is read also where that reading failed.
func TestWhatChangedIsReadAlsoAfterAFailure(t *testing.T) {
	p := newPane(38, 9)
	p.env.Ctx = t.Context()
	for _, changed := range []bool{false, true} {
		p.Reload()
		if changed {
			p.Load()
		}
		if _, cmd := p.Update(listMsg{p.ask.Next() - 1, state.List{}, errors.New("busy")}); (cmd != nil) != changed {
			t.Errorf("changed %v: read again %v", changed, cmd != nil)
		}
	}
}
