package dialog

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// Quit is what ending the program needs of the screen.
type Quit struct {
	Env *env.Env
	// Health returns the state of the accounts, Label the name of one.
	Health func() []state.Health
	Label  func(state.Health) string
	// Sending reports whether anything is on its way into the outbox.
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
	// err is why that is not known. sending: something was on its way into the outbox when
	// it was asked for.
	err     error
	sending bool
	// unsaved is why what was typed could not be saved.
	unsaved error
}

// Ask ends the program, unless something was not saved, or has not gone out yet.
func (q Quit) Ask() tea.Cmd {
	q.Typed.Note()
	sending := q.Sending()
	return q.Env.Read(func(ctx context.Context) tea.Msg {
		if err := q.Typed.Flush(ctx); err != nil && q.Typed.Unsaved() > 0 {
			return unsentMsg{of: q, unsaved: err}
		}
		return q.unsent(sending)() // with a limit of its own: a reply with large files may have taken up this one
	})
}

// unsent reads what is unsent. Where the other sessions cannot be read none is spoken of.
func (q Quit) unsent(sending bool) tea.Cmd {
	return q.Env.Read(func(ctx context.Context) tea.Msg {
		list, err := q.Env.Store.Queue(ctx)
		sessions, _ := q.Env.Store.Sessions(ctx)
		return unsentMsg{of: q, list: list, sessions: sessions, err: err, sending: sending}
	})
}

func (msg unsentMsg) arrive(s *Stack) tea.Cmd {
	q, t := msg.of, tallied(msg.list)
	if msg.unsaved != nil {
		return s.Open(q.unsaved(msg.unsaved))
	}
	switch sending := q.Sending(); {
	case sending:
		t.moving++
	case msg.sending: // it came into the outbox meanwhile, perhaps after that was read
		return q.Ask()
	}
	if msg.err == nil && t.timed+t.moving+t.held+t.unknown == 0 {
		return q.Now()
	}
	return s.Open(q.question(t, msg))
}

// question says how much is unsent, why, and what becomes of it; or that this is not known.
func (q Quit) question(t tally, msg unsentMsg) *Picker {
	type step func(*Picker) tea.Cmd
	do := func(f func() tea.Cmd) step {
		return func(p *Picker) tea.Cmd {
			p.Close()
			return f()
		}
	}
	items := []menu.Item{{Label: q.Env.T("Stay"), Value: do(func() tea.Cmd { return nil })}}
	if t.moving > 0 {
		items = append(items, menu.Item{Label: q.Env.T("Wait"), Detail: q.Env.T("until all is out, then quit"), Value: step(q.wait)})
	}
	items = append(items, menu.Item{Label: q.Env.T("Look at the outbox"), Value: do(q.ShowOutbox)}, menu.Item{Label: q.Env.T("Quit now"), Detail: q.Env.T("all of it is kept"), Value: do(q.Now)})
	return newPicker(menu.New(q.Env.T("Quit with unsent messages?"), menu.Options{Text: q.words(t, msg), Items: items}),
		func(p *Picker, it menu.Item) tea.Cmd { return it.Value.(step)(p) })
}

func (q Quit) wait(p *Picker) tea.Cmd {
	return p.next(newWaiting(q))
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

func (q Quit) words(t tally, msg unsentMsg) []string {
	var words []string
	if msg.err != nil {
		words = append(words, q.Env.T("What is unsent could not be read: %s.", q.Env.Line(q.Env.Explain(msg.err))))
	}
	add := func(n int, said string) {
		if n > 0 {
			words = append(words, said)
		}
	}
	e := q.Env
	add(t.moving, e.Plural(t.moving, "%[1]d message is not out yet. %[2]s", "%[1]d messages are not out yet. %[2]s", strings.Join(q.obstacles(t), " ")))
	add(t.timed, e.Plural(t.timed, "%d reply is to go out later, at a time; only if unibox runs then, here or elsewhere on this store.",
		"%d replies are to go out later, at a time; only if unibox runs then, here or elsewhere on this store."))
	add(t.changes, e.Plural(t.changes, "%d change waits to be carried out.", "%d changes wait to be carried out."))
	add(t.held, e.Plural(t.held, "%d message was not sent because you had not seen all that they wrote; you have to decide.",
		"%d messages were not sent because you had not seen all that they wrote; you have to decide."))
	add(t.failed, e.Plural(t.failed, "%d message failed; you have to decide.", "%d messages failed; you have to decide."))
	add(t.unknown, e.Plural(t.unknown, "%d message has an unknown outcome; you have to decide.", "%d messages have an unknown outcome; you have to decide."))
	kept := q.Env.T("Everything is kept on this disk.")
	if t.moving+t.changes > 0 {
		kept += " " + afterwards(q.Env.Look.Language, msg.sessions)
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
			words = append(words, q.Env.T("%s is stopped: %s.", q.Label(h), line(h.Reason)))
		case state.HealthRetrying:
			words = append(words, q.Env.T("%s does not answer: %s.", q.Label(h), line(h.Reason)))
		}
	}
	if t.tried == nil {
		return words
	}
	if wait := t.tried.NotBefore.Sub(q.Env.Planning()); wait > 0 {
		next := q.Env.T("The next try comes in %s", q.Env.Look.Clock.In(q.Env.Look.Language, wait))
		if len(words) == 0 { // else it is said already
			next += ": " + line(q.Env.Sentence(t.tried.Reason))
		}
		words = append(words, next+".")
	}
	return words
}

// afterwards says who sends it when this program has ended.
func afterwards(say *catalog.Language, sessions []state.Session) string {
	for _, s := range sessions {
		if !s.Self && !s.Looks {
			return say.T("Another session has it open and goes on sending.")
		}
	}
	return say.T("What can be sent is sent when unibox runs again.")
}

// waiting shows the progress of sending, and quits when all is out. What came to
// need a person does not hold it up.
type waiting struct {
	Box
	quit Quit
	// asked is the first reading of what is unsent that counts. sending: something was on its
	// way into the outbox when it was looked at last.
	asked   int
	sending bool
}

func newWaiting(q Quit) *waiting {
	return &waiting{quit: q, sending: q.Sending(), Box: Box{Menu: menu.New(q.Env.T("Quitting when all is out"),
		menu.Options{Items: []menu.Item{{Label: q.Env.T("Stay after all"), Value: false}, {Label: q.Env.T("Quit now"), Value: true}}})}}
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
	return d.quit.Env.Say(d.quit.Env.T("staying; unsent messages are sent as soon as possible"))
}

// Asked implements reader.
func (d *waiting) Asked(reading int) { d.asked = reading }

// Tick implements watcher.
func (d *waiting) Tick() tea.Cmd {
	d.sending = d.sending || d.quit.Sending()
	return d.quit.LoadOutbox()
}

// Unsent implements watcher. What was read before something came into the outbox does not name
// it: it is read anew.
func (d *waiting) Unsent(reading int, list []state.Unsent) tea.Cmd {
	was := d.sending
	if d.sending = d.quit.Sending(); was && !d.sending {
		return d.stack.readAnew(d)
	}
	t := tallied(list)
	switch {
	case reading < d.asked:
		return nil
	case t.moving == 0 && !d.sending:
		return d.quit.Now()
	}
	d.SetText(append([]string{d.quit.Env.Plural(t.moving, "%d message is not out yet.", "%d messages are not out yet.")}, d.quit.obstacles(t)...))
	return nil
}
