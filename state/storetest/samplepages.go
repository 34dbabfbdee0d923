package storetest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"unibox/api"
	"unibox/api/sandbox/kit"
	"unibox/state"
)

// pageSize is how many messages of a history are written at once.
const pageSize = 250

// write writes n messages of the customer, and what the agent did with them.
func (c customer) write(ctx context.Context, to Pages, n int) error {
	all := c.messages(n)
	slices.Reverse(all)
	page := func() (p api.Page[api.Message]) {
		p.Items, all = all[:min(pageSize, len(all))], all[min(pageSize, len(all)):]
		if len(all) > 0 {
			p.Next = api.Cursor(fmt.Sprint(len(all)))
		}
		return p
	}
	saved, err := to.SaveHead(ctx, c.id(), page(), SampleNow)
	for err == nil && len(all) > 0 {
		saved, err = to.SaveBelow(ctx, c.id(), saved.Oldest, page(), SampleNow)
	}
	if err != nil {
		return err
	}
	return c.work(ctx, to)
}

// work is what the agent did: some are done, starred or snoozed, some have a draft.
func (c customer) work(ctx context.Context, to Pages) error {
	var change state.FlagChange
	switch n := c.i % 200; {
	case n%100 == 1:
		change.Snoozed = api.Known(SampleNow.Add(365 * 10 * kit.Day))
	case n == 2:
		change.Starred = api.Known(true)
	case !c.waiting && n < 22:
		change.Done = api.Known(true)
	case n == 23:
		_, err := to.SaveDraft(ctx, state.Draft{Conversation: c.id(), Body: kit.Pick(kit.Roll(c.seed, int64(c.i), 2), c.lang.Reply)})
		return err
	default:
		return nil
	}
	return to.SetFlags(ctx, c.id(), change)
}

// messages are n messages, oldest first.
func (c customer) messages(n int) []api.Message {
	h := kit.History{Size: n, Last: c.last, Waiting: c.waiting}
	d := kit.Roll(c.seed, int64(c.i), 1)
	h.Open = kit.OpenTime(time.Duration(d.Spread(float64(n)*float64(time.Hour), float64(n)*float64(kit.Day))))
	h.Open = min(h.Open, kit.OpenTime(8*365*kit.Day))
	all := make([]api.Message, 0, n)
	for b := range (n + kit.BlockLen - 1) / kit.BlockLen {
		talk, _ := h.Talk(c.lang, d, b)
		for k, at := range h.Times(d, talk, b) {
			all = append(all, c.message(d, len(all), talk[k].Line, at))
		}
	}
	return all
}

// message is message k of the customer.
func (c customer) message(d *kit.Dice, k int, line kit.Line, at time.Time) api.Message {
	m := api.Message{
		ID:           api.MessageID{Account: api.AccountID(c.account.Name), Remote: fmt.Sprint((8000+c.i)*1_000_000 + k)},
		Conversation: c.id(), Direction: api.Inbound, Body: line.Text, At: at.Truncate(time.Millisecond),
	}
	if line.File != "" {
		m.Attachments = []api.Attachment{{
			Remote: m.ID.Remote, Name: line.File, Size: int64(d.Between(10_000, 4_000_000)),
			URL: "https://files.example/" + m.ID.Remote + "/" + line.File,
		}}
	}
	if line.Income {
		return m
	}
	m.Direction, m.Delivery = api.Outbound, api.DeliveryRead
	if m.Author = kit.Pick(d, []string{"", "", "Maya", "Олег", "佐藤"}); d.N(10) == 0 {
		m.Delivery = api.DeliveryDelivered
	}
	return m
}
