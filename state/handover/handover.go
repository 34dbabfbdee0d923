// Package handover is the state of a shift as a file: who waits, what is put off and
// promised, drafts, what is not out, labels and private notes, so that another agent,
// with a store of their own, goes on with the same queue.
//
// [Collect] gathers it, [File.Markdown] and [File.JSON] are it for a person and for
// another unibox. [Read] takes such a file from anybody: what it says is cleaned and
// bounded, and refused with one sentence if it is damaged or of a newer version. [Plan]
// says what taking it over would change, [Plan.Apply] does that. Nothing here can send:
// a target has no such method, and a draft stays a draft.
package handover

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
)

// File is the state of a shift.
type File struct {
	Made time.Time
	// By is whose shift it was.
	By            string
	Conversations []Conversation
	// Say has it in words, which are English where it is nil.
	Say Words `json:"-"`
}

// Conversation is what there is to know of one.
type Conversation struct {
	Account string `json:"account"`
	ID      string `json:"id"`
	Name    string `json:"name,omitempty"`
	Handle  string `json:"handle,omitempty"`
	Channel string `json:"channel,omitempty"`
	// Named is the name of its channel where the account has several of the kind.
	Named string `json:"channel_name,omitempty"`
	// Newest is when its newest message was written, Last how that begins, Waiting since
	// when it waits.
	Newest  time.Time `json:"newest,omitzero"`
	Last    string    `json:"last,omitempty"`
	Waiting time.Time `json:"waiting,omitzero"`
	// FreeUntil is when only templates may be sent any more; zero for no limit.
	FreeUntil time.Time `json:"free_until,omitzero"`
	// Snoozed is until when it is, or was, put off, as long as nobody has acted on that;
	// Kind is what ends it (state.SnoozeKind).
	Snoozed time.Time        `json:"snoozed,omitzero"`
	Kind    state.SnoozeKind `json:"snooze_kind,omitempty"`
	Starred bool             `json:"starred,omitempty"`
	// Draft is what was typed; of its files only the number is said.
	Draft      string `json:"draft,omitempty"`
	DraftFiles int    `json:"draft_files,omitempty"`
	// Failed and the others count messages that are not out, or not known to be.
	Failed  int `json:"failed,omitempty"`
	Unknown int `json:"unknown,omitempty"`
	Held    int `json:"held,omitempty"`
	Queued  int `json:"queued,omitempty"`
	// Later are the replies that wait in the outbox for their time.
	Later []Later `json:"later,omitempty"`

	Labels []string `json:"labels,omitempty"`
	Notes  []Note   `json:"notes,omitempty"`
}

// Later is a reply that goes out at a time, if unibox runs then where it was written.
type Later struct {
	At   time.Time `json:"at"`
	Body string    `json:"body"`
}

// Note is a private note.
type Note struct {
	Key    string    `json:"key"`
	Author string    `json:"author"`
	Body   string    `json:"body"`
	Made   time.Time `json:"made"`
	Edited time.Time `json:"edited,omitzero"`
}

// Of is the conversation's id.
func (c Conversation) Of() api.ConversationID { return c.id() }

func (c Conversation) id() api.ConversationID {
	return api.ConversationID{Account: api.AccountID(c.Account), Remote: c.ID}
}

// Source is what a shift is gathered from.
type Source interface {
	List(ctx context.Context, q state.ListQuery) (state.List, error)
	Sidebar(ctx context.Context) (state.Sidebar, error)
	Row(ctx context.Context, id api.ConversationID) (state.Row, error)
	Draft(ctx context.Context, id api.ConversationID) (state.Draft, error)
	Notes(ctx context.Context, id api.ConversationID) ([]note.Note, error)
	// Unsent lists the messages of the outbox that did not go out.
	Unsent(ctx context.Context) ([]state.Outbound, error)
	// PutOff names the conversations with a snooze that is perhaps not over.
	PutOff(ctx context.Context) ([]api.ConversationID, error)
	// Noted names the conversations with notes that were written since a time.
	Noted(ctx context.Context, since time.Time) ([]api.ConversationID, error)
}

const (
	// notesSince is how old a note may be to bring its conversation into the file.
	notesSince = 14 * 24 * time.Hour
	// step is how many rows are read at once.
	step = 200
)

// views are those whose conversations are in the file.
var views = []state.View{state.ViewWaiting, state.ViewSnoozed, state.ViewDrafts, state.ViewOutbox}

// Collect gathers the state of a shift. Several transactions read it, so what changes
// meanwhile is in it as it was or as it is.
func Collect(ctx context.Context, from Source, by string, now time.Time) (File, error) {
	f := File{Made: now, By: by}
	names, err := channelNames(ctx, from)
	if err != nil {
		return f, err
	}
	later, err := timed(ctx, from)
	if err != nil {
		return f, err
	}
	seen := map[api.ConversationID]bool{}
	add := func(row state.Row) error {
		if id := row.Conversation.ID; !seen[id] && len(f.Conversations) < mostConversations {
			seen[id] = true
			c, err := conversation(ctx, from, row)
			c.Later = later[id]
			c.Named = names[row.Conversation.Channel.Or(api.ChannelID{})]
			f.Conversations = append(f.Conversations, c)
			return err
		}
		return nil
	}
	for _, view := range views {
		for at, more := 0, true; more; at += step {
			list, err := from.List(ctx, state.ListQuery{View: view, Offset: at, Limit: step})
			if err != nil {
				return f, err
			}
			for _, row := range list.Rows {
				if err := add(row); err != nil {
					return f, err
				}
			}
			more = at+step < list.Total
		}
	}
	putOff, err := from.PutOff(ctx) // also those that no view above has
	if err != nil {
		return f, err
	}
	for _, id := range putOff {
		row, err := from.Row(ctx, id)
		if errors.Is(err, state.ErrNoSuch) || err == nil && !row.PutOff.Is() {
			continue
		}
		if err == nil {
			err = add(row)
		}
		if err != nil {
			return f, err
		}
	}
	noted, err := from.Noted(ctx, now.Add(-notesSince))
	for _, id := range noted {
		row, failed := from.Row(ctx, id)
		if failed != nil { // notes about what the platform does not list
			row = state.Row{Conversation: api.Conversation{ID: id}, Notes: 1}
		}
		if err := add(row); err != nil {
			return f, err
		}
	}
	return f, err
}

// timed are the replies that wait here for their time, the soonest of a conversation first.
func timed(ctx context.Context, from Source) (map[api.ConversationID][]Later, error) {
	rows, err := from.Unsent(ctx)
	all := map[api.ConversationID][]Later{}
	for _, o := range rows {
		if id := o.Conversation; o.Timed() {
			all[id] = append(all[id], Later{o.At, o.Body})
		}
	}
	for _, of := range all {
		slices.SortStableFunc(of, func(a, b Later) int { return a.At.Compare(b.At) })
	}
	return all, err
}

// NameChannels calls channels by what the screen calls them, where they have no name of
// their own in the file.
func (f File) NameChannels(title func(api.AccountID, api.ChannelKind) string) {
	for i := range f.Conversations {
		c := &f.Conversations[i]
		c.Named = cmp.Or(c.Named, title(api.AccountID(c.Account), api.ChannelKind(c.Channel)))
	}
}

// channelNames are the names of the channels of whose kind their account has several.
func channelNames(ctx context.Context, from Source) (map[api.ChannelID]string, error) {
	side, err := from.Sidebar(ctx)
	names := map[api.ChannelID]string{}
	for _, a := range side.Accounts {
		kinds := map[api.ChannelKind]int{}
		for _, c := range a.Channels {
			kinds[c.Channel.Kind]++
		}
		for _, c := range a.Channels {
			if kinds[c.Channel.Kind] > 1 {
				names[c.Channel.ID] = c.Channel.Name
			}
		}
	}
	return names, err
}

// conversation is a row with what is read beside it.
func conversation(ctx context.Context, from Source, row state.Row) (Conversation, error) {
	c, putOff := row.Conversation, row.PutOff
	if putOff.For != "" && putOff.Kind < state.SnoozeSilent { // they alone did not want to see it; who comes next does
		putOff = state.Back{}
	}
	out := Conversation{Account: string(c.ID.Account), ID: c.ID.Remote, Name: c.Contact.Name, Handle: c.Contact.Handle, Channel: string(c.Kind),
		Waiting: row.WaitingSince, FreeUntil: row.FreeUntil, Snoozed: putOff.At, Kind: putOff.Kind, Starred: row.Flags.Starred,
		Failed: row.Failed, Unknown: row.Uncertain, Held: row.Held, Queued: row.Pending - row.Timed, Labels: slices.Clone(row.Labels)}
	if p, ok := row.Preview.Get(); ok {
		out.Newest, out.Last = p.At, brief(p.Body)
	}
	if row.Draft {
		d, err := from.Draft(ctx, c.ID)
		if err != nil {
			return out, err
		}
		out.Draft, out.DraftFiles = d.Body, len(d.Files)
	}
	if row.Notes == 0 {
		return out, nil
	}
	notes, err := from.Notes(ctx, c.ID)
	for _, n := range notes {
		out.Notes = append(out.Notes, Note{n.Key, n.Author, n.Body, n.Made, n.Edited})
	}
	return out, err
}

// title is what to call a conversation.
func (c Conversation) title() string {
	name := c.Name
	if name == "" {
		name = c.Handle
	}
	if name == "" {
		name = c.ID
	}
	// The titles of channels are known where there are accounts; a file may be read where there are none.
	return fmt.Sprintf("%s (%s, %s)", name, c.Account, cmp.Or(c.Named, strings.ReplaceAll(c.Channel, "_", " ")))
}
