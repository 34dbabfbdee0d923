package storetest

import (
	"context"
	"fmt"
	"math"
	"time"

	"unibox/api"
	"unibox/api/sandbox/kit"
	"unibox/state"
)

// Sample is an invented store of a wanted size, for benchmarks. It is a pure
// function of its fields, and written page by page as the engine writes, so it is
// what the store makes of such pages today.
//
// Its customers are those of four accounts on all platforms ([SampleAccounts]) and
// write in seven languages, with wide characters, from right to left and with
// emoji. Every history is complete; a few are a hundred times as long as most. One
// customer in six is waiting; of the rest some are done, starred, snoozed, closed
// or have a draft. All times are before [SampleNow].
type Sample struct {
	Conversations, Messages int
	Seed                    uint64
}

// SampleNow is when a sample was taken: its newest message came a minute before.
var SampleNow = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// Pages is what a sample is written through.
type Pages interface {
	SaveIdentity(ctx context.Context, account api.AccountID, id api.Identity) error
	SaveHealth(ctx context.Context, h state.Health) error
	SaveConversations(ctx context.Context, convs []api.Conversation) error
	SaveHead(ctx context.Context, id api.ConversationID, page api.Page[api.Message], at time.Time) (state.Saved, error)
	SaveBelow(ctx context.Context, id api.ConversationID, pos state.Pos, page api.Page[api.Message], at time.Time) (state.Saved, error)
	SetFlags(ctx context.Context, id api.ConversationID, change state.FlagChange) error
	SaveDraft(ctx context.Context, d state.Draft) (state.Draft, error)
	Close() error
}

// SampleAccount is an account of every sample.
type SampleAccount struct {
	Name     string
	Platform string
	Label    string
	// share is how many of a hundred conversations it has.
	share    int
	channels []api.ChannelKind
}

// SampleAccounts are the accounts of every sample.
func SampleAccounts() []SampleAccount {
	return []SampleAccount{
		{"shop", "pact", "Bakery", 50, []api.ChannelKind{"whatsapp", "telegram", "instagram", "viber", "vkontakte", "facebook"}},
		{"cafe", "pact", "Corner Café", 12, []api.ChannelKind{"whatsapp", "telegram"}},
		{"clinic", "textus", "Harbor Dental", 22, []api.ChannelKind{"sms"}},
		{"chat", "protocol", "Стойка 東京", 16, []api.ChannelKind{"chat"}},
	}
}

func (a SampleAccount) channel(i int) api.Channel {
	i %= len(a.channels)
	return api.Channel{ID: api.ChannelID{Account: api.AccountID(a.Name), Remote: fmt.Sprint(i + 1)}, Kind: a.channels[i]}
}

func (a SampleAccount) identity() api.Identity {
	id := api.Identity{Label: a.Label, Agent: api.Agent{Remote: "1", Name: "Maya"}}
	for i := range a.channels {
		id.Channels = append(id.Channels, a.channel(i))
	}
	return id
}

// accountOf is the account of conversation i.
func accountOf(i int) SampleAccount {
	n := i * 37 % 100 // 37 and 100 share no divisor: each share is spread evenly
	for _, a := range SampleAccounts() {
		if n -= a.share; n < 0 {
			return a
		}
	}
	panic("storetest: the shares are less than a hundred")
}

// Write writes the sample into an empty store.
func (s Sample) Write(ctx context.Context, to Pages) error {
	if err := s.writeAccounts(ctx, to); err != nil {
		return err
	}
	listed := make([]api.Conversation, 0, 100)
	for i := range s.Conversations {
		listed = append(listed, s.customer(i).conversation())
		if len(listed) < cap(listed) && i+1 < s.Conversations {
			continue
		}
		if err := to.SaveConversations(ctx, listed); err != nil {
			return err
		}
		listed = listed[:0]
	}
	sizes := s.sizes()
	for i := range s.Conversations {
		if err := s.customer(i).write(ctx, to, sizes(i)); err != nil {
			return fmt.Errorf("conversation %d: %w", i, err)
		}
	}
	return nil
}

func (s Sample) writeAccounts(ctx context.Context, to Pages) error {
	of := map[string]int{}
	for i := range s.Conversations {
		of[accountOf(i).Name]++
	}
	for _, a := range SampleAccounts() {
		id, n := api.AccountID(a.Name), of[a.Name]
		if err := to.SaveIdentity(ctx, id, a.identity()); err != nil {
			return err
		}
		h := state.Health{Account: id, Label: a.Label, State: state.HealthLive, LastOK: SampleNow, Known: n, Listed: n}
		if err := to.SaveHealth(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

// sizes returns how many messages each conversation has: their sum is Messages. The
// longest history is the square root of Conversations times half of the mean, as
// in a shop where a few customers write every day.
func (s Sample) sizes() func(i int) int {
	weight := func(i int) float64 {
		rank := (i*7919 + 13) % s.Conversations // no order is left where 7919 does not divide them
		return 1 / math.Sqrt(float64(rank+1))
	}
	sum := 0.0
	upTo := make([]float64, s.Conversations+1)
	for i := range s.Conversations {
		sum += weight(i)
		upTo[i+1] = sum
	}
	messages := func(part float64) int { return int(part/sum*float64(s.Messages) + 0.5) }
	return func(i int) int { return messages(upTo[i+1]) - messages(upTo[i]) }
}

// customer is one conversation of a sample.
type customer struct {
	i       int
	seed    uint64
	account SampleAccount
	lang    *kit.Language
	name    string
	waiting bool
	last    time.Time
}

func (s Sample) customer(i int) customer {
	d := kit.Roll(s.Seed, int64(i))
	c := customer{i: i, seed: s.Seed, account: accountOf(i), lang: kit.PickLanguage(d)}
	c.name = c.lang.MakeName(d)
	if d.N(25) == 0 {
		c.name += kit.Pick(d, []string{" 🌸", " 👩‍👩‍👧‍👦", " 🇧🇷", " ☕️", " 株式会社"})
	}
	c.waiting = d.N(6) == 0
	oldest := 2 * 365 * kit.Day
	if c.waiting {
		oldest = 30 * kit.Day
	}
	c.last = SampleNow.Add(-time.Duration(d.Spread(float64(time.Minute), float64(oldest))).Truncate(time.Second))
	return c
}

func (c customer) id() api.ConversationID {
	return api.ConversationID{Account: api.AccountID(c.account.Name), Remote: fmt.Sprint(8000 + c.i)}
}

// conversation is how the platform lists it.
func (c customer) conversation() api.Conversation {
	ch := c.account.channel(c.i / 3)
	v := api.Conversation{
		ID: c.id(), Channel: api.Known(ch.ID), Kind: ch.Kind,
		Contact: api.Contact{Remote: fmt.Sprint(c.i), Name: c.name, Handle: fmt.Sprint(79_000_000_000 + 7919*c.i)},
		Created: api.Known(c.last.Add(-3 * 365 * kit.Day)), Active: api.Known(c.last),
	}
	if c.account.Platform != "pact" {
		v.Closed, v.Starred = api.Known(!c.waiting && c.i%5 == 0), api.Known(c.i%40 == 0)
	}
	return v
}
