// Package dialog is what opens over the panes: the command palette, questions,
// pickers, forms, cards. Each dialog is a struct that owns what it shows, the
// keys that reach it and the messages that answer it; the Stack keeps the open
// ones and gives keys to the one on top.
//
// A dialog gets what it needs from its constructor: the Env, and functions for
// what only the screen as a whole can do. It closes itself before it calls
// one, so that what follows finds the panes in front.
package dialog

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// Dialog is a box over the panes. Every dialog embeds Box; what more it takes
// part in, it says with the interfaces below.
type Dialog interface {
	// Choose gets the chosen item, which has no reason against it. It closes
	// the dialog where that is meant.
	Choose(menu.Item) tea.Cmd
	box() *Box
}

type (
	// typist is called after each change of the dialog's input line.
	typist interface {
		Typed(line string) tea.Cmd
	}
	// paster takes pasted text in place of the input line, and reports whether
	// that changed the line.
	paster interface {
		Pasted(text string) bool
	}
	// enterer gets the input line when enter is pressed, in place of Choose.
	enterer interface {
		Enter(line string) tea.Cmd
	}
	// completer takes the key that completes, which else moves down.
	completer interface {
		Complete() tea.Cmd
	}
	// sender sends what it asks about.
	sender interface {
		SendAnyway() tea.Cmd
	}
	// keeper keeps what is typed, to be chosen later.
	keeper interface {
		Keep() tea.Cmd
	}
	// masker draws itself again, without what names a customer who is masked now. What is
	// typed in it is kept.
	masker interface {
		Mask()
	}
	// single is open once with a title.
	single interface {
		Close()
		choice() *Choice
	}
	// canceler is called when the dialog is closed without a choice.
	canceler interface {
		Cancel() tea.Cmd
	}
	// follower is called when the list of conversations changed.
	follower interface {
		Follow() tea.Cmd
	}
	// chooser reports whether it was told to choose, and waits for what there is to choose from.
	chooser interface {
		chooses() bool
		// gaveUp reports, once, whether that came to nothing.
		gaveUp() bool
	}
	// reader is about one of what is unsent, as it was read elsewhere: what was asked for before
	// it opened may be older, and does not count for it.
	reader interface {
		Asked(reading int)
	}
	// watcher gets what is unsent, when that changes and each second.
	watcher interface {
		Unsent(reading int, list []state.Unsent) tea.Cmd
		Tick() tea.Cmd
	}
	// doer takes actions of a scope of its own, in place of the menu's.
	doer interface {
		Scope() keymap.Scope
		Act(keymap.Action) tea.Cmd
	}
	// Answer is a message that answers a dialog of another package. It is called on the
	// screen's loop, whatever is open by then.
	Answer interface {
		Arrive(*Stack) tea.Cmd
	}
	// answer is a message that answers a dialog of this package. It arrives on
	// the stack, whatever is open by then.
	answer interface {
		arrive(*Stack) tea.Cmd
	}
)

// Box is the part that all dialogs share: the menu that is drawn and the stack
// that the dialog is open on.
type Box struct {
	*menu.Menu
	stack *Stack
}

func (b *Box) box() *Box { return b }

// Close takes the dialog off the stack. It may be called again.
func (b *Box) Close() {
	s := b.stack
	s.open = slices.DeleteFunc(s.open, func(d Dialog) bool { return d.box() == b })
}

// next closes the dialog and opens the one that follows it.
func (b *Box) next(d Dialog) tea.Cmd {
	s := b.stack
	b.Close()
	return s.Open(d)
}

// Stack is what is open, the top one last. It is used from one goroutine.
type Stack struct {
	env  *env.Env
	w, h int
	open []Dialog
	// search is kept with what was searched for; nil before the first one.
	search *Search
	anew   func() (reading int, read tea.Cmd)
}

// NewStack returns a stack with nothing open.
func NewStack(e *env.Env) *Stack { return &Stack{env: e} }

// Anew says how what is unsent is read anew. Readings are numbered in the order in which they
// begin.
func (s *Stack) Anew(read func() (reading int, read tea.Cmd)) { s.anew = read }

// Open puts a dialog on top. It takes the place of one that says the same: a key
// that reads before it opens may be pressed twice.
func (s *Stack) Open(d Dialog) tea.Cmd {
	b := d.box()
	if was, ok := s.Top().(single); ok {
		if _, ok := d.(single); ok && s.Title() == b.Title() {
			was.Close()
		}
	}
	b.stack = s
	s.open = append(s.open, d)
	b.SetLook(s.env.Look)
	b.Resize(s.w, s.h)
	if a, ok := d.(reader); ok {
		return s.readAnew(a)
	}
	return nil
}

// readAnew reads what is unsent for a dialog for which what was asked for before is too old.
func (s *Stack) readAnew(d reader) tea.Cmd {
	if s.anew == nil {
		return nil
	}
	reading, read := s.anew()
	d.Asked(reading)
	return read
}

// Chooses reports whether the top dialog was told to choose, and still reads what there is to
// choose from: what is typed then is for what comes after it.
func (s *Stack) Chooses() bool {
	d, ok := s.Top().(chooser)
	return ok && d.chooses()
}

// GaveUp reports, once, whether what the top dialog was told to choose cannot be chosen: what was
// typed for it is for nothing.
func (s *Stack) GaveUp() bool {
	d, ok := s.Top().(chooser)
	return ok && d.gaveUp()
}

// Empty reports whether nothing is open.
func (s *Stack) Empty() bool { return len(s.open) == 0 }

// Top returns the dialog that has the keys, nil if nothing is open.
func (s *Stack) Top() Dialog {
	if s.Empty() {
		return nil
	}
	return s.open[len(s.open)-1]
}

// Title is that of the top dialog, "" if nothing is open.
func (s *Stack) Title() string {
	if s.Empty() {
		return ""
	}
	return s.Top().box().Title()
}

// Chosen returns the selected item of the top dialog.
func (s *Stack) Chosen() (menu.Item, bool) {
	if s.Empty() {
		return menu.Item{}, false
	}
	return s.Top().box().Selected()
}

// Clear closes everything.
func (s *Stack) Clear() { s.open = nil }

// Mask closes, as [keymap.MenuClose] does, what was opened while somebody was shown who is
// masked now, and forgets what was searched for.
func (s *Stack) Mask() tea.Cmd {
	s.search = nil
	var cmds []tea.Cmd
	for _, d := range slices.Clone(s.open) {
		if m, ok := d.(masker); ok {
			m.Mask()
			continue
		}
		cmds = append(cmds, cancel(d))
	}
	return tea.Batch(cmds...)
}

func (s *Stack) has(d Dialog) bool { return slices.Contains(s.open, d) }

// SetLook draws everything again.
func (s *Stack) SetLook() {
	for _, d := range s.open {
		d.box().SetLook(s.env.Look)
	}
}

// Resize sets the room there is for a dialog.
func (s *Stack) Resize(w, h int) {
	s.w, s.h = w, h
	for _, d := range s.open {
		d.box().Resize(w, h)
	}
}

// View draws the top dialog, nil if nothing is open.
func (s *Stack) View() []string {
	if s.Empty() {
		return nil
	}
	return s.Top().box().View()
}

// Cursor returns the cell of the text cursor in the view, and whether there is one.
func (s *Stack) Cursor() (x, y int, ok bool) {
	if s.Empty() {
		return 0, 0, false
	}
	return s.Top().box().Cursor()
}

// Key gives a key that is no action to the top dialog.
func (s *Stack) Key(k tea.KeyPressMsg) tea.Cmd {
	if !s.Top().box().Types() && k.Text != "" {
		return s.env.Refuse(s.env.T("%s does nothing here; %s closes", s.env.Line(k.String()), s.env.KeyFor(keymap.MenuClose)))
	}
	return s.typed(s.Top(), s.Top().box().Key(k))
}

// Paste gives pasted text to the top dialog.
func (s *Stack) Paste(text string) tea.Cmd {
	if p, ok := s.Top().(paster); ok {
		return s.typed(s.Top(), p.Pasted(text))
	}
	return s.typed(s.Top(), s.Top().box().Paste(text))
}

func (s *Stack) typed(d Dialog, changed bool) tea.Cmd {
	full := s.env.Full(d.box().Menu)
	if t, ok := d.(typist); ok && changed {
		return tea.Batch(full, t.Typed(d.box().Value()))
	}
	return full
}

// Do runs an action of the menu scope on the top dialog and reports whether it
// was one.
func (s *Stack) Do(action keymap.Action) (tea.Cmd, bool) {
	if s.Empty() {
		return nil, false
	}
	d := s.Top()
	if own, ok := d.(doer); ok {
		return own.Act(action), true
	}
	switch action {
	case keymap.MenuDown:
		d.box().Move(1)
	case keymap.MenuUp:
		d.box().Move(-1)
	case keymap.MenuChoose:
		return s.choose(d), true
	case keymap.MenuComplete:
		return complete(d), true
	case keymap.MenuClose:
		return cancel(d), true
	case keymap.SendAnyway:
		if asks, ok := d.(sender); ok {
			return asks.SendAnyway(), true
		}
	case keymap.KeepSearch:
		if keeps, ok := d.(keeper); ok {
			return keeps.Keep(), true
		}
	default:
		return nil, false
	}
	return nil, true
}

func (s *Stack) choose(d Dialog) tea.Cmd {
	if e, ok := d.(enterer); ok {
		return e.Enter(d.box().Value())
	}
	return chooseSelected(s.env, d)
}

// Scope is where the keys of the top dialog are looked up.
func (s *Stack) Scope() keymap.Scope {
	if own, ok := s.Top().(doer); ok {
		return own.Scope()
	}
	return keymap.Menu
}

// Search opens the search in all messages, as it was left.
func (s *Stack) Search(show func(state.Found) tea.Cmd, jump func(api.ConversationID) tea.Cmd) tea.Cmd {
	if s.search == nil || s.env.Privacy.On() && !s.has(s.search) { // whose line may name somebody
		s.search = NewSearch(s.env, show, jump)
	}
	if s.has(s.search) {
		return s.search.Typed("")
	}
	s.search.Offer()
	s.Open(s.search)
	s.search.opening = true
	return s.search.Typed("")
}

// Completes reports whether tab completes what is typed in the top dialog.
func (s *Stack) Completes() bool {
	if s.Empty() {
		return false
	}
	switch s.Top().(type) {
	case *Attach, *Search:
		return true
	}
	return false
}

func complete(d Dialog) tea.Cmd {
	if c, ok := d.(completer); ok {
		return c.Complete()
	}
	d.box().Move(1)
	return nil
}

func cancel(d Dialog) tea.Cmd {
	d.box().Close()
	if c, ok := d.(canceler); ok {
		return c.Cancel()
	}
	return nil
}

// Update takes a message that answers a dialog and reports whether it is one.
func (s *Stack) Update(msg tea.Msg) (handled bool, cmd tea.Cmd) {
	if a, ok := msg.(Answer); ok {
		return true, a.Arrive(s)
	}
	a, ok := msg.(answer)
	if !ok {
		return false, nil
	}
	return true, a.arrive(s)
}

// Follow updates the open dialogs after the list of conversations changed.
func (s *Stack) Follow() tea.Cmd {
	var cmds []tea.Cmd
	for _, d := range s.open {
		if f, ok := d.(follower); ok {
			cmds = append(cmds, f.Follow())
		}
	}
	return tea.Batch(cmds...)
}

// Unsent hands the open dialogs what is unsent by the reading of that number.
func (s *Stack) Unsent(reading int, list []state.Unsent) tea.Cmd {
	var cmds []tea.Cmd
	for _, d := range slices.Clone(s.open) {
		if w, ok := d.(watcher); ok {
			cmds = append(cmds, w.Unsent(reading, list))
		}
	}
	return tea.Batch(cmds...)
}

// Tick is called each second.
func (s *Stack) Tick() tea.Cmd {
	var cmds []tea.Cmd
	for _, d := range s.open {
		if w, ok := d.(watcher); ok {
			cmds = append(cmds, w.Tick())
		}
	}
	return tea.Batch(cmds...)
}
