package dialog

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/ui/catalog"
	"unibox/ui/menu"
	"unibox/ui/qr"
	"unibox/ui/screen"
	"unibox/ui/text"
)

// pairEvery is how often a platform is asked how far a channel is connected: a QR code
// lives for seconds.
const pairEvery = 3 * time.Second

// pair shows what somebody has to do for a channel to be connected, until it is. It
// may be left at any time: the platform goes on waiting.
type pair struct {
	Box
	admin channelAdmin
	to    connectTo
	// there: the channel was there before the dialog, and may work; it is disconnected
	// from its own card alone, which asks first.
	there bool
	now   api.Pairing
	// known: the platform has answered once.
	known bool
	// secret: what is typed is masked.
	secret bool
	// failed: there is no channel, or no longer.
	failed bool
	// asked numbers the questions; only the answer to the newest counts.
	asked int
}

// errASCII is why no QR code is drawn.
const errASCII = catalog.Error("a QR code cannot be drawn with ASCII alone")

// pairMsg is what a platform answered about a channel.
type pairMsg struct {
	of    *pair
	asked int
	now   api.Pairing
	err   error
}

// pairDueMsg says that it is time to ask again.
type pairDueMsg struct {
	of    *pair
	asked int
}

// pairOpenedMsg says whether an address was opened.
type pairOpenedMsg struct {
	of  *pair
	err error
}

// pairEndedMsg says that a channel that waited was disconnected, or why not.
type pairEndedMsg struct {
	of *pair
	// again fills in the form once more.
	again bool
	err   error
}

func newPair(a channelAdmin, to connectTo) *pair {
	d := &pair{admin: a, to: to}
	d.Box = Box{Menu: d.menu(menu.Options{})}
	d.SetBusy(a.env.T("asking %s…", a.env.Label(to.account)))
	return d
}

func (d *pair) menu(o menu.Options) *menu.Menu {
	return menu.New(d.admin.env.T("Connect %s", d.admin.kind(d.to)), o)
}

// ask asks how far the channel is.
func (d *pair) ask(do func(context.Context) (api.Pairing, error)) tea.Cmd {
	d.asked++
	asked := d.asked
	return d.admin.env.Read(func(ctx context.Context) tea.Msg {
		now, err := do(ctx)
		return pairMsg{d, asked, now, err}
	})
}

func (msg pairDueMsg) arrive(s *Stack) tea.Cmd {
	d := msg.of
	if !s.has(d) || d.asked != msg.asked {
		return nil
	}
	pairer, id := d.admin.pairer(d.to.account), d.now.Channel
	return d.ask(func(ctx context.Context) (api.Pairing, error) { return pairer.Pairing(ctx, id) })
}

// arrive shows how far it is, and asks again later, unless it is the person's turn. A
// platform that cannot be asked now is asked again; a channel that is not there ends it.
func (msg pairMsg) arrive(s *Stack) tea.Cmd {
	d, e := msg.of, msg.of.admin.env
	if msg.asked != d.asked {
		return nil
	}
	first := !d.known && msg.err == nil
	if first {
		e.Engine.Refresh(api.ConversationID{Account: d.to.account})
	}
	switch {
	case msg.err == nil:
		d.now, d.known = msg.now, true
	case !d.known || api.KindOf(msg.err) == api.ErrNotFound:
		d.failed, d.now = true, api.Pairing{Channel: d.now.Channel}
	}
	if !s.has(d) {
		return d.late(msg.err)
	}
	d.show(msg.err)
	if d.now.Done && !first {
		e.Engine.Refresh(api.ConversationID{Account: d.to.account})
	}
	if d.failed || d.now.Done || d.now.Asks != "" {
		return nil
	}
	return e.After(pairEvery, pairDueMsg{d, d.asked})
}

// late says what became of a question whose dialog was left meanwhile.
func (d *pair) late(err error) tea.Cmd {
	switch {
	case err != nil:
		return d.admin.env.Fail(err)
	case d.now.Done:
		return d.admin.env.Say(d.admin.env.T("%s is connected", d.title()))
	}
	return d.left()
}

func (d *pair) title() string { return d.admin.kind(d.to) }

// show draws how far it is.
func (d *pair) show(err error) {
	d.types(d.now.Asks != "", d.now.AsksSecret)
	d.SetNote("")
	if err != nil {
		d.SetNote(d.admin.env.Explain(err))
	}
	picture, wrong := d.picture()
	d.SetPicture(picture)
	d.SetText(d.words(picture != nil))
	if wrong != nil {
		d.SetNote(d.admin.env.T("%s; connect it in another way, or on the platform's website", d.admin.env.Explain(wrong)))
	}
	d.SetItems(d.choices())
}

// types lets a line be typed on, or no longer, masked where it is a secret.
func (d *pair) types(on, secret bool) {
	if d.Types() == on && d.secret == secret {
		return
	}
	d.secret = secret
	prompt := d.admin.env.T("code")
	if secret {
		prompt = d.admin.env.T("password")
	}
	d.Menu = d.menu(menu.Options{Input: on, Secret: secret, Prompt: prompt})
	d.SetLook(d.admin.env.Look)
	d.Resize(d.stack.w, d.stack.h)
}

// picture is the QR code that is to be scanned now, nil for none.
func (d *pair) picture() (menu.Picture, error) {
	if d.now.QR == nil {
		return nil, nil
	}
	if d.admin.env.Settings.ASCII {
		return nil, errASCII
	}
	code, err := qr.Read(d.now.QR)
	if err != nil {
		return nil, err
	}
	return code, nil
}

// words say what has to be done, and what is waited for.
func (d *pair) words(picture bool) []string {
	line := d.admin.env.Line
	switch now := d.now; {
	case d.failed:
		return []string{d.admin.env.T("%s is not connected.", d.title())}
	case now.Done:
		return []string{d.admin.env.T("%s is connected.", d.title())}
	case picture:
		return []string{d.admin.env.T("Waiting for the scan. The code is renewed as it changes.")}
	case now.Code != "":
		return []string{d.admin.env.T("Type this code into the phone: %s%s", line(now.Code), d.until()), d.watch(d.admin.env.T("Waiting for the phone."))}
	case now.Link != "":
		return []string{d.admin.env.T("Open this address in a browser and allow the connection there:"), line(now.Link), d.admin.env.T("Waiting for that.")}
	case now.Asks != "":
		return []string{d.admin.env.T("Give %s%s", line(now.Asks), d.until())}
	}
	return append(d.admin.note(d.to), d.watch(d.admin.env.T("Waiting for the platform.")))
}

// until says how long what is shown works.
func (d *pair) until() string {
	if d.now.Expires.IsZero() {
		return ""
	}
	now := d.admin.env.Now()
	return d.admin.env.T("   (works until %s)", d.now.Expires.In(now.Location()).Format("15:04:05"))
}

// watch says what is waited for, or that the platform will not tell.
func (d *pair) watch(waits string) string {
	if d.now.Blind {
		return d.admin.env.T("The phone shows when it is connected: %s does not tell.", d.admin.env.Label(d.to.account))
	}
	return waits
}

// choices are what can be done besides.
func (d *pair) choices() []menu.Item {
	switch {
	case d.now.Asks != "":
		return nil
	case d.now.Done || d.failed:
		return []menu.Item{{Label: d.admin.env.T("Close"), Value: d.leave}}
	}
	items := []menu.Item{{Label: d.admin.env.T("Leave it waiting"), Value: d.leave}}
	if d.there {
		items[0].Label = d.admin.env.T("Leave it as it is")
	}
	if d.now.Link != "" {
		items = append(items, menu.Item{Label: d.admin.env.T("Open the address"), Value: d.open}, menu.Item{Label: d.admin.env.T("Copy the address"), Value: d.copy})
		if !d.admin.env.Files.CanOpen() {
			items[1].Why = d.admin.env.T("there is no display to open it on")
		}
	}
	if d.there {
		return items
	}
	if slices.ContainsFunc(d.to.form.Fields, func(f api.ChannelField) bool { return !f.Required }) {
		items = append(items, menu.Item{Label: d.admin.env.T("Begin again with other answers"), Value: func() tea.Cmd { return d.end(true) }})
	}
	return append(items, menu.Item{Label: d.admin.env.T("Give it up"), Value: func() tea.Cmd { return d.end(false) }})
}

// Choose implements Dialog.
func (d *pair) Choose(it menu.Item) tea.Cmd { return it.Value.(func() tea.Cmd)() }

// Enter gives the platform what it asks for.
func (d *pair) Enter(line string) tea.Cmd {
	if d.now.Asks == "" {
		return chooseSelected(d.admin.env, d)
	}
	pairer, id := d.admin.pairer(d.to.account), d.now.Channel
	d.SetValue("")
	d.SetBusy(d.admin.env.T("asking %s…", d.admin.env.Label(d.to.account)))
	return d.ask(func(ctx context.Context) (api.Pairing, error) { return pairer.Confirm(ctx, id, line) })
}

func (d *pair) leave() tea.Cmd {
	d.Close()
	return d.Cancel()
}

// Cancel implements canceler: it says how far it is.
func (d *pair) Cancel() tea.Cmd {
	switch {
	case d.failed || d.now.Done:
		return nil
	case !d.known:
		return d.admin.env.Say(d.admin.env.T("%s has not answered yet; what it says is shown when it does", d.admin.env.Label(d.to.account)))
	}
	return d.left()
}

// left says what the platform goes on waiting for.
func (d *pair) left() tea.Cmd {
	waits := ""
	switch now := d.now; {
	case now.Blind:
		return d.admin.env.Say(d.admin.env.T("the phone shows whether %s is connected; %s", d.title(), d.back()))
	case now.QR != nil:
		waits = d.admin.env.T(": it waits for the scan")
	case now.Code != "":
		waits = d.admin.env.T(": it waits for the code to be typed into the phone")
	case now.Link != "":
		waits = d.admin.env.T(": it waits for its address to be opened in a browser")
	case now.Asks != "":
		waits = d.admin.env.T(": it waits for %s", d.admin.env.Line(d.admin.env.Sentence(now.Asks)))
	}
	return d.admin.env.Say(d.admin.env.T("%s is not connected yet%s; %s", d.title(), waits, d.back()))
}

func (d *pair) back() string {
	return d.admin.env.T("%s leads back to it", d.admin.env.KeyFor(keymap.ManageChannels))
}

func (d *pair) open() tea.Cmd {
	e, link := d.admin.env, d.now.Link
	return func() tea.Msg { return pairOpenedMsg{d, e.Files.OpenLink(link)} }
}

func (msg pairOpenedMsg) arrive(*Stack) tea.Cmd { return msg.of.admin.env.Fail(msg.err) }

func (d *pair) copy() tea.Cmd {
	return tea.Batch(screen.Copy(text.Safe(d.now.Link)), d.admin.env.Say(d.admin.env.T("sent to the terminal's clipboard: %s", d.admin.env.Line(d.now.Link))))
}

// end disconnects the channel that waits, and then fills in the form again if asked:
// most platforms have one channel of a kind.
func (d *pair) end(again bool) tea.Cmd {
	admin, id := d.admin.of(d.to.account), d.now.Channel
	d.SetBusy(d.admin.env.T("asking %s…", d.admin.env.Label(d.to.account)))
	return d.admin.env.Read(func(ctx context.Context) tea.Msg {
		return pairEndedMsg{d, again, admin.Disconnect(ctx, id)}
	})
}

func (msg pairEndedMsg) arrive(s *Stack) tea.Cmd {
	d, e := msg.of, msg.of.admin.env
	if msg.err != nil {
		return e.Fail(msg.err)
	}
	e.Engine.Refresh(api.ConversationID{Account: d.to.account})
	open := s.has(d)
	d.Close()
	if !msg.again || !open {
		return e.Say(s.env.T("%s is given up", d.title()))
	}
	return s.Open(d.admin.field(emptyForm(d.to.account, d.to.form)))
}
