// Package ui is the screen: one root model that owns the parts, routes messages
// and keys to them, and says which has the focus. Panes and dialogs own what
// they show, their actions and their messages. Update and View touch neither
// disk nor network; what does runs in commands, whose answers carry the number
// of the question. What changed on disk is heard from the feed and read again
// through the same path as at the start.
package ui

import (
	"cmp"
	"context"
	"maps"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/canned"
	"unibox/state/drafts"
	"unibox/state/macro"
	"unibox/state/note"
	"unibox/state/phrases"
	"unibox/state/usercmd"
	"unibox/ui/channels"
	"unibox/ui/customer"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/inbox"
	"unibox/ui/layout"
	"unibox/ui/look"
	"unibox/ui/mask"
	"unibox/ui/notes"
	"unibox/ui/notify"
	"unibox/ui/place"
	"unibox/ui/practice"
	"unibox/ui/preflight"
	"unibox/ui/queue"
	"unibox/ui/reply"
	"unibox/ui/screen"
	"unibox/ui/shift"
	"unibox/ui/statusbar"
	"unibox/ui/thread"
	"unibox/ui/triage"
	"unibox/ui/tty"
	"unibox/ui/used"
	"unibox/ui/walk"
	"unibox/ui/widths"
)

// What the screen works on, as its parts know it.
type (
	Account  = env.Account
	Changes  = env.Changes
	Engine   = env.Engine
	Files    = env.Files
	Outbox   = env.Outbox
	Settings = env.Settings
	Store    = env.Store
)

// LocalCaps are the abilities that this machine provides where a platform has
// no such thing.
const LocalCaps = env.LocalCaps

// Options are what the screen works on.
type Options struct {
	Store    Store
	Outbox   Outbox
	Changes  Changes
	Engine   Engine
	Files    Files
	Feed     *state.Feed
	Accounts []Account
	Keys     *keymap.Map
	Settings Settings
	// Notices are what is wrong at the start, with the config above all.
	Notices []string
	// Notes are the private notes, nil where none are kept; Me is who writes them here.
	Notes note.Store
	Me    string
	// Did notes in the log what the agent had a platform do outside the outbox and the changes;
	// nil where there is no log.
	Did func(id api.ConversationID, what string)
	// Shift is what a shift is handed over from and taken over into, nil for nothing;
	// HandoverDir is where it is written.
	Shift       shift.Store
	HandoverDir string
	// StateDir is where the store is, in which an editor's file is kept.
	StateDir string
	// Team are the colleagues, for an agent who works with others.
	Team env.Team
	// PlaceDir is where the agent's own place is kept; StateDir where it is empty.
	PlaceDir string
	// KeepSetting writes a key of [ui] into the config; nil where there is none to keep.
	KeepSetting func(key string, on bool) error
	// Shown, if not nil, is called once the first whole frame is on the terminal:
	// with the list, its counts and the selected conversation. It must not block.
	Shown func()
	// Suspender may be nil where the program cannot be stopped.
	Suspender Suspender
	// FileWords are those by which a reply says that a file comes with it; nil for the usual ones.
	FileWords *preflight.Words
	// Macros are the user's, Saved the saved views.
	Macros []macro.Macro
	Saved  []env.SavedView
	// Commands are the user's own, Spelling that which knows words; nil for none.
	Commands   []usercmd.Command
	Spelling   *usercmd.Command
	SpellAfter time.Duration
	// SavedReplies reads the replies that are kept as files; nil where there are none.
	SavedReplies func() (all []canned.Reply, problems []string)
	// Service is how long customers may wait.
	Service state.Service
	// Promises are phrases by which a text of ours promises something.
	Promises phrases.Set
	// Place is where the agent was when the line dropped; nil to begin at the beginning.
	Place *place.Place
	// Owner is the session, which keeps such a place for the next one.
	Owner place.Owner
	// Practice is what there is to practise with; its zero value is nothing.
	Practice practice.Options
	// Environ is the environment, which names the terminal; nil names none.
	Environ []string
	// Connection leads to the terminal, nil for that of the process.
	Connection *tty.Connection
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// PlanNow is the time of day by which messages wait; nil is Now. It reads nothing.
	PlanNow func() time.Time
}

// Model is the root of the screen.
type Model struct {
	env     *env.Env
	opt     Options
	colors  colors
	size    size
	lay     layout.Layout
	focus   layout.Pane
	keys    keys
	actions env.Actions

	channels *channels.Pane
	inbox    *inbox.Pane
	queue    *queue.Pane
	thread   *thread.Pane
	reply    *reply.Box
	dialogs  *dialog.Stack
	bar      *statusbar.Bar
	triage   *triage.Triage
	notes    *notes.Notes
	notify   *notify.Notifier
	customer *customer.Customer
	used     *used.Counts
	practice *practice.Coach

	ticks   ticks
	peek    peek
	columns columns
	// begun: what the first frame can do without is read, or being read.
	begun     bool
	news      news
	published published
	walk      *walk.Walk
	place     *place.Keeper
	// decide is the message whose card is to open once its thread is read.
	decide int64
}

// size is what the layout is computed of, beside the focus.
type size struct {
	w, h        int
	zoom, hints bool
	// widths are how wide the agent made the panes, kept where they are kept.
	widths layout.Widths
	kept   *widths.File
	// switched may be kept in the config.
	switched switched
	mouse    mouse
}

// published is what the store and the engine last learned of the screen.
type published struct {
	// replying is whom other sessions know that we reply to.
	replying api.ConversationID
	// open and visible are what the engine knows to be on screen.
	open    api.ConversationID
	visible []api.ConversationID
	// selected is the conversation for which a peek was considered.
	selected api.ConversationID
	// focus is the pane that the last message left the keys with.
	focus layout.Pane
}

// New returns a model that reads through ctx's life.
func New(ctx context.Context, opt Options) *Model {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Settings.Restricted { // whoever makes one leaves them out: nothing here is to trust that
		opt.Commands, opt.Spelling, opt.KeepSetting, opt.Suspender = nil, nil, nil, nil
	}
	m := &Model{opt: opt, focus: layout.List, size: size{hints: opt.Settings.Hints, mouse: mouse{on: opt.Settings.Mouse && !opt.Settings.ScreenReader}, kept: widths.New(opt.StateDir)}, colors: colors{profile: opt.profile(), dark: opt.Settings.Theme != "light"}, keys: keys{longest: heldFor}}
	m.env = &env.Env{Ctx: ctx, Store: opt.Store, Outbox: opt.Outbox, Changes: opt.Changes, Engine: opt.Engine, Files: opt.Files,
		Accounts: opt.Accounts, Keys: opt.Keys, Settings: opt.Settings, StateDir: opt.StateDir, PlaceDir: cmp.Or(opt.PlaceDir, opt.StateDir), Team: opt.Team, SavedReplies: opt.SavedReplies, FileWords: opt.FileWords,
		Commands: opt.Commands, Spelling: opt.Spelling, SpellAfter: opt.SpellAfter, Service: opt.Service, Promises: opt.Promises, Now: opt.Now, PlanNow: opt.PlanNow, Scopes: m.allScopes,
		Notes: opt.Notes, Did: opt.Did, Me: opt.Me, Edits: env.EditsIn(opt.Notes, opt.Me)}
	m.env.Saved, m.env.Macros = opt.Saved, opt.Macros
	m.env.Look.Language, m.env.Keys = opt.Settings.Language, look.Keys(opt.Settings.Language, opt.Keys)
	m.env.Look.Busy, m.env.Look.Clock = look.NewBusy(opt.Settings.ASCII), &look.Clock{Slow: opt.Settings.Line == "slow"}
	m.env.Look.Busy.Silent = opt.Settings.ScreenReader
	m.actions, m.used = m.makeActions(), used.New(opt.StateDir, opt.Settings.ReadOnly)
	maps.Copy(m.actions, pointerActions(m))
	m.dialogs = dialog.NewStack(m.env)
	m.bar = statusbar.New(m.env)
	m.env.Team.HeldBy = m.bar.HeldBy
	m.makePanes()
	m.restyle()
	return m
}

// makePanes makes the panes and what acts on them, and says what each may ask
// of the screen.
func (m *Model) makePanes() {
	whyNoInfo := func() string { return m.triage.WhyNoConversation() }
	info := func() tea.Cmd { return m.triage.Info() }
	released := func() { m.queue.Release() }
	m.channels = channels.New(m.env, channels.Screen{Chosen: m.chosen, Deeper: m.toPane(layout.List)})
	m.inbox = inbox.New(m.env, inbox.Screen{CameFrom: func() api.ConversationID { return m.walk.Mark() }, Deeper: m.openDeeper, Back: m.toPane(layout.Channels), Await: m.untilRead, Info: info, WhyNoInfo: whyNoInfo})
	m.thread = thread.New(m.env, thread.Screen{
		Back: m.toPane(layout.List), Message: m.openMessage, Discarded: released, Replaced: m.findReplacement, Dialogs: m.dialogs,
		TakeBack:  func(o state.Outbound) tea.Cmd { return m.reply.TakeBack(o) },
		Edit:      func(msg api.Message) tea.Cmd { return m.reply.Edit(msg) },
		WhyNoEdit: func() string { return m.reply.WhyNoEdit() },
		Quote:     func(msg api.Message, name string) tea.Cmd { return m.reply.Quote(msg, name) },
		QuoteText: func(msg api.Message, name string) tea.Cmd { return m.reply.QuoteText(msg, name) }, WhyNoQuote: func() string { return m.reply.WhyNoQuote() },
		Did: func(did string, cmd tea.Cmd, back func() tea.Cmd) tea.Cmd {
			return m.triage.Did(did, cmd, back)
		},
		Notes: thread.Notes{Edit: func(n note.Note, name string) tea.Cmd { return m.notes.Edit(n, name) }, Delete: func(n note.Note, name string) tea.Cmd { return m.notes.Delete(n, name) }},
	})
	m.reply = reply.New(m.env, drafts.New(m.opt.Store), m.thread, reply.Screen{
		Resized: m.arrange, Compose: m.compose, Current: m.current, Write: m.write, WhyNot: m.whyNoReply, Near: m.nearReply, Stopped: m.bar.Stopped, Released: released, Sent: m.sent, Dialogs: m.dialogs, Hold: m.keys.wait, Release: m.release, Drop: m.dropBehind,
		Offered:  func(id api.ConversationID) string { return m.triage.Offered(id) },
		WhenDone: func(row state.Row, seen state.Pos) state.WhenSent { return m.triage.WhenDone(row, seen) },
		TakeNote: func(row state.Row, text string) tea.Cmd { return m.notes.Take(row, text) },
	})
	m.queue = queue.New(m.env, queue.Screen{
		Moved: m.followQueue, Deeper: m.decideInThread, Back: m.toPane(layout.Channels), Info: info, WhyNoInfo: whyNoInfo,
		Message: m.openMessage, TakeBack: m.reply.TakeBack, Outcome: m.thread.Outcome, Shown: m.thread.Shows, Dialogs: m.dialogs,
	})
	m.dialogs.Anew(m.queue.Anew)
	m.walk = walk.New(m.env, walk.Screen{Current: m.current, Listed: m.listed, Jump: m.jump, Hold: m.keys.wait, Release: m.release, Drop: m.drop, Dialogs: m.dialogs})
	m.triage = triage.New(m.env, triage.Screen{
		Current: m.current, Leaves: func() { m.inbox.Keep(api.ConversationID{}) }, NextWaiting: m.walk.Next,
		LastInbound: m.lastInbound, Jump: m.jumpTo, Dialogs: m.dialogs, Submitting: m.reply.Submitting,
		Marked: func() (state.ListQuery, []api.ConversationID) {
			if m.focus != layout.List || m.queueing() { // a thread is about itself
				return state.ListQuery{}, nil
			}
			return m.inbox.Marked()
		}, Unmark: m.inbox.Unmark, Never: m.never,
		Box: triage.Box{
			Open: m.startReply, Ready: func() bool { return reply.IsRead(m.reply) }, WhyNoReply: m.whyNoReply,
			Insert: func(r canned.Reply, empty bool, then func() tea.Cmd) (tea.Cmd, string, bool) {
				return reply.Insert(m.reply, r, empty, then)
			},
			WhyNoSend: func() string { return m.reply.Why(keymap.SendDoneNext) },
			Send: func(doneNext bool) tea.Cmd {
				if doneNext {
					return m.reply.Do(keymap.SendDoneNext)
				}
				return m.reply.Do(keymap.Send)
			},
		},
	})
	maps.Copy(m.actions, shift.New(m.env, shift.Options{Store: m.opt.Shift, Folder: m.opt.HandoverDir, Jump: m.jumpTo, Dialogs: m.dialogs}).Actions)
	m.notify = notify.New(m.env, m.opt.Environ, notify.Screen{Health: m.bar.Health, Open: m.openPopup, Wrote: saysWhoWrote(m), Waiting: func() tea.Cmd {
		said := m.chosenOtherwise()
		return tea.Batch(said, m.goToList(inbox.Selection{View: state.ViewWaiting, Title: m.env.T("Waiting")}))
	}})
	m.customer = customer.New(m.env, customer.Screen{Current: m.current, Show: m.showFound, Resized: m.arrange, Dialogs: m.dialogs,
		Fits: func() bool { return !m.lay.Beside(customer.Width).Panel.Empty() }})
	maps.Copy(m.actions, m.customer.Actions)
	m.place = place.NewKeeper(m.env, place.Screen{Owner: m.opt.Owner, Channels: m.channels, Inbox: m.inbox, Thread: m.thread, Reply: m.reply, LastKey: m.notify.LastKey,
		Focus: func() layout.Pane { return m.focus }, Open: m.open, FocusOn: m.focusOn, Compose: m.compose, Redraw: m.restyle})
	maps.Copy(m.actions, mask.New(m.env, mask.Screen{Current: m.current, Redraw: m.restyle, Drop: func() tea.Cmd {
		m.bar.ClearToasts()
		return tea.Batch(m.dialogs.Mask(), m.thread.Mask())
	}}).Actions)
	m.practice = newPractice(m)
	maps.Copy(m.actions, m.practice.Actions)
	m.notes = notes.New(m.env, notes.Screen{Current: m.current, Jump: m.jumpTo, Did: m.triage.Did, Dialogs: m.dialogs})
}

// newPractice is what teaches the keys, by what the screen shows.
func newPractice(m *Model) *practice.Coach {
	return practice.New(m.env, m.opt.Practice, practice.Screen{
		Open: func() (state.Row, bool) {
			row, read := m.thread.Row()
			return row, read && m.focus == layout.Thread
		},
		Writing: func() bool { return m.reply.Composing() && !m.reply.Empty() },
		Count:   m.channels.Count, Filter: m.inbox.Filter, Dialog: m.dialogs.Title,
		Resized: m.arrange, Dialogs: m.dialogs,
	})
}

// Init reads what the first frame shows.
func (m *Model) Init() tea.Cmd {
	cmds := []tea.Cmd{m.place.Restore(m.opt.Place), m.inbox.Load(), m.channels.Load(), m.queue.Load(), m.bar.LoadHealth(), m.bar.LoadCondition(), m.practice.Begin(), m.arm(nil), m.used.Load(), m.size.kept.Load(), m.opt.detectColours(), m.notify.Init(screen.Query(m.opt.Settings.Query, m.opt.Environ)), askCell(m.opt.Settings), countClusters(m, m.opt.Settings.Emoji == "joined" && !m.opt.Settings.ScreenReader)}
	if theme := m.opt.Settings.Theme; theme != "dark" && theme != "light" && !m.opt.Settings.ScreenReader {
		cmds = append(cmds, screen.AskBackground)
	}
	return tea.Batch(append(cmds, m.bar.Start(m.opt.Notices))...)
}

// hasRead reports whether all that the start reads is there to be shown.
func (m *Model) hasRead() bool {
	_, open := m.thread.Row()
	return m.inbox.HasRead() && m.channels.Answered() && (open || m.thread.Failed() || m.thread.Conversation() == api.ConversationID{})
}

// begin reads, once, what the first frame can do without, when all that it shows is read.
func (m *Model) begin() tea.Cmd {
	if m.begun || !m.hasRead() {
		return nil
	}
	m.begun = true
	return tea.Batch(m.notes.Follow(), m.bar.LoadSessions())
}
