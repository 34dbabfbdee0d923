package copied

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// giveWay has replies that wait here become drafts again where a colleague has taken their customer
// meanwhile, if who has taken one answers alone. It is done right before they go to the team.
func (c *Copy) giveWay(ctx context.Context) error {
	if !c.holdersSend {
		return nil
	}
	convs, err := c.waitedFor(ctx)
	if err != nil || len(convs) == 0 {
		return err
	}
	claims, err := c.fleet.Claims(ctx, convs...)
	if err != nil || len(claims) == 0 {
		return err
	}
	var topics []state.Topic
	var texts, templates bool
	err = c.file.CommitHere(api.WithPermit(ctx, nothingLess), func(l *dbfile.Conn, rev int64) (err error) {
		topics, texts, templates, err = c.giveWayTo(ctx, l, claims, rev)
		if err == nil && len(topics) == 0 {
			err = dbfile.ErrNothing
		}
		return err
	})
	if err == nil && len(topics) > 0 {
		if texts {
			c.notice(takenMeanwhile)
		}
		if templates {
			c.notice(templateFailed)
		}
		c.feed.Mark(append(topics, state.Inbox, state.Outbox)...)
	}
	return err
}

// takenMeanwhile is said of a reply to a customer whom a colleague has taken.
const takenMeanwhile = "a colleague took a customer whom you answered while the team's database was away, and the config wants that only they answer (only_assignee_sends): your reply is a draft again"

// givesWay are the replies that wait here and that the team cannot have: what it has is going to be sent.
var givesWay = fmt.Sprintf("id < 0 AND status = %d AND NOT EXISTS (SELECT 1 FROM unshared u WHERE u.kind = 'outbox' AND u.key = '[' || outbox.id || ']' AND u.base <> '')", state.Queued)

// waitedFor are the conversations for which such replies wait.
func (c *Copy) waitedFor(ctx context.Context) ([]api.ConversationID, error) {
	convs := map[api.ConversationID]struct{}{}
	err := c.file.Read(ctx, func(l *dbfile.Conn) error {
		all, err := l.Records(ctx, "SELECT account, conv FROM outbox WHERE "+givesWay)
		for _, r := range all {
			convs[conversationOf(r)] = struct{}{}
		}
		return err
	})
	return slices.Collect(maps.Keys(convs)), err
}

// giveWayTo takes the replies of others to customers who are taken back into their drafts.
func (c *Copy) giveWayTo(ctx context.Context, l *dbfile.Conn, claims []state.FleetClaim, rev int64) (topics []state.Topic, texts, templates bool, err error) {
	var back []collision
	for _, has := range claims {
		met, err := c.repliesOfOthers(ctx, l, has)
		if err != nil {
			return nil, false, false, err
		}
		texts, templates = texts || len(met.replies) > 0, templates || met.templates
		if len(met.replies) == 0 && !met.templates {
			continue
		}
		if err := touch(ctx, l, has.Conversation, rev); err != nil {
			return nil, false, false, err
		}
		back, topics = append(back, met), append(topics, state.Thread(has.Conversation))
	}
	_, err = c.draftsAgain(ctx, l, back)
	return topics, texts, templates, err
}

// repliesOfOthers takes from the outbox what gives way there to who has a customer, but for their own.
func (c *Copy) repliesOfOthers(ctx context.Context, l *dbfile.Conn, has state.FleetClaim) (met collision, err error) {
	id := has.Conversation
	met.replies, err = l.Records(ctx, "SELECT * FROM outbox WHERE "+givesWay+" AND account = ? AND conv = ? AND writer <> ? ORDER BY id", id.Account, id.Remote, has.Agent)
	if err != nil || len(met.replies) == 0 {
		return met, err
	}
	if met.draft, err = c.tables["draft"].read(ctx, l, c.tables["draft"].keyOfRecord(met.replies[0])); err != nil {
		return met, err
	}
	return met, c.dropReplies(ctx, l, &met, templateTaken)
}
