package postgres_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/postgres/pgtest"
)

// afterwards has what waits on a box go to the team, which answers what it is to, and the line drop
// before the box can read it back.
func (b *box) afterwards(t *testing.T, fleet *asked, p *pgtest.Proxy, answer error) {
	t.Helper()
	stored := make(chan struct{})
	fleet.writes(func(ctx context.Context, w state.FleetWrite) error {
		if err := fleet.Fleet.Write(ctx, w); err != nil {
			return err
		}
		p.Cut()
		fleet.writes(nil)
		close(stored)
		return answer
	})
	p.Mend()
	_ = b.FollowFleet(t.Context()) // or whoever looks does
	<-stored
	_ = b.FollowFleet(t.Context()) // it has noted that
}

// answersOf are those of a commit that was made.
var answersOf = map[string]error{"said": nil, "unsure": state.ErrFleetUnsure}

// A wish went to the team, and the holder was through with it before the box could read that back: the
// platform is not asked once more.
func TestAWishThatIsGoneAlready(t *testing.T) {
	for name, answer := range answersOf {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			p, through, dir, b, other := cutOff(t)
			must(t, b.Close())
			fleet, b := session(t, through, dir)
			p.Cut()
			b.retry(t)
			b.afterwards(t, fleet, p, answer)
			other.asked(t, map[api.Caps]bool{api.CapRetry: false, api.CapStar: false})
			must(t, other.WithLease(ctx, "holder", func(ctx context.Context) error {
				all, err := other.DB.Changes(ctx, "shop")
				for _, ch := range all {
					must(t, other.DropChange(ctx, ch.ID))
				}
				return err
			}))
			p.Mend()
			b.follows(t)
			for _, box := range []*box{b, other} {
				box.asked(t, map[api.Caps]bool{})
			}
		})
	}
}

// A reply went to the team, and a colleague discarded it, or took it back, before the box could read
// that back: it is not sent.
func TestAReplyThatIsGoneAlready(t *testing.T) {
	for name, answer := range answersOf {
		for does, draft := range map[string]string{"discards": "", "takes back": "text", "goes on with": "text, and more"} {
			t.Run(does+" "+name, func(t *testing.T) {
				ctx := t.Context()
				p, through, dir, b, other := cutOff(t)
				must(t, b.Close())
				fleet, b := session(t, through, dir)
				p.Cut()
				b.reply(t, 1, "text")
				b.afterwards(t, fleet, p, answer)
				rows, err := other.Unsent(ctx)
				if must(t, err); len(rows) != 1 {
					t.Fatalf("the team has %+v", rows)
				}
				if does == "discards" {
					_, err = other.DeleteOutbound(ctx, rows[0], state.Queued)
				} else {
					var d state.Draft
					d, _, err = other.Takeback(ctx, rows[0], state.Queued)
					must(t, err)
					d.Body = draft
					_, err = other.SaveDraft(ctx, d)
				}
				must(t, err)
				p.Mend()
				b.follows(t)
				for _, box := range []*box{b, other} {
					if all := box.unsent(t); len(all) != 0 {
						t.Errorf("to be sent: %q", all)
					}
					if d, err := box.Draft(ctx, conv(1)); err != nil || d.Body != draft {
						t.Errorf("the draft is %q, %v", d.Body, err)
					}
				}
				b.inform(t, nil)
			})
		}
	}
}

// A reply was sent off as the line dropped, and the team may have it: nobody is told that it is a draft
// again, or gone, until the team says what became of it.
func TestAReplyThatMayBeThere(t *testing.T) {
	for name, there := range map[string]bool{"it is": true, "it is not": false} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			p, through, dir, b, other := cutOff(t)
			must(t, b.Close())
			fleet, b := session(t, through, dir)
			d := b.write(t, 1, "text")
			fleet.writes(func(ctx context.Context, w state.FleetWrite) error {
				if there {
					must(t, fleet.Fleet.Write(ctx, w))
				}
				p.Cut()
				fleet.writes(nil)
				return state.ErrFleetUnsure
			})
			rows, err := b.DB.Submit(ctx, d, []state.Outbound{{Key: "k", Conversation: conv(1), Body: "text", Part: 1, Parts: 1, Submitted: time.Now()}})
			must(t, err)
			if rows[0].ID > 0 {
				t.Fatalf("it does not wait: %+v", rows[0])
			}
			if _, ok, err := b.Takeback(ctx, rows[0], state.Queued); ok || err == nil {
				t.Errorf("it was taken back: %v, %v", ok, err)
			}
			if ok, err := b.DeleteOutbound(ctx, rows[0], state.Queued); ok || err == nil {
				t.Errorf("it was discarded: %v, %v", ok, err)
			}
			p.Mend()
			b.follows(t)
			for _, box := range []*box{b, other} {
				if all := box.unsent(t); !slices.Equal(all, []string{"text"}) {
					t.Errorf("to be sent: %q", all)
				}
				if d, err := box.Draft(ctx, conv(1)); err != nil || !d.Empty() {
					t.Errorf("the draft is %q, %v", d.Body, err)
				}
			}
		})
	}
}
