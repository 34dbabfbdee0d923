package inbox

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"unibox/api"
	"unibox/state"
	"unibox/ui/theme"
)

// N7: the age against the target, by a mark and a colour for how far it is; in ASCII and
// without colours the mark says it alone.
func TestTheAgeSaysHowLateItIs(t *testing.T) {
	for _, c := range []struct {
		waited       int // minutes
		marks, ascii string
		style        func(theme.Theme) theme.Style
	}{
		{10, "  10m", "  10m", func(th theme.Theme) theme.Style { return th.Muted }},
		{12, " ·12m", " .12m", func(th theme.Theme) theme.Style { return th.Waiting }},
		{15, " !15m", " !15m", func(th theme.Theme) theme.Style { return th.Warn }},
		{34, "!!34m", "!!34m", func(th theme.Theme) theme.Style { return th.Failed }},
	} {
		for ascii, want := range map[bool]string{false: c.marks, true: c.ascii} {
			p := newPane(40, 5)
			p.env.Service.Kinds = map[api.ChannelKind]time.Duration{"whatsapp": 15 * time.Minute}
			th := theme.New(colorprofile.TrueColor, true)
			p.look.Theme, p.look.Marks = &th, theme.NewMarks(ascii)
			p.set(all([]state.Row{person(c.waited, func(r *state.Row) { r.Conversation.Kind = "whatsapp" })}))
			if got := screen(t, p)[1]; !strings.HasSuffix(strings.TrimRight(got, " "), want) {
				t.Errorf("%d minutes: %q does not end in %q", c.waited, got, want)
			}
			if got := p.View()[1]; !strings.Contains(got, c.style(th).Render(want)) {
				t.Errorf("%d minutes: %q is drawn as others are", c.waited, got)
			}
		}
	}
}

// N7: the age counts by the business hours.
func TestTheAgeCountsInBusinessHours(t *testing.T) {
	p := newPane(40, 5)
	p.env.Service.Hours = state.Hours{Zone: time.UTC}
	p.env.Service.Hours.Week[noon.Weekday()] = []state.Period{{From: 11*60 + 45, To: 18 * 60}}
	p.set(all([]state.Row{person(600)}))
	if got := screen(t, p)[1]; !strings.HasSuffix(got, " 15m") {
		t.Errorf("%q", got)
	}
}

// N3, N12: a row says in words why it is where it is, and which one the key goes back to.
func TestARowSaysWhyItIsHere(t *testing.T) {
	p := newPane(60, 13)
	p.screen.CameFrom = func() api.ConversationID { return id(1) }
	at := noon.Add(-time.Hour)
	silent := person(2, func(r *state.Row) {
		r.WaitingSince, r.Back = time.Time{}, state.Back{Kind: state.SnoozeSilent, At: at, Noted: at}
		r.Preview = api.Known(state.Preview{Body: "any news?", Direction: api.Outbound, At: noon.Add(-3 * time.Hour)})
	})
	p.set(all([]state.Row{
		person(1, func(r *state.Row) { r.Skips = 2 }),
		silent,
		person(3, func(r *state.Row) { r.Back = state.Back{At: at, Noted: at.Add(20 * time.Minute)} }),
		person(4, func(r *state.Row) { r.Back = state.Back{Kind: state.SnoozePromise, At: at, Noted: at} }),
		person(5, func(r *state.Row) { r.Back = state.Back{At: at, Noted: at} }),
	}))
	rows := screen(t, p)
	for i, want := range map[int]string{
		1: "~ WA", 2: "skipped twice · text 1",
		3: "◷ WA     1h", 4: "no answer since 09:00 · you: any news?",
		6: "woke 20 min late · text 3", 8: "you promised it for 11:00 · text 4", 10: "snooze ended 11:00 · text 5",
	} {
		if !strings.Contains(rows[i], want) {
			t.Errorf("row %d: %q does not say %q", i, rows[i], want)
		}
	}
}

// N7, N10: what is snoozed beyond the end of its window says so while it closes.
func TestARowSaysThatItsWindowClosesBeforeItWakes(t *testing.T) {
	p := newPane(70, 9)
	sel := p.sel
	sel.View = state.ViewClosing
	p.sel = sel
	asleep := func(n int, until time.Duration) state.Row {
		return person(n, func(r *state.Row) { r.FreeUntil, r.Flags.Snoozed = noon.Add(3*time.Hour), noon.Add(until) })
	}
	p.set(all([]state.Row{asleep(1, 4*time.Hour), asleep(2, 2*time.Hour)}))
	rows := screen(t, p)
	if !strings.Contains(rows[2], "snoozed until 16:00 · text 1") || strings.Contains(rows[4], "snoozed") {
		t.Errorf("%q", rows[1:5])
	}
}

// N7: where a window may close, the title does not say that the longest wait comes first.
func TestTheTitleSaysTheOrder(t *testing.T) {
	for _, free := range []time.Time{{}, noon.Add(time.Hour)} {
		p := newPane(40, 12)
		p.list.Rows = []state.Row{{FreeUntil: free}}
		if got := p.order(); (got == "longest first") != free.IsZero() {
			t.Errorf("with a window until %v: %q", free, got)
		}
	}
}

// C19: a row tells a reply that waits for its time from one that is being sent.
func TestARowTellsWhatWaitsForItsTimeFromWhatIsSent(t *testing.T) {
	for _, c := range []struct {
		pending, timed int
		want           string
	}{{1, 0, " ↑ "}, {2, 2, " ⋯ "}, {2, 1, " ↑ "}} {
		p := newPane(40, 5)
		p.set(all([]state.Row{person(2, func(r *state.Row) { r.Pending, r.Timed = c.pending, c.timed })}))
		if got := screen(t, p)[1]; !strings.Contains(got, c.want) || strings.Contains(got, "↑") && strings.Contains(got, "⋯") {
			t.Errorf("%d pending, %d for a time: %q, want %q", c.pending, c.timed, got, c.want)
		}
	}
}
