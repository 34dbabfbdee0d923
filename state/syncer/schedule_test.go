package syncer

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// settled is a plan of an account at rest: identified, everything fresh, with
// conversations 1 to n of which 1 was active last.
func settled(now time.Time, n int) *plan {
	t := api.Traits{Conversations: api.OrderByCreation, Budgets: map[api.Class]api.Budget{
		api.ClassMessages:      {Requests: 800, Per: time.Minute},
		api.ClassConversations: {Requests: 400, Per: time.Minute},
	}}
	p := newPlan(acct, t, 0.5)
	var heads []state.Head
	for i := 1; i <= n; i++ {
		age := time.Duration(i) * 48 * time.Hour
		heads = append(heads, state.Head{ID: convID(i), Checked: now, Active: now.Add(-age)})
	}
	p.adopt(heads, now)
	p.identified, p.identifyAt = true, now.Add(time.Hour)
	p.head.due, p.whole.due = now.Add(time.Hour), now.Add(time.Hour)
	p.health.State = state.HealthLive
	return p
}

func (p *plan) nth(n int) *conv { return p.known[convID(n).Remote] }

// stale makes conversation n unseen for so long.
func (p *plan) stale(n int, now time.Time, d time.Duration) { p.nth(n).checked = now.Add(-d) }

func TestNext(t *testing.T) {
	now := time.Now()
	type want struct {
		job     job
		n       int
		urgency urgency
	}
	for name, tc := range map[string]struct {
		given func(p *plan)
		want  want
	}{
		"nothing is due": {func(p *plan) {}, want{}},
		"who we are comes first": {func(p *plan) {
			p.identified, p.identifyAt = false, now
			p.attend(p.nth(1)).head = true
		}, want{job: identify}},
		"until we know that, nothing else": {func(p *plan) {
			p.identified, p.identifying = false, true
			p.attend(p.nth(1)).head = true
		}, want{}},
		"who we are, once an hour": {func(p *plan) { p.identifyAt = now }, want{identify, 0, background}},
		"a person before the rest": {func(p *plan) {
			p.stale(1, now, time.Hour)
			p.head.due = now
			p.attend(p.nth(2)).older = true
		}, want{readOlder, 2, person}},
		"the open conversation's request before others": {func(p *plan) {
			p.attend(p.nth(2)).older = true
			p.attend(p.nth(3)).older = true
			p.open = p.nth(3)
		}, want{readOlder, 3, person}},
		"new messages before old ones": {func(p *plan) {
			p.attend(p.nth(2)).older = true
			p.attend(p.nth(2)).head = true
		}, want{readHead, 2, person}},
		"one request at a time for a conversation": {func(p *plan) {
			p.attend(p.nth(2)).older = true
			p.nth(2).busy = true
		}, want{}},
		"a refreshed list is a person's": {func(p *plan) { p.refreshAll(now) }, want{list, 0, person}},
		"the open conversation after two seconds": {func(p *plan) {
			p.open = p.nth(4)
			p.stale(4, now, 2*time.Second)
			p.head.due = now
		}, want{readHead, 4, watched}},
		"and not sooner": {func(p *plan) {
			p.open = p.nth(4)
			p.stale(4, now, 1900*time.Millisecond)
		}, want{}},
		"the open conversation is not forgotten while somebody reads back": {func(p *plan) {
			p.open = p.nth(4)
			p.attend(p.nth(4)).older = true
			p.stale(4, now, 7*time.Second)
		}, want{readHead, 4, watched}},
		"the list before the sweep": {func(p *plan) {
			p.head.due = now
			p.stale(1, now, time.Hour)
		}, want{list, 0, background}},
		"one page of a round at a time": {func(p *plan) {
			p.head.due, p.head.busy = now, true
		}, want{}},
		"a hole before the sweep": {func(p *plan) {
			p.attend(p.nth(2)).fill = 1
			p.stale(1, now, time.Hour)
		}, want{fillHole, 2, background}},
		"a hole waits for its conversation": {func(p *plan) {
			p.attend(p.nth(2)).fill = 1
			p.nth(2).busy = true
		}, want{}},
		"what is on screen first": {func(p *plan) {
			p.stale(1, now, time.Hour)
			p.stale(5, now, 10*time.Second)
			p.nth(5).visible = true
		}, want{readHead, 5, background}},
		"the active before the quiet": {func(p *plan) {
			p.turn = 2
			p.stale(1, now, time.Hour)
			p.stale(5, now, 12*time.Second)
			p.nth(5).active = now.Add(-time.Minute)
		}, want{readHead, 5, background}},
		"the quiet have their turn": {func(p *plan) {
			p.turn = 1
			p.stale(1, now, time.Hour)
			p.stale(5, now, 20*time.Second)
			p.nth(5).visible = true
		}, want{readHead, 1, background}},
		"the never read, the most recent first": {func(p *plan) {
			p.stale(1, now, time.Hour)
			p.nth(6).checked, p.nth(3).checked, p.nth(4).checked = time.Time{}, time.Time{}, time.Time{}
		}, want{readHead, 3, background}},
		"the longest unseen": {func(p *plan) {
			p.stale(1, now, time.Hour)
			p.stale(2, now, 2*time.Hour)
			p.stale(3, now, time.Hour)
		}, want{readHead, 2, background}},
		"what has moved at once": {func(p *plan) {
			p.stale(1, now, time.Hour)
			p.nth(2).moved = true
		}, want{readHead, 2, background}},
		"not before its time": {func(p *plan) {
			p.stale(1, now, time.Hour)
			p.nth(1).notBefore = now.Add(time.Second)
		}, want{}},
		"background work leaves lanes": {func(p *plan) {
			p.running = 3
			p.stale(1, now, time.Hour)
		}, want{}},
		"for the open conversation": {func(p *plan) {
			p.running = 3
			p.open = p.nth(1)
			p.stale(1, now, time.Hour)
		}, want{readHead, 1, watched}},
		"which leaves one": {func(p *plan) {
			p.running = 4
			p.open = p.nth(1)
			p.stale(1, now, time.Hour)
		}, want{}},
		"for a person": {func(p *plan) {
			p.running = 4
			p.attend(p.nth(1)).older = true
		}, want{readOlder, 1, person}},
		"a stopped account rests": {func(p *plan) {
			p.health.stop(now, failure(api.ErrAuth), 0.5)
			p.attend(p.nth(1)).older = true
		}, want{}},
		"until it is time to see whether it was repaired": {func(p *plan) {
			p.health.stop(now.Add(-firstProbe), failure(api.ErrAuth), 0.5)
			p.attend(p.nth(1)).older = true
		}, want{identify, 0, background}},
		"the sweep rests where everything is refused": {func(p *plan) {
			p.stale(1, now, time.Hour)
			for range manyRefused {
				p.refuse(now, 0)
			}
		}, want{}},
		"a failing account pauses": {func(p *plan) {
			p.health.resume = now.Add(time.Second)
			p.attend(p.nth(1)).older = true
		}, want{}},
		"and then tries": {func(p *plan) {
			p.health.fails = 3
			p.attend(p.nth(1)).older = true
		}, want{readOlder, 1, person}},
		"one request at a time": {func(p *plan) {
			p.health.fails, p.running = 3, 1
			p.attend(p.nth(1)).older = true
		}, want{}},
	} {
		t.Run(name, func(t *testing.T) {
			p := settled(now, 6)
			tc.given(p)
			task, wake := p.next(now)
			got := want{job: task.job, urgency: task.urgency}
			for i := 1; i <= 6; i++ {
				if task.conv != nil && task.conv == p.nth(i) {
					got.n = i
				}
			}
			if got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
			if task.job == none && (!wake.After(now) || wake.After(now.Add(idle))) {
				t.Errorf("wake in %v", wake.Sub(now))
			}
		})
	}
}

func TestATimeFromAWrongClockPutsNothingOff(t *testing.T) {
	now := time.Now()
	p := newPlan(acct, api.Traits{Conversations: api.OrderByCreation}, 0.5)
	p.adopt([]state.Head{{ID: convID(1), Checked: now.Add(24 * time.Hour)}}, now)
	p.identified, p.identifyAt, p.head.due, p.whole.due = true, now.Add(time.Hour), now.Add(time.Hour), now.Add(time.Hour)
	if task, wake := p.next(now); task.job != none || wake.After(now.Add(12*time.Second)) {
		t.Errorf("%v in %v", task.job, wake.Sub(now))
	}
	if age := now.Sub(p.report().LastOK); age != 0 {
		t.Errorf("the last answer is %v old", age)
	}
}

func TestNextWakesInTime(t *testing.T) {
	now := time.Now()
	p := settled(now, 6)
	p.open = p.nth(2)
	for range 50 {
		task, wake := p.next(now)
		if task.job == none {
			now = wake
			continue
		}
		if task.conv != p.nth(2) && now.Sub(task.conv.checked) < 9*time.Second {
			t.Errorf("%v was read after %v", task.conv.id, now.Sub(task.conv.checked))
		}
		task.conv.checked = now
	}
	if age := now.Sub(p.nth(1).checked); age > 11*time.Second {
		t.Errorf("the sweep is %v late", age)
	}
}

func TestBudgetLeavesTokensForAPerson(t *testing.T) {
	for _, requests := range []int{1, 2, 3, 10, 20, 800} {
		synctest.Test(t, func(t *testing.T) {
			b := newBudget(api.Budget{Requests: requests, Per: time.Minute})
			spent := 0
			for end := time.Now().Add(10 * time.Minute); time.Now().Before(end); spent++ {
				time.Sleep(time.Until(b.when(time.Now(), background)))
				b.spend(time.Now(), background)
				if wait := time.Until(b.when(time.Now(), person)); requests > 3 && wait > 0 {
					t.Fatalf("%d a minute: a person waits %v", requests, wait)
				}
			}
			if most := 10*requests + requests; spent > most || spent < max(4, 4*requests) {
				t.Errorf("%d a minute: the background spent %d in 10 minutes", requests, spent)
			}
		})
	}
}

func TestAnUnlimitedClass(t *testing.T) {
	now := time.Now()
	var b budget
	b.spend(now, background)
	if !b.when(now, background).Equal(now) {
		t.Error("what has no budget waits")
	}
}

func TestRound(t *testing.T) {
	page := func(next api.Cursor, ids ...int) api.Page[api.Conversation] {
		p := api.Page[api.Conversation]{Next: next}
		for _, n := range ids {
			p.Items = append(p.Items, api.Conversation{ID: convID(n)})
		}
		return p
	}
	for name, tc := range map[string]struct {
		whole  bool
		first  api.Page[api.Conversation]
		second api.Page[api.Conversation]
		news   int
		over   bool
		why    string
	}{
		"goes on":              {true, page("a", 1, 2), page("b", 3, 4), 0, false, ""},
		"ends":                 {true, page("a", 1, 2), page("", 3, 4), 0, true, ""},
		"same page again":      {true, page("a", 1, 2), page("b", 1, 2), 0, true, circled},
		"same token again":     {true, page("a", 1, 2), page("a", 3, 4), 0, true, circled},
		"an empty page":        {true, page("a", 1, 2), page("b"), 0, false, ""},
		"head on an empty one": {false, page("a", 1, 2), page("b"), 0, false, ""},
		"head without news":    {false, page("a", 1, 2), page("b", 3, 4), 0, true, ""},
		"head with news":       {false, page("a", 1, 2), page("b", 3, 4), 1, false, ""},
		"head on an odd token": {false, page("a", 1, 2), page("a", 3, 4), 1, true, circled},
	} {
		t.Run(name, func(t *testing.T) {
			r := round{whole: tc.whole}
			if over, _ := r.page(tc.first, 2); over || r.cursor != tc.first.Next {
				t.Fatal("the first page ended it")
			}
			if over, why := r.page(tc.second, tc.news); over != tc.over || why != tc.why {
				t.Errorf("over %v: %q", over, why)
			}
		})
	}
}

// A list that leads from A to B and back to A ends, and so does one whose every
// page names conversations that nobody has seen.
func TestRoundOnAListWithoutEnd(t *testing.T) {
	fresh := func(cursor string, from int) api.Page[api.Conversation] {
		p := api.Page[api.Conversation]{Next: api.Cursor(cursor)}
		for i := range 1000 {
			p.Items = append(p.Items, api.Conversation{ID: convID(from + i)})
		}
		return p
	}
	for want, cursor := range map[string]func(int) string{
		circled: func(page int) string { return []string{"A", "B"}[page%2] },
		endless: strconv.Itoa,
	} {
		r := round{whole: true}
		over, why := false, ""
		page := 0
		for ; !over && page <= mostListed/1000; page++ {
			over, why = r.page(fresh(cursor(page), page*1000), 1000)
		}
		if !over || why != want {
			t.Errorf("after %d pages: over %v, %q, want %q", page, over, why, want)
		}
	}
}

func TestRhythmTakesHalfABudgetAtMost(t *testing.T) {
	small := api.Traits{Conversations: api.OrderByCreation, Budgets: map[api.Class]api.Budget{
		api.ClassMessages:      {Requests: 20, Per: time.Minute},
		api.ClassConversations: {Requests: 10, Per: time.Minute},
	}}
	if r := newRhythm(small, 0); r.open != 6*time.Second || r.list != 12*time.Second {
		t.Errorf("open every %v, list every %v", r.open, r.list)
	}
	if r := newRhythm(api.Traits{Conversations: api.OrderByCreation}, 0.5); r.open != 2*time.Second || r.list != 10*time.Second {
		t.Errorf("unlimited: open every %v, list every %v", r.open, r.list)
	}
	if a, b := newRhythm(small, 0), newRhythm(small, 1); a.visible >= b.visible {
		t.Error("two programs stay in step")
	}
}

func BenchmarkNext(b *testing.B) {
	now := time.Now()
	p := settled(now, 20_000)
	for b.Loop() {
		p.next(now)
	}
}
