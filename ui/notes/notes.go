// Package notes is what an agent does with private notes (state/note): write one, in a
// box of its own with an amber frame, read who is named, edit and delete.
//
// Neither this package nor any that it takes a note to knows a reply, a draft or the
// outbox, so that nothing written here can be sent (TestNoWayLeadsFromANoteToSending).
package notes

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/note"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/menu"
	"unibox/ui/text"
)

// Screen is what notes ask of the screen as a whole.
type Screen struct {
	// Current is the current conversation.
	Current func() state.Row
	// Jump goes to a conversation.
	Jump func(api.ConversationID) tea.Cmd
	// Did runs a change, says what it did, and keeps how to take it back.
	Did func(did string, cmd tea.Cmd, back func() tea.Cmd) tea.Cmd
	// Dialogs is where boxes are opened.
	Dialogs *dialog.Stack
}

// Notes acts on private notes. It is used from one goroutine.
type Notes struct {
	env.Actions
	env    *env.Env
	screen Screen
	// told are the keys of the notes that name who reads here and that were announced.
	told map[string]bool
	// writing is the open box, nil for none.
	writing *writer
	// left is the box that was left last, for as long as what is in it is not stored.
	left *writer
}

// New returns notes with nothing open.
func New(e *env.Env, s Screen) *Notes {
	n := &Notes{env: e, screen: s}
	n.Actions = env.Actions{
		keymap.PrivateNote:  {Do: n.write, Why: n.whyNot},
		keymap.GoToMentions: {Do: n.openMentions, Why: n.whyNone},
	}
	return n
}

func (n *Notes) whyNone() string {
	if n.env.Notes == nil {
		return n.env.T("no notes are kept here")
	}
	return ""
}

func (n *Notes) whyNot() string {
	return cmp.Or(n.whyNone(), n.env.WhyNoConversation(n.screen.Current()))
}

// then is a message that goes on with what was read.
type then func() tea.Cmd

// Arrive implements dialog.Answer.
func (t then) Arrive(*dialog.Stack) tea.Cmd { return t() }

// write opens the box for a new note about the current conversation, with what was begun.
func (n *Notes) write() tea.Cmd {
	row := n.screen.Current()
	return n.open(row.Conversation.ID, n.env.Name(row.Conversation), nil, "")
}

// Edit opens the box for a note that there is.
func (n *Notes) Edit(edited note.Note, name string) tea.Cmd {
	return n.open(edited.Conversation, name, &edited, "")
}

// Take opens the box for a new note about a conversation, with a text behind what was begun: it
// is a note once that is saved.
func (n *Notes) Take(row state.Row, body string) tea.Cmd {
	if why := n.whyNone(); why != "" {
		return n.env.Say(n.env.T("not taken as a note: %s", why))
	}
	return n.open(row.Conversation.ID, n.env.Name(row.Conversation), nil, body)
}

func (n *Notes) open(id api.ConversationID, name string, edited *note.Note, more string) tea.Cmd {
	w := &writer{notes: n, name: name, edited: edited, draft: note.Draft{Conversation: id, Writer: n.env.Me}}
	if edited != nil {
		w.draft.Of = edited.Key
	}
	if l := n.left; l != nil && l.draft == w.draft && more == "" && l.kept != l.typed() {
		return l.goOn()
	}
	// The box is open at once: what is typed in the same breath belongs into it.
	return tea.Batch(w.begin(more), n.env.Read(func(ctx context.Context) tea.Msg {
		begun, err := n.env.Notes.NoteDraft(ctx, w.draft)
		known, failed := n.names(ctx)
		return then(func() tea.Cmd {
			if err := errors.Join(err, failed); err != nil {
				return tea.Batch(n.env.Fail(err), w.knows(known))
			}
			return tea.Batch(w.resume(begun), w.knows(known))
		})
	}))
}

// names are those that are known here: who has the store open, and who wrote notes.
func (n *Notes) names(ctx context.Context) ([]string, error) {
	names, err := n.env.Notes.NoteAuthors(ctx)
	names = append(names, n.env.Team.Colleagues...)
	sessions, failed := n.env.Store.Sessions(ctx)
	for _, s := range sessions {
		if len(n.env.Team.Colleagues) > 0 {
			break // what they are called is not what they are named by
		}
		who, _, _ := strings.Cut(s.Who, " (") // the terminal is no part of the name
		names = append(names, who)
	}
	kept := names[:0]
	for _, name := range names {
		if name = text.Safe(name); name != "" && !slices.ContainsFunc(kept, func(k string) bool { return note.Fold(k) == note.Fold(name) }) {
			kept = append(kept, name)
		}
	}
	slices.Sort(kept)
	return kept, errors.Join(err, failed)
}

// Delete removes a note, which can be undone.
func (n *Notes) Delete(gone note.Note, name string) tea.Cmd {
	remove := n.env.Read(func(ctx context.Context) tea.Msg {
		return env.WrittenMsg{Err: n.env.Notes.DeleteNote(ctx, gone)}
	})
	return n.screen.Did(n.env.T("the note about %s is deleted", name), remove, func() tea.Cmd {
		return n.env.Read(func(ctx context.Context) tea.Msg {
			known, err := n.names(ctx)
			return env.WrittenMsg{Err: errors.Join(err, n.env.Notes.AddNote(ctx, gone, note.Names(gone.Body, known)))}
		})
	})
}

// mostMentions is how many notes are listed that name somebody.
const mostMentions = 50

// openMentions lists the notes that name who reads here.
func (n *Notes) openMentions() tea.Cmd {
	return n.env.Read(func(ctx context.Context) tea.Msg {
		all, err := n.env.Notes.Mentions(ctx, n.env.Me, mostMentions)
		names := n.titles(ctx, all)
		return then(func() tea.Cmd {
			if err != nil {
				return n.env.Fail(err)
			}
			return n.screen.Dialogs.Open(dialog.NewChoice(n.env.T("Notes that name you, %s", n.env.Line(n.env.Me)),
				menu.Options{Filter: true, Items: n.items(all, names), Empty: n.env.T("No note names you. A colleague writes @%s in a private note to bring a conversation to you. esc closes.", n.env.Line(n.env.Me))},
				func(it menu.Item) tea.Cmd { return n.screen.Jump(it.Value.(api.ConversationID)) }))
		})
	})
}

// titles are what the conversations of notes are called.
func (n *Notes) titles(ctx context.Context, all []note.Mention) map[api.ConversationID]string {
	names := map[api.ConversationID]string{}
	for _, m := range all {
		id := m.Note.Conversation
		if names[id] != "" {
			continue
		}
		names[id] = n.env.Personal(id, id.Remote)
		if row, err := n.env.Store.Row(ctx, id); err == nil {
			names[id] = n.env.Name(row.Conversation)
		}
	}
	return names
}

func (n *Notes) items(all []note.Mention, names map[api.ConversationID]string) (items []menu.Item) {
	for _, m := range all {
		right := text.Clock(n.env.Look.Language, n.env.Now(), m.Note.Made.In(n.env.Now().Location()))
		if !m.Seen {
			right = n.env.T("new  %s", right)
		}
		items = append(items, menu.Item{Label: names[m.Note.Conversation], Detail: n.env.Line(m.Note.Author) + ": " + n.said(m.Note), Right: right, Value: m.Note.Conversation})
	}
	return items
}

// said is what a note says; nothing of it where its customer is masked.
func (n *Notes) said(of note.Note) string {
	if n.env.Hides(of.Conversation) {
		return n.env.Hidden()
	}
	return n.env.Line(of.Body)
}

// Follow announces notes that name who reads here and that are new since the last look.
func (n *Notes) Follow() tea.Cmd {
	if n.env.Notes == nil {
		return nil
	}
	return n.env.Read(func(ctx context.Context) tea.Msg {
		all, err := n.env.Notes.Mentions(ctx, n.env.Me, mostMentions)
		if err != nil {
			return nil // the list says what is wrong with the store
		}
		return then(func() tea.Cmd { return n.announce(all) })
	})
}

func (n *Notes) announce(all []note.Mention) tea.Cmd {
	first := n.told == nil
	if first {
		n.told = map[string]bool{}
	}
	var fresh []note.Mention
	for _, m := range all {
		if !m.Seen && !n.told[m.Note.Key] {
			fresh = append(fresh, m)
		}
		n.told[m.Note.Key] = true
	}
	key := n.env.KeyFor(keymap.GoToMentions)
	switch {
	case len(fresh) == 0:
		return nil
	case len(fresh) == 1:
		m := fresh[0].Note
		return n.env.Warn(n.env.T("%s names you in a private note: %s · %s goes there", n.env.Line(m.Author), n.env.Excerpt(m.Body), key))
	}
	return n.env.Warn(n.env.T("%s · %s lists them", n.env.Plural(len(fresh), "%d private note names you", "%d private notes name you"), key))
}

// Opened notes that the agent opened a conversation: nothing there names them as new any
// more.
func (n *Notes) Opened(row state.Row) tea.Cmd {
	if n.env.Notes == nil || !row.NamesYou {
		return nil
	}
	return n.env.Read(func(ctx context.Context) tea.Msg {
		return env.WrittenMsg{Err: n.env.Notes.SeeMentions(ctx, row.Conversation.ID, n.env.Me)}
	})
}
