package triage

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/state"
	"unibox/state/note"
	"unibox/ui/dialog"
	"unibox/ui/env"
)

// askTakeOver takes a customer over from the colleague who has them, with a word to them: a
// private note that names them.
func (t *Triage) askTakeOver(row state.Row, has state.Claim) tea.Cmd {
	who := t.env.Line(has.Who)
	d := dialog.NewLine(t.env.T("Take %s over from %s", t.name(row), who), t.env.T("a word to %s", who),
		t.env.T("It becomes a private note that names them; enter alone leaves none. Nothing is sent to the customer."),
		func(word string) string {
			if strings.TrimSpace(word) == "" {
				return ""
			}
			return note.Wrong(word)
		},
		func(word string) tea.Cmd { return t.takeFrom(row, has, strings.TrimSpace(word)) })
	return t.screen.Dialogs.Open(d)
}

func (t *Triage) takeFrom(row state.Row, has state.Claim, word string) tea.Cmd {
	id, who, claims, notes, me, now := row.Conversation.ID, t.env.Line(has.Who), t.env.Team.Claims, t.env.Notes, t.env.Me, t.env.Now()
	taken := t.env.T("%s is yours now, and %s is told", t.name(row), who)
	return t.env.Read(func(ctx context.Context) tea.Msg {
		if _, err := claims.Take(ctx, id, true); err != nil {
			return env.WrittenMsg{Err: err}
		}
		if word == "" || notes == nil {
			return env.WrittenMsg{Said: taken}
		}
		body := "@" + has.Agent + " " + word
		return env.WrittenMsg{Said: taken, Err: notes.AddNote(ctx, note.New(id, me, body, now), []string{has.Agent})}
	})
}
