package syncer

import (
	"maps"
	"slices"
	"strings"
	"time"

	"unibox/api"
	"unibox/state/work"
)

const (
	// wide is how many times longer the pauses of polling are while the platform
	// announces by itself what is new.
	wide = 18
	// widest is the same where the head of the list shows what is new, and is looked at
	// sooner.
	widest = 60
	// glanceEvery is how often it is looked at while somebody watches the account, for
	// watchedFor after a person was last seen to do something.
	glanceEvery = 12 * time.Second
	watchedFor  = 5 * time.Minute
	// tenth is the part of the usual requests that an idle account may take: less than
	// a tenth, for what is not counted here.
	tenth = 0.085
	// longestPause is how long they are at most, unless they are longer anyway.
	longestPause = 24 * time.Hour
	// namedPause is how long after the beginning of one reading a conversation is
	// read again that was announced meanwhile.
	namedPause = 500 * time.Millisecond
	// announcedWithin is how late an announcement may come of what was found by
	// polling. If none comes, announcements get lost.
	announcedWithin = 30 * time.Second
	// A platform that announces nothing for longest is polled as usual, and sooner, but
	// not before shortest, one that falls silent: for manyGaps times the usual time
	// between two announcements.
	longestSilence  = 2 * time.Hour
	shortestSilence = 10 * time.Minute
	manyGaps        = 20
	// heardWithin is how long a platform counts at most that announces nothing, though
	// the way to us is open: it may not know it any more.
	heardWithin = 24 * time.Hour
	// mostUnknown is how many announced conversations are remembered that no list has
	// shown yet.
	mostUnknown = 1000
)

// push is what the platform announces by itself: the zero value is nothing. An
// announcement is a hint, which costs a reading and is never believed.
type push struct {
	// heard is when the last announcement came; open, when it was last tried whether
	// one would arrive.
	heard, open time.Time
	// cut: the way to us was tried, and nothing arrives.
	cut bool
	// gap is the usual time between two announcements, 0 if it is not known.
	gap time.Duration
	// named are the conversations to be read, in the order in which they were
	// announced. list: the head of the list is to be read.
	named []*conv
	list  bool
	// unknown are announced conversations that no list has shown yet.
	unknown map[string]bool
	// found are conversations with something new that was found by polling, until it
	// is announced, since when.
	found map[*conv]time.Time
	// channels are the problems of channels, by id.
	channels map[string]string
}

// Push tells what a platform announced of an account, and what is known of its
// channels. It says too that announcements arrive. It reports false if this session's
// engine does not run: then they are not taken.
func (e *Engine) Push(account api.AccountID, h api.Hints) bool {
	for _, a := range e.accounts {
		if hearer, ok := a.Provider.(api.Hearer); ok && a.ID == account {
			for _, p := range h.Pairings {
				hearer.Hear(p)
			}
		}
	}
	m, ok := e.mailboxes[account]
	return ok && m.push(h)
}

// Channels tells how channels of an account are, as it is known from before. It
// reports false as Push does.
func (e *Engine) Channels(account api.AccountID, states []api.ChannelState) bool {
	m, ok := e.mailboxes[account]
	return ok && m.noteChannels(states)
}

// Reachable says that announcements of an account can arrive: it was tried.
func (e *Engine) Reachable(account api.AccountID) {
	if m, ok := e.mailboxes[account]; ok {
		m.noteReachable()
	}
}

// Unreachable says that announcements of an account cannot arrive: it was tried. Until
// one does, or [Engine.Reachable], the platform is polled as usual.
func (e *Engine) Unreachable(account api.AccountID) {
	if m, ok := e.mailboxes[account]; ok {
		m.noteUnreachable()
	}
}

// announced takes in an announcement.
func (p *plan) announced(h api.Hints, now time.Time) {
	p.hear(now)
	for _, id := range h.Conversations {
		if c, ok := p.known[id.Remote]; ok {
			p.name(c)
			p.push.list = p.push.list || p.rhythm.recent
			continue
		}
		if p.push.unknown == nil {
			p.push.unknown = map[string]bool{}
		}
		if len(p.push.unknown) < mostUnknown {
			p.push.unknown[id.Remote] = true
		}
		p.push.list, p.head.due = true, earlier(p.head.due, now)
	}
	p.push.list = p.push.list || h.List
	p.noteChannels(h.Channels)
}

// noteChannels takes in how channels are.
func (p *plan) noteChannels(states []api.ChannelState) {
	for _, ch := range states {
		if p.push.channels == nil {
			p.push.channels = map[string]string{}
		}
		p.push.channels[ch.Channel.Remote] = ch.Problem
	}
}

// hear notes that announcements come, and how often. What was missed before is
// settled: since then polling has looked everywhere.
func (p *plan) hear(now time.Time) {
	if gap := now.Sub(p.push.heard); !p.push.heard.IsZero() && gap > 0 {
		if p.push.gap == 0 {
			p.push.gap = gap
		}
		p.push.gap += (gap - p.push.gap) / 8
	}
	p.push.heard, p.push.cut = now, false
	for c, at := range p.push.found {
		if now.Sub(at) >= announcedWithin {
			delete(p.push.found, c)
		}
	}
}

// name notes that a conversation is to be read.
func (p *plan) name(c *conv) {
	delete(p.push.found, c)
	if !c.named {
		c.named = true
		p.push.named = append(p.push.named, c)
	}
}

// unname notes that the reading of a conversation begins.
func (p *plan) unname(c *conv) {
	if !c.named {
		return
	}
	c.named = false
	for i, d := range p.push.named {
		if c == d {
			p.push.named = append(p.push.named[:i], p.push.named[i+1:]...)
			return
		}
	}
}

// listed names a conversation that was announced before a list showed it.
func (p *plan) listed(c *conv) {
	if p.push.unknown[c.id.Remote] {
		delete(p.push.unknown, c.id.Remote)
		p.name(c)
	}
}

// foundUnannounced notes that polling found a message of the customer's which was not
// announced so far.
func (p *plan) foundUnannounced(c *conv, now time.Time) {
	if c.named || p.push.heard.IsZero() {
		return
	}
	if p.push.found == nil {
		p.push.found = map[*conv]time.Time{}
	}
	if _, known := p.push.found[c]; !known {
		p.push.found[c] = now
	}
}

// pushedUntil is until when the platform counts as one that announces what is new:
// it has done so lately, and nothing was found that it did not announce. It is the
// zero time if it never has.
func (p *plan) pushedUntil() time.Time {
	if p.push.heard.IsZero() || p.push.cut {
		return time.Time{}
	}
	silence := longestSilence
	if p.push.gap > 0 {
		silence = min(max(manyGaps*p.push.gap, shortestSilence), longestSilence)
	}
	until := earlier(work.Later(p.push.heard, p.push.open).Add(silence), p.push.heard.Add(heardWithin))
	for _, at := range p.push.found {
		until = earlier(until, at.Add(announcedWithin))
	}
	return until
}

// pushed reports whether the platform announces what is new, as far as anybody can
// tell.
func (p *plan) pushed(now time.Time) bool { return now.Before(p.pushedUntil()) }

// pause is how long a pause of polling is now.
func (p *plan) pause(d time.Duration, now time.Time) time.Duration {
	if p.pushed(now) {
		return max(d, min(p.width()*d, longestPause))
	}
	return d
}

// width is how many times longer the pauses of polling are while the platform announces
// by itself what is new.
func (p *plan) width() time.Duration {
	if p.rhythm.recent {
		return widest
	}
	return wide
}

// glance is after how long the head of the list is looked at, or the open conversation
// read, whatever is announced: announcements get lost. While somebody watches, that is
// soon enough for 15 seconds; else as often as a tenth of the usual requests allows,
// and where the list does not show what is new, it finds nothing.
func (p *plan) glance(now time.Time) time.Duration {
	if now.Before(p.watchedUntil) {
		return glanceEvery
	}
	if !p.rhythm.recent {
		return longestPause
	}
	spare := tenth*(p.asks(1)+p.looks(p.rhythm.list)) - p.asks(widest)
	if spare <= 0 {
		return longestPause
	}
	return max(glanceEvery, min(time.Duration(float64(max(1, p.lookCost))/spare*float64(time.Second)), wide*p.rhythm.list))
}

// asks is how many requests a second the conversations that are open and on screen
// take, with pauses so many times longer.
func (p *plan) asks(longer float64) float64 {
	n := float64(len(p.opens())) / p.rhythm.open.Seconds()
	for _, c := range p.convs {
		if c.visible && !p.isOpen(c) {
			n += 1 / p.rhythm.visible.Seconds()
		}
	}
	if p.rhythm.messages > 0 {
		n = min(n, p.rhythm.messages)
	}
	return n / longer
}

// looks is how many requests a second looks at the head of the list take.
func (p *plan) looks(every time.Duration) float64 {
	return float64(max(1, p.lookCost)) / every.Seconds()
}

// named reads what was announced.
func (s *search) named() bool {
	for _, c := range s.push.named {
		if !c.busy && s.Due(work.Later(c.notBefore, c.checked.Add(namedPause))) && s.affords(readHead, watched, watched) {
			s.pick = task{job: readHead, urgency: watched, conv: c}
			return true
		}
	}
	return false
}

// begins is when a round of the list, or its next page, is due.
func (s *search) begins(r *round) time.Time {
	named := !r.whole && s.push.list
	if r.cursor != "" || r.urgent || named || s.partial || r.due.IsZero() {
		return r.due
	}
	every := s.every(r)
	pause := s.pause(every, s.Now)
	if !r.whole && s.rhythm.recent {
		pause = min(pause, max(every, s.glance(s.Now)))
	}
	return r.due.Add(pause - every)
}

// resting reports whether the sweep rests, except for what has moved.
func (s *search) resting() bool {
	return s.pushed(s.Now) && !s.Due(s.sweptAt.Add(s.rhythm.rest))
}

// nameChannels keeps what people call the channels of the account. What is known of
// one that is no longer there is dropped.
func (p *plan) nameChannels(all []api.Channel, t api.Traits) {
	p.channels = map[string]string{}
	for _, ch := range all {
		p.channels[ch.ID.Remote] = strings.TrimSpace(t.Rule(ch.Kind).Title + " " + ch.Name)
	}
}

// channelProblem says what a channel lacks, of the one with the smallest id; "" if
// nothing is known against any.
func (p *plan) channelProblem() string {
	for _, id := range slices.Sorted(maps.Keys(p.push.channels)) {
		name, there := p.channels[id]
		if problem := p.push.channels[id]; there && problem != "" {
			return name + ": " + problem
		}
	}
	return ""
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// push reports false if no loop is there to take what was announced.
func (m *mailbox) push(h api.Hints) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.serving {
		m.announced = append(m.announced, h)
		m.wakeLoop()
	}
	return m.serving
}

func (m *mailbox) noteChannels(states []api.ChannelState) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.serving {
		m.channels = append(m.channels, states...)
		m.wakeLoop()
	}
	return m.serving
}

func (m *mailbox) noteReachable() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests.reachable, m.requests.unreachable = true, false
	m.wakeLoop()
}

func (m *mailbox) noteUnreachable() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests.reachable, m.requests.unreachable = false, true
	m.wakeLoop()
}
