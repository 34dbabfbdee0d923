package env

import (
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/text"
)

// Waited is how long a conversation has waited, in the business hours, and how late that
// is. It is 0 where nobody waits.
func (e *Env) Waited(r state.Row, now time.Time) (time.Duration, state.Lateness) {
	if r.WaitingSince.IsZero() {
		return 0, state.NoTarget
	}
	waited := e.Service.Waited(r.WaitingSince, now)
	return waited, state.LatenessOf(waited, e.Service.Target(r.Conversation.ID.Account, r.Conversation.Kind))
}

// Standing says in a few words why a conversation is in the queue, or in its place, other
// than because its customer waits; "" where that is all.
func (e *Env) Standing(r state.Row, now time.Time) string {
	switch {
	case r.Skips > 0:
		return e.T("skipped %s", times(e.Look.Language, r.Skips))
	case Oversleeps(r, now):
		return e.T("snoozed until %s", text.Ahead(e.Look.Language, now, r.Flags.Snoozed.In(now.Location())))
	case !r.Back.Is():
		return ""
	}
	if late := r.Back.Late(); late > 0 {
		return e.T("woke %s late", Span(e.Look.Language, late))
	}
	return e.cameBack(r, now)
}

// Oversleeps reports whether only templates may be sent soon, and before its snooze is over.
func Oversleeps(r state.Row, now time.Time) bool {
	left := r.FreeUntil.Sub(now)
	return left > 0 && left <= state.ClosesWithin && !r.Flags.Snoozed.Before(r.FreeUntil)
}

// cameBack says why a conversation came back.
func (e *Env) cameBack(r state.Row, now time.Time) string {
	at := func(t time.Time) string { return text.Clock(e.Look.Language, now, t.In(now.Location())) }
	switch kind := r.Back.Kind; {
	case kind == state.SnoozeSilent && r.WaitingSince.IsZero():
		since := r.Back.At
		if p, ok := r.Preview.Get(); ok && p.Direction == api.Outbound {
			since = p.At
		}
		return e.T("no answer since %s", at(since))
	case kind == state.SnoozePromise:
		return e.T("you promised it for %s", at(r.Back.At))
	}
	return e.T("snooze ended %s", at(r.Back.At))
}

// WhyHere says why a conversation is in the lists that it is in, and in its place, a
// sentence for each reason.
func (e *Env) WhyHere(r state.Row) (why []string) {
	now := e.Now()
	add := func(on bool, words string) {
		if on {
			why = append(why, words)
		}
	}
	add(r.NotOut(), e.T("%s: decide about it", notOut(e.Look.Language, r)))
	why = append(why, e.whyWaits(r, now)...)
	if left := r.FreeUntil.Sub(now); !r.FreeUntil.IsZero() {
		add(left > 0, e.T("the window closes in %s", Span(e.Look.Language, left)))
		add(left <= 0, e.T("the window has closed: only templates arrive until they write"))
	}
	add(r.Back.Is(), e.cameBack(r, now))
	add(r.Back.Late() > 0, e.T("woke %s late: unibox did not run then", Span(e.Look.Language, r.Back.Late())))
	add(r.Skips > 0, e.T("skipped %s: it comes last until they write again", times(e.Look.Language, r.Skips)))
	f := r.Flags
	add(!f.Snoozed.IsZero(), snoozedUntil(e.Look.Language, f, now))
	add(Oversleeps(r, now), e.T("the window closes before that"))
	add(f.Done, e.T("done, or put away at the platform"))
	add(f.Muted, e.T("muted: it stays out of the queues"))
	add(f.Pinned, e.T("pinned: it comes first in the lists that are not queues"))
	add(r.Unread > 0, e.Plural(r.Unread, "%d message is unread", "%d messages are unread"))
	add(r.Draft, e.T("a draft is kept in it"))
	add(r.Pending > r.Timed, e.T("a reply is on its way"))
	add(r.Timed > 0, e.T("a reply waits here for its time"))
	if len(why) == 0 {
		why = []string{e.T("nobody waits here: it is listed by its newest message")}
	}
	return why
}

// whyWaits says how long the customer waits, and by when that is to end.
func (e *Env) whyWaits(r state.Row, now time.Time) []string {
	if r.WaitingSince.IsZero() {
		return nil
	}
	id, since := r.Conversation.ID, text.Clock(e.Look.Language, now, r.WaitingSince.In(now.Location()))
	waited, target := e.Service.Waited(r.WaitingSince, now), e.Service.Target(id.Account, r.Conversation.Kind)
	hours := ""
	if !e.Service.Hours.Always() {
		hours = e.T(" in business hours")
	}
	if target == 0 {
		return []string{e.T("waiting %s%s, since %s", Span(e.Look.Language, waited), hours, since)}
	}
	due := e.Service.Due(id.Account, r.Conversation.Kind, r.WaitingSince)
	by := e.T("the answer is due %s", text.Full(e.Look.Language, now, due.In(now.Location())))
	if waited >= target {
		by = e.T("the answer was due %s", text.Full(e.Look.Language, now, due.In(now.Location())))
	}
	return []string{
		e.T("waiting %s of %s%s, since %s", Span(e.Look.Language, waited), Span(e.Look.Language, target), hours, since),
		by,
	}
}

func snoozedUntil(say *catalog.Language, f state.Flags, now time.Time) string {
	at := text.Full(say, now, f.Snoozed.In(now.Location()))
	switch f.SnoozeKind {
	case state.SnoozeSilent:
		return say.T("comes back %s if no answer comes", at)
	case state.SnoozePromise:
		return say.T("comes back %s: you promised it for then", at)
	case state.SnoozeFirm:
		return say.T("snoozed until %s, also through a bare “thanks”", at)
	}
	if f.SnoozeFor != "" {
		return say.T("snoozed until %s for you alone", at)
	}
	return say.T("snoozed until %s", at)
}

// Span is a length of time in words: "34 min", "2 h 5 min", "3 days".
func Span(say *catalog.Language, d time.Duration) string {
	minutes := int(d / time.Minute)
	switch hours := minutes / 60; {
	case minutes < 60:
		return say.T("%d min", minutes)
	case hours >= 48:
		return say.Plural(hours/24, "%d day", "%d days")
	case minutes%60 == 0:
		return say.T("%d h", hours)
	default:
		return say.T("%d h %d min", hours, minutes%60)
	}
}

func times(say *catalog.Language, n int) string {
	switch n {
	case 1:
		return say.T("once")
	case 2:
		return say.T("twice")
	}
	return say.Plural(n, "%d time", "%d times")
}
