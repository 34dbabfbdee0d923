// Package env is what the parts of the screen share: the store and what else
// they read and write through, the accounts, the keys, the clock, and how
// things are drawn. The root model makes one Env; panes and dialogs get it from
// their constructors and keep no copy of what may change.
package env

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/canned"
	"unibox/state/macro"
	"unibox/state/note"
	"unibox/state/phrases"
	"unibox/state/usercmd"
	"unibox/ui/catalog"
	"unibox/ui/look"
	"unibox/ui/preflight"
	"unibox/ui/privacy"
	"unibox/ui/scp"
	"unibox/ui/theme"
)

// ReadLimit bounds a read of the store, so that a stuck disk becomes a sentence
// on screen and not a screen that never fills.
const ReadLimit = 10 * time.Second

// Settings are the user's choices about the screen.
type Settings struct {
	// ASCII replaces every sign outside of ASCII.
	ASCII bool
	// Mouse: clicks and the wheel are taken from the start.
	Mouse bool
	// RTL is "own", "terminal" or "auto": who brings text that is written from right to left into
	// the order in which it is seen.
	RTL string
	// ScreenReader says in lines what happens, in place of a screen: package spoken.
	ScreenReader bool
	// Theme is "dark", "light", or "auto" to ask the terminal. Wishes are what else is
	// wanted of it.
	Theme  string
	Wishes theme.Wishes
	// MarkRead is "reply" or "open": what marks a conversation as read.
	MarkRead string
	// Hints shows the hint line.
	Hints bool
	// Line is "fast", "slow", or "auto" to go by how long the terminal takes to answer.
	Line string
	// Query is "on", "off" or "auto": whether the terminal is asked what it can do.
	Query string
	// Emoji is how characters of several runes are counted: "joined", "split", or "auto" for as the
	// terminal says or is found to.
	Emoji string
	// Links is "on", "off" or "auto": whether the addresses in a thread are links.
	Links string
	// Images is how pictures are drawn in a thread: "off", a way, or "auto"; ShowImages reads
	// them without a key.
	Images     string
	ShowImages bool
	// Drop is the folder whose newest file is offered first to be attached, "" for none.
	Drop string
	// NoColor leaves out all colours.
	NoColor bool
	// OnlyAssigneeSends: who is not assigned to a conversation has to take it over first.
	OnlyAssigneeSends bool
	// Machine is how files of this machine are fetched from another one.
	Machine scp.Machine
	// ReadOnly: nothing is sent and nothing is changed. Rights are what the agent may do.
	ReadOnly bool
	Rights   state.Rights
	// Restricted: no program is started, and files are those of the agent's own folder alone,
	// which is Drop.
	Restricted bool
	// Unchecked sends replies without checking whether the customer wrote
	// meanwhile.
	Unchecked bool
	// Delay is how long a reply can be taken back before it goes out, Delays where that
	// is otherwise: by the name of an account or the kind of a channel.
	Delay  time.Duration
	Delays map[string]time.Duration
	// Told is how the agent is told of customers who wrote while nobody looked.
	Told Told
	// Language is the language of the screen; nil is English.
	Language *catalog.Language
}

// DelayOf is how long a reply on a channel can be taken back: what is said of its account
// counts, else of its kind.
func (s Settings) DelayOf(account api.AccountID, kind api.ChannelKind) time.Duration {
	for _, name := range []string{string(account), string(kind)} {
		if d, ok := s.Delays[name]; ok && name != "" {
			return d
		}
	}
	return s.Delay
}

// Env is shared by all parts of one screen and used on the goroutine of its
// Update and View; what Read and the other commands capture does not change.
// The zero value draws, and knows no account.
type Env struct {
	// Ctx ends with the screen.
	Ctx      context.Context
	Store    Store
	Outbox   Outbox
	Changes  Changes
	Engine   Engine
	Files    Files
	Accounts []Account
	Keys     *keymap.Map
	Settings Settings
	// Macros are the user's, each several actions by one key.
	Macros []macro.Macro
	// Saved are the views by a filter: those that come with the program, then those of the
	// config in its order.
	Saved []SavedView
	// SavedReplies reads the replies that are kept as files on this machine, and says what is
	// wrong with those that it leaves out. It touches the disk; nil where there are none.
	SavedReplies func() (all []canned.Reply, problems []string)
	// FileWords are those by which a reply says that a file comes with it; nil for the
	// usual ones.
	FileWords *preflight.Words
	// Service is how long customers may wait.
	Service state.Service
	// Promises are phrases by which a text of ours promises something.
	Promises phrases.Set
	// Notes are the private notes, nil where none are kept; Me is who writes them here.
	Notes note.Store
	Me    string
	// Edits are those of messages that are not sent off; nil keeps them in memory alone.
	Edits Edits
	// Did notes in the log what the agent had a platform do; nil where there is none. Noted calls it.
	Did func(id api.ConversationID, what string)
	// Team are the colleagues.
	Team Team
	// Commands are the user's own.
	Commands []usercmd.Command
	// Spelling prints the words of its input that are not known; nil for none.
	// SpellAfter is how long typing has to rest before it is asked, 0 for never.
	Spelling   *usercmd.Command
	SpellAfter time.Duration
	// StateDir is where the store is; empty where nothing is to be kept.
	StateDir string
	// PlaceDir is where it is kept where the agent was.
	PlaceDir string
	// Now is the clock.
	Now func() time.Time
	// PlanNow is the time of day by which messages wait; nil is Now. It reads nothing.
	PlanNow func() time.Time
	// Timer makes a command that waits and then returns a message; nil is a
	// real timer.
	Timer func(d time.Duration, msg tea.Msg) tea.Cmd
	// ExecTerminal gives the terminal back while run runs; nil where there is none.
	ExecTerminal func(run func() error) error
	// Privacy masks who customers are, for an agent whose screen others see.
	Privacy privacy.Mask
	// lent: a program has the terminal.
	lent atomic.Bool
	// Look is how things are drawn now.
	Look look.Look
	// Notify shows a sentence for a while: what the agent did, or, as a
	// warning, what somebody has to see.
	Notify func(sentence string, warn bool) tea.Cmd
	// Refused shows why a key did nothing, in place of what it showed before; nil is Notify.
	Refused func(sentence string) tea.Cmd
	// Showing reports whether such a sentence is still on screen; brief: where there is
	// room for one row of them. nil says that none is.
	Showing func(sentence string, brief bool) bool
	// Scopes lists where the next key is looked up, innermost first.
	Scopes func() []keymap.Scope
}

// Planning is now as the time of day by which messages wait has it, which differs from this
// box's where boxes share a database.
func (e *Env) Planning() time.Time {
	if e.PlanNow == nil {
		return e.Now()
	}
	return e.PlanNow().In(e.Now().Location())
}

// Say shows what the agent just did, or why it could not be done.
func (e *Env) Say(sentence string) tea.Cmd { return e.notify(sentence, false) }

// Warn shows something that somebody has to see.
func (e *Env) Warn(sentence string) tea.Cmd { return e.notify(sentence, true) }

// Refuse shows why a key did nothing. It takes the place of the last such answer, and is not
// among what was said: who types where nothing can be typed gets one for each key.
func (e *Env) Refuse(sentence string) tea.Cmd {
	if e.Refused == nil {
		return e.Say(sentence)
	}
	return e.Refused(sentence)
}

func (e *Env) notify(sentence string, warn bool) tea.Cmd {
	if e.Notify == nil {
		return nil
	}
	return e.Notify(sentence, warn)
}

// Fail shows an error; nil shows nothing.
func (e *Env) Fail(err error) tea.Cmd {
	if err == nil {
		return nil
	}
	return e.Warn(e.Explain(err))
}

// Explain says an error in the language of the screen, one sentence for a person.
func (e *Env) Explain(err error) string {
	var platform *api.Error
	var store *state.StoreError
	if errors.As(err, &platform) || errors.As(err, &store) {
		return e.Look.Sentence(api.Explain(err))
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return e.T("this took too long here and was given up: try again")
	}
	return e.Look.Error(err)
}

// Read is a command that runs fn with the limit of a read.
func (e *Env) Read(fn func(ctx context.Context) tea.Msg) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(e.Ctx, ReadLimit)
		defer cancel()
		return fn(ctx)
	}
}

// After is a command that waits and then returns msg.
func (e *Env) After(d time.Duration, msg tea.Msg) tea.Cmd {
	if e.Timer != nil {
		return e.Timer(d, msg)
	}
	return tea.Tick(d, func(time.Time) tea.Msg { return msg })
}

// Rarely is After for what is in no hurry: it may come up to two seconds later,
// together with what the store does regularly, so that it wakes nobody up.
func (e *Env) Rarely(d time.Duration, msg tea.Msg) tea.Cmd {
	if e.Timer != nil {
		return e.Timer(d, msg)
	}
	return e.After(d+state.UntilBeat(2*time.Second), msg)
}

// WrittenMsg is the outcome of a write to the store. Said, where set, is what it came
// to, other than was said when it began.
type WrittenMsg struct {
	Err  error
	Said string
}

// DecidedMsg is the outcome of a decision about a message of the outbox.
type DecidedMsg struct{ Err error }

// Change is a command that asks for a change of a conversation or a message.
func (e *Env) Change(ch state.Change) tea.Cmd {
	ch.Made = e.Now()
	return e.Read(func(ctx context.Context) tea.Msg { return WrittenMsg{Err: e.Changes.Submit(ctx, ch)} })
}

// SetFlags is a command that changes what this machine keeps of a conversation.
func (e *Env) SetFlags(id api.ConversationID, change state.FlagChange) tea.Cmd {
	return e.Read(func(ctx context.Context) tea.Msg { return WrittenMsg{Err: e.Store.SetFlags(ctx, id, change)} })
}

// Decide is a command that applies an agent's decision to a message of the outbox
// as it was seen.
func (e *Env) Decide(seen state.Outbound, d state.Decision) tea.Cmd {
	return e.Read(func(ctx context.Context) tea.Msg { return DecidedMsg{e.Outbox.Decide(ctx, seen, d)} })
}

// Reschedule is a command that sets another time for a message that waits here for its time.
func (e *Env) Reschedule(seen state.Outbound, at time.Time) tea.Cmd {
	return e.Read(func(ctx context.Context) tea.Msg { return DecidedMsg{e.Outbox.Reschedule(ctx, seen, at)} })
}

// Refresh asks every platform for everything that is due, now.
func (e *Env) Refresh() tea.Cmd {
	e.Engine.Refresh(api.ConversationID{})
	return e.Say(e.T("asking every platform now"))
}

// Progress returns how much of a message's files is uploaded, and whether an
// upload is under way.
func (e *Env) Progress(outbound int64) (float64, bool) {
	if e.Outbox == nil {
		return 0, false
	}
	return e.Outbox.Progress(outbound)
}

// Transfer returns the state of a download.
func (e *Env) Transfer(id state.FileID) state.Transfer {
	if e.Files == nil {
		return state.Transfer{}
	}
	return e.Files.Transfer(id)
}
