package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"unibox/api"
)

// hostile is a platform that can do everything and means harm: whatever it
// says, it says with every text of the corpus in every field.
type hostile struct {
	account api.AccountID
	mu      sync.Mutex
	sower   sower
	list    []api.Conversation
	// down refuses everything, in words as nasty as the rest.
	down bool
	sent int
	// wrote counts how often the first customers wrote again.
	wrote int
}

// mostWriting is how many customers write again.
const mostWriting = 6

// writeAgain lets the first customers write something new.
func (h *hostile) writeAgain() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wrote++
	h.list = slices.Clone(h.list)
	for i := range min(mostWriting, len(h.list)) {
		h.list[i].Active = api.Known(time.Now())
	}
}

// again is what a customer wrote last; false if nothing new.
func (h *hostile) again(n int, id api.ConversationID) (msg api.Message, ok bool) {
	h.mu.Lock()
	wrote := h.wrote
	h.mu.Unlock()
	if wrote == 0 || n >= mostWriting {
		return msg, false
	}
	msg = sown[api.Message](h)
	msg.ID, msg.Conversation = api.MessageID{Account: h.account, Remote: h.messageID(id, 100+wrote)}, id
	msg.Kind, msg.Direction, msg.Delivery, msg.At = api.KindText, api.Inbound, 0, time.Now()
	return msg, true
}

func newHostile(account api.AccountID, texts []string) *hostile {
	h := &hostile{account: account, sower: sower{account: account, texts: texts}}
	for i := range texts {
		var c api.Conversation
		h.sower.turn = 7 * i
		h.sower.sow(&c)
		c.ID.Remote = fmt.Sprintf("%d %s", i, c.ID.Remote)
		c.Kind, c.Group = h.kind(i), i%5 == 0
		c.Channel = api.Known(api.ChannelID{Account: account, Remote: "\x1b]0;id\x07"})
		c.Active = api.Known(time.Now().Add(-time.Duration(i) * time.Minute))
		c.PinnedMessage = api.Known(h.messageID(c.ID, 2))
		if i%4 == 3 {
			c.Denied = api.Known([]api.Denial{{Cap: api.CapStar, Why: h.sower.text("Denial.Why")}, {Cap: api.CapBlock, Why: h.sower.text("Denial.Why")}})
		}
		h.list = append(h.list, c)
	}
	return h
}

func (h *hostile) kind(i int) api.ChannelKind {
	return api.ChannelKind("\x1b[31m\u202ekind" + nasty[i%3])
}

func (h *hostile) messageID(id api.ConversationID, i int) string {
	return fmt.Sprintf("%s\x1b]2;m%d", id.Remote, i)
}

// sown is one thing with every field filled.
func sown[T any](h *hostile) T {
	h.mu.Lock()
	defer h.mu.Unlock()
	var v T
	h.sower.sow(&v)
	return v
}

func (h *hostile) text(field string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.sower.text(field)
}

func (h *hostile) refusal(kind api.ErrKind) error {
	return &api.Error{Kind: kind, Platform: api.Platform(h.text("Error.Platform")), Op: h.text("Error.Op"), Said: h.text("Error.Said"), Err: errors.New(h.text("Error.Err"))}
}

func (h *hostile) Traits() api.Traits {
	return api.Traits{Platform: "hostile", Label: "Lab\u202eel\x1b[31m", HeadPage: 20, HistoryPage: 50, Listed: api.DeliverySent,
		Budgets: map[api.Class]api.Budget{api.ClassConversations: {Requests: 9000, Per: time.Second}, api.ClassMessages: {Requests: 9000, Per: time.Second},
			api.ClassSend: {Requests: 9000, Per: time.Second}, api.ClassOther: {Requests: 9000, Per: time.Second}},
		Rules: map[api.ChannelKind]api.ChannelRules{"": {MaxFiles: 3, First: api.AddressContact}, h.kind(1): {Title: string(h.kind(1)), Code: "HH", MaxFiles: 1, First: api.AddressPhone, Window: 24 * time.Hour}}}
}

func (h *hostile) Identify(context.Context) (api.Identity, error) {
	if h.down {
		return api.Identity{}, h.refusal(api.ErrForbidden)
	}
	id := sown[api.Identity](h)
	id.Deny = 0
	for i := range id.Channels {
		id.Channels[i].Kind = h.kind(i)
	}
	return id, nil
}

func (h *hostile) Conversations(context.Context, api.PageRequest) (api.Page[api.Conversation], error) {
	if h.down {
		return api.Page[api.Conversation]{}, h.refusal(api.ErrForbidden)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return api.Page[api.Conversation]{Items: h.list}, nil
}

// Messages has one of each kind, direction and state; every seventh
// conversation cannot be read, for a reason.
func (h *hostile) Messages(_ context.Context, id api.ConversationID, _ api.PageRequest) (api.Page[api.Message], error) {
	var page api.Page[api.Message]
	n := 0
	for i, c := range h.list {
		if c.ID == id {
			n = i
		}
	}
	if n%7 == 6 {
		return page, h.refusal(api.ErrInvalid)
	}
	h.mu.Lock()
	h.sower.turn = 11 * n
	h.mu.Unlock()
	if msg, ok := h.again(n, id); ok {
		page.Items = append(page.Items, msg)
	}
	for i := range 7 {
		msg := sown[api.Message](h)
		msg.ID, msg.Conversation = api.MessageID{Account: h.account, Remote: h.messageID(id, i)}, id
		msg.Kind = []api.MessageKind{api.KindText, api.KindEvent, api.KindText, api.KindUnknown}[i%4]
		msg.Direction = api.Direction(i % 2)
		msg.Delivery = []api.Delivery{0, api.DeliveryFailed, 0, api.DeliveryUncertain, 0, api.DeliveryRead}[i%6]
		msg.Retryable, msg.At = i == 1, time.Now().Add(-time.Duration(n*10+i)*time.Minute)
		if i == 4 {
			msg.Body = ""
		}
		page.Items = append(page.Items, msg)
	}
	return page, nil
}

// Send takes the first message, fails the second, refuses the third.
func (h *hostile) Send(_ context.Context, out api.Outgoing) (api.Receipt, error) {
	h.mu.Lock()
	h.sent++
	n := h.sent
	h.mu.Unlock()
	switch n % 4 {
	case 0:
		return api.Receipt{}, h.refusal(api.ErrUncertain)
	case 2:
		return api.Receipt{Delivery: api.DeliveryFailed, Reason: h.text("Receipt.Reason")}, nil
	case 3:
		return api.Receipt{}, h.refusal(api.ErrInvalid)
	}
	return api.Receipt{Message: api.MessageID{Account: h.account, Remote: h.text("sent")}, Delivery: api.DeliverySent}, nil
}

// set is a switch that works on every other conversation.
func (h *hostile) set(id api.ConversationID) (api.Conversation, error) {
	for i, c := range h.list {
		if c.ID == id && i%2 == 0 {
			return c, nil
		}
	}
	return api.Conversation{}, h.refusal(api.ErrInvalid)
}

func (h *hostile) SetRead(_ context.Context, id api.ConversationID, _ bool) (api.Conversation, error) {
	return h.set(id)
}
func (h *hostile) SetStarred(_ context.Context, id api.ConversationID, _ bool) (api.Conversation, error) {
	return h.set(id)
}
func (h *hostile) SetMuted(_ context.Context, id api.ConversationID, _ bool) (api.Conversation, error) {
	return h.set(id)
}
func (h *hostile) SetClosed(_ context.Context, id api.ConversationID, _ bool) (api.Conversation, error) {
	return h.set(id)
}
func (h *hostile) SetBlocked(_ context.Context, id api.ConversationID, _ bool) (api.Conversation, error) {
	return h.set(id)
}
func (h *hostile) SetOptedOut(_ context.Context, id api.ConversationID, _ bool) (api.Conversation, error) {
	return h.set(id)
}
func (h *hostile) PinMessage(_ context.Context, id api.ConversationID, _ api.MessageID) (api.Conversation, error) {
	return h.set(id)
}
func (h *hostile) Agents(_ context.Context, id api.ConversationID) ([]api.Agent, error) {
	if _, err := h.set(id); err != nil {
		return nil, err
	}
	return []api.Agent{sown[api.Agent](h), sown[api.Agent](h)}, nil
}
func (h *hostile) Assignees(context.Context, api.ConversationID) ([]api.Agent, error) {
	return []api.Agent{sown[api.Agent](h)}, nil
}
func (h *hostile) Responsible(_ context.Context, id api.ConversationID) (api.Conversation, error) {
	return h.set(id)
}
func (h *hostile) SetAssigned(_ context.Context, id api.ConversationID, _ api.Agent, _ bool) (api.Conversation, error) {
	return h.set(id)
}
func (h *hostile) Candidates(_ context.Context, id api.ConversationID) ([]api.Contact, error) {
	if _, err := h.set(id); err != nil {
		return nil, err
	}
	return []api.Contact{sown[api.Contact](h), sown[api.Contact](h)}, nil
}
func (h *hostile) ChooseContact(_ context.Context, id api.ConversationID, _ api.Contact) (api.Conversation, error) {
	return h.set(id)
}
func (h *hostile) Remove(context.Context, api.ConversationID) error { return h.refusal(api.ErrInvalid) }
func (h *hostile) RetryMessage(context.Context, api.ConversationID, api.MessageID) error {
	return h.refusal(api.ErrInvalid)
}
func (h *hostile) EditMessage(context.Context, api.ConversationID, api.MessageID, string) (api.Message, error) {
	return api.Message{}, h.refusal(api.ErrInvalid)
}
func (h *hostile) DeleteMessage(context.Context, api.ConversationID, api.MessageID) error {
	return h.refusal(api.ErrInvalid)
}
func (h *hostile) Reactions() []string { return []string{h.text("reaction"), h.text("reaction")} }
func (h *hostile) React(context.Context, api.ConversationID, api.MessageID, string, bool) (api.Message, error) {
	return api.Message{}, h.refusal(api.ErrInvalid)
}
func (h *hostile) Contacts(context.Context, string, api.PageRequest) (api.Page[api.Contact], error) {
	return api.Page[api.Contact]{Items: []api.Contact{sown[api.Contact](h), sown[api.Contact](h)}}, nil
}
func (h *hostile) Facts(_ context.Context, id api.ConversationID) ([]api.Fact, error) {
	if _, err := h.set(id); err != nil {
		return nil, err
	}
	return []api.Fact{sown[api.Fact](h), sown[api.Fact](h)}, nil
}
func (h *hostile) SavedReplies(context.Context) ([]api.SavedReply, error) {
	return []api.SavedReply{sown[api.SavedReply](h), sown[api.SavedReply](h)}, nil
}
func (h *hostile) ChannelForms() []api.ChannelForm {
	return []api.ChannelForm{{Kind: h.kind(2), Waits: true, Note: h.text("Form.Note")}, {Kind: h.kind(1), Note: h.text("Form.Note"), Fields: []api.ChannelField{{Name: "a", Label: h.text("Field.Label"), Required: true}}}}
}
func (h *hostile) Connect(context.Context, api.ChannelKind, map[string]string) (api.ChannelID, error) {
	return api.ChannelID{}, h.refusal(api.ErrInvalid)
}
func (h *hostile) UpdateChannel(context.Context, api.ChannelID, map[string]string) error {
	return h.refusal(api.ErrInvalid)
}
func (h *hostile) Disconnect(context.Context, api.ChannelID) error { return h.refusal(api.ErrInvalid) }
func (h *hostile) Upload(context.Context, api.Upload) (api.Attachment, error) {
	return api.Attachment{}, h.refusal(api.ErrInvalid)
}
func (h *hostile) Start(context.Context, api.FirstMessage) (api.Receipt, error) {
	return api.Receipt{}, h.refusal(api.ErrInvalid)
}
func (h *hostile) Open(context.Context, api.ChannelKind, string) (api.Conversation, error) {
	return api.Conversation{}, h.refusal(api.ErrInvalid)
}
func (h *hostile) Conversation(_ context.Context, id api.ConversationID) (api.Conversation, error) {
	return h.set(id)
}
func (h *hostile) Schedule(context.Context, api.Outgoing, time.Time) (api.Receipt, error) {
	return api.Receipt{}, h.refusal(api.ErrInvalid)
}
