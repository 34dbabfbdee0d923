// Package statusbar is what frames the panes: the strip at the top with how old
// each account's data is, the banner under it while the store has a problem,
// the hint line, and the toasts over it. It reads what it shows by itself.
package statusbar

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/look"
)

// Bar is used from one goroutine.
type Bar struct {
	env       *env.Env
	w, h      int
	health    []state.Health
	condition state.Condition
	sessions  []colleague
	// claims are whom agents have taken out of the queue.
	claims []state.Claim
	toasts toasts
	past   []past
	// refused is why a key did nothing the last time.
	refused string
	start   []string
	// spoken are the notices that a screen reader was not given yet.
	spoken []string
	hints  look.Hints
	asks   struct{ health, condition, sessions env.Question }
}

type (
	healthMsg struct {
		seq    int
		health []state.Health
		err    error
	}
	conditionMsg struct {
		seq int
		state.Condition
	}
)

// New returns a bar that knows nothing yet, and shows e's notices.
func New(e *env.Env) *Bar {
	b := &Bar{env: e}
	e.Notify, e.Refused, e.Showing = b.notify, b.refuse, b.showing
	return b
}

// SetLook draws everything again.
func (b *Bar) SetLook() { b.hints.SetLook(b.env.Look) }

// Resize sets the size of the terminal.
func (b *Bar) Resize(w, h int) { b.w, b.h = w, h }

// LoadHealth reads how the accounts are doing.
func (b *Bar) LoadHealth() tea.Cmd {
	seq, now := b.asks.health.Ask()
	if !now {
		return nil
	}
	return b.env.Read(func(ctx context.Context) tea.Msg {
		health, err := b.env.Store.Health(ctx)
		return healthMsg{seq, health, err}
	})
}

// LoadCondition reads how the store is doing.
func (b *Bar) LoadCondition() tea.Cmd {
	seq, now := b.asks.condition.Ask()
	if !now {
		return nil
	}
	return b.env.Read(func(context.Context) tea.Msg { return conditionMsg{seq, b.env.Store.Condition()} })
}

// Update takes the answers to what the bar read, and the end of a toast. It
// reports whether the message was one of these.
func (b *Bar) Update(msg tea.Msg) (handled bool, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case healthMsg:
		return true, b.gotHealth(msg)
	case conditionMsg:
		return true, b.gotCondition(msg)
	case sessionsMsg:
		return true, b.gotSessions(msg)
	case restedMsg:
		return true, b.rested(msg)
	case toastMsg:
		b.toasts.expire(msg)
		return true, nil
	}
	return false, nil
}

func (b *Bar) say(all []state.Health) []state.Health {
	all = slices.Clone(all)
	for i := range all {
		all[i].Reason, all[i].Unended = b.env.Sentence(all[i].Reason), b.env.Sentence(all[i].Unended)
	}
	return all
}

func (b *Bar) gotHealth(msg healthMsg) tea.Cmd {
	counts, again := b.asks.health.Answered(msg.seq)
	var news tea.Cmd
	if counts && msg.err == nil {
		slices.SortStableFunc(msg.health, func(x, y state.Health) int { return b.env.Order(x.Account) - b.env.Order(y.Account) })
		news = b.newProblem(msg.health)
		b.health = b.say(msg.health)
	}
	if again {
		return tea.Batch(news, b.LoadHealth())
	}
	return news
}

// gotCondition shows what happened to the store.
func (b *Bar) gotCondition(msg conditionMsg) tea.Cmd {
	counts, again := b.asks.condition.Answered(msg.seq)
	if !counts {
		return nil
	}
	var cmds []tea.Cmd
	for _, sentence := range msg.News[min(len(b.condition.News), len(msg.News)):] {
		cmds = append(cmds, b.env.Warn(b.env.Sentence(sentence)))
	}
	b.condition = msg.Condition
	if again {
		cmds = append(cmds, b.LoadCondition())
	}
	return tea.Batch(cmds...)
}

// Health returns how the accounts are doing, in the order of the config.
func (b *Bar) Health() []state.Health { return b.health }

// Condition returns how the store is doing.
func (b *Bar) Condition() state.Condition { return b.condition }

// Replying says who else is writing to a conversation, in clean words.
func (b *Bar) Replying() map[api.ConversationID]string {
	words := map[api.ConversationID]string{}
	for _, c := range b.sessions {
		if !c.Self && c.Replying != (api.ConversationID{}) {
			words[c.Replying] = b.replying(c)
		}
	}
	return words
}

// bannerRows is how many rows a lasting problem may take.
const bannerRows = 2

// Banner says what is wrong with the store while it lasts, under the strip.
func (b *Bar) Banner() []string {
	if b.condition.Problem == "" || b.h < 4*bannerRows {
		return nil
	}
	mark := " " + b.env.Look.Marks.Problem + " "
	var rows []string
	for _, line := range b.env.Look.Mode.Wrap(b.env.Look.Mode.Line(b.env.Sentence(b.condition.Problem)), max(1, b.w-4)) {
		rows = append(rows, b.env.Look.Theme.Bar.Render(b.env.Look.Mode.Fit(b.env.Look.Theme.Warn.Render(mark+line), b.w)))
		mark = "   "
	}
	return rows[:min(len(rows), bannerRows)]
}
