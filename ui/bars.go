package ui

import (
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"

	"unibox/keymap"
	"unibox/state"
	"unibox/ui/layout"
	"unibox/ui/look"
	"unibox/ui/text"
)

// strip is the top row: what waits on the left, how old the data of each
// account is on the right.
func (m *Model) strip() string {
	th := m.look.Theme
	left := " " + th.TitleFocused.Render("unibox")
	if m.lay.Single && !m.zoom {
		left += " " + th.Muted.Render(m.breadcrumb())
	} else {
		waiting, unread := m.sidebar.Views[state.ViewWaiting], m.sidebar.Views[state.ViewUnread]
		left += "  " + th.Waiting.Render(fmt.Sprintf("Waiting %d", waiting)) + th.Muted.Render(fmt.Sprintf(" %s Unread %d", m.look.Marks.Dot, unread))
	}
	here := m.hereText()
	left += m.outboxText(m.w-m.look.Mode.Width(left)-m.look.Mode.Width(here)) + here
	return th.Bar.Render(m.look.Spread(left, m.healths(m.w-m.look.Mode.Width(left)-1), m.w))
}

// healths tells of all accounts, as fully as w cells allow.
func (m *Model) healths(w int) string {
	var row string
	for _, tell := range []func(state.Health) string{m.healthFull, m.healthWhy, m.healthWhat, m.healthText, m.healthShort(14), m.healthShort(8), m.healthSign} {
		if row = m.healthRow(tell); m.look.Mode.Width(row) <= w {
			break
		}
	}
	return row
}

func (m *Model) healthRow(tell func(state.Health) string) string {
	told := make([]string, len(m.health))
	for i, h := range m.health {
		told[i] = tell(h)
	}
	return " " + strings.Join(told, "  ") + " "
}

// healthLabel is the account's name, cut to w cells.
func (m *Model) healthLabel(h state.Health, w int) string {
	label := m.look.Mode.Line(h.Label)
	if label == "" {
		label = m.look.Mode.Line(string(h.Account))
	}
	return m.look.Mode.Cut(label, w)
}

// breadcrumb says where one is when a single pane is shown.
func (m *Model) breadcrumb() string {
	sep := " " + m.look.Marks.Arrow + " "
	crumbs := []string{m.look.Mode.Line(m.inbox.Selection().Title)}
	if row, ok := m.thread.Row(); ok && m.focus == layout.Thread {
		crumbs = append(crumbs, m.name(row))
	}
	if m.focus == layout.Channels {
		crumbs = []string{"channels"}
	}
	return m.look.Mode.Cut(strings.Join(crumbs, sep), max(4, m.w/2))
}

// healthFull is healthText with the reason of a trouble.
func (m *Model) healthFull(h state.Health) string {
	if h.State != state.HealthRetrying {
		return m.healthText(h)
	}
	return m.troubled(h, m.look.Mode.Line(h.Reason)+", "+m.retryText(h, m.opt.Now()))
}

// whatWidth is how much of a reason says what happened; what to do about it
// comes after that, and stands in the accounts sheet.
const whatWidth = 46

// healthWhy is the reason of a trouble and the age of the data, healthWhat the
// same with the reason cut.
func (m *Model) healthWhy(h state.Health) string {
	if h.State != state.HealthRetrying {
		return m.healthText(h)
	}
	why := m.look.Mode.Line(h.Reason)
	if !h.LastOK.IsZero() {
		why += ", data " + freshness(m.opt.Now().Sub(h.LastOK)) + " old"
	}
	return m.troubled(h, why)
}

func (m *Model) healthWhat(h state.Health) string {
	h.Reason = m.look.Mode.Cut(m.look.Mode.Line(h.Reason), whatWidth)
	return m.healthWhy(h)
}

func (m *Model) troubled(h state.Health, why string) string {
	return m.healthLabel(h, 18) + " " + m.look.Theme.Warn.Render(m.look.Marks.Trouble+" "+why)
}

// healthText tells how old an account's data is, or when it is tried again and why.
func (m *Model) healthText(h state.Health) string {
	th, k := m.look.Theme, m.look.Marks
	label := m.healthLabel(h, 18) + " "
	now := m.opt.Now()
	switch h.State {
	case state.HealthStarting:
		return label + th.Muted.Render(k.Idle+" connecting")
	case state.HealthStopped:
		return label + th.Failed.Render(k.Failed+" "+m.look.Mode.Cut(m.look.Mode.Line(h.Reason), max(10, m.w/3)))
	case state.HealthRetrying:
		return m.troubled(h, m.retryText(h, now))
	}
	if h.Known < h.Listed {
		return label + th.OK.Render(k.Live) + th.Muted.Render(fmt.Sprintf(" reading %d of %d", h.Known, h.Listed))
	}
	return label + m.healthSign(h) + th.Muted.Render(" "+freshness(now.Sub(h.LastOK)))
}

func (m *Model) retryText(h state.Health, now time.Time) string {
	s := "retrying"
	if wait := h.NextTry.Sub(now); wait > 0 {
		s = fmt.Sprintf("retry in %ds", int(wait.Round(time.Second)/time.Second))
	}
	if !h.LastOK.IsZero() {
		s += ", data " + freshness(now.Sub(h.LastOK)) + " old"
	}
	return s
}

// freshness is the age of data in steps that do not flicker.
func freshness(d time.Duration) string {
	switch {
	case d < 5*time.Second:
		return "now"
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d/time.Second)/5*5)
	}
	return text.Age(d)
}

// healthShort is the account's name in at most w cells, its sign and its age.
func (m *Model) healthShort(w int) func(state.Health) string {
	return func(h state.Health) string {
		s := m.healthLabel(h, w) + " " + m.healthSign(h)
		switch wait := h.NextTry.Sub(m.opt.Now()); {
		case h.State == state.HealthLive:
			s += " " + m.look.Theme.Muted.Render(freshness(m.opt.Now().Sub(h.LastOK)))
		case h.State == state.HealthRetrying && wait > 0:
			s += " " + m.look.Theme.Warn.Render(fmt.Sprintf("%ds", int(wait.Round(time.Second)/time.Second)))
		}
		return s
	}
}

func (m *Model) healthSign(h state.Health) string {
	th, k := m.look.Theme, m.look.Marks
	switch h.State {
	case state.HealthLive:
		switch {
		case h.Reason != "": // the accounts sheet says what is odd
			return th.Warn.Render(k.Trouble)
		case m.opt.Now().Sub(h.LastOK) > time.Minute:
			return th.Warn.Render(k.Live)
		}
		return th.OK.Render(k.Live)
	case state.HealthRetrying:
		return th.Warn.Render(k.Trouble)
	case state.HealthStopped:
		return th.Failed.Render(k.Failed)
	}
	return th.Muted.Render(k.Idle)
}

// hintRow shows the keys that matter where the focus is.
func (m *Model) hintRow() string {
	scope := m.scopes()[0]
	var bindings []key.Binding
	for _, s := range append(m.queueHints(), m.opt.Keys.Specs(scope)...) {
		if s.Hint != "" {
			bindings = append(bindings, look.Binding(s.Keys, m.opt.Keys.Key(s.Action, scope), s.Hint, m.why(s.Action)))
		}
	}
	return m.hintLine.View(bindings, m.w)
}

// keyFor returns the key of an action where the focus is, for sentences.
func (m *Model) keyFor(action keymap.Action) string {
	for _, scope := range append(m.scopes(), m.paneScope()) {
		if key := m.opt.Keys.Key(action, scope); key != "" {
			return keymap.KeyName(key)
		}
	}
	return ":"
}

// replyRows draws the reply box: a rule with words, the text, files, the plan.
func (m *Model) replyRows(w int) []string {
	n := m.replyHeight(m.lay.Panes[layout.Thread].H)
	if n == 0 {
		return nil
	}
	rows := []string{m.replyRule(w)}
	if !m.composing && m.replyEmpty() {
		return append(rows, m.look.Mode.Fit(m.replyIdle(), w))
	}
	prompt := m.look.Theme.Accent.Render(m.look.Marks.Prompt)
	for i, line := range m.reply.box.View() {
		if i > 0 {
			prompt = " "
		}
		rows = append(rows, m.look.Mode.Fit(prompt+" "+line, w))
	}
	for _, row := range m.below(w) {
		rows = append(rows, m.look.Mode.Fit("  "+row, w))
	}
	return rows
}

// replyIdle invites to reply, or says why that cannot be.
func (m *Model) replyIdle() string {
	th := m.look.Theme
	if why := m.whyNoReply(); why != "" {
		return "   " + th.Disabled.Render(why)
	}
	return "   " + th.Key.Render(keymap.KeyName(m.opt.Keys.Key(keymap.Reply, keymap.Thread))) + " " + th.Hint.Render("reply")
}

// replyRule heads the box: to whom and over what while one is written, and
// what is wrong with saving it.
func (m *Model) replyRule(w int) string {
	th, k := m.look.Theme, m.look.Marks
	style, words := th.Rule, ""
	if m.composing {
		style = th.RuleFocused
		words = th.Title.Render(m.replyWords())
	}
	switch {
	case m.reply.saveErr != "":
		words = th.Failed.Render(m.look.Mode.Line(m.reply.saveErr))
	case m.reply.sending:
		words = th.Muted.Render("putting it into the outbox" + k.Ellipsis)
	}
	words = m.look.Mode.Cut(words, w-4)
	if words == "" {
		return style.Render(strings.Repeat(k.Level, w))
	}
	left := style.Render(k.Level) + " " + words + " "
	return left + style.Render(strings.Repeat(k.Level, max(0, w-m.look.Mode.Width(left))))
}

func (m *Model) replyWords() string {
	dot := " " + m.look.Marks.Dot + " "
	rules := m.rules()
	if m.reply.editing.Remote != "" {
		return "Edit your message" + dot + "enter saves it, esc leaves it as it was"
	}
	if f := m.reply.first; f != nil {
		return "First message to " + m.look.Mode.Line(f.To) + dot + m.look.Mode.Line(rules.Title)
	}
	row, _ := m.thread.Row()
	s := "Reply to " + m.look.Mode.Cut(m.name(row), 30) + dot + m.look.Mode.Line(rules.Title)
	if n := len([]rune(m.reply.box.Value())); rules.MaxBody > 0 && n > rules.MaxBody*4/5 {
		s += fmt.Sprintf("%s%d of %d characters", dot, n, rules.MaxBody)
	}
	return s
}
