package syncer

import (
	"cmp"
	"hash/fnv"
	"io"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

// plan is all that one account's loop goes by when it chooses what to do next.
// Only the loop touches it.
type plan struct {
	account api.AccountID
	rhythm  rhythm
	budgets map[api.Class]budget
	health  health

	convs []*conv
	known map[string]*conv
	// readCount counts the conversations whose newest messages have been read.
	readCount int
	// attended are those that somebody wants something of, or that have a
	// hole to fill, in the order in which they came.
	attended []*conv
	// open is the conversation that is open here, others those that are in
	// other sessions.
	open   *conv
	others []*conv
	// screens is what is on the screens, known to the plan or not.
	screens screens

	// elsewhere: another box reads the account, so only what people want is asked.
	elsewhere bool
	// identified: the platform has said who we are since the account started.
	identified  bool
	identifying bool
	// identifyAt is when to ask next.
	identifyAt time.Time
	// renew: a person asks for a new try after the credential was refused, so it is
	// read again first.
	renew bool
	// partial: the list was never read to its end. unended says why the last round
	// did not come there, empty if it did; earlyEnds counts such rounds in a row.
	partial   bool
	unended   string
	earlyEnds int
	// head reads the newest part of the list, whole reads all of it.
	head, whole round
	progress    progress
	push        push
	// channels are the names of the channels for people, by id.
	channels map[string]string
	// sharers is how many accounts share the budgets.
	sharers int

	// running counts requests under way; turn counts those of the sweep.
	running, turn int
	// refused counts conversations in a row that could not be read for reasons
	// that seemed their own; the sweep continues at sweepFrom.
	refused   int
	sweepFrom time.Time
	// watchedUntil is until when somebody counts as one who watches the account: the
	// screens showed something else of it, or a person asked for something.
	watchedUntil time.Time
	// lookCost is how many requests a look at the head of the list takes.
	lookCost int
	// sweptAt is when the sweep last read a conversation only to be safe.
	sweptAt time.Time
}

// conv is what the plan knows of a conversation.
type conv struct {
	id      api.ConversationID
	checked time.Time
	// active is when the newest message came, as far as is known.
	active time.Time
	// moved: there is more than was read.
	moved bool
	// named: the platform has announced that there is more.
	named   bool
	visible bool
	busy    bool
	// word is what the platform's list says of it.
	word word
	// barred: it could not be read for a reason of its own.
	barred bool
	// stride stretches its intervals a little, so that those which were read
	// together do not stay together.
	stride float64
	// notBefore puts it off after a failure, fails counts those in a row that
	// need not be its own.
	notBefore time.Time
	fails     int
	// served is the span that was last continued downwards, at servedAt.
	served   state.Span
	servedAt time.Time
	// att is nil while nobody attends to it.
	att *attention
}

func newPlan(account api.AccountID, t api.Traits, jitter float64) *plan {
	return &plan{
		account: account,
		rhythm:  newRhythm(t, jitter),
		budgets: budgetsOf(t),
		known:   map[string]*conv{},
		health:  health{Health: state.Health{Account: account}},
		whole:   round{whole: true},
		partial: true,
		sharers: 1,
	}
}

// join takes the budgets that the account may share with others.
func (p *plan) join(shared *purse, t api.Traits, jitter float64) {
	t.Budgets = share(t.Budgets, shared.sharers)
	p.rhythm, p.budgets, p.sharers = newRhythm(t, jitter), shared.budgets, shared.sharers
}

// begin sets the timers of a start. The reading of the whole list begins with its
// head, so the head alone can wait, unless an earlier run has read that.
func (p *plan) begin(now time.Time) {
	if p.whole.cursor == "" {
		p.head.due = now.Add(p.rhythm.list)
	}
}

// adopt takes over what the store knows. A time in the future comes from a
// clock that was wrong. The account's last good answer was at the latest of
// these times, perhaps in an earlier run.
func (p *plan) adopt(heads []state.Head, now time.Time) {
	for _, h := range heads {
		c := p.conv(h.ID)
		if h.Checked.After(now) {
			h.Checked = now
		}
		p.check(c, h.Checked)
		c.active = work.Later(c.active, h.Active)
		c.word = wordOf(h.Answered, h.Read, h.Away)
		p.health.LastOK = work.Later(p.health.LastOK, h.Checked)
	}
	p.matchScreens(now)
}

// recall takes over what an earlier run knew of the list's end, and of how long
// reading it all takes.
func (p *plan) recall(all []state.Health) {
	for _, h := range all {
		if h.Account != p.account {
			continue
		}
		p.partial, p.unended = h.Partial, h.Unended
		p.progress.total = h.Total
		if left := float64(h.Of() - h.Known); h.Left > 0 && left > 0 {
			p.progress.left, p.progress.pace = h.Left, left/h.Left.Seconds()
		}
	}
}

// resumeWithin is how old a cursor of the list may be for a run to go on there.
const resumeWithin = 24 * time.Hour

// resume goes on with the first reading of the whole list where an earlier run
// stopped. What has moved since then is at the head, which is read at once.
func (p *plan) resume(below api.Cursor, at, now time.Time) {
	if age := now.Sub(at); p.partial && p.unended == "" && 0 <= age && age < resumeWithin {
		p.whole.cursor, p.whole.resumed = below, below != ""
	}
}

// learn takes in a page of the list and reports how many of its conversations
// are new or have something new.
func (p *plan) learn(convs []api.Conversation) int {
	news := 0
	for _, item := range convs {
		_, old := p.known[item.ID.Remote]
		c := p.conv(item.ID)
		c.hear(item)
		active, said := item.Active.Get()
		switch {
		case !old:
			c.active = work.Later(active, item.Created.Or(time.Time{}))
			p.listed(c)
			news++
		case said && active.After(c.active):
			c.active, c.moved = active, true
			news++
		}
	}
	return news
}

// conv returns the entry of a conversation, made if need be.
func (p *plan) conv(id api.ConversationID) *conv {
	c, ok := p.known[id.Remote]
	if !ok {
		c = &conv{id: id, stride: stride(id)}
		p.known[id.Remote] = c
		p.convs = append(p.convs, c)
	}
	return c
}

// stride is from 0.9 to 1.1, spread evenly over the ids.
func stride(id api.ConversationID) float64 {
	h := fnv.New32a()
	_, _ = io.WriteString(h, id.Remote)
	return 0.9 + 0.2*float64(h.Sum32()%1000)/1000
}

// check notes that c's newest messages were asked for at a time.
func (p *plan) check(c *conv, at time.Time) {
	if c.checked.IsZero() && !at.IsZero() {
		p.readCount++
	}
	c.checked = work.Later(c.checked, at)
}

// show takes in what is on the screens.
func (p *plan) show(on screens, now time.Time) {
	p.screens = on
	p.matchScreens(now)
}

// matchScreens finds what is on the screens among what has become known.
func (p *plan) matchScreens(now time.Time) {
	for _, c := range p.convs {
		c.visible = false
	}
	for _, id := range p.screens.visible {
		if c, ok := p.known[id.Remote]; ok {
			c.visible = true
		}
	}
	was := append([]*conv{p.open}, p.others...)
	p.open, p.others = p.known[p.screens.open.Remote], nil
	for _, id := range p.screens.others {
		if c, ok := p.known[id.Remote]; ok && !p.isOpen(c) {
			p.others = append(p.others, c)
		}
	}
	p.opened(was, now)
}

// isOpen reports whether somebody has the conversation open.
func (p *plan) isOpen(c *conv) bool { return c == p.open || slices.Contains(p.others, c) }

// opened asks for the head of the conversations that were just opened, unless
// it is fresh, and drops the requests for those that were closed.
func (p *plan) opened(was []*conv, now time.Time) {
	for _, c := range p.attended {
		if slices.Contains(was, c) && !p.isOpen(c) {
			c.att.stopWaiting()
		}
	}
	for _, c := range p.opens() {
		if !slices.Contains(was, c) && now.Sub(c.checked) >= freshFor {
			c.notBefore = time.Time{}
			p.requestHead(c)
		}
	}
}

// report is the account's health with the numbers that were last worked out; see
// [plan.progressed].
func (p *plan) report() state.Health {
	h := p.health.Health
	h.Known, h.Listed, h.Left = p.progress.known, p.progress.listed, p.progress.left
	if p.partial && p.progress.total >= len(p.convs) {
		h.Total = p.progress.total
	}
	if h.State != state.HealthLive {
		h.Left = 0
	}
	h.Partial, h.Unended = p.partial, cmp.Or(p.unended, p.whole.why, p.head.why)
	if h.Reason == "" && p.refused >= manyRefused {
		h.Reason = barred
	}
	if h.Reason == "" && h.State == state.HealthLive {
		h.Reason = p.channelProblem()
	}
	return h
}

// barred is the sentence for an account that may list conversations and read none.
const barred = "the platform lets this login read no conversation; ask whoever manages the account"

// answered records a good answer to a request of a generation. Once a pause is
// over, what failed because of it need not wait any longer.
func (p *plan) answered(now time.Time, generation int) {
	if !p.health.succeeded(now, generation) {
		return
	}
	for _, c := range p.convs {
		if c.fails > 0 {
			c.notBefore, c.fails = time.Time{}, 0
		}
	}
}
