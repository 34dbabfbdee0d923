package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"unibox/state"
	"unibox/state/postgres/pgtest"
	"unibox/state/sqlite"
)

// By a config in which who has taken a customer answers alone, a reply that waited while a colleague
// took the customer is a draft again, on all boxes, and its agent is told. It goes out where
// the agent has the customer, nobody has, or the config does not want that.
func TestAReplyToWhomAColleagueTookMeanwhile(t *testing.T) {
	const taken = "a colleague took a customer whom you answered while the team's database was away, and the config wants that only they answer (only_assignee_sends): your reply is a draft again"
	for _, alone := range []bool{true, false} {
		t.Run(fmt.Sprint(alone), func(t *testing.T) {
			database := pgtest.Database(t)
			p, through := pgtest.NewProxy(t, database)
			other := joined(t, database, "olga")
			db, err := sqlite.Open(t.Context(), t.TempDir(), state.NewFeed(), sqlite.Fleet(open(t, through)), sqlite.HoldersSend(alone))
			must(t, err)
			b := &box{DB: db}
			defer db.Close()
			must(t, b.FollowFleet(t.Context()))
			p.Cut()
			quote, want, news := state.Quote{Message: "m", Author: "Mia", Text: "where is it?"}, []string{"of olga", "to nobody's", "to hers"}, []string(nil)
			b.answer(t, 1, "anna", "to olga's", quote)
			b.answer(t, 1, "olga", "of olga", state.Quote{})
			b.answer(t, 2, "anna", "to nobody's", state.Quote{})
			b.answer(t, 3, "anna", "to hers", state.Quote{})
			for n, agent := range map[int]string{1: "olga", 3: "anna"} {
				_, err := other.Claim(t.Context(), claim(n, agent), 10, false)
				must(t, err)
			}
			p.Mend()
			b.follows(t)
			body := "to olga's"
			if news = []string{taken}; !alone {
				want, news, body, quote = []string{"to olga's", "of olga", "to nobody's", "to hers"}, nil, "", state.Quote{}
			}
			for _, box := range []*box{b, other} {
				if all := box.unsent(t); !slices.Equal(all, want) {
					t.Errorf("to be sent: %q, want %q", all, want)
				}
				if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != body || d.Quote != quote {
					t.Errorf("the draft is %+v, %v", d, err)
				}
			}
			b.inform(t, news)
		})
	}
}

// A session has a reply stored by the team, and another one of its box finds that a colleague has taken
// the customer since, before the first has read it back: it is going to be sent, and is no draft.
func TestAReplyThatTheTeamHasGivesNoWay(t *testing.T) {
	ctx, database, dir := t.Context(), pgtest.Database(t), t.TempDir()
	p, through := pgtest.NewProxy(t, database)
	other := joined(t, database, "olga")
	fleet, one := session(t, through, dir, sqlite.HoldersSend(true))
	behind, two := session(t, database, dir, sqlite.HoldersSend(true))
	must(t, one.FollowFleet(ctx))
	must(t, two.FollowFleet(ctx))
	noted, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var stored atomic.Bool
	fleet.writes(func(ctx context.Context, w state.FleetWrite) error {
		err := fleet.Fleet.Write(ctx, w)
		stored.Store(stored.Load() || err == nil)
		return err
	})
	fleet.before = func() { // whoever asks has the turn
		if stored.Load() {
			fleet.before = nil
			close(noted)
			<-goOn
		}
	}
	p.Cut()
	one.answer(t, 1, "anna", "text", state.Quote{})
	behind.after = func() { // it has heard of nothing
		behind.after = nil
		p.Mend()
		go func() {
			defer close(ended)
			for one.FollowFleet(ctx) != nil && ctx.Err() == nil {
			}
		}()
		<-noted
		_, err := other.Claim(ctx, claim(1, "olga"), 10, false)
		must(t, err)
	}
	must(t, two.FollowFleet(ctx))
	close(goOn)
	<-ended
	for _, box := range []*box{two, other} {
		if all := box.unsent(t); !slices.Equal(all, []string{"text"}) {
			t.Errorf("to be sent: %q", all)
		}
		if d, err := box.Draft(ctx, conv(1)); err != nil || !d.Empty() {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
	}
	two.inform(t, nil)
}

// answer sends a reply off as an agent.
func (b *box) answer(t *testing.T, n int, by, text string, quote state.Quote) {
	t.Helper()
	_, err := b.DB.Submit(t.Context(), state.Draft{Conversation: conv(n), Apart: true},
		[]state.Outbound{{Key: text, By: by, Conversation: conv(n), Body: text, Part: 1, Parts: 1, Submitted: time.Now(), Quote: quote}})
	must(t, err)
}

// A colleague takes a customer right between the question who has whom and the commit of a reply to them: it
// is not sent, whether it waited or is sent off just now.
func TestAClaimBeforeACommit(t *testing.T) {
	for name, waited := range map[string]bool{"waited": true, "new": false} {
		t.Run(name, func(t *testing.T) {
			ctx, database := t.Context(), pgtest.Database(t)
			p, through := pgtest.NewProxy(t, database)
			other := joined(t, database, "olga")
			fleet, b := session(t, through, t.TempDir(), sqlite.HoldersSend(true))
			must(t, b.FollowFleet(ctx))
			d, err := b.Draft(ctx, conv(1))
			must(t, err)
			d.Body = "text"
			d, err = b.SaveDraft(ctx, d)
			must(t, err)
			claims := func(ctx context.Context, w state.FleetWrite) error {
				fleet.writes(nil)
				_, err := other.Claim(ctx, claim(1, "olga"), 10, false)
				must(t, err)
				return fleet.Fleet.Write(ctx, w)
			}
			submit := func() error {
				_, err := b.DB.Submit(ctx, d, []state.Outbound{{Key: "k", By: "anna", Conversation: conv(1), Body: "text", Part: 1, Parts: 1, Submitted: time.Now()}})
				return err
			}
			if waited {
				p.Cut()
				must(t, submit())
				fleet.writes(claims)
				p.Mend()
				b.follows(t)
			} else {
				fleet.writes(claims)
				if err := submit(); !errors.Is(err, state.ErrFleetTaken) || errors.Is(err, state.ErrFleetUnsure) {
					t.Errorf("sent off: %v", err)
				}
			}
			for _, box := range []*box{b, other} {
				if all := box.unsent(t); len(all) > 0 {
					t.Errorf("to be sent: %q", all)
				}
				if d, err := box.Draft(ctx, conv(1)); err != nil || d.Body != "text" {
					t.Errorf("the draft is %q, %v", d.Body, err)
				}
			}
			_, err = b.DB.Submit(ctx, state.Draft{Conversation: conv(1), Apart: true},
				[]state.Outbound{{Key: "hers", By: "olga", Conversation: conv(1), Body: "hers", Part: 1, Parts: 1, Submitted: time.Now()}})
			must(t, err)
		})
	}
}
