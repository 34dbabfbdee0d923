package dialog

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// Quit is what ending the program needs of the screen.
type Quit struct {
	Env *env.Env
	// Health returns the state of the accounts, Label the name of one.
	Health func() []state.Health
	Label  func(state.Health) string
	// Sending reports whether a reply is on its way into the outbox.
	Sending func() bool
	// Typed is what was typed, Elsewhere a name for the file that it may go to.
	Typed     Typed
	Elsewhere func() string
	// ShowOutbox goes to the outbox, LoadOutbox reads it again, Now ends the
	// program.
	ShowOutbox, LoadOutbox, Now func() tea.Cmd
}

// unsentMsg is what is unsent when the agent wants to quit, and who else has
// the store open.
type unsentMsg struct {
	of       Quit
	list     []state.Unsent
	sessions []state.Session
	err      error
	// unsaved is why what was typed could not be saved.
	unsaved error
}

// Ask ends the program, unless something was not saved, or has not gone out yet.
func (q Quit) Ask() tea.Cmd {
	q.Typed.Note()
	return q.Env.Read(func(ctx context.Context) tea.Msg {
		if err := q.Typed.Flush(ctx); err != nil && q.Typed.Unsaved() > 0 {
			return unsentMsg{of: q, unsaved: err}
		}
		list, err := q.Env.Store.Queue(ctx)
		if err != nil {
			return unsentMsg{of: q, err: err}
		}
		sessions, err := q.Env.Store.Sessions(ctx)
		return unsentMsg{of: q, list: list, sessions: sessions, err: err}
	})
}

func (msg unsentMsg) arrive(s *Stack) tea.Cmd {
	q, t := msg.of, tallied(msg.list)
	if msg.unsaved != nil {
		return s.Open(q.unsaved(msg.unsaved))
	}
	if q.Sending() {
		t.moving++
	}
	if msg.err != nil || t.timed+t.moving+t.held+t.unknown == 0 {
		return q.Now()
	}
	return s.Open(q.question(t, msg.sessions))
}

// question says how much is unsent, why, and what becomes of it.
func (q Quit) question(t tally, sessions []state.Session) *Picker {
	type step func(*Picker) tea.Cmd
	do := func(f func() tea.Cmd) step {
		return func(p *Picker) tea.Cmd {
			p.Close()
			return f()
		}
	}
	items := []menu.Item{{Label: "Stay", Value: do(func() tea.Cmd { return nil })}}
	if t.moving > 0 {
		items = append(items, menu.Item{Label: "Wait", Detail: "until all is out, then quit", Value: step(q.wait)})
	}
	items = append(items, menu.Item{Label: "Look at the outbox", Value: do(q.ShowOutbox)}, menu.Item{Label: "Quit now", Detail: "all of it is kept", Value: do(q.Now)})
	return newPicker(menu.New("Quit with unsent messages?", menu.Options{Text: q.words(t, sessions), Items: items}),
		func(p *Picker, it menu.Item) tea.Cmd { return it.Value.(step)(p) })
}

func (q Quit) wait(p *Picker) tea.Cmd {
	p.next(newWaiting(q))
	return q.LoadOutbox()
}

// tally counts what is unsent by what becomes of it.
type tally struct {
	// timed goes out at its time, moving as soon as it can; held, failed and unknown wait for a person;
	// changes counts changes that wait.
	timed, moving, held, failed, unknown, changes int
	// accounts are those with something that should go out by itself.
	accounts []api.AccountID
	// tried is one that waits for its next try, if any does.
	tried *state.Outbound
}

func tallied(list []state.Unsent) (t tally) {
	for _, u := range list {
		t.add(u)
	}
	return t
}

func (t *tally) add(u state.Unsent) {
	switch o := u.Message; {
	case o == nil:
		if u.Change.Waits() {
			t.changes++
		}
	case o.Timed():
		t.timed++
	case u.Moves():
		t.moving++
		if id := o.Conversation.Account; !slices.Contains(t.accounts, id) {
			t.accounts = append(t.accounts, id)
		}
		if o.Reason != "" && (t.tried == nil || o.NotBefore.Before(t.tried.NotBefore)) {
			t.tried = o
		}
	case o.Status == state.Held:
		t.held++
	case o.Status == state.Failed:
		t.failed++
	case o.Status == state.Uncertain && !o.Left:
		t.unknown++
	}
}

func (q Quit) words(t tally, sessions []state.Session) []string {
	var words []string
	add := func(n int, one, many, then string) {
		if n > 0 {
			words = append(words, env.Count(n, one, many)+then)
		}
	}
	add(t.moving, "message is", "messages are", " not out yet. "+strings.Join(q.obstacles(t), " "))
	add(t.timed, "reply is", "replies are", " to go out later, at a time; only if unibox runs then, here or elsewhere on this store.")
	add(t.changes, "change waits", "changes wait", " to be carried out.")
	add(t.held, "message was", "messages were", " not sent because you had not seen all that they wrote; you have to decide.")
	add(t.failed, "message", "messages", " failed; you have to decide.")
	add(t.unknown, "message has", "messages have", " an unknown outcome; you have to decide.")
	kept := "Everything is kept on this disk."
	if t.moving+t.changes > 0 {
		kept += " " + afterwards(sessions)
	}
	return append(words, kept)
}

// obstacles say, for each account that cannot send now, why; and when the next
// try comes.
func (q Quit) obstacles(t tally) []string {
	var words []string
	line := q.Env.Line
	for _, h := range q.Health() {
		if !slices.Contains(t.accounts, h.Account) {
			continue
		}
		switch h.State {
		case state.HealthStopped:
			words = append(words, q.Label(h)+" is stopped: "+line(h.Reason)+".")
		case state.HealthRetrying:
			words = append(words, q.Label(h)+" does not answer: "+line(h.Reason)+".")
		}
	}
	if t.tried == nil {
		return words
	}
	if wait := t.tried.NotBefore.Sub(q.Env.Now()); wait > 0 {
		next := "The next try comes in " + q.Env.Look.Clock.In(q.Env.Look.Language, wait)
		if len(words) == 0 { // else it is said already
			next += ": " + line(t.tried.Reason)
		}
		words = append(words, next+".")
	}
	return words
}

// afterwards says who sends it when this program has ended.
func afterwards(sessions []state.Session) string {
	for _, s := range sessions {
		if !s.Self && !s.Looks {
			return "Another session has it open and goes on sending."
		}
	}
	return "What can be sent is sent when unibox runs again."
}

// waiting shows the progress of sending, and quits when all is out. What came to
// need a person does not hold it up.
type waiting struct {
	Box
	quit Quit
}

func newWaiting(q Quit) *waiting {
	return &waiting{quit: q, Box: Box{Menu: menu.New("Quitting when all is out",
		menu.Options{Items: []menu.Item{{Label: "Stay after all", Value: false}, {Label: "Quit now", Value: true}}})}}
}

// Choose implements Dialog.
func (d *waiting) Choose(it menu.Item) tea.Cmd {
	d.Close()
	if it.Value.(bool) {
		return d.quit.Now()
	}
	return d.Cancel()
}

// Cancel implements canceler.
func (d *waiting) Cancel() tea.Cmd {
	return d.quit.Env.Say("staying; unsent messages are sent as soon as possible")
}

// Tick implements watcher.
func (d *waiting) Tick() tea.Cmd { return d.quit.LoadOutbox() }

// Unsent implements watcher.
func (d *waiting) Unsent(list []state.Unsent) tea.Cmd {
	t := tallied(list)
	if t.moving == 0 && !d.quit.Sending() {
		return d.quit.Now()
	}
	d.SetText(append([]string{env.Count(t.moving, "message is", "messages are") + " not out yet."}, d.quit.obstacles(t)...))
	return nil
}
