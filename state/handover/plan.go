package handover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/drafts"
	"unibox/state/note"
)

// Target is the store that takes a shift over. It cannot send.
type Target interface {
	Accounts(ctx context.Context) ([]api.AccountID, error)
	Row(ctx context.Context, id api.ConversationID) (state.Row, error)
	Draft(ctx context.Context, id api.ConversationID) (state.Draft, error)
	SaveDraft(ctx context.Context, d state.Draft) (state.Draft, error)
	SetFlags(ctx context.Context, id api.ConversationID, change state.FlagChange) error
	SetLabels(ctx context.Context, id api.ConversationID, add, remove []string) error
	Notes(ctx context.Context, id api.ConversationID) ([]note.Note, error)
	AddNote(ctx context.Context, n note.Note, named []string) error
}

// Plan is what taking a file over changes.
type Plan struct {
	Steps []Step
	// Left says what is not taken over, and why.
	Left []string
	say  Words
}

// Step is one change. Words say it, to who reads the plan before it is done.
type Step struct {
	Words string
	do    func(ctx context.Context) error
}

// Plan compares a file with a store.
func (f File) Plan(ctx context.Context, into Target, now time.Time) (Plan, error) {
	p := Plan{say: f.say()}
	accounts, err := into.Accounts(ctx)
	if err != nil {
		return p, err
	}
	unknown := map[string]int{}
	for _, c := range f.Conversations {
		if !slices.Contains(accounts, api.AccountID(c.Account)) {
			unknown[c.Account]++
			continue
		}
		if err := p.take(ctx, into, c, now); err != nil {
			return p, err
		}
	}
	for name, n := range unknown {
		p.Left = append(p.Left, p.say.Plural(n, "%d of the account %s, which is not in this inbox", "%d of the account %s, which is not in this inbox", line(name)))
	}
	slices.Sort(p.Left)
	return p, nil
}

func (p *Plan) add(c Conversation, words string, do func(ctx context.Context) error) {
	p.Steps = append(p.Steps, Step{line(c.title() + ": " + words), do})
}

// take plans what a conversation of the file changes.
func (p *Plan) take(ctx context.Context, into Target, c Conversation, now time.Time) error {
	row, err := into.Row(ctx, c.id())
	known := err == nil
	if err != nil && !errors.Is(err, state.ErrNoSuch) {
		return err
	}
	if has := row.Conversation; known { // a file may call anybody anything
		c.Name, c.Handle, c.Channel, c.Named = has.Contact.Name, has.Contact.Handle, string(has.Kind), ""
	}
	p.takeFlags(into, c, row, known, now)
	if err := p.takeDraft(ctx, into, c); err != nil {
		return err
	}
	p.takeLabels(into, c, row)
	return p.takeNotes(ctx, into, c)
}

// takeFlags plans a snooze, also one whose time has come since, unless there is one of ours or the customer wrote since, and a
// star.
func (p *Plan) takeFlags(into Target, c Conversation, row state.Row, known bool, now time.Time) {
	if c.Starred && !row.Flags.Starred {
		p.add(c, p.say.T("star"), func(ctx context.Context) error {
			return into.SetFlags(ctx, c.id(), state.FlagChange{Starred: api.Known(true)})
		})
	}
	newest := time.Time{}
	if preview, ok := row.Preview.Get(); ok {
		newest = preview.At
	}
	left := ""
	switch {
	case c.Snoozed.IsZero():
		return
	case c.Kind > state.SnoozePromise:
		left = p.say.T("its snooze: it is of a kind that is not known here")
	case !known:
		left = p.say.T("its snooze: it is not read here yet, import again once it is")
	case row.PutOff.At.Equal(c.Snoozed) && row.PutOff.Kind == c.Kind:
		return
	case row.PutOff.Is():
		left = p.say.T("its snooze: you have put it off yourself")
	case newest.After(c.Newest) && c.Kind != state.SnoozePromise:
		left = p.say.T("its snooze: something was written since")
	}
	if left != "" {
		p.Left = append(p.Left, line(c.title()+": "+left))
		return
	}
	until := p.say.Date(c.Snoozed.In(now.Location()), "Mon 2 Jan 15:04")
	words := p.say.T("snooze until %s", until)
	if !c.Snoozed.After(now) {
		words = p.say.T("back in the queue, put off until %s", until)
	}
	p.add(c, words, func(ctx context.Context) error {
		return into.SetFlags(ctx, c.id(), state.FlagChange{Snoozed: api.Known(c.Snoozed), SnoozeKind: c.Kind, Seen: api.Known(row.Newest)})
	})
}

// takeDraft plans a draft. Beside a text of ours both stay, as of two who write at once.
func (p *Plan) takeDraft(ctx context.Context, into Target, c Conversation) error {
	if c.Draft == "" {
		return nil
	}
	own, err := into.Draft(ctx, c.id())
	if err != nil {
		return err
	}
	merged := mergeDraft(own, c)
	if drafts.SameText(merged, own) {
		return nil
	}
	words := p.say.T("draft: %s", brief(c.Draft))
	if !own.Empty() {
		words = p.say.T("draft, beside what you have typed: %s", brief(c.Draft))
	}
	p.add(c, words, func(ctx context.Context) error { return saveDraft(ctx, into, c) })
	if c.DraftFiles > 0 {
		p.Left = append(p.Left, line(c.title()+": "+p.say.T("the files of its draft, which are on the other machine")))
	}
	return nil
}

func mergeDraft(own state.Draft, c Conversation) state.Draft {
	if strings.Contains(own.Body, c.Draft) {
		return own
	}
	theirs := own
	theirs.Body = c.Draft
	if own.Empty() {
		return theirs
	}
	return drafts.Merge(state.Draft{Conversation: own.Conversation}, own, theirs)
}

// saveDraft merges with what is there when it is saved.
func saveDraft(ctx context.Context, into Target, c Conversation) error {
	for {
		own, err := into.Draft(ctx, c.id())
		if err != nil {
			return err
		}
		merged := mergeDraft(own, c)
		merged.Conversation, merged.Rev, merged.Edited = c.id(), own.Rev, time.Now()
		if _, err = into.SaveDraft(ctx, merged); !errors.Is(err, state.ErrDraftMoved) || ctx.Err() != nil {
			return err
		}
	}
}

func (p *Plan) takeLabels(into Target, c Conversation, row state.Row) {
	var add []string
	for _, name := range c.Labels {
		name, err := state.CleanLabel(name)
		if err == nil && !slices.ContainsFunc(row.Labels, func(own string) bool { return state.LabelKey(own) == state.LabelKey(name) }) {
			add = append(add, name)
		}
	}
	add = add[:min(len(add), max(0, state.MostLabels-len(row.Labels)))]
	if len(add) > 0 {
		p.add(c, p.say.T("labels %s", strings.Join(add, ", ")), func(ctx context.Context) error { return into.SetLabels(ctx, c.id(), add, nil) })
	}
}

// takeNotes plans the notes that are not there yet. Who is named in them is told.
func (p *Plan) takeNotes(ctx context.Context, into Target, c Conversation) error {
	own, err := into.Notes(ctx, c.id())
	if err != nil {
		return err
	}
	for _, n := range c.Notes {
		if slices.ContainsFunc(own, func(o note.Note) bool { return o.Key == n.Key }) {
			continue
		}
		taken := note.Note{Key: n.Key, Conversation: c.id(), Author: n.Author, Body: n.Body, Made: n.Made, Edited: n.Edited}
		p.add(c, p.say.T("private note of %s: %s", n.Author, brief(n.Body)), func(ctx context.Context) error {
			return into.AddNote(ctx, taken, note.Names(taken.Body, nil))
		})
	}
	return nil
}

// Apply does what the plan says, as far as it goes, and returns how much of it was done.
// It may be repeated: what is there already is not done twice.
func (p Plan) Apply(ctx context.Context) (done int, err error) {
	for _, s := range p.Steps {
		if failed := s.do(ctx); failed != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", s.Words, failed))
			continue
		}
		done++
	}
	return done, err
}
