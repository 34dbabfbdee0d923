//go:build unix

package e2e

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox"
	"unibox/state/sqlite"
)

var kills = flag.Int("kills", 3, "how many times TestKilledWhileSending kills the program; .ci/run asks for more")

// deaths is what the kills of all platforms came to.
type deaths struct{ kills, pairs, texts, decided, drafts atomic.Int64 }

// TestKilledWhileSending writes in the real program and kills it, alone or
// beside another session, again and again on one folder. What had been typed
// is then in the draft, in the outbox or at the platform, there at most once
// at every moment, and in the end exactly once and in order. It reads the
// store as one more session.
func TestKilledWhileSending(t *testing.T) {
	t.Parallel()
	sum := &deaths{}
	began := time.Now()
	t.Run("of", func(t *testing.T) {
		p := sandboxed(t)
		for i, of := range []struct{ platform, name, taken string }{
			{"pact", customer, "POST /messages$"}, {"textus", "Dana Kowalski", "POST /messages$"}, {"protocol", "Eve", "POST /messages$"},
		} {
			for half := range min(2, max(1, *kills/3)) {
				t.Run(fmt.Sprint(of.platform, half), func(t *testing.T) {
					t.Parallel()
					own := p
					if half == 1 { // a world of its own: faults strike whoever comes first
						own = sandboxed(t)
					}
					v := newVictim(t, own, of.platform, of.name, uint64(2*i+half), sum)
					for range cmp.Or(*kills/6, 1) {
						v.round()
					}
					v.finish()
				})
			}
		}
	})
	t.Logf("%d kills in %v, %d beside another session: %d texts, %d sent again by decision, %d drafts found",
		sum.kills.Load(), time.Since(began).Round(time.Second), sum.pairs.Load(), sum.texts.Load(), sum.decided.Load(), sum.drafts.Load())
}

// victim is an agent whose program is killed, and what he wrote.
type victim struct {
	*served
	t        *testing.T
	platform string
	name     string
	home     string
	r        *rand.Rand
	sum      *deaths
	db       *sqlite.DB
	outbox   *outbox.Outbox
	chat     api.ConversationID
	texts    []string
	again    map[string]bool
}

func newVictim(t *testing.T, p *served, platform, name string, seed uint64, sum *deaths) *victim {
	v := &victim{served: &served{t: t, config: p.config, origin: p.origin}, t: t, platform: platform, name: name, home: t.TempDir(),
		r: rand.New(rand.NewPCG(seed, 1)), sum: sum, again: map[string]bool{}}
	account := ""
	for _, block := range strings.Split(p.config, "\n\n") {
		if strings.Contains(block, fmt.Sprintf("platform = %q", platform)) && account == "" {
			account = block + "\n"
		}
	}
	if err := os.WriteFile(filepath.Join(v.home, "config.toml"), []byte(quick(account)), 0o600); err != nil {
		t.Fatal(err)
	}
	w := v.unibox(v.home)
	w.wait(seenList)
	feed := state.NewFeed()
	db, err := sqlite.Open(context.Background(), filepath.Join(v.home, "state"), feed)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	v.db, v.outbox = db, outbox.New(outbox.Options{Store: db, Feed: feed, Dir: filepath.Join(v.home, "state", "outbox")})
	v.until("the customer is listed", func() bool { return v.finds(state.ViewAll, name) })
	w.Kill()
	w = v.box()
	w.press("x")
	v.until("it is known whom the box writes to", func() bool { return v.finds(state.ViewDrafts, "") })
	w.press("backspace")
	v.until("the box is empty", func() bool { return v.draft().Body == "" })
	w.Kill()
	return v
}

// finds looks for a conversation in a view and remembers it.
func (v *victim) finds(view state.View, name string) bool {
	l, err := v.db.List(context.Background(), state.ListQuery{View: view, Text: name, Limit: 1})
	if err != nil || len(l.Rows) == 0 {
		return false
	}
	v.chat = l.Rows[0].Conversation.ID
	return true
}

// until polls what another process does.
func (v *victim) until(what string, ok func() bool) {
	v.t.Helper()
	for deadline := time.Now().Add(3 * patience); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			v.t.Fatalf("waiting: %s", what)
		}
	}
}

// reply opens the program and the box, and sends off what the last death left
// in it.
func (v *victim) reply() window {
	w := v.box()
	if text := v.draft().Body; text != "" {
		w.wait("> " + text)
		w.press("enter")
		v.until("the draft goes out", func() bool { return v.draft().Body == "" })
		v.sum.drafts.Add(1)
	}
	return w
}

// anyListed is what the channel pane says once the list is there, in whatever place.
var anyListed = regexp.MustCompile(`All +[1-9]\d*\+? *│`)

// box opens the program and the box to write in.
func (v *victim) box() window {
	w := v.unibox(v.home)
	w.until("the list", anyListed.MatchString) // it comes back where it was killed
	w.press("ctrl+g", v.name)
	w.wait(seenChoice + v.name)
	w.press("enter")
	w.wait("│ " + v.name)
	w.until("the messages", dated.MatchString) // a key waits for them, and not for ever
	w.press("r")
	w.wait(seenComposer)
	return w
}

// round writes, kills, and sees what is left. The next round's program, or
// the one that lived beside, brings it to its end.
func (v *victim) round() {
	w := v.reply()
	other, pair := window{}, v.r.IntN(4) == 0
	if pair {
		other = v.unibox(v.home)
		other.until("the list", anyListed.MatchString)
		v.sum.pairs.Add(1)
	}
	dies := w
	if pair && v.r.IntN(2) == 0 {
		dies = other
	}
	switch v.r.IntN(5) {
	case 0:
		dies = w
		v.whileTyping(w)
	case 1:
		v.send(w)
		v.pause(60)
	case 2:
		v.strikes(fault{Kind: "latency", MS: 200})
		v.send(w)
		v.pause(400)
	case 3:
		v.strikes(fault{Kind: []string{"drop_after", "drop_before"}[v.r.IntN(2)]})
		v.send(w)
		v.pause(300)
	case 4:
		v.send(w)
		v.send(w)
		v.pause(150)
	}
	dies.Kill()
	v.sum.kills.Add(1)
	v.check()
	if pair && v.r.IntN(2) == 0 { // the survivor finishes the work
		v.settle()
	}
	w.Kill()
	if pair {
		other.Kill()
	}
	v.control("DELETE", "fault", nil, nil)
}

func (v *victim) strikes(f fault) {
	f.Platform, f.Match, f.Calls = v.platform, "POST /messages$", 1
	v.control("POST", "fault", f, nil)
}

// pause lets up to so many milliseconds go by: the moment of death.
func (v *victim) pause(most int) {
	time.Sleep(time.Duration(v.r.IntN(most*1000)) * time.Microsecond)
}

// send writes a text, sees it kept as a draft, and sends it off.
func (v *victim) send(w window) {
	v.t.Helper()
	text := fmt.Sprintf("%s text %d", v.platform, len(v.texts))
	w.press(text)
	v.until("the draft is kept", func() bool { return strings.Contains(v.draft().Body, text) })
	v.texts = append(v.texts, text)
	v.sum.texts.Add(1)
	w.press("enter")
}

// whileTyping writes on and on. What the disk had before the end is kept.
func (v *victim) whileTyping(w window) {
	v.t.Helper()
	typed, sure := "", ""
	began := time.Now()
	length := time.Duration(v.r.IntN(2600)) * time.Millisecond
	long := func() bool { return length > 2*time.Second && sure == "" && time.Since(began) < patience }
	for n := 0; time.Since(began) < length || long(); n++ { // a long text is kept while it is typed
		word := fmt.Sprintf("w%d ", n)
		w.press(word)
		if typed += word; n%20 == 19 {
			sure = v.draft().Body
		}
		time.Sleep(20 * time.Millisecond)
	}
	w.Kill()
	if length > 2*time.Second && sure == "" {
		v.t.Fatalf("nothing of %q was kept while it was typed", typed)
	}
	d := v.draft()
	if !strings.HasPrefix(d.Body, sure) || !strings.HasPrefix(typed, d.Body) {
		v.t.Fatalf("typed %q, sure of %q, the draft is %q", typed, sure, d.Body)
	}
	v.sum.drafts.Add(1)
	d.Body = ""
	if _, err := v.db.SaveDraft(context.Background(), d); err != nil {
		v.t.Fatal(err)
	}
}

func (v *victim) draft() state.Draft {
	d, err := v.db.Draft(context.Background(), v.chat)
	if err != nil {
		v.t.Fatal(err)
	}
	return d
}

func (v *victim) unsent() []state.Outbound {
	rows, err := v.db.Unsent(context.Background())
	if err != nil {
		v.t.Fatal(err)
	}
	return rows
}

// arrived lists the texts that the platform took in, in order.
func (v *victim) arrived() []string {
	var all []struct {
		Text string `json:"text"`
	}
	v.control("GET", "received?platform="+v.platform, nil, &all)
	var out []string
	for _, m := range all {
		if slices.Contains(v.texts, m.Text) {
			out = append(out, m.Text)
		}
	}
	return out
}

// check holds every text against the three places it may be in. What may move
// on meanwhile is read in the direction it moves.
func (v *victim) check() {
	v.t.Helper()
	draft, unsent := v.draft(), v.unsent()
	arrived := v.arrived()
	for _, text := range v.texts {
		n := 0
		for _, a := range arrived {
			if a == text {
				n++
			}
		}
		kept := strings.Contains(draft.Body, text) || slices.ContainsFunc(unsent, func(o state.Outbound) bool { return o.Body == text })
		if n > 1 || n == 0 && !kept {
			v.t.Fatalf("%q is at the platform %d times, kept here: %v", text, n, kept)
		}
	}
}

// settle waits until nothing is left to send. A person who sees what arrived
// decides about what is unknown, and sends off what is only a draft.
func (v *victim) settle() {
	v.t.Helper()
	v.until("everything goes out", func() bool {
		v.check()
		rows := v.unsent()
		for _, o := range rows {
			v.decide(o)
		}
		return len(rows) == 0
	})
}

func (v *victim) decide(o state.Outbound) {
	d := state.SendAnyway
	switch {
	case o.Status == state.Held: // it was written before the thread could be read
	case o.Status == state.Uncertain && o.Checks > 1 && !slices.Contains(v.arrived(), o.Body):
		d, v.again[o.Body] = state.SendAgain, true
		v.sum.decided.Add(1)
	default:
		return
	}
	if err := v.outbox.Decide(context.Background(), o, d); err != nil {
		v.t.Log(err) // it moved just now
	}
}

// finish lets all come to rest, and compares what arrived with what was written.
func (v *victim) finish() {
	w := v.reply()
	v.settle()
	var order []string
	for _, text := range v.arrived() {
		if !v.again[text] {
			order = append(order, text)
		}
	}
	want := slices.DeleteFunc(slices.Clone(v.texts), func(text string) bool { return v.again[text] })
	if !slices.Equal(order, want) {
		v.t.Errorf("arrived %q, written %q", order, want)
	}
	w.Kill()
}
