package triage

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/dialog"
	"unibox/ui/menu"
	"unibox/ui/text"
)

// snoozing asks until when a conversation is put off, and what else ends that.
type snoozing struct {
	*dialog.Time
	say  *catalog.Language
	kind state.SnoozeKind
	// wakes offers to end the snooze of those of several that are snoozed.
	wakes bool
}

// kindWords say what ends a snooze, or what it is for.
var kindWords = map[state.SnoozeKind]catalog.Text{
	state.SnoozePlain:   "It comes back then, or when the customer writes. Kept on this machine.",
	state.SnoozeFirm:    "It comes back then, or when the customer writes more than a bare “thanks”. Kept on this machine.",
	state.SnoozeSilent:  "It comes back then if the customer has written nothing until then. Kept on this machine.",
	state.SnoozePromise: "It comes back then, whatever is written until then. Kept on this machine.",
}

// kindLabels are the entries that change what ends the snooze.
var kindLabels = []struct {
	kind  state.SnoozeKind
	label catalog.Text
}{
	{state.SnoozePlain, catalog.Text("any message ends it …")},
	{state.SnoozeFirm, catalog.Text("a bare “thanks” does not end it …")},
	{state.SnoozeSilent, catalog.Text("remind me if they stay silent until …")},
}

func (d *snoozing) items() (items []menu.Item) {
	for _, k := range kindLabels {
		if k.kind != d.kind {
			items = append(items, menu.Item{Label: d.say.Of(k.label), Value: k.kind})
		}
	}
	if d.wakes {
		items = append(items, menu.Item{Label: d.say.T("unsnooze those that are snoozed"), Value: time.Time{}})
	}
	return items
}

func (d *snoozing) switchTo(kind state.SnoozeKind) {
	d.kind = kind
	d.Explain(d.say.Of(kindWords[kind]))
	d.OfferLast(d.items())
}

// Choose implements Dialog: a kind changes what the times below mean, a time is taken.
func (d *snoozing) Choose(it menu.Item) tea.Cmd {
	if kind, ok := it.Value.(state.SnoozeKind); ok {
		d.switchTo(kind)
		return nil
	}
	return d.Time.Choose(it)
}

// Complete goes to the next kind.
func (d *snoozing) Complete() tea.Cmd {
	d.switchTo((d.kind + 1) % (state.SnoozeSilent + 1))
	return nil
}

// openSnooze asks until when the current conversation is put off.
func (t *Triage) openSnooze() tea.Cmd {
	row := t.screen.Current()
	var first []menu.Item
	if !row.Flags.Snoozed.IsZero() {
		first = []menu.Item{{Label: t.env.T("unsnooze now"), Value: time.Time{}}}
	}
	return t.askSnooze(row, t.env.T("Snooze %s", t.name(row)), row.Flags.SnoozeKind%(state.SnoozeSilent+1), first)
}

func (t *Triage) askSnooze(row state.Row, title string, kind state.SnoozeKind, first []menu.Item) tea.Cmd {
	d := &snoozing{say: t.env.Look.Language}
	d.Time = dialog.NewTime(t.env, title, "", first, func(until time.Time) tea.Cmd { return t.snoozeAs(row, until, d.kind) })
	d.Detail(func(at time.Time) string { return t.tooLate(row, at) })
	d.switchTo(kind)
	return t.screen.Dialogs.Open(d)
}

// tooLate says of a time that free text, which may be sent now, may not be sent any more
// then; "" if that is not so.
func (t *Triage) tooLate(row state.Row, at time.Time) string {
	now, ends := t.env.Now(), row.FreeUntil
	if !ends.After(now) || !at.After(ends) {
		return ""
	}
	return t.env.T("free text ends %s", text.Ahead(t.env.Look.Language, now, ends.In(now.Location())))
}

// openSnoozeAll asks until when all that is selected is put off, and what else ends that.
func (t *Triage) openSnoozeAll() tea.Cmd {
	d := &snoozing{say: t.env.Look.Language, wakes: true}
	d.Time = dialog.NewTime(t.env, t.env.T("Snooze %d conversations", t.selected()), "", nil, func(until time.Time) tea.Cmd {
		return t.all(group{
			why: func(row state.Row) string { return t.hidden(row, t.env.WhyNoConversation(row)) },
			of:  func([]state.Row) (string, func(state.Row) tea.Cmd) { return t.snoozeEach(until, d.kind) },
		})
	})
	d.switchTo(state.SnoozePlain)
	return t.screen.Dialogs.Open(d)
}

// snoozeEach says what becomes of several that are put off, and puts off one; a zero time
// ends that.
func (t *Triage) snoozeEach(until time.Time, kind state.SnoozeKind) (string, func(state.Row) tea.Cmd) {
	at, do := text.Full(t.env.Look.Language, t.env.Now(), until), func(row state.Row) tea.Cmd { return t.snoozeAs(row, until, kind) }
	switch {
	case until.IsZero():
		return t.env.T("no longer snoozed"), func(row state.Row) tea.Cmd {
			if row.Flags.Snoozed.IsZero() {
				return nil
			}
			return do(row)
		}
	case kind == state.SnoozeSilent:
		return t.env.T("back %s if no answer comes", at), do
	case kind == state.SnoozeFirm:
		return t.env.T("snoozed until %s, also through a bare “thanks”", at), do
	}
	return t.env.T("snoozed until %s", at), do
}

func (t *Triage) snooze(row state.Row, until time.Time) tea.Cmd {
	return t.snoozeAs(row, until, state.SnoozePlain)
}

// snoozeAs puts a conversation off; a zero time ends that.
func (t *Triage) snoozeAs(row state.Row, until time.Time, kind state.SnoozeKind) tea.Cmd {
	t.screen.Leaves()
	id := row.Conversation.ID
	set := func() tea.Cmd {
		return t.env.SetFlags(id, state.FlagChange{Snoozed: api.Known(until), SnoozeKind: kind, Seen: api.Known(row.Newest)})
	}
	back := func() tea.Cmd { return t.env.SetFlags(id, putOff(row)) }
	if until.IsZero() {
		return t.Did(t.env.T("%s is no longer snoozed (on this machine)", t.name(row)), set(), back)
	}
	did := t.snoozed(row, until, kind)
	if late := t.tooLate(row, until); late != "" {
		did += t.env.T("; before that, %s", late)
	}
	return t.hide(row, state.WhenSent{Snoozed: until, SnoozeKind: kind}, did, set, back)
}

// snoozed says what a snooze is.
func (t *Triage) snoozed(row state.Row, until time.Time, kind state.SnoozeKind) string {
	at := text.Full(t.env.Look.Language, t.env.Now(), until)
	switch kind {
	case state.SnoozeSilent:
		return t.env.T("%s comes back %s if no answer comes (on this machine)", t.name(row), at)
	case state.SnoozePromise:
		return t.env.T("you are reminded of %s %s (on this machine)", t.name(row), at)
	case state.SnoozeFirm:
		return t.env.T("%s is snoozed until %s, also through a bare “thanks” (on this machine)", t.name(row), at)
	}
	return t.env.T("%s is snoozed until %s (on this machine)", t.name(row), at)
}

// putOff is the change that puts a conversation off as it was, or back as it had come; a
// promise that hid nothing is promised again.
func putOff(row state.Row) state.FlagChange {
	if p := row.PutOff; p.Is() {
		return state.FlagChange{Snoozed: api.Known(p.At), SnoozeKind: p.Kind, Noted: p.Noted, Seen: api.Known(p.Seen)}
	}
	return state.FlagChange{Snoozed: api.Known(time.Time{})}
}

// isPutOff reports whether a conversation is put off, or has come back from that,
// or is promised something.
func isPutOff(row state.Row) bool { return row.PutOff.Is() }

// handled ends what a conversation came back for where the platform is asked to put it
// away; or takes that back.
func (t *Triage) handled(row state.Row, on bool) tea.Cmd {
	switch {
	case !isPutOff(row):
		return nil
	case on:
		return t.env.SetFlags(row.Conversation.ID, state.FlagChange{Handled: true})
	}
	return t.env.SetFlags(row.Conversation.ID, putOff(row))
}

func (t *Triage) whyNoSkip() string {
	row := t.screen.Current()
	switch why := t.WhyNoConversation(); {
	case why != "":
		return why
	case row.WaitingSince.IsZero() && !row.Back.Is():
		return t.env.T("nobody waits here")
	}
	return ""
}

// skip puts the current conversation at the end of the queue, and goes on.
func (t *Triage) skip() tea.Cmd {
	row := t.screen.Current()
	set := func(on bool) tea.Cmd {
		return t.env.SetFlags(row.Conversation.ID, state.FlagChange{Skipped: api.Known(on), Seen: api.Known(row.Newest)})
	}
	did := t.Did(t.env.T("%s is skipped: last in the queue until they write again", t.name(row)), set(true), func() tea.Cmd { return set(false) })
	return tea.Batch(did, t.screen.NextWaiting())
}

// openWhy says why the current conversation is where it is.
func (t *Triage) openWhy() tea.Cmd {
	row := t.screen.Current()
	items := []menu.Item{{Label: t.env.T("close"), Value: keymap.Action("")}}
	actions := []keymap.Action{keymap.Skip, keymap.Snooze, keymap.Done}
	if row.Back.Is() {
		actions = append([]keymap.Action{keymap.FollowUp}, actions...)
	}
	for _, action := range actions {
		spec := t.env.Keys.Spec(action)
		var why string
		t.alone(func() tea.Cmd { why = t.Why(action); return nil })
		items = append(items, menu.Item{Label: spec.Short(), Right: t.env.AnyKey(spec), Why: why, Value: action})
	}
	return t.screen.Dialogs.Open(dialog.NewChoice(t.env.T("Why is %s here?", t.name(row)), menu.Options{Text: t.env.WhyHere(row), Items: items},
		func(it menu.Item) tea.Cmd {
			switch action := it.Value.(keymap.Action); {
			case action == "":
				return nil
			case t.screen.Current().Conversation.ID != row.Conversation.ID:
				return t.env.Warn(t.env.T("nothing was done: %s is not the current conversation any more", t.name(row)))
			default:
				return t.alone(func() tea.Cmd { return t.Do(action) })
			}
		}))
}
