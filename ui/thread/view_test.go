package thread

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/state"
	"unibox/ui/look"
	"unibox/ui/text"
	"unibox/ui/theme"
)

var styles = regexp.MustCompile(`\x1b\[[0-9;:]*m`)

// checkView checks that the pane draws h rows of w cells and nothing that a
// terminal would obey.
func checkView(t *testing.T, p *Pane, w, h int) {
	t.Helper()
	rows := p.View()
	if len(rows) != h {
		t.Fatalf("%d rows at %dx%d", len(rows), w, h)
	}
	for y, row := range rows {
		if n := p.look.Mode.Width(row); n != w {
			t.Fatalf("row %d has %d cells at %dx%d: %q", y, n, w, h, row)
		}
		bare := styles.ReplaceAllString(row, "")
		if strings.ContainsFunc(bare, unicode.IsControl) || text.Hidden(bare) {
			t.Fatalf("row %d at %dx%d: %q", y, w, h, row)
		}
	}
}

func TestViewFitsWhereThereIsHardlyRoom(t *testing.T) {
	items := messages(1, 4)
	items[0].Message.Body = ""
	items[1].Message.Body = strings.Repeat("Слово, 言葉 and a 🙏 ", mostBytes/8/24)
	items[2].Message.Body = "\u0301\u0302\u0303"
	items = append(append(items, hole(9)...), ours(9, 9)...)
	p := newPane(0, 0)
	for w := range 13 {
		for h := range 4 {
			p.Resize(w, h)
			for _, older := range []state.Edge{state.EdgeEnd, state.EdgeLocal, state.EdgeRemote} {
				p.Set(state.Row{}, state.Window{Items: items, Older: older}, state.Fetching{})
				checkView(t, p, w, h)
				for _, move := range moves {
					move(p)
					checkView(t, p, w, h)
				}
			}
			p.Set(state.Row{}, state.Window{}, state.Fetching{})
			checkView(t, p, w, h)
		}
	}
}

var moves = []func(*Pane){
	(*Pane).first,
	func(p *Pane) { p.move(1) },
	func(p *Pane) { p.move(-1) },
	func(p *Pane) { p.page(1) },
	func(p *Pane) { p.page(-1) },
	func(p *Pane) { p.day(1) },
	func(p *Pane) { p.day(-1) },
	func(p *Pane) { p.selectFirstNew() },
	func(p *Pane) { p.Newest() },
	func(p *Pane) { p.wants() },
	func(p *Pane) { p.query() },
	func(p *Pane) { p.again() },
}

func TestAMessageOfMarksAloneSaysThatItIsEmpty(t *testing.T) {
	for _, body := range []string{"", "\u0301\u0302", "\u200b", " \n\n"} {
		items := messages(1, 1)
		items[0].Message.Body = body
		p := newPane(60, 10)
		items.show(p)
		if !strings.Contains(strings.Join(p.View(), "\n"), "(nothing that can be seen") {
			t.Errorf("%q is drawn as nothing", body)
		}
	}
}

func TestALongMessageSaysThatMoreFollows(t *testing.T) {
	for name, body := range map[string]string{"rows": strings.Repeat("x\n", 1000), "bytes": strings.Repeat("\u0301", 1<<20), "text": strings.Repeat("слово ", 1<<17)} {
		items := messages(1, 1)
		items[0].Message.Body = body
		p := newPane(60, 10)
		items.show(p)
		rows := strings.TrimSpace(strings.Join(p.View(), "\n"))
		if last := rows[strings.LastIndex(rows, "\n")+1:]; !strings.Contains(last, "more follows") || p.Body(0) > mostRows+2 {
			t.Errorf("%s: %d rows, the last %q", name, p.Body(0), last)
		}
	}
}

// FuzzView draws windows made of what others wrote, at every size and place.
func FuzzView(f *testing.F) {
	f.Add(uint64(1), uint8(60), uint8(20), "Hello", "Ann", "cup.jpg", "no route")
	f.Add(uint64(2), uint8(11), uint8(3), "\x1b[2J\x1b]0;x\a\u202eabc\r\n\t東京", "\u0600\u0601", "\u0301", "\xff\x9b31m")
	f.Add(uint64(3), uint8(39), uint8(9), "👩‍👩‍👧‍👦 क्षि ﾀﾞ", "🇩🇪🇩", "a\u200db", "1\ufe0f\u20e3")
	f.Fuzz(func(t *testing.T, seed uint64, w, h uint8, body, name, file, reason string) {
		rng := rand.New(rand.NewPCG(seed, 0))
		p := newPane(int(w)%130, int(h)%50)
		words := []string{body, name, file, reason, body + name, strings.Repeat(body+"\n", 9), ""}
		say := func() string { return words[rng.IntN(len(words))] }
		mode := text.Mode{Clusters: rng.IntN(2) == 0, ASCII: rng.IntN(2) == 0}
		p.SetLook(lookOf(mode))
		p.title = func(state.Row) string { return mode.Line(name) }
		stored := anyHistory(rng, say)
		for range 3 {
			row := state.Row{Flags: state.Flags{ReadUpTo: state.Pos(rng.IntN(9))}, Unread: rng.IntN(2)}
			from := rng.IntN(len(stored))
			window := state.Window{Items: stored[from:], Older: state.Edge(rng.IntN(3)), Newer: state.Edge(rng.IntN(2))}
			p.Focus(rng.IntN(2) == 0)
			p.Set(row, window, state.Fetching{Older: rng.IntN(2) == 0, Err: say()})
			checkView(t, p, p.w, p.h)
			for range 3 {
				moves[rng.IntN(len(moves))](p)
				checkView(t, p, p.w, p.h)
			}
			p.Resize(rng.IntN(130), rng.IntN(30))
			checkView(t, p, p.w, p.h)
		}
	})
}

func lookOf(mode text.Mode) look.Look {
	th := theme.New(colorprofile.TrueColor, true)
	return look.Look{Theme: &th, Marks: theme.NewMarks(mode.ASCII), Mode: mode}
}

// anyHistory is a few items of every kind, said in the words given.
func anyHistory(rng *rand.Rand, say func() string) history {
	items := make(history, 1+rng.IntN(12))
	for i := range items {
		items[i] = anyItem(rng, state.Pos(i+1), say)
	}
	return append(items, ours(100, 100+int64(rng.IntN(3)))...)
}

func anyItem(rng *rand.Rand, pos state.Pos, say func() string) state.Item {
	at := noon.Add(time.Duration(pos-20) * time.Duration(rng.Int64N(int64(9*time.Hour))))
	it := state.Item{Pos: pos, Message: api.Message{
		Kind: api.MessageKind(rng.IntN(4)), Direction: api.Direction(rng.IntN(2)), Author: say(), Body: say(), At: at,
		Delivery: api.Delivery(rng.IntN(9)), Reason: say(), Retryable: rng.IntN(2) == 0,
	}}
	switch rng.IntN(5) {
	case 0:
		return state.Item{Pos: pos, Gap: true}
	case 1:
		it.Message.Attachments = []api.Attachment{{Name: say(), Size: rng.Int64()}, {Name: say()}}
	case 2:
		it.Message.Edited = noon
		it.Message.Reactions = []api.Reaction{{Name: say(), Who: []string{say(), say()}}}
	case 3:
		it.Sending = &state.Outbound{ID: int64(pos), Status: state.Status(rng.IntN(7)), Reason: say(), Left: rng.IntN(2) == 0, Attempts: 1, NotBefore: noon.Add(time.Duration(pos) * time.Second)}
	}
	return it
}

// X4: a platform that names the customer in why a message did not arrive does not unmask them.
func TestX4AReasonDoesNotUnmask(t *testing.T) {
	p := newPane(100, 12)
	const reason = "Anna Petrova blocked you"
	c := api.Conversation{ID: p.id, Contact: api.Contact{Name: "Anna Petrova"}}
	failed := func(pos state.Pos, d api.Delivery) state.Item {
		return state.Item{Pos: pos, Message: api.Message{ID: api.MessageID{Remote: fmt.Sprint(pos)}, Direction: api.Outbound, Body: "hello", Delivery: d, Reason: reason}}
	}
	ours := state.Item{Message: api.Message{Direction: api.Outbound, Body: "hello"}, Sending: &state.Outbound{Key: "k", Status: state.Failed, Reason: reason}}
	p.Set(state.Row{Conversation: c}, state.Window{Items: []state.Item{failed(1, api.DeliveryFailed), failed(2, api.DeliverySent), ours}}, state.Fetching{})
	shown := func() string {
		all := ansi.Strip(strings.Join(p.View(), "\n"))
		for i := range p.items {
			all += "\n" + p.Says(i)
		}
		return all
	}
	if n := strings.Count(shown(), reason); n != 6 {
		t.Fatalf("the reason is shown %d times:\n%s", n, shown())
	}
	p.env.Privacy.Toggle(noon)
	p.SetLook(p.look)
	p.mask()
	if strings.Contains(shown(), "Anna") || strings.Contains(shown(), "Petrova") || strings.Count(shown(), "blocked you") != 6 {
		t.Errorf("masked:\n%s", shown())
	}
}
