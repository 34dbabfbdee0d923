package thread

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/note"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/screen"
	"unibox/ui/text"
)

// Screen is what the pane asks of the screen as a whole.
type Screen struct {
	// Back leaves the pane.
	Back func() tea.Cmd
	// Message offers what can be done with a message.
	Message func(state.Item) tea.Cmd
	// TakeBack puts a message that is not out back into the reply box.
	TakeBack func(state.Outbound) tea.Cmd
	// Discarded is called before a message is taken out of the outbox.
	Discarded func()
	// Edit puts a message into the reply box, to be saved over itself;
	// WhyNoEdit is the reason for which that cannot be.
	Edit      func(api.Message) tea.Cmd
	WhyNoEdit func() string
	// Quote lets the reply answer a message, whose author is called name; QuoteText puts
	// the message's text into the reply, as lines behind >; WhyNoQuote is the reason for
	// which neither can be.
	Quote      func(m api.Message, name string) tea.Cmd
	QuoteText  func(m api.Message, name string) tea.Cmd
	WhyNoQuote func() string
	// Did runs a change, says what it did, and keeps how to take it back.
	Did func(did string, cmd tea.Cmd, back func() tea.Cmd) tea.Cmd
	// Replaced is called when the platform's conversation has replaced a
	// provisional one.
	Replaced func(api.ConversationID) tea.Cmd
	// Notes are the private notes between the messages.
	Notes Notes
	// Dialogs is where questions are opened.
	Dialogs *dialog.Stack
}

func (p *Pane) makeActions() env.Actions {
	always := func(do func() tea.Cmd) env.Action { return env.Action{Do: do} }
	move := func(move func()) env.Action {
		return always(func() tea.Cmd {
			move()
			return p.Feed()
		})
	}
	onItem := func(a env.Action) env.Action {
		a.Why = p.whyNothing
		return a
	}
	onMessage := func(a env.Action) env.Action {
		a.Why = p.whyNoMessage
		return a
	}
	needs := func(do func() tea.Cmd, ability api.Caps) env.Action {
		return env.Action{Do: do, Why: func() string { return p.whyNot(ability) }}
	}
	return env.Actions{
		keymap.Down:            move(func() { p.move(1) }),
		keymap.Up:              move(func() { p.move(-1) }),
		keymap.PageDown:        move(func() { p.page(1) }),
		keymap.PageUp:          move(func() { p.page(-1) }),
		keymap.ReadNewer:       move(func() { p.page(1) }),
		keymap.ReadOlder:       move(func() { p.page(-1) }),
		keymap.First:           always(p.toFirst),
		keymap.Last:            always(p.ShowNewest),
		keymap.NextMessage:     onItem(move(func() { p.move(1) })),
		keymap.PreviousMessage: onItem(move(func() { p.move(-1) })),
		keymap.NextDay:         onItem(move(func() { p.day(1) })),
		keymap.PreviousDay:     onItem(move(func() { p.day(-1) })),
		keymap.FirstNew:        onItem(always(p.firstNew)),
		keymap.Deeper:          always(p.deeper),
		keymap.Back:            always(func() tea.Cmd { return p.screen.Back() }),

		keymap.Find:       {Do: p.startFind, Why: p.whyNoFind},
		keymap.MenuChoose: always(func() tea.Cmd { return p.finder.Older() }),
		keymap.MenuUp:     always(func() tea.Cmd { return p.finder.Older() }),
		keymap.MenuDown:   always(func() tea.Cmd { return p.finder.Newer() }),
		keymap.MenuClose:  always(p.endFind),

		keymap.Copy:          onMessage(always(p.copyText)),
		keymap.Open:          {Do: p.open, Why: p.whyNoOpen},
		keymap.Download:      {Do: p.download, Why: p.whyNoDownload},
		keymap.Preview:       {Do: p.togglePicture, Why: p.whyNoPicture},
		keymap.CopyLink:      {Do: p.copyLink, Why: p.whyNoLink},
		keymap.Details:       onMessage(always(p.details)),
		keymap.FetchFile:     {Do: p.fetchFile, Why: p.whyNoFetchFile},
		keymap.Raw:           {Do: p.raw, Why: p.whyNoRaw},
		keymap.RetryMessage:  {Do: p.retry, Why: p.whyNoRetry},
		keymap.Reschedule:    {Do: p.reschedule, Why: p.whyNoReschedule},
		keymap.More:          onMessage(always(p.Card)),
		keymap.EditMessage:   {Do: p.edit, Why: p.whyNoEdit},
		keymap.DeleteMessage: {Do: p.delete, Why: p.whyNoDelete},
		keymap.Quote:         {Do: p.quote, Why: p.whyNoQuote},
		keymap.React:         needs(p.react, api.CapReact),
		keymap.PinMessage:    needs(p.pin, api.CapPinMessage),
	}
}

// Feed asks for what the reading position calls for.
func (p *Pane) Feed() tea.Cmd {
	want := p.wants()
	if want.Older != 0 {
		p.env.Engine.Older(p.id, want.Older)
	}
	if want.Window {
		return tea.Batch(p.Load(), p.fitPictures(), p.lookAround())
	}
	return tea.Batch(p.fitPictures(), p.lookAround())
}

// ShowNewest goes to the newest message.
func (p *Pane) ShowNewest() tea.Cmd {
	if p.Newest() {
		return p.Reload()
	}
	return nil
}

// ToNewest reads the newest end again and goes there, to what was just sent.
func (p *Pane) ToNewest() tea.Cmd {
	p.newest, p.goal = true, 0
	return p.Reload()
}

func (p *Pane) toFirst() tea.Cmd {
	p.first()
	return p.arriving()
}

func (p *Pane) firstNew() tea.Cmd {
	if !p.selectFirstNew() {
		return p.env.Say(p.env.T("nothing is new here"))
	}
	return p.arriving()
}

// arriving reads what is to be gone to, or what the place calls for.
func (p *Pane) arriving() tea.Cmd {
	if p.goal != 0 {
		return p.Reload()
	}
	return p.Feed()
}

// deeper asks again for what could not be read, or opens the card of a message
// that waits to be decided about.
func (p *Pane) deeper() tea.Cmd {
	if p.selectedNote() != nil {
		return p.env.Say(p.noteKeys())
	}
	if pos := p.again(); pos != 0 {
		p.env.Engine.Older(p.id, pos)
		return nil
	}
	if it, ok := p.Selected(); ok && (it.Sending != nil && it.Sending.Status.Waits() || it.Sending == nil && it.Message.Retryable) {
		return p.Card()
	}
	if it, ok := p.Selected(); ok && it.Quoted != nil && it.Quoted.Pos != 0 {
		p.ShowMessage(it.Quoted.Pos)
		return p.Reload()
	}
	return p.env.Say(p.env.T("%s replies, %s shows what else can be done", p.env.KeyFor(keymap.Reply), p.env.KeyFor(keymap.More)))
}

func (p *Pane) copyText() tea.Cmd {
	it, _ := p.Selected()
	body := p.toCopy(text.Safe(it.Message.Body))
	if body == "" {
		return p.env.Say(p.env.T("this message has no text to copy"))
	}
	return tea.Batch(screen.Copy(body), p.env.Say(p.env.T("sent to the terminal's clipboard: %s", p.look.Mode.Cut(p.look.Mode.Line(body), 60))))
}

// windowMsg is a window of a conversation that was read.
type windowMsg struct {
	seq    int
	id     api.ConversationID
	row    state.Row
	window state.Window
	notes  []note.Note
	err    error
}

// Load reads the window around the reading position.
func (p *Pane) Load() tea.Cmd {
	if p.id == (api.ConversationID{}) {
		return nil
	}
	seq, now := p.ask.Ask()
	if !now {
		return nil
	}
	id, query, store, kept := p.id, p.query(), p.env.Store, p.env.Notes
	return p.env.Read(func(ctx context.Context) tea.Msg {
		row, err := store.Row(ctx, id)
		if err != nil {
			return windowMsg{seq: seq, id: id, err: err}
		}
		window, err := store.Timeline(ctx, query)
		var notes []note.Note
		if err == nil && kept != nil && row.Notes > 0 {
			notes, err = kept.Notes(ctx, id)
		}
		return windowMsg{seq, id, row, window, notes, err}
	})
}

// loadAgain reads what changed while it was read.
func (p *Pane) loadAgain(again bool) tea.Cmd {
	if !again {
		return nil
	}
	return p.Load()
}

// Readings returns the number of the reading that is shown, and of the next that begins.
func (p *Pane) Readings() (shown, next int) { return p.reading, p.ask.Next() }

// Reload reads another window; the answer to what was asked before is dropped.
func (p *Pane) Reload() tea.Cmd {
	p.ask.Forget()
	return p.Load()
}

// Update takes what was read, and what became of files. It reports whether the
// message was one of these.
func (p *Pane) Update(msg tea.Msg) (handled bool, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case windowMsg:
		return true, p.gotWindow(msg)
	case transferMsg:
		return true, p.transferred(msg)
	case pictureMsg:
		return true, p.gotPicture(msg)
	case rawMsg:
		return true, p.gotRaw(msg)
	case shownMsg:
		return true, p.shown(msg)
	}
	return p.finder.Update(msg)
}

func (p *Pane) gotWindow(msg windowMsg) tea.Cmd {
	counts, again := p.ask.Answered(msg.seq)
	switch {
	case !counts:
		return nil
	case errors.Is(msg.err, state.ErrNoSuch) && state.Provisional(msg.id):
		return p.screen.Replaced(msg.id)
	case msg.err != nil:
		p.Fail(msg.err)
		return p.loadAgain(again)
	}
	p.reading = msg.seq
	p.Set(msg.row, msg.window, p.env.Engine.Fetching(msg.id), msg.notes...)
	if again {
		return p.Load()
	}
	return tea.Batch(p.Feed(), p.finder.Again(msg.id))
}
