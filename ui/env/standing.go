package env

import (
	"fmt"
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
		return "skipped " + times(r.Skips)
	case Oversleeps(r, now):
		return "snoozed until " + text.Ahead(e.Look.Language, now, r.Flags.Snoozed.In(now.Location()))
	case !r.Back.Is():
		return ""
	}
	if late := r.Back.Late(); late > 0 {
		return "woke " + Span(late) + " late"
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
		return "no answer since " + at(since)
	case kind == state.SnoozePromise:
		return "you promised it for " + at(r.Back.At)
	}
	return "snooze ended " + at(r.Back.At)
}

// WhyHere says why a conversation is in the lists that it is in, and in its place, a
// sentence for each reason.
func (e *Env) WhyHere(r state.Row) (why []string) {
	now := e.Now()
	add := func(on bool, format string, args ...any) {
		if on {
			why = append(why, fmt.Sprintf(format, args...))
		}
	}
	add(r.NotOut(), "%s: decide about it", notOut(r))
	why = append(why, e.whyWaits(r, now)...)
	if left := r.FreeUntil.Sub(now); !r.FreeUntil.IsZero() {
		add(left > 0, "the window closes in %s", Span(left))
		add(left <= 0, "the window has closed: only templates arrive until they write")
	}
	add(r.Back.Is(), "%s", e.cameBack(r, now))
	add(r.Back.Late() > 0, "woke %s late: unibox did not run then", Span(r.Back.Late()))
	add(r.Skips > 0, "skipped %s: it comes last until they write again", times(r.Skips))
	f := r.Flags
	add(!f.Snoozed.IsZero(), "%s", snoozedUntil(e.Look.Language, f, now))
	add(Oversleeps(r, now), "the window closes before that")
	add(f.Done, "done, or put away at the platform")
	add(f.Muted, "muted: it stays out of the queues")
	add(f.Pinned, "pinned: it comes first in the lists that are not queues")
	add(r.Unread > 0, "%s unread", Count(r.Unread, "message is", "messages are"))
	add(r.Draft, "a draft is kept in it")
	add(r.Pending > r.Timed, "a reply is on its way")
	add(r.Timed > 0, "a reply waits here for its time")
	if len(why) == 0 {
		why = []string{"nobody waits here: it is listed by its newest message"}
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
		hours = " in business hours"
	}
	if target == 0 {
		return []string{fmt.Sprintf("waiting %s%s, since %s", Span(waited), hours, since)}
	}
	due := e.Service.Due(id.Account, r.Conversation.Kind, r.WaitingSince)
	word := "is due"
	if waited >= target {
		word = "was due"
	}
	return []string{
		fmt.Sprintf("waiting %s of %s%s, since %s", Span(waited), Span(target), hours, since),
		fmt.Sprintf("the answer %s %s", word, text.Full(e.Look.Language, now, due.In(now.Location()))),
	}
}

func snoozedUntil(say *catalog.Language, f state.Flags, now time.Time) string {
	at := text.Full(say, now, f.Snoozed.In(now.Location()))
	switch f.SnoozeKind {
	case state.SnoozeSilent:
		return "comes back " + at + " if no answer comes"
	case state.SnoozePromise:
		return "comes back " + at + ": you promised it for then"
	case state.SnoozeFirm:
		return "snoozed until " + at + ", also through a bare “thanks”"
	}
	return "snoozed until " + at
}

// Span is a length of time in words: "34 min", "2 h 5 min", "3 days".
func Span(d time.Duration) string {
	minutes := int(d / time.Minute)
	switch hours := minutes / 60; {
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case hours >= 48:
		return Count(hours/24, "day", "days")
	case minutes%60 == 0:
		return fmt.Sprintf("%d h", hours)
	default:
		return fmt.Sprintf("%d h %d min", hours, minutes%60)
	}
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}
