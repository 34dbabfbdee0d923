package syncer

import (
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

// lanes is how many requests may be under way when one of an urgency begins:
// background work leaves room for the open conversation, and both leave room
// for a person.
var lanes = [...]int{person: 5, watched: 4, background: 3}

// task is one request to make.
type task struct {
	job     job
	urgency urgency
	// conv is set for readHead, readOlder and fillHole; round for list.
	conv  *conv
	round *round
	// swept: it was the sweep's turn.
	swept bool
}

// job is what a task does.
type job uint8

const (
	none job = iota
	identify
	list
	// readHead reads a conversation's newest messages.
	readHead
	// readOlder reads one page of history that a person waits for.
	readOlder
	// fillHole reads one page into a hole that readHead left.
	fillHole
)

// class is whose budget a job spends.
func (j job) class() api.Class {
	switch j {
	case identify:
		return api.ClassOther
	case list:
		return api.ClassConversations
	}
	return api.ClassMessages
}

// tier is a part of the sweep.
type tier uint8

const (
	onScreen tier = iota
	// newest and longest are conversations that were never read: the one that
	// comes first, and the one whose customer has waited for longest by the
	// list's word.
	newest
	longest
	thisHour
	today
	rest
	tiers
)

// wheel deals the sweep's requests among the tiers, so that none starves when
// the budget is smaller than the need. A tier without need leaves its turn to
// the next.
var wheel = []tier{onScreen, rest, thisHour, onScreen, today, onScreen, rest, thisHour}

// readingIn is the wheel while there is something that was never read: until
// everything was, nobody knows who waits. What is on screen keeps its part.
var readingIn = []tier{onScreen, newest, longest, onScreen, newest, thisHour, onScreen, newest, longest,
	onScreen, rest, today, onScreen, longest, onScreen, newest}

// freshShare is the part of readingIn that is for what was never read.
const freshShare = 7.0 / 16

// search looks for the most urgent task at a time. The alarm says when there may
// be another answer, if nothing happens before.
type search struct {
	*plan
	work.Alarm
	pick task
}

// idle is how long the loop sleeps at most.
const idle = time.Minute

// next returns the most urgent task that may begin now, or none and the time
// to ask again. It changes nothing.
func (p *plan) next(now time.Time) (task, time.Time) {
	s := search{plan: p, Alarm: work.Alarm{Now: now, Next: now.Add(idle)}}
	s.Due(p.pushedUntil()) // then other things are due
	switch {
	case p.elsewhere:
		_ = s.Due(p.health.resume) && (s.person() || s.fill())
	case p.health.State == state.HealthStopped:
		s.probe()
	case !s.Due(p.health.resume):
	case p.health.fails > 0 && p.running > 0:
		// After a failure one request at a time finds out how things are.
	default:
		_ = s.identify() || s.read(overdue) || s.person() || s.again() || s.read(1) ||
			s.named() || s.list() || s.fill() || s.sweep()
	}
	return s.pick, s.Next
}

// affords reports whether a lane is free for one urgency, and the budget for
// another.
func (s *search) affords(j job, lane, budget urgency) bool {
	return s.running < lanes[lane] && s.Due(s.budgets[j.class()].when(s.Now, budget))
}

func (s *search) offer(t task) bool {
	if !s.affords(t.job, t.urgency, t.urgency) {
		return false
	}
	s.pick = t
	return true
}

// identify comes before everything else until it has succeeded once.
func (s *search) identify() bool {
	if s.identified {
		return false
	}
	if !s.identifying && s.Due(s.identifyAt) {
		s.offer(task{job: identify, urgency: person})
	}
	return true
}

// probe asks now and then whether a stopped account works again.
func (s *search) probe() {
	if s.Due(s.health.resume) && !s.identifying {
		s.offer(task{job: identify, urgency: background})
	}
}

// again asks who we are once more, from time to time or when a person refreshes.
func (s *search) again() bool {
	return !s.elsewhere && !s.identifying && s.Due(s.identifyAt) && s.offer(task{job: identify, urgency: background})
}

// opens lists what is open, here and in other sessions.
func (p *plan) opens() []*conv {
	if p.open == nil {
		return p.others
	}
	return append([]*conv{p.open}, p.others...)
}

// person serves what people wait for: the open conversations' first, then the oldest.
func (s *search) person() bool {
	for _, c := range s.opens() {
		if s.serve(c) {
			return true
		}
	}
	for _, c := range s.attended {
		if s.serve(c) {
			return true
		}
	}
	return !s.elsewhere && s.round(&s.head, s.head.urgent, person)
}

func (s *search) serve(c *conv) bool {
	if !c.att.wanted() || c.busy || !s.Due(c.notBefore) {
		return false
	}
	t := task{job: readOlder, urgency: person, conv: c}
	if c.att.head {
		t.job = readHead
	}
	return s.offer(t)
}

// overdue is how many times its interval the open conversation may wait while
// somebody reads far back.
const overdue = 3

// read reads the open conversation, so many intervals after the last time.
// Where there are several they share what one may have.
func (s *search) read(intervals time.Duration) bool {
	open, budget := s.opens(), watched
	every := s.pause(s.rhythm.open, s.Now)
	if s.Now.Before(s.watchedUntil) {
		every = min(every, max(s.rhythm.open, glanceEvery))
	}
	every *= intervals * time.Duration(len(open))
	if intervals == overdue { // long enough to take what a person could have
		budget = person
	}
	for _, c := range open {
		if !c.busy && s.Due(work.Later(c.notBefore, c.checked.Add(every))) && s.affords(readHead, watched, budget) {
			s.pick = task{job: readHead, urgency: watched, conv: c}
			return true
		}
	}
	return false
}

func (s *search) list() bool {
	return s.round(&s.head, true, background) || s.round(&s.whole, true, background)
}

func (s *search) round(r *round, wanted bool, u urgency) bool {
	if !wanted || r.busy || !s.Due(s.begins(r)) {
		return false
	}
	return s.offer(task{job: list, urgency: u, round: r})
}

func (s *search) fill() bool {
	for _, c := range s.attended {
		if c.att.fill > 0 && !c.busy && s.Due(c.notBefore) &&
			s.offer(task{job: fillHole, urgency: background, conv: c}) {
			return true
		}
	}
	return false
}

// sweep reads the conversation that most needs it, by turns of the wheel; what is
// known to have moved goes before what is only read to be safe.
func (s *search) sweep() bool {
	if !s.Due(s.sweepFrom) || !s.affords(readHead, background, background) {
		return false
	}
	stalest, deal := s.stalest(), wheel
	if stalest[newest] != nil {
		deal = readingIn
	}
	for _, moved := range []bool{true, false} {
		for i := range deal {
			c := stalest[deal[(s.turn+i)%len(deal)]]
			if c != nil && (c.moved || !moved) && (c.moved || c.checked.IsZero() || !s.resting()) {
				s.pick = task{job: readHead, urgency: background, conv: c, swept: true}
				return true
			}
		}
	}
	return false
}

// stalest finds, in each tier, what is due and was unseen for longest.
func (s *search) stalest() (best [tiers]*conv) {
	for _, c := range s.convs {
		if c.busy || s.isOpen(c) || !s.Due(s.sweepDue(c)) {
			continue
		}
		t := c.tier(s.Now)
		if best[t] == nil || c.before(best[t]) {
			best[t] = c
		}
		if t == newest && c.mayWait() && (best[longest] == nil || c.longerThan(best[longest])) {
			best[longest] = c
		}
	}
	return best
}

func (s *search) sweepDue(c *conv) time.Time {
	every := s.rhythm.other
	if c.visible {
		every = s.rhythm.visible
	}
	if c.moved || c.checked.IsZero() {
		return c.notBefore
	}
	return work.Later(c.notBefore, c.checked.Add(time.Duration(float64(s.pause(every, s.Now))*c.stride)))
}

func (c *conv) tier(now time.Time) tier {
	switch age := now.Sub(c.active); {
	case c.visible:
		return onScreen
	case c.checked.IsZero():
		return newest
	case age < time.Hour:
		return thisHour
	case age < 24*time.Hour:
		return today
	}
	return rest
}

// before orders a tier: what is known to have moved, then what was never read, of
// which what the list says counts, and then the most recently active, then what was
// unseen for longest.
func (c *conv) before(d *conv) bool {
	switch {
	case c.moved != d.moved:
		return c.moved
	case !c.checked.Equal(d.checked):
		return c.checked.Before(d.checked)
	case c.word != d.word:
		return c.word > d.word
	}
	return c.active.After(d.active)
}
