package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/journal"
	"unibox/state/note"
	"unibox/state/searches"
	"unibox/state/sqlite"
	"unibox/state/work"
	"unibox/ui/catalog"
)

// activity is the store as the screen, the outbox and the changes write to it: what an
// agent does, and what comes of it, is noted in the log of what was sent and done once it
// is on disk.
//
// What needs rights that the agent has not is refused here too, whoever asks; what the
// outbox and the changes do by themselves is not.
type activity struct {
	*sqlite.DB
	log    *journal.Log
	rights state.Rights
	// me is who writes notes here.
	me string
	// alone: a reply goes out only from whom the customer is assigned to, or from who has
	// taken them (only_assignee_sends).
	alone bool
}

// expiresEvery is how often what is too old leaves the log.
const expiresEvery = time.Hour

// expireLog drops from the log, now and then until ctx ends, what is older than messages of
// its account are kept, and what was searched for longer ago than those of any account are.
// notice is told once if that cannot be done.
func expireLog(dir string, kept state.Retention, notice func(string)) func(context.Context) error {
	return func(ctx context.Context) error {
		for said := false; ; {
			err := journal.Expire(dir, time.Now(), kept.Of)
			if d := kept.Shortest(); d > 0 {
				err = errors.Join(err, expireSearches(dir, time.Now().Add(-d)))
			}
			if err != nil && !said {
				said = true
				notice("old lines of the log of what you do, or of what you searched for, could not be removed: " + err.Error())
			}
			if !work.Sleep(ctx, expiresEvery) {
				return ctx.Err()
			}
		}
	}
}

// expireSearches drops what was searched for before a time, by each agent too.
func expireSearches(dir string, before time.Time) error {
	err := searches.Expire(dir, before)
	agents, _ := os.ReadDir(filepath.Join(dir, AgentsFolder)) // one that is not there holds nothing
	for _, a := range agents {
		err = errors.Join(err, searches.Expire(filepath.Join(dir, AgentsFolder, a.Name()), before))
	}
	return err
}

// journal opens the log of what is sent and done, nil where the config wants none.
func (s Session) journal(db *sqlite.DB, me string) *journal.Log {
	if !s.Config.Log.On {
		return nil
	}
	return journal.Open(journal.Options{Dir: s.Dir, Who: me, Texts: s.Config.Log.Texts, Problem: db.Notice})
}

// Submit notes each message that a reply became.
func (a activity) Submit(ctx context.Context, d state.Draft, rows []state.Outbound) ([]state.Outbound, error) {
	if err := a.rights.Refuse(state.RightsSend); err != nil {
		return nil, err
	}
	if err := a.refuseOthers(ctx, d.Conversation); err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].By = a.me
	}
	rows, err := a.DB.Submit(ctx, d, rows)
	for _, o := range rows {
		if err == nil {
			e := a.messageEntry(o, journal.Submitted)
			e.Text, e.Result, e.Until = o.Body, filesOf(o), o.At.UTC()
			if !o.At.IsZero() {
				e.Result = strings.TrimPrefix(e.Result+", to be sent", ", ")
			}
			a.log.Add(e)
		}
	}
	return rows, err
}

// refuseOthers is the sentence for why only another answers a customer, nil if the agent may.
// A platform that does not say whose a conversation is asks for nothing.
func (a activity) refuseOthers(ctx context.Context, id api.ConversationID) error {
	if !a.alone {
		return nil
	}
	all, err := a.Claims(ctx)
	if err != nil {
		return err
	}
	for _, has := range all {
		if has.Conversation == id && has.Agent != a.me {
			return catalog.Errorf("%s has taken this customer, and the config wants that only they answer (only_assignee_sends)", has.Who)
		}
	}
	row, err := a.Row(ctx, id)
	if errors.Is(err, state.ErrNoSuch) { // a first message opens it
		return nil
	}
	if mine, said := row.Conversation.Mine.Get(); err == nil && said && !mine {
		return catalog.Errorf("it is not assigned to you, and the config wants that (only_assignee_sends)")
	}
	return err
}

// sendsOn reports whether a person has a message sent, again or at another time. What was
// under way comes back to the queue by itself.
func sendsOn(o state.Outbound, was state.Status) bool {
	return o.Status == state.Queued && (was == state.Queued || was.Waits())
}

// messageEntry is an entry about a message; whose it is is said where another does it.
func (a activity) messageEntry(o state.Outbound, did string) journal.Entry {
	e := journal.On(o.Conversation, did)
	e.Message = o.Key
	if o.By != a.me || did == journal.Outcome {
		e.By = o.By
	}
	return e
}

// filesOf names the files of a message.
func filesOf(o state.Outbound) string {
	var names []string
	for _, f := range o.Files {
		names = append(names, f.Name)
	}
	if names == nil {
		return ""
	}
	return "with " + strings.Join(names, ", ")
}

// outcomes are what a status of a message means to who reads the log; the others say
// nothing new.
var outcomes = map[state.Status]string{
	state.Accepted: "accepted by the platform", state.Failed: "failed", state.Held: "held: the customer had written meanwhile",
	state.Uncertain: "unknown: no answer came, it may have gone out",
}

// sentWords say how a message went out, as far as it is known.
func sentWords(d api.Delivery) string {
	switch {
	case d == api.DeliveryUncertain:
		return "unknown: the platform does not know whether it arrived"
	case d >= api.DeliveryFailed:
		return "failed"
	case d == api.DeliveryScheduled:
		return "scheduled at the platform"
	case d == api.DeliveryDelivered:
		return "delivered"
	case d == api.DeliveryRead:
		return "read"
	}
	return "sent"
}

// SaveOutbound notes what became of a message.
func (a activity) SaveOutbound(ctx context.Context, o state.Outbound, was state.Status) (bool, error) {
	saved, err := a.DB.SaveOutbound(ctx, o, was)
	if saved && err == nil && o.Status != was {
		words := outcomes[o.Status]
		if o.Status == state.Done {
			words = sentWords(o.Receipt.Delivery)
		}
		if words != "" {
			e := a.messageEntry(o, journal.Outcome)
			e.Result, e.Reason = words, o.Reason
			a.log.Found(e)
		}
	}
	return saved, err
}

// Decided notes what a person decided about a message.
func (a activity) Decided(ctx context.Context, o state.Outbound, was state.Status) (bool, error) {
	if sendsOn(o, was) {
		if err := a.refuseOthers(ctx, o.Conversation); err != nil {
			return false, err
		}
	}
	saved, err := a.DB.Decided(ctx, o, was)
	if saved && err == nil {
		e := a.messageEntry(o, journal.Decided)
		switch {
		case o.Status == state.Done:
			e.Result = "it arrived"
		case o.Left:
			e.Result = "left as it is"
		case o.Status == was && !o.At.IsZero():
			e.Result, e.Until = "to be sent", o.At.UTC()
		case was == state.Queued:
			e.Result = "send it now"
		default:
			e.Result = "send it again"
		}
		a.log.Add(e)
	}
	return saved, err
}

// DeleteOutbound notes that a message was discarded.
func (a activity) DeleteOutbound(ctx context.Context, o state.Outbound, was state.Status) (bool, error) {
	gone, err := a.DB.DeleteOutbound(ctx, o, was)
	if gone && err == nil {
		a.log.Add(a.messageEntry(o, journal.Discarded))
	}
	return gone, err
}

// Takeback notes that a message was taken back.
func (a activity) Takeback(ctx context.Context, o state.Outbound, was state.Status) (state.Draft, bool, error) {
	d, gone, err := a.DB.Takeback(ctx, o, was)
	if gone && err == nil {
		a.log.Add(a.messageEntry(o, journal.TakenBack))
	}
	return d, gone, err
}

// SetFlags notes what is marked on this machine. Reading is no deed.
func (a activity) SetFlags(ctx context.Context, id api.ConversationID, c state.FlagChange) error {
	if err := a.rights.Refuse(rightsForFlags(c)); err != nil {
		return err
	}
	err := a.DB.SetFlags(ctx, id, c)
	if words := flagWords(c); err == nil && words != "" {
		e := journal.On(id, journal.Flagged)
		e.Result = words
		if until, ok := c.Snoozed.Get(); ok && c.Noted.IsZero() {
			e.Until = until.UTC()
		}
		a.log.Add(e)
	}
	return err
}

// rightsForFlags: what takes customers off the lists of all, or puts them back, is for who
// may answer them.
func rightsForFlags(c state.FlagChange) state.Rights {
	mine := c
	mine.Seen, mine.Starred = api.Opt[state.Pos]{}, api.Opt[bool]{}
	if mine == (state.FlagChange{}) {
		return state.RightsDraft
	}
	return state.RightsSend
}

// SaveDraft refuses who only looks.
func (a activity) SaveDraft(ctx context.Context, d state.Draft) (state.Draft, error) {
	if err := a.rights.Refuse(state.RightsDraft); err != nil {
		return d, err
	}
	return a.DB.SaveDraft(ctx, d)
}

func flagWords(c state.FlagChange) string {
	var words []string
	for _, f := range []struct {
		set     api.Opt[bool]
		on, off string
	}{{c.Done, "done", "not done any more"}, {c.Starred, "starred", "not starred any more"}, {c.Pinned, "pinned", "not pinned any more"},
		{c.Muted, "muted", "not muted any more"}, {c.Skipped, "skipped for now", "not skipped any more"}} {
		if on, ok := f.set.Get(); ok && on {
			words = append(words, f.on)
		} else if ok {
			words = append(words, f.off)
		}
	}
	if until, ok := c.Snoozed.Get(); ok && c.Noted.IsZero() {
		words = append(words, snoozeWords(c.For, until))
	}
	return strings.Join(words, "; ")
}

// snoozeWords are followed by the time. agent is for whom alone it is, empty for all.
func snoozeWords(agent string, until time.Time) string {
	switch {
	case until.IsZero() && agent == "":
		return "not snoozed any more"
	case until.IsZero():
		return fmt.Sprintf("not snoozed any more for %s alone", agent)
	case agent == "":
		return "snoozed until"
	}
	return fmt.Sprintf("snoozed for %s alone until", agent)
}

// WhenSent notes what is to happen once a reply is sent.
func (a activity) WhenSent(ctx context.Context, id api.ConversationID, w state.WhenSent) (bool, error) {
	bound, err := a.DB.WhenSent(ctx, id, w)
	if bound && err == nil {
		e := journal.On(id, journal.Flagged)
		switch {
		case w == state.WhenSent{}:
			e.Result = "nothing more when the reply is sent"
		case !w.Snoozed.IsZero():
			e.Result, e.Until = "when the reply is sent: "+snoozeWords(w.SnoozeFor, w.Snoozed), w.Snoozed.UTC()
		default:
			e.Result = "when the reply is sent: done"
		}
		a.log.Add(e)
	}
	return bound, err
}

// reaching are the changes by which the customer gets something from us, as by a reply.
var reaching = []api.Caps{api.CapRetry, api.CapEdit, api.CapReact}

// did notes what the agent had a platform do outside the outbox and the changes.
func (a activity) did(id api.ConversationID, what string) {
	e := journal.On(id, journal.Changed)
	e.Result = what
	a.log.Add(e)
}

// SubmitChange notes what a platform is asked for.
func (a activity) SubmitChange(ctx context.Context, ch state.Change) (state.Change, error) {
	if err := a.rights.Refuse(state.RightsFor(ch)); err != nil {
		return ch, err
	}
	if slices.Contains(reaching, ch.Cap) {
		if err := a.refuseOthers(ctx, ch.Conversation); err != nil {
			return ch, err
		}
	}
	made, err := a.DB.SubmitChange(ctx, ch)
	if err == nil && ch.Cap != api.CapRead {
		e := journal.On(ch.Conversation, journal.Changed)
		e.Result = changeWords(ch)
		if ch.Cap == api.CapNote || ch.Cap == api.CapEdit {
			e.Text = ch.Arg
		} else if ch.Arg != "" {
			e.Result += " " + ch.Arg
		}
		a.log.Add(e)
	}
	return made, err
}

func changeWords(ch state.Change) string {
	ability, ok := api.AbilityOf(ch.Cap)
	switch {
	case !ok:
		return fmt.Sprintf("ability %d", ch.Cap)
	case ch.On || ability.State == nil:
		return ability.Name
	}
	return ability.Name + ": off"
}

// SaveChange notes that a platform refused a change.
func (a activity) SaveChange(ctx context.Context, ch state.Change) (bool, error) {
	saved, err := a.DB.SaveChange(ctx, ch)
	if saved && err == nil && ch.Refused {
		e := journal.On(ch.Conversation, journal.Outcome)
		e.Result, e.Reason = "refused: "+changeWords(ch), ch.Reason
		a.log.Found(e)
	}
	return saved, err
}

// SetLabels notes which labels are put on and taken off.
func (a activity) SetLabels(ctx context.Context, id api.ConversationID, add, remove []string) error {
	if err := a.rights.Refuse(state.RightsDraft); err != nil {
		return err
	}
	err := a.DB.SetLabels(ctx, id, add, remove)
	if err == nil {
		var words []string
		for _, name := range add {
			words = append(words, "+"+name)
		}
		for _, name := range remove {
			words = append(words, "-"+name)
		}
		e := journal.On(id, journal.Labelled)
		e.Result = strings.Join(words, ", ")
		a.log.Add(e)
	}
	return err
}

// AddNote, EditNote and DeleteNote note what is done to private notes.
func (a activity) AddNote(ctx context.Context, n note.Note, named []string) error {
	return a.noted(n, journal.Noted, func() error { return a.DB.AddNote(ctx, n, named) })
}

// EditNote is said at AddNote.
func (a activity) EditNote(ctx context.Context, n note.Note, was string, named []string) error {
	return a.noted(n, journal.Noted, func() error {
		if err := a.refuseNote(ctx, n); err != nil {
			return err
		}
		return a.DB.EditNote(ctx, n, was, named)
	})
}

// DeleteNote is said at AddNote.
func (a activity) DeleteNote(ctx context.Context, n note.Note) error {
	n.Body = ""
	return a.noted(n, journal.Unnoted, func() error {
		if err := a.refuseNote(ctx, n); err != nil {
			return err
		}
		return a.DB.DeleteNote(ctx, n)
	})
}

// refuseNote says why somebody who is no admin may not change a note: it is stored as
// another's, whatever the one that was handed in says.
func (a activity) refuseNote(ctx context.Context, n note.Note) error {
	if a.rights == state.RightsAdmin {
		return nil
	}
	all, err := a.Notes(ctx, n.Conversation)
	if slices.ContainsFunc(all, func(has note.Note) bool { return has.Key == n.Key && !has.By(a.me) }) {
		return note.ErrNotYours
	}
	return err
}

func (a activity) noted(n note.Note, did string, do func() error) error {
	if err := a.rights.Refuse(state.RightsDraft); err != nil {
		return err
	}
	err := do()
	if err == nil {
		e := journal.On(n.Conversation, did)
		e.Message, e.Text = n.Key, n.Body
		a.log.Add(e)
	}
	return err
}
