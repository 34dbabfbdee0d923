package outbox

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// tally counts what a campaign met.
type tally struct {
	messages, sends, crashes, decisions, adopted int
	calls                                        map[string]int
	status                                       [7]int
}

// campaign is one seeded run: an agent writes into a few conversations while
// the platform, the disk and the process misbehave; then everything works for
// hours.
type campaign struct {
	*session
	// r is the agent's chance, luck the platform's, used under its lock.
	r, luck *rand.Rand
	file    string
	person  bool
	bad     bool
	crashes int
	// decided holds the replies that the agent had to decide about.
	decided map[string]bool
	texts   int
	started bool
	first   api.ConversationID
}

var campaigns = flag.Int("campaigns", 0, "how many seeded runs TestCampaign plays; 0 is 40, or 400 with -full")

func TestCampaign(t *testing.T) {
	file, dir := filepath.Join(t.TempDir(), "bill.txt"), t.TempDir()
	write(t, file, "bill")
	sum := tally{calls: map[string]int{}}
	count := cmp.Or(*campaigns, Some(400, 40))
	if Raced { // one after the other
		count /= 4
	}
	for n := range uint64(count) {
		seed := *Seed + n
		synctest.Test(t, func(t *testing.T) {
			c := &campaign{
				session: newSessionIn(t, filepath.Join(dir, fmt.Sprint(seed))), r: rand.New(rand.NewPCG(seed, 7)), luck: rand.New(rand.NewPCG(seed, 8)),
				file: file, bad: true, decided: map[string]bool{},
			}
			c.person = c.r.IntN(2) == 0
			c.play()
			c.audit(t)
			c.ties(t)
			c.order(t)
			c.count(&sum)
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("%d runs: %d messages, %d effects, %d crashes, %d decisions, %d found in the history", count, sum.messages, sum.sends, sum.crashes, sum.decisions, sum.adopted)
	t.Logf("requests %v", sum.calls)
	for s, n := range sum.status {
		t.Logf("%9s %d", words[s], n)
	}
}

// play lets the campaign take place.
func (c *campaign) play() {
	c.platform.fault = c.fault
	c.platform.delivery = c.delivery
	c.arm()
	c.run()
	for range 2 + c.r.IntN(8) {
		c.submit()
		pass(time.Duration(c.r.IntN(40)) * time.Second / 2)
		c.engine()
		c.mind()
	}
	c.platform.mu.Lock()
	c.bad = false
	c.platform.mu.Unlock()
	c.restart()
	for range 8 {
		pass(30 * time.Minute)
		c.decide()
	}
	pass(26 * time.Hour)
	c.halt()
}

// arm gives a process a moment to die at.
func (c *campaign) arm() {
	if c.r.IntN(2) == 0 {
		c.process.crash, c.process.after = 1+c.r.IntN(25), c.r.IntN(2) == 0
	}
}

// engine reads a conversation now and then, as the screen that shows it has
// it do, and files the page under the moment when it asked.
func (c *campaign) engine() {
	id, began := chat(c.r.IntN(2)), time.Now()
	if c.r.IntN(2) == 0 {
		return
	}
	pass(time.Second)
	c.platform.mu.Lock()
	page := api.Page[api.Message]{Items: c.platform.history(id, time.Now())}
	c.platform.mu.Unlock()
	if _, err := c.process.SaveHead(context.Background(), id, page, began); err != nil && !c.process.gone() {
		c.t.Error(err)
	}
}

// mind restarts what died, and now and then what lives.
func (c *campaign) mind() {
	switch dead := c.process.gone(); {
	case dead, c.r.IntN(6) == 0:
		if dead {
			c.crashes++
		}
		c.stop()
		<-c.stopped
		c.launch()
		c.arm()
		c.run()
	}
}

// fault is called by the platform under its lock.
func (c *campaign) fault(op string) fault {
	if !c.bad || c.luck.IntN(10) >= 4 {
		return fine
	}
	list := []fault{dropBefore, dropAfter, unavailable, limited, raw}
	if op == "send" || op == "start" {
		list = append(list, hang, noAuth, dropAfter)
	}
	return list[c.luck.IntN(len(list))]
}

// delivery is called by the platform under its lock.
func (c *campaign) delivery() (time.Duration, bool) {
	switch n := c.luck.IntN(20); {
	case n == 0:
		return -1, false
	case n < 3:
		return time.Second, true
	}
	return time.Duration(c.luck.IntN(400)) * time.Second / 10, false
}

func (c *campaign) submit() {
	c.texts++
	draft := state.Draft{Conversation: chat(c.r.IntN(2)), Body: fmt.Sprint("text ", c.texts)}
	var first *state.First
	switch n := c.r.IntN(12); {
	case n == 0:
		draft.Files = []state.File{{Path: c.file, Name: fmt.Sprint(c.texts, ".txt")}}
	case n == 1 && !c.started:
		c.started = true
		draft.Conversation = api.ConversationID{}
		first = &state.First{Channel: api.ChannelID{Account: "acc", Remote: "77"}, Kind: "whatsapp", To: "79250000001"}
	case n < 5 && c.first.Remote != "":
		draft.Conversation = c.first
	}
	if rows, err := c.Submit(context.Background(), draft, first); err == nil && first != nil {
		c.first = rows[0].Conversation
	}
}

// decide is an agent who looks at the customer's phone before choosing.
func (c *campaign) decide() {
	if !c.person {
		return
	}
	c.disk.mu.Lock()
	rows := slices.Clone(c.disk.rows)
	c.disk.mu.Unlock()
	for _, o := range rows {
		if _, good := c.platform.took(o); o.Status == state.Uncertain && good > 0 {
			c.choose(o, state.Arrived)
		} else if o.Status == state.Uncertain {
			c.choose(o, state.SendAgain)
		} else if o.Status == state.Failed && o.Attempts == 1 {
			c.choose(o, state.Retry)
		}
	}
}

func (c *campaign) choose(o state.Outbound, d state.Decision) {
	c.decided[o.Reply()] = true
	if err := c.Decide(context.Background(), o, d); err != nil {
		c.t.Errorf("decide %d on %s: %v", d, words[o.Status], err)
	}
}

// order checks that what nobody decided about went in the order of writing.
func (c *campaign) order(t *testing.T) {
	last := map[api.ConversationID]int64{}
	for i, s := range c.platform.sends {
		for _, o := range c.disk.rows {
			if o.Body != s.body || names(o) != s.files || c.decided[o.Reply()] || c.platform.jobs[i].fails {
				continue
			}
			if o.ID < last[s.conversation] {
				t.Errorf("%q went after a later message: %v\n%+v", o.Body+names(o), c.disk.log[o.Key], c.platform.sends)
			}
			last[s.conversation] = o.ID
		}
	}
}

func (c *campaign) count(sum *tally) {
	sum.messages += len(c.disk.rows)
	sum.sends += len(c.platform.sends)
	sum.crashes += c.crashes
	sum.decisions += len(c.decided)
	for op, n := range c.platform.calls {
		sum.calls[op] += n
	}
	for _, o := range c.disk.rows {
		sum.status[o.Status]++
		if o.Status == state.Done && o.Receipt.Delivery == api.DeliverySent && o.Receipt.Message.Remote != "" {
			sum.adopted++
		}
	}
}
