// Package notify tells an agent that a customer wrote while nobody looked: by a pop-up of
// the desktop through the terminal, so that it reaches the laptop over SSH, by the
// terminal's bell, and by how many wait in a file and in the terminal's list of programs.
//
// What was there when the first answer of a platform came is not told. Behind that the
// list is looked at when it changed, once for all that comes within a moment, so a burst
// is one pop-up for each customer, or one for all of them.
package notify

import (
	"context"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/screen"
	"unibox/ui/text"
	"unibox/ui/tty"
)

const (
	// gather is how long news is collected before it is looked at.
	gather = time.Second
	// apart is the shortest time between two times that something is told.
	apart = 5 * time.Second
	// late is how much later than others a message may be read and is still told.
	late = 10 * time.Minute
	// looking is how long after a key somebody is taken to look, where the terminal does
	// not say whether it has the focus.
	looking = 30 * time.Second
	// mostPopups is how many customers get a pop-up each; more get one together.
	mostPopups = 3
)

// Screen is what the notifier asks of the screen as a whole.
type Screen struct {
	// Health says how the accounts are doing.
	Health func() []state.Health
	// Open goes to a conversation, Waiting to the list of who waits.
	Open    func(api.ConversationID) tea.Cmd
	Waiting func() tea.Cmd
	// Wrote, if not nil, is told at once of who wrote, whoever looks and whatever the rules say.
	Wrote func([]state.Row)
}

// Notifier is used from one goroutine.
type Notifier struct {
	env    *env.Env
	screen Screen
	told   env.Told
	// environ is the environment, which names the terminal.
	environ []string
	way     Way

	news  news
	focus focus
	// armed: a look at the list is planned. next is when something may be told again.
	armed bool
	next  time.Time
	ask   env.Question
	// popups are those that may be clicked.
	popups map[string]api.ConversationID
	seq    int
	count  count
}

// focus is whether somebody looks.
type focus struct {
	known, on bool
	// key is when a key was pressed last.
	key time.Time
}

// New returns a notifier for the terminal that environ tells of.
func New(e *env.Env, environ []string, s Screen) *Notifier {
	n := &Notifier{env: e, screen: s, told: e.Settings.Told, environ: environ, popups: map[string]api.ConversationID{}}
	n.way = Way(n.told.Popup)
	switch n.way {
	case "auto":
		n.way = Detect(environ)
	case "":
		n.way = None
	}
	n.news = newNews(e.Now())
	n.count = count{file: n.told.CountFile, shown: -1, supported: n.told.Status == "on"}
	return n
}

// Wanted reports whether anything is told at all, so that it matters whether the terminal
// has the focus.
func (n *Notifier) Wanted() bool {
	if n.way != None || n.told.Bell || n.screen.Wrote != nil {
		return true
	}
	for _, r := range n.told.Rules {
		if r.Bell {
			return true
		}
	}
	return false
}

// Init asks the terminal what it is, and whether it lists what programs do. query is
// whether a terminal may be asked.
func (n *Notifier) Init(query bool) tea.Cmd {
	if !query {
		return nil
	}
	var cmds []tea.Cmd
	if n.told.Popup == "auto" {
		cmds = append(cmds, screen.AskName)
	}
	if n.told.Status == "auto" {
		cmds = append(cmds, screen.AskStatus)
	}
	return tea.Batch(cmds...)
}

// Pressed notes that a key was pressed, so somebody is there.
func (n *Notifier) Pressed() { n.focus.key = n.env.Now() }

// LastKey is when a key was pressed last, zero if none was.
func (n *Notifier) LastKey() time.Time { return n.focus.key }

// Changed plans a look at the list, which changed.
func (n *Notifier) Changed() tea.Cmd {
	if n.armed || !n.Wanted() {
		return nil
	}
	n.armed = true
	return n.env.After(max(gather, n.next.Sub(n.env.Now())), lookMsg{})
}

type (
	lookMsg struct{}
	newsMsg struct {
		seq  int
		news news
		all  []one
		err  error
	}
)

// Update takes what the terminal says of itself and of a pop-up, and the answers to what
// was read. It reports whether the message was one of these.
func (n *Notifier) Update(msg tea.Msg) (handled bool, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case tea.FocusMsg:
		return true, n.focused(true)
	case tea.BlurMsg:
		return true, n.focused(false)
	case tea.TerminalVersionMsg:
		if way := Named(msg.Name); way != "" && n.told.Popup == "auto" {
			n.way = way
		}
		return true, nil
	case tty.StatusMsg:
		n.count.supported = true
		return true, n.count.status(n.env.Look.Language)
	case tty.ClickedMsg:
		return true, n.clicked(msg)
	case lookMsg:
		n.armed = false
		return true, n.look()
	case newsMsg:
		return true, n.got(msg)
	case countMsg:
		return true, tea.Batch(n.count.saved(msg.err), n.env.Fail(msg.err))
	}
	return false, nil
}

func (n *Notifier) focused(on bool) tea.Cmd {
	n.focus.known, n.focus.on = true, on
	if !on {
		return nil
	}
	cmds := make([]tea.Cmd, 0, len(n.popups))
	for id := range n.popups {
		cmds = append(cmds, n.write(n.way.Close(id)))
	}
	clear(n.popups)
	return tea.Batch(cmds...)
}

// Noted reports whether what was there at the start is known, of an account at least: what
// comes behind that is told.
func (n *Notifier) Noted() bool {
	for _, m := range n.news.accounts {
		if m.noted {
			return true
		}
	}
	return false
}

// watched reports whether somebody looks at the terminal.
func (n *Notifier) watched() bool {
	if n.focus.known {
		return n.focus.on
	}
	return n.env.Now().Sub(n.focus.key) < looking
}

// clicked goes to what a pop-up was about.
func (n *Notifier) clicked(msg tty.ClickedMsg) tea.Cmd {
	id, ok := n.popups[msg.ID]
	if !ok {
		return nil
	}
	delete(n.popups, msg.ID)
	if id == (api.ConversationID{}) {
		return n.screen.Waiting()
	}
	return n.screen.Open(id)
}

// look reads who wrote since it was last told.
func (n *Notifier) look() tea.Cmd {
	seq, now := n.ask.Ask()
	if !now {
		return nil
	}
	reader := n.news.clone()
	reader.begin(n.screen.Health(), n.env.Now())
	store, rules := n.env.Store, n.told.Rules
	return n.env.Read(func(ctx context.Context) tea.Msg {
		all, err := reader.read(ctx, store, rules)
		return newsMsg{seq, reader, all, err}
	})
}

// got tells what is new, unless somebody looks, or it is quiet.
func (n *Notifier) got(msg newsMsg) tea.Cmd {
	counts, again := n.ask.Answered(msg.seq)
	var cmds []tea.Cmd
	if counts && msg.err == nil {
		n.news = msg.news
		n.wrote(msg.all)
		if len(msg.all) > 0 && !n.quiet() {
			cmds = append(cmds, n.tell(msg.all))
		}
	}
	if again {
		cmds = append(cmds, n.Changed())
	}
	return tea.Batch(cmds...)
}

// wrote hands on who wrote, the first of them first.
func (n *Notifier) wrote(all []one) {
	if n.screen.Wrote == nil || len(all) == 0 {
		return
	}
	rows := make([]state.Row, len(all))
	for i, o := range all {
		rows[len(all)-1-i] = o.row
	}
	n.screen.Wrote(rows)
}

// quiet reports whether nothing is told now.
func (n *Notifier) quiet() bool {
	if !n.told.Focused && n.watched() {
		return true
	}
	now := n.env.Now()
	return !n.told.Quiet.Always() && n.told.Quiet.Between(now, now.Add(time.Second)) > 0
}

// tell shows and rings what the rules say of each.
func (n *Notifier) tell(all []one) tea.Cmd {
	n.next = n.env.Now().Add(apart)
	var popups []one
	ring := false
	for _, o := range all {
		popup, bell := n.way != None, n.told.Bell
		if o.rule >= 0 {
			popup, bell = popup && n.told.Rules[o.rule].Popup, n.told.Rules[o.rule].Bell
		}
		ring = ring || bell
		if popup {
			popups = append(popups, o)
		}
	}
	var cmds []tea.Cmd
	for _, p := range n.words(popups) {
		n.popups[p.ID] = p.about
		cmds = append(cmds, n.write(n.way.Sequence(n.env.Look.Language, p.Popup)))
	}
	if ring {
		cmds = append(cmds, screen.Write("\a"))
	}
	return tea.Batch(cmds...)
}

// write writes a sequence to the terminal outside of what multiplexes it.
func (n *Notifier) write(sequence string) tea.Cmd {
	if sequence == "" {
		return nil
	}
	return screen.Write(Wrap(text.WithoutIsolates(sequence), n.environ))
}

// id names a pop-up, of a conversation always the same.
func (n *Notifier) id(about api.ConversationID) string {
	for id, other := range n.popups {
		if other == about {
			return id
		}
	}
	n.seq++
	return "unibox-" + strconv.Itoa(n.seq)
}
