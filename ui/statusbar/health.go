package statusbar

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/menu"
	"unibox/ui/text"
)

// newProblem warns, once, of an account that now waits for a person.
func (b *Bar) newProblem(now []state.Health) tea.Cmd {
	var stopped []string
	for _, h := range now {
		was := slices.IndexFunc(b.health, func(o state.Health) bool { return o.Account == h.Account })
		if h.State == state.HealthStopped && (was < 0 || b.health[was].State != state.HealthStopped) {
			stopped = append(stopped, b.Label(h, 30)+": "+b.env.Sentence(h.Reason))
		}
	}
	switch len(stopped) {
	case 0:
		return nil
	case 1:
		return b.env.Warn(stopped[0])
	}
	return b.env.Warn(b.env.T("%d accounts are stopped: %s says why", len(stopped), b.accountsKey()))
}

// Stopped is why an account works no more before somebody has done something about it,
// such as paying for it; "" if it works, or tries again by itself.
func (b *Bar) Stopped(account api.AccountID) string {
	for _, h := range b.health {
		if h.Account == account && h.State == state.HealthStopped {
			return h.Reason
		}
	}
	return ""
}

// Accounts says of every account how old its data is and what is wrong, and
// of every session who it is. refresh asks every platform now, open opens a dialog.
func (b *Bar) Accounts(refresh func() tea.Cmd, open func(dialog.Dialog) tea.Cmd) dialog.Dialog {
	var words []string
	for _, h := range b.health {
		words = append(words, b.Label(h, 30)+": "+b.Sentence(h))
	}
	if len(words) == 0 {
		words = []string{b.env.T("No account has been asked yet.")}
	}
	words = append(words, b.sessionWords()...)
	items := []menu.Item{{Label: b.env.T("Ask every platform now"), Value: refresh}}
	if n := len(b.notices()); n > 0 {
		items = append(items, menu.Item{Label: b.env.T("Read what was found wrong since the start (%d)", n), Value: func() tea.Cmd { return b.openNotices(open) }})
	}
	items = append(items, menu.Item{Label: b.env.T("Close"), Value: func() tea.Cmd { return nil }})
	return dialog.NewChoice(b.env.T("Accounts and sessions"), menu.Options{Text: words, Wide: true, Items: items},
		func(it menu.Item) tea.Cmd { return it.Value.(func() tea.Cmd)() })
}

// Sentence says how an account is doing, in full.
func (b *Bar) Sentence(h state.Health) string {
	now := b.env.Now()
	s := ""
	switch h.State {
	case state.HealthStarting:
		return b.env.T("no answer yet.")
	case state.HealthLive:
		s = b.liveText(h)
		if h.Reason != "" {
			s += b.env.T(", but %s", b.env.Line(h.Reason))
		}
	case state.HealthRetrying:
		s = b.env.T("not answering: %s; %s", b.env.Line(h.Reason), b.retryText(state.Health{NextTry: h.NextTry}, now))
	case state.HealthStopped:
		s = b.env.T("stopped: %s", b.env.Line(h.Reason))
		if wait := h.NextTry.Sub(now); wait > 0 {
			s += b.env.T("; asked again automatically in %s", text.Age(b.env.Look.Language, wait+time.Minute))
		}
	}
	if !h.LastOK.IsZero() {
		s += b.env.T("; data of %s (%s)", h.LastOK.Local().Format("15:04:05"), text.Age(b.env.Look.Language, now.Sub(h.LastOK)))
	}
	if !h.Complete() && h.State != state.HealthLive {
		s += "; " + env.ReadingOf(h).Words(b.env.Look.Language)[0]
		if h.Unended != "" {
			s += ": " + b.env.Line(h.Unended)
		}
	}
	return s + "."
}

// liveText says of an account that answers whether all of it is here.
func (b *Bar) liveText(h state.Health) string {
	switch {
	case h.Complete():
		return b.env.T("live")
	case h.Unended != "":
		return b.env.T("incomplete: %s: %s; tried again automatically", env.ReadingOf(h).Words(b.env.Look.Language)[0], b.env.Line(h.Unended))
	}
	return b.env.T("reading in: %s", env.ReadingOf(h).Words(b.env.Look.Language)[0])
}

// healths is the state of all accounts, as fully as w cells allow.
func (b *Bar) healths(w int) string {
	for _, words := range []func(state.Health) string{b.healthFull, b.healthWhy, b.healthWhat, b.healthText(0), b.healthText(1), b.healthText(2),
		b.healthShort(14, 2), b.healthShort(14, 3), b.healthShort(8, 3)} {
		if row := b.healthRow(words); b.env.Look.Mode.Width(row) <= w {
			return row
		}
	}
	for _, sum := range [][2]int{{8, 0}, {8, 1}, {8, 2}, {8, 3}, {4, 3}, {4, 4}} {
		if row := b.healthSum(sum[0], sum[1]); b.env.Look.Mode.Width(row) <= w {
			return row
		}
	}
	return b.healthRow(b.healthSign)
}

// healthSum names the accounts that have a problem, in at most w cells each, and
// sums up the others: how much of them is read, or that they are live.
func (b *Bar) healthSum(w, brief int) string {
	th, k := b.env.Look.Theme, b.env.Look.Marks
	var parts []string
	var others []state.Health
	for _, h := range b.health {
		if h.State == state.HealthRetrying || h.State == state.HealthStopped || h.Reason != "" {
			parts = append(parts, b.healthSign(h)+" "+b.Label(h, w))
		} else {
			others = append(others, h)
		}
	}
	switch {
	case len(others) == 0:
	case !state.Complete(others):
		parts = append(parts, th.Warn.Render(k.Idle)+th.Muted.Render(" "+briefly(b.env.Look.Language, brief, others...)))
	default:
		parts = append(parts, th.OK.Render(k.Live)+th.Muted.Render(b.env.T(" %d live", len(others))))
	}
	return " " + strings.Join(parts, "  ") + " "
}

func (b *Bar) healthRow(words func(state.Health) string) string {
	accounts := make([]string, len(b.health))
	for i, h := range b.health {
		accounts[i] = words(h)
	}
	return " " + strings.Join(accounts, "  ") + " "
}

// Label is the account's name, cut to w cells.
func (b *Bar) Label(h state.Health, w int) string {
	label := b.env.Line(h.Label)
	if label == "" {
		label = b.env.Line(string(h.Account))
	}
	return b.env.Look.Mode.Cut(label, w)
}

// healthFull is healthText with the reason of a problem.
func (b *Bar) healthFull(h state.Health) string {
	if h.State != state.HealthRetrying {
		return b.healthLine(h, 0)
	}
	return b.withProblem(h, b.env.Line(h.Reason)+", "+b.retryText(h, b.env.Now()))
}

// whatWidth is how much of a reason says what happened; what to do about it
// comes after that, and is in the accounts dialog.
const whatWidth = 46

// healthWhy is the reason of a problem and the age of the data, healthWhat the
// same with the reason cut.
func (b *Bar) healthWhy(h state.Health) string {
	if h.State != state.HealthRetrying {
		return b.healthLine(h, 0)
	}
	why := b.env.Line(h.Reason)
	if !h.LastOK.IsZero() {
		why += old(b.env.Look.Language, b.env.Now().Sub(h.LastOK))
	}
	return b.withProblem(h, why)
}

func (b *Bar) healthWhat(h state.Health) string {
	h.Reason = b.env.Look.Mode.Cut(b.env.Line(h.Reason), whatWidth)
	return b.healthWhy(h)
}

func (b *Bar) withProblem(h state.Health, why string) string {
	return b.Label(h, 18) + " " + b.env.Look.Theme.Warn.Render(b.env.Look.Marks.Problem+" "+why)
}

// briefly is how far the reading of accounts has come: 0 in full, a larger number in
// less.
func briefly(say *catalog.Language, n int, accounts ...state.Health) string {
	words := env.ReadingOf(accounts...).Words(say)
	return words[min(n, len(words)-1)]
}

// healthText says how old an account's data is, how far it is read, or when it is
// tried again and why.
func (b *Bar) healthText(brief int) func(state.Health) string {
	return func(h state.Health) string { return b.healthLine(h, brief) }
}

func (b *Bar) healthLine(h state.Health, brief int) string {
	th, k := b.env.Look.Theme, b.env.Look.Marks
	label := b.Label(h, 18) + " "
	now := b.env.Now()
	switch h.State {
	case state.HealthStarting:
		return label + th.Muted.Render(b.env.T("%s connecting", k.Idle))
	case state.HealthStopped:
		return label + th.Failed.Render(k.Failed+" "+b.env.Look.Mode.Cut(b.env.Line(h.Reason), max(10, b.w/3)))
	case state.HealthRetrying:
		return b.withProblem(h, b.retryText(h, now))
	}
	switch {
	case h.Unended != "":
		return label + b.healthSign(h) + th.Warn.Render(b.env.T(" incomplete: %s", briefly(b.env.Look.Language, brief, h)))
	case !h.Complete():
		return label + b.healthSign(h) + th.Muted.Render(" "+briefly(b.env.Look.Language, brief, h))
	case h.Reason != "":
		return label + b.healthSign(h) + th.Warn.Render(" "+b.env.Look.Mode.Cut(b.env.Line(h.Reason), max(10, b.w/3)))
	}
	return label + b.healthSign(h) + th.Muted.Render(" "+text.Age(b.env.Look.Language, now.Sub(h.LastOK)))
}

func (b *Bar) retryText(h state.Health, now time.Time) string {
	s := b.env.T("retrying")
	if wait := h.NextTry.Sub(now); wait > 0 {
		s = b.env.T("retry in %s", b.env.Look.Clock.In(b.env.Look.Language, wait))
	}
	if !h.LastOK.IsZero() {
		s += old(b.env.Look.Language, now.Sub(h.LastOK))
	}
	return s
}

// old says how old data is, from a minute on.
func old(say *catalog.Language, d time.Duration) string {
	if d < time.Minute {
		return ""
	}
	return say.T(", data %s old", text.Age(say, d))
}

// healthShort is the account's name in at most w cells, its sign, and its age or
// how much of it is read.
func (b *Bar) healthShort(w, brief int) func(state.Health) string {
	return func(h state.Health) string {
		s := b.Label(h, w) + " " + b.healthSign(h)
		switch wait := h.NextTry.Sub(b.env.Now()); {
		case h.State == state.HealthLive && !h.Complete():
			s += " " + b.env.Look.Theme.Muted.Render(briefly(b.env.Look.Language, brief, h))
		case h.State == state.HealthLive:
			s += " " + b.env.Look.Theme.Muted.Render(text.Age(b.env.Look.Language, b.env.Now().Sub(h.LastOK)))
		case h.State == state.HealthRetrying && wait > 0:
			s += " " + b.env.Look.Theme.Warn.Render(b.env.Look.Marks.Retry+" "+b.env.Look.Clock.In(b.env.Look.Language, wait))
		}
		return s
	}
}

// lateAfter is how old data may be before the sign says so. A platform that announces
// what is new is asked every few minutes only.
const lateAfter = 5 * time.Minute

func (b *Bar) healthSign(h state.Health) string {
	th, k := b.env.Look.Theme, b.env.Look.Marks
	switch h.State {
	case state.HealthLive:
		switch {
		case h.Reason != "", h.Unended != "": // the accounts dialog says what is odd
			return th.Warn.Render(k.Problem)
		case !h.Complete():
			return th.Warn.Render(k.Idle)
		case b.env.Now().Sub(h.LastOK) > lateAfter:
			return th.Warn.Render(k.Live)
		}
		return th.OK.Render(k.Live)
	case state.HealthRetrying:
		return th.Warn.Render(k.Problem)
	case state.HealthStopped:
		return th.Failed.Render(k.Failed)
	}
	return th.Muted.Render(k.Idle)
}
