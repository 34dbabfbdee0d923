package inbox

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/env"
	"unibox/ui/said"
	"unibox/ui/text"
	"unibox/ui/theme"
)

// View draws the pane: exactly h rows of w cells, the title first.
func (p *Pane) View() []string {
	p.shown = shown{}
	rows := []string{p.titleRow()}
	if last := p.drew.Rows(p.now(), p.w, p.h); last != nil && !p.loaded && p.err == nil {
		return append(rows, last[1:]...)
	}
	if words := p.words(); words != "" {
		rows = append(rows, append([]string{""}, p.look.Words(p.look.Theme.Muted, words, p.w)...)...)
		return p.drew.Keep(p.look.Rows(rows, p.w, p.h), p.w)
	}
	now := p.look.Clock.At(p.now())
	for i := p.top; i < min(p.top+p.visible(), p.list.Total); i++ {
		row, ok := p.at(i)
		if !ok {
			rows = append(rows, "", "")
			continue
		}
		rows = append(rows, p.row(row, i == p.index, now)...)
	}
	rows = p.look.Rows(rows, p.w, p.h)
	if p.footHeight() > 0 {
		rows[p.h-1] = p.look.Mode.Fit(" "+p.foot(p.w-2), p.w)
	}
	p.shown = shown{p.drew.Keep(rows, p.w), p.top, p.index}
	return slices.Clone(rows)
}

// shown are the rows of conversations that were drawn, with the selection on one.
type shown struct {
	rows       []string
	top, index int
}

// ViewStep is View where nothing happened since the last one but steps of the selection:
// it draws the row that was left and the one that was come to.
func (p *Pane) ViewStep() []string {
	was := p.shown
	if was.rows == nil || was.top != p.top || len(was.rows) != p.h {
		return p.View()
	}
	now := p.look.Clock.At(p.now())
	for _, i := range []int{was.index, p.index} {
		row, ok := p.at(i)
		y := 1 + (i-p.top)*rowHeight
		if !ok || y < 1 || y+rowHeight > len(was.rows) {
			return p.View()
		}
		copy(was.rows[y:], p.look.Rows(p.row(row, i == p.index, now), p.w, rowHeight))
	}
	p.shown = shown{p.drew.Keep(was.rows, p.w), p.top, p.index}
	return slices.Clone(was.rows)
}

// accounts are those of the list. They are not to be changed: each row of a frame asks.
func (p *Pane) accounts() []state.Health {
	if p.sel.Account == "" {
		return p.health
	}
	i := slices.IndexFunc(p.health, func(h state.Health) bool { return h.Account == p.sel.Account })
	if i < 0 {
		return nil
	}
	return p.health[i : i+1 : i+1]
}

// partial reports whether the platforms may have more of what the list shows.
func (p *Pane) partial() bool { return p.platforms() && !state.Complete(p.accounts()) }

// leastHeight is how many rows a pane has that can spare one for the foot.
const leastHeight = 9

// footHeight is 1 while the list is not all there is, and something can be said of it.
func (p *Pane) footHeight() int {
	if p.h < leastHeight || !p.partial() || len(p.accounts()) == 0 {
		return 0
	}
	return 1
}

// platforms reports whether the list shows what platforms know, and not only
// what this machine does.
func (p *Pane) platforms() bool {
	switch p.sel.View {
	case state.ViewDrafts, state.ViewOutbox, state.ViewSnoozed, state.ViewDone:
		return false
	}
	return true
}

// foot says under the list, in at most w cells, how much of it is known, and what
// holds up the rest.
func (p *Pane) foot(w int) string {
	all := p.accounts()
	r, warn := env.ReadingOf(all...), p.look.Theme.Warn
	words := r.Words(p.env.Look.Language)
	for _, h := range all {
		if why := cmp.Or(h.Unended, stalled(h)); why != "" {
			return warn.Render(p.look.Mode.Cut(p.look.Mode.Line(words[0]+", "+h.Label+": "+why), w))
		}
	}
	fits := slices.IndexFunc(words, func(s string) bool { return p.look.Mode.Width(s) <= w })
	if fits < 0 {
		return ""
	}
	foot := warn.Render(words[fits])
	if bar := p.look.ProgressBar(r.Part()) + " " + foot; fits == 0 && r.Of > 0 && p.look.Mode.Width(bar) <= w {
		foot = bar
	}
	if more := foot + warn.Render(p.env.T(", more may appear")); p.look.Mode.Width(more) <= w {
		foot = more
	}
	return foot
}

// stalled is why an account that is not read to its end does not go on, "" if it does.
func stalled(h state.Health) string {
	if h.Complete() || h.State != state.HealthRetrying && h.State != state.HealthStopped {
		return ""
	}
	return h.Reason
}

func (p *Pane) titleRow() string {
	th, dot := p.look.Theme, " "+p.look.Marks.Dot+" "
	style := th.Title
	if p.focused {
		style = th.TitleFocused
	}
	count := ""
	if p.loaded {
		count = fmt.Sprint(p.list.Total)
		if p.partial() {
			count += "+"
		}
		count += " "
	}
	if p.filter.text != "" || p.filter.typing {
		return p.look.Spread(th.Accent.Render(p.filterText()), th.Muted.Render(count), p.w)
	}
	title := strings.ToUpper(p.look.Mode.Line(p.sel.Title)) + strings.TrimPrefix(p.sel.Name(p.look), p.look.Mode.Line(p.sel.Title))
	switch p.sel.View {
	case state.ViewWaiting:
		title += dot + p.order()
	case state.ViewClosing:
		title += dot + p.env.T("soonest first")
	}
	return p.look.Spread(" "+style.Render(title), th.Muted.Render(count), p.w)
}

// order says how the queue is sorted.
func (p *Pane) order() string {
	if p.env.Service.HasTargets() {
		return p.env.T("due first")
	}
	for i := range p.list.Rows { // a row is large, and this is asked for each frame
		if !p.list.Rows[i].FreeUntil.IsZero() { // whose end may come before a long wait
			return p.env.T("most urgent first")
		}
	}
	return p.env.T("longest first")
}

// words are shown instead of rows when there are none.
func (p *Pane) words() string {
	switch {
	case p.err != nil:
		return p.env.T("The list could not be read: %s. ctrl+r tries again.", p.look.Mode.Line(p.env.Explain(p.err)))
	case !p.loaded:
		return p.env.T("Reading the list…%s", p.look.Busy.View())
	case p.filter.wrong != "" && p.completion() != "":
		return p.completion()
	case p.filter.wrong != "":
		return p.look.Mode.Line(p.filter.wrong)
	case len(p.list.Rows) > 0 || p.list.Total > 0:
		return ""
	case p.filter.text != "" && p.completion() != "":
		return p.completion()
	case p.filter.text != "" && p.unknown() != "":
		return p.unknown()
	case p.filter.text != "":
		return p.env.T("Nobody here matches. esc shows all again; ctrl+g looks everywhere.")
	}
	if words := p.syncing(); words != "" {
		return words
	}
	if p.sel.Filter != "" {
		return p.env.T("Nobody is in this view now: %s", p.look.Mode.Line(p.sel.Filter))
	}
	return p.env.Of(emptyWords[p.sel.View])
}

// syncing says what an account does that has not answered yet.
func (p *Pane) syncing() string {
	if len(p.accounts()) == 0 && p.platforms() {
		return p.env.T("No account has answered yet.%s", p.look.Busy.View())
	}
	for _, h := range p.accounts() {
		switch {
		case h.State == state.HealthStopped, h.State == state.HealthRetrying && (p.platforms() || h.LastOK.IsZero()):
			return p.look.Mode.Line(h.Label + ": " + h.Reason)
		case h.State == state.HealthLive && h.Unended != "" && p.platforms():
			return p.look.Mode.Line(fmt.Sprintf("%s: %s: %s", h.Label, env.ReadingOf(h).Words(p.env.Look.Language)[0], h.Unended))
		case h.State == state.HealthLive && !h.Complete() && h.Listed > 0 && p.platforms():
			return p.env.T("Nothing found for this list yet. %s: %s.", p.look.Mode.Line(h.Label), env.ReadingOf(h).Words(p.env.Look.Language)[0])
		case h.State == state.HealthStarting, !h.Complete() && p.platforms():
			return p.env.T("Reading the conversations of %s…%s", p.look.Mode.Line(h.Label), p.look.Busy.View())
		}
	}
	return ""
}

var emptyWords = map[state.View]catalog.Text{
	state.ViewWaiting: "Nobody is waiting. Every customer has had an answer.",
	state.ViewClosing: "Nobody is closing: whoever wrote on a channel with a time limit can be answered for hours.",
	state.ViewUnread:  "Nothing is unread.",
	state.ViewAll:     "No conversations yet. They appear when a customer writes; N writes first.",
	state.ViewStarred: "No starred conversations. s stars the selected one.",
	state.ViewSnoozed: "Nothing is snoozed. b snoozes a conversation until a time.",
	state.ViewDrafts:  "No drafts. What you type and leave is kept here.",
	state.ViewOutbox:  "The outbox is empty: everything you sent is out.",
	state.ViewDone:    "Nothing is done yet. e marks a conversation as done.",
}

// row draws one conversation in two rows. The selected one has a bar and a ground at its
// name alone: each further cell would be written twice with every step of the cursor.
func (p *Pane) row(r state.Row, selected bool, now time.Time) []string {
	name := p.name(r)
	right := p.nameRight(r, now, min(p.look.Mode.Width(name), leastName))
	bar, ground := " ", theme.Style{}
	if selected {
		bar, ground = p.look.Theme.Accent.Render(p.look.Marks.Bar), p.look.Theme.SelectedBlur
		if p.focused {
			ground = p.look.Theme.Selected
		}
	}
	room := max(0, p.w-p.look.Mode.Width(right))
	mark := " "
	if p.isMarked(r.Conversation.ID) {
		mark = p.look.Theme.Accent.Render(p.look.Marks.Chosen)
	}
	left := p.look.Mode.Fit(bar+mark+p.look.Mode.Cut(name, max(0, room-2)), room)
	if selected {
		left = ground.Render(left)
	}
	return []string{left + right, "  " + p.withLabels(r)}
}

// name is who the conversation is with.
func (p *Pane) name(r state.Row) string {
	name := p.env.Name(r.Conversation)
	if r.Unread > 0 {
		return p.look.Theme.Unread.Render(name)
	}
	return name
}

// when is the time on the row: how long they wait in the queue, else of the
// newest message.
func (p *Pane) when(r state.Row, now time.Time) string {
	switch {
	case p.sel.View == state.ViewSnoozed && !r.Flags.Snoozed.IsZero():
		return text.Clock(p.env.Look.Language, now, r.Flags.Snoozed.In(now.Location()))
	case p.sel.View == state.ViewClosing && r.FreeUntil.After(now):
		return text.Left(r.FreeUntil.Sub(now))
	case p.sel.View == state.ViewWaiting && !r.WaitingSince.IsZero():
		waited, late := p.env.Waited(r, now)
		return p.look.Marks.Late(late) + text.Age(p.env.Look.Language, waited)
	case p.sel.View == state.ViewWaiting && r.Back.Is():
		return text.Age(p.env.Look.Language, now.Sub(r.Back.At))
	case r.Active.IsZero():
		return ""
	case p.sel.View == state.ViewWaiting:
		return text.Age(p.env.Look.Language, now.Sub(r.Active))
	}
	return text.Clock(p.env.Look.Language, now, r.Active.In(now.Location()))
}

// leastName is how many cells of a customer's name go before the name of who is to answer.
const leastName = 14

// nameRight is what stands on the right of a name that takes so many cells.
func (p *Pane) nameRight(r state.Row, now time.Time, name int) string {
	th := p.look.Theme
	when := p.when(r, now)
	style := th.Muted
	if !r.WaitingSince.IsZero() && p.sel.View == state.ViewWaiting {
		_, late := p.env.Waited(r, now)
		style = p.lateStyle(late)
	}
	if p.sel.View == state.ViewClosing {
		style = p.closingStyle(r, now)
	}
	wide := 5
	if p.sel.View != state.ViewWaiting {
		wide = 10 // " Mon 19:00"
	}
	code := p.codes(r.Conversation)
	closing := p.closing(r, now)
	end := " " + th.Channel(code).Render(p.look.Mode.Fit(code, 4)) + style.Render(leftPad(p.look.Mode.Cut(when, wide), wide, p.look.Mode)) + " "
	room := p.w - 2 - name - p.look.Mode.Width(closing) - p.look.Mode.Width(end)
	return closing + p.marks(r, room) + end
}

// lateStyle is that of a wait: the louder the later.
func (p *Pane) lateStyle(late state.Lateness) theme.Style {
	th := p.look.Theme
	switch late {
	case state.InTime:
		return th.Muted
	case state.Late:
		return th.Warn
	case state.VeryLate:
		return th.Failed
	}
	return th.Waiting
}

// closing says of a row how long free text may still be sent, for the last hours of that.
func (p *Pane) closing(r state.Row, now time.Time) string {
	left := r.FreeUntil.Sub(now)
	if left <= 0 || left > state.ClosesWithin || p.sel.View == state.ViewClosing {
		return ""
	}
	return " " + p.closingStyle(r, now).Render(p.look.Marks.Closing+text.Left(left))
}

// closingStyle warns of the last hour of who waits.
func (p *Pane) closingStyle(r state.Row, now time.Time) theme.Style {
	if !r.WaitingSince.IsZero() && r.FreeUntil.Sub(now) <= state.ClosingWarns {
		return p.look.Theme.Warn
	}
	return p.look.Theme.Muted
}

func leftPad(s string, w int, mode text.Mode) string {
	return strings.Repeat(" ", max(0, w-mode.Width(s))) + s
}

// marks are the glyphs between the name and the channel code. Who is to answer is named in
// as many words as fit into so many cells with the rest, and in the fewest where none do.
func (p *Pane) marks(r state.Row, room int) string {
	words := p.env.AssignedInRow(r.Conversation)
	for i, who := range words {
		if all := p.glyphs(r, p.look.Marks.Mine+who); i == len(words)-1 || p.look.Mode.Width(all) <= room {
			return all
		}
	}
	return p.glyphs(r, "")
}

// glyphs are the marks of a row; assigned is that of who is to answer, empty for nobody.
func (p *Pane) glyphs(r state.Row, assigned string) string {
	th, m := p.look.Theme, p.look.Marks
	var b strings.Builder
	add := func(on bool, s string) {
		if on {
			b.WriteString(" " + s)
		}
	}
	add(r.Failed > 0, th.Failed.Render(m.Failed))
	add(r.Uncertain > 0, th.Warn.Render(m.Unknown))
	add(r.Held > 0, th.Warn.Render(m.Held))
	add(r.Pending > r.Timed, th.Muted.Render(m.Sending))
	add(r.Timed > 0 && r.Pending == r.Timed, th.Muted.Render(m.Queued))
	add(r.NamesYou, th.Private.Render(m.Mention+p.env.T("you")))
	add(r.Notes > 0 && !r.NamesYou, th.Private.Render(m.Note))
	add(r.Draft || p.writes(r), th.Draft.Render(m.Draft))
	add(p.screen.CameFrom != nil && p.screen.CameFrom() == r.Conversation.ID, th.Accent.Render(m.CameFrom))
	add(assigned != "", th.Badge.Render(assigned))
	add(r.Flags.Starred, th.Star.Render(m.Star))
	add(r.Flags.Pinned, th.Muted.Render(m.Pinned))
	add(r.Flags.Muted, th.Muted.Render(m.Muted))
	add(!r.Flags.Snoozed.IsZero() || r.Back.Is(), th.Muted.Render(m.Snoozed))
	return b.String()
}

// withLabels is the preview with the labels behind it.
func (p *Pane) withLabels(r state.Row) string {
	tags := p.look.Labels(r.Labels, (p.w-4)*2/5)
	if tags == "" {
		return p.previewRow(r, p.w)
	}
	w := p.w - p.look.Mode.Width(tags) - 2
	return p.look.Mode.Fit(p.previewRow(r, w), w-2) + " " + p.look.Theme.Badge.Render(tags) + " "
}

// writes reports whether a reply to the conversation of a row is being written.
func (p *Pane) writes(r state.Row) bool {
	return p.writing != api.ConversationID{} && r.Conversation.ID == p.writing
}

// previewRow is the beginning of the newest message, in a pane of w cells.
func (p *Pane) previewRow(r state.Row, w int) string {
	th := p.look.Theme
	badge := "  "
	if r.Unread > 0 {
		badge = th.Waiting.Render(p.look.Marks.Count(r.Unread)) + " "
	}
	if who := p.replying[r.Conversation.ID]; who != "" {
		return badge + th.Note.Render(p.look.Mode.Cut(who, w-5))
	}
	if p.writes(r) {
		return badge + th.Draft.Render(p.env.T("you are writing"))
	}
	if p.env.Hides(r.Conversation.ID) && (r.DraftText != "" || r.Preview.Or(state.Preview{}).Body != "") {
		return badge + th.Muted.Render(p.env.Hidden())
	}
	if r.Draft && r.DraftText != "" {
		return badge + th.Draft.Render(p.env.T("draft: ")) + th.Muted.Render(p.look.Mode.Cut(p.brief(r.DraftText), w-12))
	}
	preview, ok := r.Preview.Get()
	switch {
	case r.Provisional:
		return badge + th.Note.Render(p.env.T("first message waits to go out"))
	case !ok && r.Checked.IsZero():
		return badge + th.Muted.Render(p.env.T("not read yet"))
	case !ok:
		return badge + th.Muted.Render(p.env.T("no messages"))
	}
	style := th.Muted
	if r.Unread > 0 {
		style = th.Text
	}
	if words := p.standing(r); words != "" {
		words = p.look.Mode.Cut(words, w-5)
		if w -= p.look.Mode.Width(words) + 3; w < leastPreview {
			return badge + th.Note.Render(words)
		}
		badge += th.Note.Render(words + " " + p.look.Marks.Dot + " ")
	}
	return badge + style.Render(p.look.Mode.Cut(previewText(p.env.Look.Language, preview, p.brief(said.Special(p.env.Look.Language, preview.Kind, preview.Body)), p.look.Marks.Clip), w-5))
}

// standing is what is said of a conversation before its last words: which colleague has to
// do with it, and how it stands.
func (p *Pane) standing(r state.Row) string {
	words := p.env.Standing(r, p.look.Clock.At(p.now()))
	if who := p.beside[r.Conversation.ID]; who != "" && words != "" {
		return who + " " + p.look.Marks.Dot + " " + words
	} else if who != "" {
		return who
	}
	return words
}

// leastPreview is how many cells a preview takes that says something.
const leastPreview = 12

// brief is as much of a text as a row can show; a customer may write a
// megabyte.
func (p *Pane) brief(s string) string {
	if most := 8 * p.w; len(s) > most {
		s = s[:most]
	}
	return p.look.Mode.Line(s)
}

func previewText(say *catalog.Language, preview state.Preview, body, clip string) string {
	s := body
	switch {
	case preview.Expired:
		s = say.T("(too old to keep here)")
	case preview.Kind == api.KindDeleted:
		s = said.Nothing(say, preview.Kind)
	case preview.Kind == api.KindUnknown && s == "":
		s = say.T("(a message of an unknown kind)")
	case preview.Attachments > 0 && s == "":
		s = clip + " " + files(say, preview.Attachments)
	case preview.Attachments > 0:
		s = clip + " " + s
	case s == "":
		s = said.Nothing(say, preview.Kind)
	}
	if preview.Direction == api.Outbound {
		s = say.T("you: %s", s)
	}
	return s
}

func files(say *catalog.Language, n int) string {
	if n == 1 {
		return say.T("a file")
	}
	return say.T("%d files", n)
}
