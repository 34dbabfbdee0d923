package env

import (
	"context"
	"slices"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
)

// Claims are the customers whom agents have taken out of the queue, for the agent of this
// session.
type Claims interface {
	// Claims lists who has whom.
	Claims(ctx context.Context) ([]state.Claim, error)
	// Take takes a customer and returns who has them: where that is a colleague, nothing was
	// taken, unless over says to take over. state.ErrClaims if the agent has too many.
	Take(ctx context.Context, id api.ConversationID, over bool) (state.Claim, error)
	// GiveBack gives customers back to the queue.
	GiveBack(ctx context.Context, ids ...api.ConversationID) error
}

// Team is what an agent has who works with others; the zero value is somebody alone.
type Team struct {
	// Claims is nil where customers are not taken out of the queue.
	Claims Claims
	// Away lists the sessions on other boxes; nil where there are no others.
	Away func(ctx context.Context) ([]state.Session, error)
	// Colleagues are the names of all agents.
	Colleagues []string
	// Called is what an agent's sessions are called; nil says by the name.
	Called func(agent string) string
	// HeldBy says which colleague has a customer, as far as the screen knows; nil says that
	// nobody has.
	HeldBy func(api.ConversationID) (state.Claim, bool)
}

// Everybody lists the sessions that have the store open, and those on other boxes.
func (e *Env) Everybody(ctx context.Context) ([]state.Session, error) {
	all, err := e.Store.Sessions(ctx)
	if err != nil || e.Team.Away == nil {
		return all, err
	}
	away, err := e.Team.Away(ctx)
	return append(all, away...), err
}

// Absent lists those of some names, as notes have them, who are colleagues and at no screen now:
// none where that is not known.
func (e *Env) Absent(ctx context.Context, names []string) (absent []string) {
	all, err := e.Everybody(ctx)
	if err != nil {
		return nil
	}
	for _, agent := range e.Team.Colleagues {
		called := agent
		if e.Team.Called != nil {
			called = e.Team.Called(agent)
		}
		if slices.Contains(names, note.Fold(agent)) && !slices.ContainsFunc(all, func(s state.Session) bool { return s.Who == called && !s.Unattended }) {
			absent = append(absent, agent)
		}
	}
	return absent
}

// Noted notes in the log what the agent had a platform do, if that was done. The words are
// English, as the log is.
func (e *Env) Noted(err error, id api.ConversationID, what string) error {
	if err == nil && e.Did != nil {
		e.Did(id, what)
	}
	return err
}

// Held is the colleague who has a customer.
func (t Team) Held(id api.ConversationID) (state.Claim, bool) {
	if t.HeldBy == nil {
		return state.Claim{}, false
	}
	return t.HeldBy(id)
}
