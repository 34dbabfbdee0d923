//go:build unix

package e2e

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var morning = flag.Int("morning", 10, "how many customers TestBusyMorning answers; .ci/run asks for 40")

// agent is somebody who works through the queue, and counts.
type agent struct {
	window
	p *served
	// keys are the presses of the customer at hand, a typed text as one for each
	// character. costs are those of all, by what was done.
	keys  int
	began time.Time
	costs map[string][]int
	took  []time.Duration
	// home has the saved replies, sent are the ends of all texts that were sent off.
	home string
	sent []string
}

func (a *agent) key(keys ...string) {
	a.t.Helper()
	a.press(keys...)
	a.keys += len(keys)
}

func (a *agent) types(text string) {
	a.t.Helper()
	a.press(text)
	a.keys += len([]rune(text))
}

// threadTitle is the title of the thread.
var threadTitle = regexp.MustCompile(`│ ([^│]+)$`)

// who is whose thread is on screen, as its title says.
func who(screen string) string {
	rows := strings.Split(screen, "\n")
	if len(rows) < 2 {
		return ""
	}
	m := threadTitle.FindStringSubmatch(strings.TrimRight(rows[1], " "))
	if m == nil {
		return ""
	}
	name, _, _ := strings.Cut(strings.TrimSpace(m[1]), "  ")
	return name
}

// next waits for another thread than that of the last customer, and notes what he cost.
func (a *agent) next(did, last string) {
	a.t.Helper()
	a.until("whoever is next after "+last, func(screen string) bool {
		name := who(screen)
		return name != "" && name != last && !strings.Contains(screen, seenComposer) && dated.MatchString(screen)
	})
	a.costs[did] = append(a.costs[did], a.keys)
	a.took = append(a.took, time.Since(a.began))
	a.keys, a.began = 0, time.Now()
}

// canned answers with the saved reply that is offered first, and is done: the four keys
// that most customers need.
func (a *agent) canned() {
	a.t.Helper()
	end := fmt.Sprintf("This is reply %d.", len(a.sent))
	if err := os.WriteFile(filepath.Join(a.home, "replies", "a.txt"), []byte("Thank you, {{first or \"friend\"}}! "+end), 0o600); err != nil {
		a.t.Fatal(err)
	}
	if a.replies() {
		return
	}
	a.sent = append(a.sent, end)
	a.key("ctrl+t")
	a.wait("Insert a saved reply", seenChoice+"a")
	a.key("enter")
	a.wait("> Thank you, ")
	a.key("\x1bs")
}

// typed answers with a text of his own.
func (a *agent) typed(text string) {
	a.t.Helper()
	if a.replies() {
		return
	}
	a.sent = append(a.sent, text)
	a.types(text)
	a.wait("> " + text)
	a.key("\x1bs")
}

// replies turns to the reply. Where the window has closed it sends a template, and
// reports so.
func (a *agent) replies() (template bool) {
	a.t.Helper()
	const only = "Templates only"
	a.key("r")
	a.until("the reply", func(screen string) bool {
		template = strings.Contains(screen, only)
		return template || strings.Contains(screen, seenComposer)
	})
	if template {
		a.template(fmt.Sprint(len(a.sent)))
	}
	return template
}

// template sends the template of an order that is ready, with its three fields.
func (a *agent) template(until string) {
	a.t.Helper()
	a.key("enter")
	a.wait("Send a template to")
	a.types("Order ready")
	a.wait(seenChoice + "Order ready")
	a.key("enter")
	for i, field := range []string{"there", "17", until} {
		a.wait(fmt.Sprintf("(%d of 3)", i+1))
		a.types(field)
		a.key("enter")
	}
	a.wait("will read:")
	a.key("enter")
	a.sent = append(a.sent, "We are open until "+until+".")
	a.until("the question to close", func(screen string) bool { return !strings.Contains(screen, "will read:") })
	a.key("esc")
	a.until("the list", func(screen string) bool { return !strings.Contains(screen, "Templates only · enter") })
	a.key("E")
}

// puts a label on, or writes a note, and returns once it is on screen.
func (a *agent) puts(key, text, seen string) {
	a.t.Helper()
	a.key(key)
	a.wait(seen)
	a.types(text)
	a.wait(text)
	a.key("enter")
	a.until(seen+" to be over", func(screen string) bool { return !strings.Contains(screen, seen) })
}

// snoozes puts the customer off until tomorrow.
func (a *agent) snoozes() {
	a.t.Helper()
	a.key("b")
	a.wait("It comes back then")
	a.types("tomorrow 9")
	a.wait("09:00")
	a.key("enter")
	a.until("the dialog to close", func(screen string) bool { return !strings.Contains(screen, "tomorrow 9") })
}

// customer does what customer number i needs, and opens the next.
func (a *agent) customer(i int) {
	a.t.Helper()
	last := who(a.Text())
	switch i % 10 {
	case 6:
		text := fmt.Sprintf("We look into it, this is reply %d.", len(a.sent))
		a.typed(text)
		a.next("a text of one's own", last)
	case 7:
		a.snoozes()
		a.key("n")
		a.next("snoozed", last)
	case 8:
		a.puts("#", "refund", "Label")
		a.canned()
		a.next("labelled and answered", last)
	case 9:
		a.puts(";", "asked the kitchen", "Private note, stays here")
		a.canned()
		a.next("noted and answered", last)
	default:
		a.canned()
		a.next("a saved reply", last)
	}
}

// closing answers whoever can soon be sent templates only.
func (a *agent) closing() {
	a.t.Helper()
	last := who(a.Text())
	a.key("L")
	a.wait("CLOSING SOON")
	a.key("enter")
	a.wait(seenReading)
	a.canned()
	a.next("whose window closes", last)
}

// noneUnsent is the title of an empty outbox.
var noneUnsent = regexp.MustCompile(`OUTBOX +0 │`)

// again sends again what was refused, one after the other, until nothing is left.
func (a *agent) again() {
	a.t.Helper()
	a.press("Q")
	a.wait("OUTBOX")
	deadline := time.Now().Add(patience)
	for !noneUnsent.MatchString(a.Text()) {
		if time.Now().After(deadline) {
			a.t.Fatalf("the outbox does not become empty:\n%s", a.Text())
		}
		a.press("t")
		a.Settle(rest)
	}
}

// audit checks that each reply came to a platform, and once.
func (a *agent) audit() {
	a.t.Helper()
	var all []struct{ Text string }
	a.p.control("GET", "received", nil, &all)
	for _, end := range append(a.sent, sees) {
		n := 0
		for _, m := range all {
			if strings.HasSuffix(m.Text, end) {
				n++
			}
		}
		if n != 1 {
			a.t.Errorf("%q came to the platforms %d times", end, n)
		}
	}
	if len(all) != len(a.sent)+1 {
		a.t.Errorf("the platforms have %d messages, %d were sent", len(all), len(a.sent)+1)
	}
}

// sees is what the colleague writes.
const sees = "I see to it, says the colleague"

// C20, N9: an agent answers the queue of three platforms, while a colleague answers from
// the same store, answers are lost and refused, and a window closes. Nothing is lost or
// sent twice, and another agent takes over what is left.
func TestBusyMorning(t *testing.T) {
	t.Parallel()
	p := sandboxed(t, "--p2")
	home := p.home(func(string) string { return p.config })
	if err := os.Mkdir(filepath.Join(home, "replies"), 0o700); err != nil {
		t.Fatal(err)
	}
	w, colleague := p.pair(home)
	a := &agent{window: w, p: p, home: home, costs: map[string][]int{}, began: time.Now()}
	a.key("n")
	a.until("the first customer", func(screen string) bool { return who(screen) != "" && strings.Contains(screen, seenReading) })
	a.keys = 0
	for i := range *morning {
		switch i {
		case 2: // the answer to the next reply is lost on the way
			p.everywhere(fault{Kind: "drop_after"})
		case 3:
			a.closing()
		case 4:
			colleague.writeTo(customer, sees)
			colleague.press("enter")
		case 5: // the next reply is refused
			p.everywhere(fault{Kind: "status", Status: 422})
		}
		a.customer(i)
	}
	p.arrives(sees)
	p.control("DELETE", "fault", nil, nil)
	a.again()
	a.audit()
	a.handsOver()
	a.report()
}

// everywhere lets the next reply fail, on each platform.
func (p *served) everywhere(f fault) {
	p.t.Helper()
	f.Match, f.Calls = "POST .*messages$", 1
	for _, f.Platform = range []string{"pact", "textus", "protocol"} {
		p.control("POST", "fault", f, nil)
	}
}

// report says what the morning cost.
func (a *agent) report() {
	for _, did := range []string{"a saved reply", "a text of one's own", "snoozed", "labelled and answered", "noted and answered", "whose window closes"} {
		if all := a.costs[did]; len(all) > 0 {
			a.t.Logf("%3d × %-22s %d keys", len(all), did, slices.Max(all))
		}
	}
	slices.Sort(a.took)
	if n := len(a.took); n > 0 {
		a.t.Logf("%d customers, in the program %v each, %v at most", n, a.took[n/2].Round(time.Millisecond), a.took[n-1].Round(time.Millisecond))
	}
}
