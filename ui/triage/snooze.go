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
	// me is who may put it off for themselves alone, empty where nobody else works here; alone
	// says that they do.
	me    string
	alone bool
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

// forWhom is the choice for whom a conversation is put off: for the agent alone, or for all.
type forWhom bool

// of is the agent for whom alone it is put off, empty for all.
func (d *snoozing) of() string {
	if d.alone {
		return d.me
	}
	return ""
}

func (d *snoozing) items() (items []menu.Item) {
	switch {
	case d.me == "":
	case d.alone:
		items = append(items, menu.Item{Label: d.say.T("for all agents …"), Value: forWhom(false)})
	default:
		items = append(items, menu.Item{Label: d.say.T("for me alone …"), Value: forWhom(true)})
	}
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

func (d *snoozing) switchTo(kind state.SnoozeKind, alone bool) {
	d.kind, d.alone = kind, alone
	words := d.say.Of(kindWords[kind])
	switch {
	case alone:
		words += " " + d.say.T("For you alone: your colleagues go on seeing it.")
	case d.me != "":
		words += " " + d.say.T("For all agents.")
	}
	d.Explain(words)
	d.OfferLast(d.items())
}

// Choose implements Dialog: a kind changes what the times below mean, a time is taken.
func (d *snoozing) Choose(it menu.Item) tea.Cmd {
	switch choice := it.Value.(type) {
	case state.SnoozeKind:
		d.switchTo(choice, d.alone)
		return nil
	case forWhom:
		d.switchTo(d.kind, bool(choice))
		return nil
	}
	return d.Time.Choose(it)
}

// Complete goes to the next kind.
func (d *snoozing) Complete() tea.Cmd {
	d.switchTo((d.kind+1)%(state.SnoozeSilent+1), d.alone)
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
	d := &snoozing{say: t.env.Look.Language, me: t.forOneself()}
	d.Time = dialog.NewTime(t.env, t.env.Now, title, "", first, func(until time.Time) tea.Cmd {
		if until.IsZero() {
			return t.snoozeAs(row, until, d.kind, row.PutOff.For)
		}
		return t.snoozeAs(row, until, d.kind, d.of())
	})
	d.Detail(func(at time.Time) string { return t.tooLate(row, at) })
	d.switchTo(kind, d.me != "" && row.PutOff.For == d.me)
	return t.screen.Dialogs.Open(d)
}

// forOneself is the agent who can put a customer off for themselves alone: one of several.
func (t *Triage) forOneself() string {
	if team := t.env.Team; team.Claims == nil || len(team.Colleagues) < 2 {
		return ""
	}
	return t.env.Me
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
	d := &snoozing{say: t.env.Look.Language, wakes: true, me: t.forOneself()}
	d.Time = dialog.NewTime(t.env, t.env.Now, t.env.T("Snooze %d conversations", t.selected()), "", nil, func(until time.Time) tea.Cmd {
		return t.all(group{
			why: func(row state.Row) string { return t.hidden(row, t.env.WhyNoConversation(row)) },
			of:  func([]state.Row) (string, func(state.Row) tea.Cmd) { return t.snoozeEach(until, d.kind, d.of()) },
		})
	})
	d.switchTo(state.SnoozePlain, false)
	return t.screen.Dialogs.Open(d)
}

// snoozeEach says what becomes of several that are put off, and puts off one; a zero time
// ends that.
func (t *Triage) snoozeEach(until time.Time, kind state.SnoozeKind, of string) (string, func(state.Row) tea.Cmd) {
	at, do := text.Full(t.env.Look.Language, t.env.Now(), until), func(row state.Row) tea.Cmd { return t.snoozeAs(row, until, kind, of) }
	switch {
	case until.IsZero():
		return t.env.T("no longer snoozed"), func(row state.Row) tea.Cmd {
			if row.Flags.Snoozed.IsZero() {
				return nil
			}
			return t.snoozeAs(row, until, kind, row.PutOff.For)
		}
	case of != "":
		return t.env.T("snoozed until %s for you alone", at), do
	case kind == state.SnoozeSilent:
		return t.env.T("back %s if no answer comes", at), do
	case kind == state.SnoozeFirm:
		return t.env.T("snoozed until %s, also through a bare “thanks”", at), do
	}
	return t.env.T("snoozed until %s", at), do
}

func (t *Triage) snooze(row state.Row, until time.Time) tea.Cmd {
	return t.snoozeAs(row, until, state.SnoozePlain, "")
}

// snoozeAs puts a conversation off for an agent alone, or for all; a zero time ends that.
func (t *Triage) snoozeAs(row state.Row, until time.Time, kind state.SnoozeKind, of string) tea.Cmd {
	t.screen.Leaves()
	id := row.Conversation.ID
	set := func() tea.Cmd {
		return t.env.SetFlags(id, state.FlagChange{Snoozed: api.Known(until), SnoozeKind: kind, For: of, Seen: api.Known(row.Newest)})
	}
	back := func() tea.Cmd { return t.putBack(row, of) }
	if until.IsZero() {
		return t.Did(t.env.T("%s is no longer snoozed (on this machine)", t.name(row)), set(), back)
	}
	did := t.snoozed(row, until, kind, of)
	if late := t.tooLate(row, until); late != "" {
		did += t.env.T("; before that, %s", late)
	}
	return t.hide(row, state.WhenSent{Snoozed: until, SnoozeKind: kind, SnoozeFor: of}, did, set, back)
}

// putBack puts a conversation off as it was before it was put off for an agent alone, or for
// all.
func (t *Triage) putBack(row state.Row, of string) tea.Cmd {
	id, again := row.Conversation.ID, t.env.SetFlags(row.Conversation.ID, putOff(row))
	if of == row.PutOff.For {
		return again
	}
	ends := t.env.SetFlags(id, state.FlagChange{Snoozed: api.Known(time.Time{}), For: of})
	if !isPutOff(row) {
		return ends
	}
	return tea.Sequence(ends, again)
}

// snoozed says what a snooze is.
func (t *Triage) snoozed(row state.Row, until time.Time, kind state.SnoozeKind, of string) string {
	at := text.Full(t.env.Look.Language, t.env.Now(), until)
	if of != "" {
		return t.env.T("%s is snoozed until %s for you alone", t.name(row), at)
	}
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
		return state.FlagChange{Snoozed: api.Known(p.At), SnoozeKind: p.Kind, Noted: p.Noted, For: p.For, Seen: api.Known(p.Seen)}
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
		if t.screen.Never != nil && t.screen.Never(action) != "" {
			continue
		}
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
