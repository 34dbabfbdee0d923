// Package practice teaches the keys: a morning with invented customers, step by step. A
// strip under the status strip says what to do now. That it was done is known by what the
// screen and the store hold, not by which keys were pressed, so any way that leads there
// counts. Some steps switch a failure on, and say what it means when it has happened.
//
// A Coach belongs to the screen, as panes do. Without a [World] it is off, takes no row
// and reads nothing.
package practice

import (
	"cmp"
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// World is what the practice asks of the platforms, which are invented too. Its methods
// are called in commands.
type World interface {
	// Write lets the customer of a conversation write.
	Write(ctx context.Context, id api.ConversationID, text string) error
	// RefuseFile has the platform refuse the next file for a conversation, LoseAnswer
	// loses the next message to it and the answer with it.
	RefuseFile(ctx context.Context, id api.ConversationID) error
	LoseAnswer(ctx context.Context, id api.ConversationID) error
	// Heal switches all failures off.
	Heal(ctx context.Context) error
}

// Options are what there is to practise with.
type Options struct {
	World World
	// Fails are the accounts on which the World's failures can be switched on.
	Fails []api.AccountID
	// File is the path of a file that may be sent.
	File string
}

// Screen is what the practice asks of the screen as a whole.
type Screen struct {
	// Open is the conversation that is open in the thread, with the keys there.
	Open func() (state.Row, bool)
	// Writing reports whether the cursor is in the reply box and something is written.
	Writing func() bool
	// Count is how many conversations a view holds, as far as that is known.
	Count func(state.View) int
	// Filter is what the list is filtered by, Dialog the title of what is open over the panes.
	Filter, Dialog func() string
	// Resized is called when the strip came or went.
	Resized func()
	Dialogs *dialog.Stack
}

// Coach leads through the steps. It is used from one goroutine.
type Coach struct {
	env.Actions
	env    *env.Env
	opt    Options
	screen Screen
	w, h   int

	on bool
	// at is the step under way; done and skipped count those before it.
	at    int
	past  []outcome
	began time.Time
	// keys were pressed since the practice began, stepKeys since the step did.
	keys, stepKeys int
	// who is whom the step is about; customers are those whom one was about.
	who       state.Row
	customers []api.ConversationID
	// wrote are those to whom the agent wrote in a step that any of them ends.
	wrote []api.ConversationID
	// before is what the screen showed when the step began.
	before snapshot
	// ready: what the step needs is prepared. facts is what the store says of who.
	ready bool
	facts facts
	ask   env.Question
	// title is that of the dialog that was open last in the step.
	title string
	// round numbers the steps that were begun, so that an answer to an earlier one is dropped.
	round int
	// failed is why a step could not be prepared.
	failed string
}

// outcome is what became of a step.
type outcome struct {
	step    *step
	skipped bool
	keys    int
}

// snapshot is what a step compares with.
type snapshot struct {
	open    api.ConversationID
	snoozed int
	at      time.Time
}

// New returns a coach that begins at once, or is off where there is no world.
func New(e *env.Env, opt Options, s Screen) *Coach {
	c := &Coach{env: e, opt: opt, screen: s, on: opt.World != nil}
	c.Actions = env.Actions{keymap.Practice: {Do: c.choose, Why: c.whyNot}}
	return c
}

func (c *Coach) whyNot() string {
	if c.opt.World == nil {
		return c.env.T("there is none here: unibox demo --practice begins one")
	}
	return ""
}

// Begin begins with the first step.
func (c *Coach) Begin() tea.Cmd {
	if !c.on {
		return nil
	}
	c.began, c.at, c.past, c.keys, c.customers = c.env.Now(), 0, nil, 0, nil
	return c.begin()
}

// begin prepares the step that is next.
func (c *Coach) begin() tea.Cmd {
	c.round++
	c.stepKeys, c.facts, c.failed, c.title, c.wrote = 0, facts{}, "", "", nil
	c.ask.Forget()
	c.before = c.now()
	s := c.step()
	c.ready = s.prepare == nil
	if s.prepare == nil {
		return c.read()
	}
	round := c.round
	on := stage{opt: c.opt, store: c.env.Store, rules: c.env.Rules, now: c.before.at, who: c.who, seen: slices.Clone(c.customers)}
	return c.env.Read(func(ctx context.Context) tea.Msg {
		who, err := s.prepare(ctx, on)
		return preparedMsg{c, round, who, err}
	})
}

func (c *Coach) now() snapshot {
	row, _ := c.screen.Open()
	return snapshot{open: row.Conversation.ID, snoozed: c.screen.Count(state.ViewSnoozed), at: c.env.Now()}
}

func (c *Coach) step() *step { return &steps[c.at] }

// preparedMsg is that a step is prepared, and whom it is about.
type preparedMsg struct {
	of    *Coach
	round int
	who   state.Row
	err   error
}

// Arrive implements dialog.Answer.
func (msg preparedMsg) Arrive(*dialog.Stack) tea.Cmd {
	c := msg.of
	if !c.on || msg.round != c.round {
		return nil
	}
	c.ready = true
	if msg.err != nil {
		c.failed = c.env.Explain(msg.err)
		return nil
	}
	c.who = msg.who
	c.ask.Forget() // a read of whom the step before was about
	return c.read()
}

// Pressed counts a key.
func (c *Coach) Pressed() {
	if c.on {
		c.keys++
		c.stepKeys++
	}
}

// Changed reads again what the store says of whom the step is about.
func (c *Coach) Changed() tea.Cmd {
	if !c.on || !c.ready {
		return nil
	}
	return c.read()
}

// Follow looks, after each message of the screen, whether the step is done.
func (c *Coach) Follow() tea.Cmd {
	if !c.on || !c.ready || c.failed != "" {
		return nil
	}
	s := c.step()
	c.title = cmp.Or(c.screen.Dialog(), c.title)
	var cmd tea.Cmd
	if s.about != nil {
		cmd = c.turn(s.about(c))
	}
	if !s.done(c) {
		return cmd
	}
	return tea.Batch(cmd, c.next(false))
}

// turn has the step be about somebody, and remembers them where they may end it later.
func (c *Coach) turn(row state.Row, ok bool) (cmd tea.Cmd) {
	id := row.Conversation.ID
	if ok && id != c.who.Conversation.ID {
		c.who, c.facts = row, facts{}
		c.ask.Forget()
		cmd = c.read()
	}
	if ok && c.step().each && !slices.Contains(c.wrote, id) {
		c.wrote = append(c.wrote, id)
	}
	return cmd
}

// next ends the step, and those that go on from it if it is skipped.
func (c *Coach) next(skip bool) tea.Cmd {
	c.past = append(c.past, outcome{c.step(), skip, c.stepKeys})
	c.customers = append(append(c.customers, c.wrote...), c.who.Conversation.ID)
	for c.at++; skip && c.at < len(steps) && steps[c.at].goesOn; c.at++ {
		c.past = append(c.past, outcome{step: c.step(), skipped: true})
	}
	if c.at < len(steps) {
		return tea.Batch(c.healIf(skip), c.begin())
	}
	return tea.Batch(c.healIf(skip), c.end())
}

// healIf switches failures off that a skipped step had switched on.
func (c *Coach) healIf(skip bool) tea.Cmd {
	if !skip {
		return nil
	}
	world := c.opt.World
	return c.env.Read(func(ctx context.Context) tea.Msg { return env.WrittenMsg{Err: world.Heal(ctx)} })
}

// end takes the strip away and says what was learned.
func (c *Coach) end() tea.Cmd {
	c.leave()
	return c.screen.Dialogs.Open(c.summary())
}

func (c *Coach) leave() {
	c.on = false
	c.screen.Resized()
}

// choose offers to skip the step, to begin again and to leave.
func (c *Coach) choose() tea.Cmd {
	again := menu.Item{Label: c.env.T("Begin again"), Value: c.again}
	items := []menu.Item{again}
	text := []string{c.env.T("The practice is over.")}
	if c.on {
		text = []string{c.instruction()}
		items = []menu.Item{{Label: c.env.T("Go on"), Value: func() tea.Cmd { return nil }},
			{Label: c.env.T("Skip this step"), Value: func() tea.Cmd { return c.next(true) }}, again,
			{Label: c.env.T("Leave the practice"), Detail: c.env.T("the demo stays"), Value: func() tea.Cmd { return tea.Batch(c.healIf(true), c.end()) }}}
	}
	return c.screen.Dialogs.Open(dialog.NewChoice(c.env.In("the title of a dialog", "Practice"), menu.Options{Text: text, TextFirst: true, Items: items},
		func(it menu.Item) tea.Cmd { return it.Value.(func() tea.Cmd)() }))
}

func (c *Coach) again() tea.Cmd {
	c.on = true
	c.screen.Resized()
	return tea.Batch(c.healIf(true), c.Begin())
}
