package thread

import (
	"fmt"
	"slices"
	"testing"

	"unibox/api"
	"unibox/state"
)

func TestTheWayDownPassesEveryMessage(t *testing.T) {
	const count = 900
	stored := messages(1, count)
	for name, step := range map[string]func(*Pane){
		"page": func(p *Pane) { p.page(1) },
		"j":    func(p *Pane) { p.move(1) },
	} {
		for _, patience := range []int{1, 7, 40} { // steps until the store has answered
			t.Run(fmt.Sprint(name, patience), func(t *testing.T) {
				p := newPane(60, 20)
				toOldest(t, p, stored)
				passed := map[state.Pos]bool{}
				for i := 0; selected(t, p).Pos != count && i < 10*count; i++ {
					first, last := p.scroll.visible(p, p.h)
					for k := first; k <= last; k++ {
						passed[p.items[k].Pos] = true
					}
					step(p)
					if p.wants().Window && i%patience == 0 {
						stored.read(p)
					}
				}
				if len(passed) < count-20 {
					t.Errorf("only %d of %d were on screen", len(passed), count)
				}
			})
		}
	}
}

// toOldest goes to the first message of what is stored.
func toOldest(t *testing.T, p *Pane, stored history) {
	t.Helper()
	stored.read(p)
	for range len(stored) {
		p.first()
		if p.Complete() {
			return
		}
		stored.read(p)
	}
	t.Fatal("the first message was not reached")
}

func TestDaysAreNotSkipped(t *testing.T) {
	stored := messages(1, 900)
	for i := range stored {
		stored[i].Message.At = noon.AddDate(0, 0, i/150-9)
	}
	p := newPane(60, 20)
	toOldest(t, p, stored)
	var days []state.Pos
	for range 30 {
		p.day(1)
		if pos := selected(t, p).Pos; pos%150 == 1 {
			days = append(days, pos)
		}
		stored.read(p)
	}
	if want := []state.Pos{151, 301, 451, 601, 751}; !slices.Equal(days, want) {
		t.Errorf("the days began at %d, want %d", days, want)
	}
}

func TestNewestIsWaitedFor(t *testing.T) {
	stored := messages(1, 900)
	p := newPane(60, 20)
	toOldest(t, p, stored)
	late := stored.window(p.query())
	if !p.Newest() {
		t.Fatal("the newest end is said to be loaded")
	}
	before := where(p)
	p.Set(state.Row{}, late, state.Fetching{}) // an answer to what was asked before
	stays(t, before, where(p), 0, 20)
	if !p.wants().Window || p.query().Anchor != 0 {
		t.Fatal("the newest end is not asked for any more")
	}
	stored.read(p)
	if pos := selected(t, p).Pos; pos != 900 || !p.scroll.follow {
		t.Errorf("at %d, follow %v", pos, p.scroll.follow)
	}
}

func TestWhoFollowedIsBroughtToTheNewestEnd(t *testing.T) {
	p := newPane(60, 20)
	messages(1, 200).read(p)
	before := where(p)
	p.Set(state.Row{}, state.Window{Items: messages(100, 210), Older: state.EdgeLocal, Newer: state.EdgeLocal}, state.Fetching{})
	stays(t, before, where(p), 0, 20)
	if !p.wants().Window || p.query().Anchor != 0 {
		t.Error("the newest end is not asked for")
	}
}

func TestAListedMessageStaysWhereItWas(t *testing.T) {
	tail := ours(31, 60)
	p := newPane(60, 10)
	append(messages(1, 30), tail...).show(p)
	p.page(-1)
	p.page(-1)
	before, chosen := where(p), selected(t, p)
	if chosen.Pos != 0 || p.items[p.scroll.at].Pos != 0 {
		t.Fatal("not among those that are not listed")
	}
	append(append(messages(1, 30), listed(tail)...), messages(61, 70)...).show(p)
	stays(t, before, where(p), 0, 9)
	if now := selected(t, p); now.Sending == nil || now.Sending.ID != chosen.Sending.ID || now.Pos == 0 {
		t.Errorf("selected %d, then %+v", chosen.Sending.ID, now)
	}
}

func TestADiscardedMessageLeavesTheRestInPlace(t *testing.T) {
	p := newPane(60, 10)
	tail := ours(31, 60)
	append(messages(1, 30), tail...).show(p)
	p.page(-1)
	p.page(-1)
	before, gone := where(p), selected(t, p).Sending.ID
	i := int(gone - 31)
	append(messages(1, 30), slices.Delete(tail, i, i+1)...).show(p)
	delete(before, fmt.Sprintf("message %d", gone))
	after := where(p)
	stays(t, before, after, 0, 9-2)
	if _, seen := after[selected(t, p).Message.Body]; !seen {
		t.Error("what is selected now is not on screen")
	}
}

func TestAFilledHoleLeavesTheTextInPlace(t *testing.T) {
	const h = 12
	older, newer := messages(1, 30), messages(81, 130)
	broken := slices.Concat(older, hole(81), newer)
	filled := map[string]history{
		"whole":  messages(1, 130),
		"partly": slices.Concat(older, hole(56), messages(56, 130)),
	}
	for name, now := range filled {
		for row := range h {
			t.Run(fmt.Sprintf("%s, hole on row %d", name, row), func(t *testing.T) {
				p := newPane(60, h)
				broken.show(p)
				p.choose(30)
				p.roll(p.scroll.rowOf(30, p) - row)
				before := where(p)
				y, seen := before["message 81"]
				p.Set(state.Row{}, state.Window{Items: now}, state.Fetching{})
				after := where(p)
				if seen {
					stays(t, before, after, y, h)
				} else {
					stays(t, before, after, 0, row)
				}
				if pos := selected(t, p).Pos; seen && pos != 81 {
					t.Errorf("selected %d", pos)
				}
				if y := p.scroll.rowOf(p.find(p.selected), p); y < 0 || y >= h {
					t.Errorf("the selection is on row %d", y)
				}
				p.move(-1)
				up := where(p)
				for body, y := range after {
					if to, shown := up[body]; shown && to-y > 2 {
						t.Errorf("k moved %s from row %d to %d", body, y, to)
					}
				}
			})
		}
	}
}

// The first message of what is stored is one key away, however much is stored.
func TestFirstGoesToTheFirstThatIsStored(t *testing.T) {
	stored := history(messages(1, 900))
	p := newPane(60, 12)
	stored.read(p)
	p.first()
	stored.read(p)
	it, ok := p.Selected()
	if !ok || it.Pos != stored[0].Pos || p.window.Older == state.EdgeLocal {
		t.Errorf("it goes to %d, older: %d", it.Pos, p.window.Older)
	}
}

func TestOlderMessagesTakeAHeaderWithoutMovingTheText(t *testing.T) {
	p := newPane(60, 12)
	p.Set(state.Row{}, state.Window{Items: messages(51, 90), Older: state.EdgeRemote}, state.Fetching{})
	p.first()
	before := where(p)
	p.Set(state.Row{}, state.Window{Items: messages(1, 90), Older: state.EdgeRemote}, state.Fetching{})
	stays(t, before, where(p), 0, 11)
	p.move(1)
	stays(t, before, where(p), 0, 11)
}

func TestADeletedMessageHandsTheSelectionOn(t *testing.T) {
	stored := messages(1, 60)
	p := newPane(60, 12)
	stored.show(p)
	p.choose(20)
	before := where(p)
	slices.Delete(slices.Clone(stored), 20, 21).show(p)
	if pos := selected(t, p).Pos; pos != 22 {
		t.Errorf("selected %d", pos)
	}
	delete(before, "message 21")
	if after := where(p); after["message 20"] != before["message 20"] && after["message 22"] != before["message 22"] {
		t.Errorf("all moved: %v, then %v", before, after)
	}
}

// A message far back is gone to, although the pane was resized before the
// window around it came, and would follow the newest end otherwise.
func TestShowMessageStaysWhereItWent(t *testing.T) {
	p := newPane(60, 20)
	p.Open(api.ConversationID{Account: "a", Remote: "1"})
	p.ShowMessage(40)
	p.Resize(60, 18)
	if q := p.query(); q.Anchor != 40 || q.Before == 0 || q.After == 0 {
		t.Fatalf("%+v", q)
	}
	p.Set(state.Row{}, state.Window{Items: messages(1, 90), Older: state.EdgeLocal, Newer: state.EdgeLocal}, state.Fetching{})
	it, ok := p.Selected()
	first, last := p.scroll.visible(p, p.h)
	if !ok || it.Pos != 40 || p.find(p.selected) < first || p.find(p.selected) > last {
		t.Errorf("at %d, on screen are %d to %d", it.Pos, first, last)
	}
	if p.newest {
		t.Error("it wants to go to the newest end")
	}
	p.ShowMessage(41)
	p.Set(state.Row{}, state.Window{Items: append(messages(1, 40), messages(45, 60)...)}, state.Fetching{})
	if it, _ := p.Selected(); it.Pos != 45 {
		t.Errorf("in the place of one that is gone: %d", it.Pos)
	}
}
