package syncer

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

const (
	// skipFor is how long a conversation is left alone that the platform does
	// not let us read.
	skipFor = 5 * time.Minute
	// manyRefused is how many conversations in a row are refused when that is
	// taken to be about all of them.
	manyRefused = 5
	// listAgain is when a list is read again that could not be read to its end,
	// for the first time; the pauses double.
	listAgain = time.Minute
)

// settle learns from what became of a task.
func (l *loop) settle(r result, now time.Time) {
	l.plan.running--
	if r.generation != l.plan.health.generation && errors.Is(r.err, context.Canceled) {
		l.plan.putBack(r)
		return
	}
	switch r.job {
	case identify:
		l.plan.identifying = false
		l.settleIdentity(r, now)
	case list:
		r.round.busy = false
		l.settleList(r, now)
	default:
		r.conv.busy = false
		l.settleMessages(r, now)
	}
}

func (l *loop) settleIdentity(r result, now time.Time) {
	p := l.plan
	if r.err != nil {
		if p.identified {
			p.identifyAt = now.Add(work.LongestPause)
		}
		l.failed(r, now)
		return
	}
	if r.generation == p.health.generation {
		p.identified, p.identifyAt = true, now.Add(identifyEvery)
	}
	p.health.Label, p.renew = r.label, false
	p.nameChannels(r.channels, l.traits)
	p.answered(now, r.generation)
}

// settleList learns from a page of the list. A page whose cursor leads nowhere
// comes with an error and is a good page all the same.
func (l *loop) settleList(r result, now time.Time) {
	p := l.plan
	news := p.learn(r.convs.Items)
	if !r.whole && r.cursor == "" && r.err == nil {
		p.lookCost = max(1, r.convs.Requests)
	}
	if r.whole && r.convs.Total > 0 && r.convs.Total <= mostListed {
		p.progress.total = r.convs.Total
	}
	if news > 0 {
		p.matchScreens(now)
	}
	switch {
	case r.err == nil:
		p.answered(now, r.generation)
		if over, why := r.round.page(r.convs, news); over {
			p.listEnded(r.round, why, now)
		}
	case p.lostCursor(r):
		p.answered(now, r.generation)
		r.round.restart(now)
	case refusesToGoOn(r):
		p.answered(now, r.generation)
		p.listEnded(r.round, notToItsEnd+refusal(r.err), now)
	default:
		r.round.failed(now, l.jitter(), r.err)
		l.failed(r, now)
	}
}

// lostAfter is how many failures in a row are the cursor's own, while the account
// answers otherwise.
const lostAfter = 3

// lostCursor reports whether the cursor that an earlier run left leads nowhere.
func (p *plan) lostCursor(r result) bool {
	ours := r.round.fails+1 >= lostAfter && p.health.State == state.HealthLive
	return r.round.resumed && len(r.convs.Items) == 0 && (refusesToGoOn(r) || ours)
}

// refusesToGoOn reports whether the platform answers, only not about this page.
func refusesToGoOn(r result) bool {
	return api.KindOf(r.err) == api.ErrCursor || r.cursor != "" && ownProblem(r.err)
}

// refusal says that a page was refused, with the platform's own word for it.
func refusal(err error) string {
	var e *api.Error
	if errors.As(err, &e) && e.Said != "" {
		return "the platform refuses the next page (" + e.Said + ")"
	}
	return "the platform refuses the next page"
}

// listEnded ends a round, at the end of the list or, why says, before. What a
// round from the head has left out only a whole one finds.
func (p *plan) listEnded(r *round, why string, now time.Time) {
	switch {
	case why != "":
		p.unended = why
		p.earlyEnds++
		again := min(listAgain<<min(p.earlyEnds-1, 10), p.rhythm.whole)
		if p.whole.cursor == "" && !p.whole.busy || r.whole {
			p.whole.end(now.Add(again))
		}
		if !r.whole {
			r.end(now.Add(max(listAgain, p.rhythm.list)))
		}
		return
	case r.whole:
		p.unended, p.earlyEnds, p.partial = "", 0, false
	}
	r.end(now.Add(p.every(r)))
}

func (p *plan) every(r *round) time.Duration {
	if r.whole {
		return p.rhythm.whole
	}
	return p.listEvery()
}

// listEvery is how often the head of the list is read. Until the list is known to
// its end most of its budget is for that.
func (p *plan) listEvery() time.Duration {
	if p.partial && p.whole.cursor != "" {
		return max(p.rhythm.list, headSeldom*p.rhythm.halfList)
	}
	return p.rhythm.list
}

func (l *loop) settleMessages(r result, now time.Time) {
	switch {
	case errors.Is(r.err, errIgnored), errors.Is(r.err, errRefused):
		l.plan.answered(now, r.generation)
		l.plan.giveUp(r.conv, r.err, now)
	case r.err != nil && r.job != readHead && api.KindOf(r.err) == api.ErrCursor:
		l.plan.answered(now, r.generation)
		l.plan.startWalk(r)
	case r.err != nil:
		l.failedMessages(r, now)
	default:
		l.plan.answered(now, r.generation)
		l.plan.refused, r.conv.notBefore, r.conv.fails, r.conv.barred = 0, time.Time{}, 0, false
		l.plan.learnPage(r, now)
	}
}

// failedMessages separates a conversation's own problem from the account's.
func (l *loop) failedMessages(r result, now time.Time) {
	c := r.conv
	c.fails++
	c.notBefore = now.Add(work.Backoff(c.fails, l.jitter()))
	c.moved = c.moved || r.job == readHead
	own := ownProblem(r.err)
	if own {
		c.notBefore = now.Add(skipFor)
		c.fails, c.barred = 0, true
		l.plan.refuse(now, r.generation)
		l.log.Info("leave a conversation alone for a while", r.logFields()...)
	}
	l.plan.noteFailure(r, own)
	if !own {
		l.failed(r, now)
	}
}

// refuse counts a conversation that the platform did not let us read. After
// several in a row it is not about them, and the sweep asks for one now and
// then only.
func (p *plan) refuse(now time.Time, generation int) {
	if p.refused++; p.refused >= manyRefused {
		p.sweepFrom = now.Add(skipFor)
		return
	}
	p.answered(now, generation)
}

// ownProblem reports whether the platform answered, and only about this one.
func ownProblem(err error) bool {
	switch api.KindOf(err) {
	case api.ErrNotFound, api.ErrForbidden, api.ErrInvalid, api.ErrUnsupported, api.ErrCursor:
		return true
	}
	return false
}

// failed records a failure of the account.
func (l *loop) failed(r result, now time.Time) {
	p := l.plan
	switch kind := api.KindOf(r.err); {
	case r.generation != p.health.generation && kind != api.ErrRateLimited:
	case kind == api.ErrAuth, kind == api.ErrPayment:
		l.log.Warn("account stopped", slog.Any("err", r.err))
		p.stop(now, r.err, l.jitter())
	case kind == api.ErrRateLimited:
		p.health.limited(now, r.generation, r.err, l.jitter())
	default:
		l.log.Warn("request failed", r.logFields()...)
		p.health.failed(now, r.generation, r.err, r.conv == nil && r.cursor == "", l.jitter())
	}
}
