package outbox

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
)

var (
	errFirstFiles = errors.New("a first message carries text only: remove the files and send them once the conversation is open")
	errNoFirst    = errors.New("this conversation was never opened: write its first message again")
	errOpened     = errors.New("the platform has just opened this conversation: send it there")
	errUnread     = errors.New("the conversation is just being read again: send it in a moment")
	errWriteFirst = errors.New("the customer has to write first here")
	errDigits     = errors.New("the number has to be digits only, country code first")
	errNoQuote    = errors.New("no message can be quoted here: take the quote away and send the text")
	errOpening    = errors.New("this goes out behind the first message: take its time away, or write once the conversation is open")
)

// Submit sends a draft off: its files are copied, then it becomes messages of
// the outbox and stops being a draft, in one transaction. first is nil for a
// reply. An error is a sentence for a person, and means that the draft is as
// it was.
func (b *Outbox) Submit(ctx context.Context, d state.Draft, first *state.First) ([]state.Outbound, error) {
	if b.refused != nil {
		return nil, b.refused
	}
	rules, err := b.rules(ctx, d, first)
	if err == nil {
		err = errors.Join(b.schedulable(d, first), b.quotable(d, first))
	}
	if err != nil {
		return nil, err
	}
	checked := d
	if checked.Files, err = b.inspect(d.Files); err != nil {
		return nil, err
	}
	parts, err := b.parts(checked, rules)
	if err != nil {
		return nil, err
	}
	rows := b.rows(d, first, parts)
	saved, err := b.record(ctx, d, rows)
	if err != nil {
		return nil, err
	}
	b.discardOld(d.Files)
	return saved, nil
}

// schedulable refuses a time to go out that cannot be kept.
func (b *Outbox) schedulable(d state.Draft, first *state.First) error {
	if d.At.IsZero() {
		return nil
	}
	if first == nil && state.Provisional(d.Conversation) {
		return errOpening
	}
	account := d.Conversation.Account
	if first != nil {
		account = first.Channel.Account
	}
	a, err := b.accountOf(account)
	if err != nil {
		return err
	}
	if _, ok := a.Provider.(api.Scheduler); (!ok || first != nil) && d.Template != nil {
		return fmt.Errorf("%s is not supported by %s for a template", api.CapSchedule, a.Provider.Traits().Label)
	}
	if !d.At.After(b.now()) {
		return policy.ErrPast
	}
	return nil
}

// schedules reports whether an account's platform sends a message at a time.
func (b *Outbox) schedules(id api.AccountID) bool {
	_, ok := b.accounts[id].Provider.(api.Scheduler)
	return ok
}

// parts are the messages that a reply becomes: a template is one, whatever is typed.
func (b *Outbox) parts(d state.Draft, rules api.ChannelRules) ([]state.Part, error) {
	if d.Template == nil {
		return state.Plan(d, rules)
	}
	a, err := b.accountOf(d.Conversation.Account)
	if err != nil {
		return nil, err
	}
	if _, ok := a.Provider.(api.Templater); !ok {
		return nil, fmt.Errorf("%s are not supported by %s", api.CapTemplates, a.Provider.Traits().Label)
	}
	return []state.Part{{Body: d.Body}}, nil
}

// quotable refuses a quote that nobody would see.
func (b *Outbox) quotable(d state.Draft, first *state.First) error {
	if !d.Quote.Native() {
		return nil
	}
	a, err := b.accountOf(d.Conversation.Account)
	if err != nil {
		return err
	}
	_, schedules := a.Provider.(api.Scheduler)
	if _, ok := a.Provider.(api.Quoter); !ok || first != nil || !d.At.IsZero() && schedules {
		return errNoQuote
	}
	return nil
}

// record copies the files and files the rows, or leaves no trace. Where the team's database may
// have the rows all the same, the copies stay: if it has not, a sweep finds them.
func (b *Outbox) record(ctx context.Context, d state.Draft, rows []state.Outbound) (saved []state.Outbound, err error) {
	defer func() {
		if err != nil && !errors.Is(err, state.ErrFleetUnsure) {
			for _, o := range rows {
				b.discardCopies(o)
			}
		}
	}()
	for i := range rows {
		if len(rows[i].Files) == 0 {
			continue
		}
		folder, err := b.lockFolder(rows[i].Key)
		if err != nil {
			return nil, fmt.Errorf("make a folder for the copies of the files: %w", err)
		}
		defer folder.Close()
		if err := b.copyFiles(&rows[i]); err != nil {
			return nil, err
		}
	}
	saved, err = b.store.Submit(ctx, d, rows)
	if errors.Is(err, state.ErrNoSuch) && state.Provisional(d.Conversation) { // since rules read
		return nil, errOpened
	}
	return saved, wrap(err, "put the message into the outbox")
}

// rules finds the rules of the channel that a draft goes to.
func (b *Outbox) rules(ctx context.Context, d state.Draft, first *state.First) (api.ChannelRules, error) {
	if first != nil {
		return b.firstRules(d, *first)
	}
	a, err := b.accountOf(d.Conversation.Account)
	if err != nil {
		return api.ChannelRules{}, err
	}
	if state.Provisional(d.Conversation) {
		if err := b.checkOpening(ctx, d.Conversation); err != nil {
			return api.ChannelRules{}, err
		}
	}
	kind, err := b.store.Kind(ctx, d.Conversation)
	if errors.Is(err, state.ErrNoSuch) {
		if err = errUnread; state.Provisional(d.Conversation) { // since checkOpening read
			err = errOpened
		}
		return api.ChannelRules{}, err
	}
	return a.Provider.Traits().Rule(kind), wrap(err, "find the channel of the conversation")
}

func (b *Outbox) firstRules(d state.Draft, first state.First) (api.ChannelRules, error) {
	var none api.ChannelRules
	a, err := b.accountOf(first.Channel.Account)
	if err != nil {
		return none, err
	}
	rules := a.Provider.Traits().Rule(first.Kind)
	_, starts := a.Provider.(api.Starter)
	switch {
	case !starts:
		return none, fmt.Errorf("writing first is not supported by %s", a.Provider.Traits().Label)
	case rules.First == api.AddressNone:
		return none, fmt.Errorf("%s: %w", rules.Title, errWriteFirst)
	case rules.First == api.AddressPhone && !digits(first.To):
		return none, errDigits
	case len(d.Files) > 0:
		return none, errFirstFiles
	}
	return rules, nil
}

func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

// checkOpening makes sure that a provisional conversation is about to be opened.
func (b *Outbox) checkOpening(ctx context.Context, id api.ConversationID) error {
	rows, err := b.store.Unsettled(ctx, id.Account)
	if err != nil {
		return fmt.Errorf("read the outbox: %w", err)
	}
	for _, o := range rows {
		if o.Conversation == id && o.First != nil {
			return nil
		}
	}
	return errNoFirst
}

func (b *Outbox) accountOf(id api.AccountID) (Account, error) {
	a, ok := b.accounts[id]
	if !ok {
		return a, fmt.Errorf("there is no account %q in the config", id)
	}
	return a, nil
}

// rows makes one row of each part. A first message is in a provisional
// conversation, an old one if it was taken back before.
func (b *Outbox) rows(d state.Draft, first *state.First, parts []state.Part) []state.Outbound {
	key, now, conv := rand.Text(), b.now(), d.Conversation
	if first != nil && !state.Provisional(conv) {
		conv = state.ProvisionalID(first.Channel.Account, key)
	}
	rows := make([]state.Outbound, len(parts))
	for i, p := range parts {
		rows[i] = state.Outbound{
			Key: fmt.Sprintf("%s-%d", key, i+1), Conversation: conv, First: first,
			Body: p.Body, Files: p.Files, Part: i + 1, Parts: len(parts), At: d.At, Submitted: now,
		}
	}
	if !d.At.IsZero() && (first != nil || !b.schedules(conv.Account)) {
		for i := range rows {
			rows[i].NotBefore = d.At // by our clock
		}
	}
	if d.Delay > 0 && d.At.IsZero() {
		for i := range rows {
			rows[i].NotBefore = now.Add(d.Delay)
		}
	}
	rows[len(rows)-1].WhenSent = d.WhenSent
	rows[0].Quote, rows[0].Template = d.Quote, d.Template
	if first == nil && !state.Provisional(conv) { // the other parts follow the first one
		rows[0].Seen = d.Seen
	}
	return rows
}
