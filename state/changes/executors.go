package changes

import (
	"context"

	"unibox/api"
	"unibox/state"
)

// answer is what a platform says of a conversation or message after a change was
// carried out. What it did not say is empty.
type answer struct {
	conversation api.Conversation
	message      api.Message
}

// executor carries out one kind of change at a platform.
type executor func(ctx context.Context, p api.Provider, ch state.Change) (answer, error)

// executors carry out all changes there are.
var executors = map[api.Caps]executor{
	api.CapRead:    toggle(api.Reader.SetRead),
	api.CapStar:    toggle(api.Starrer.SetStarred),
	api.CapPin:     toggle(api.Pinner.SetPinned),
	api.CapMute:    toggle(api.Muter.SetMuted),
	api.CapArchive: toggle(api.Archiver.SetArchived),
	api.CapClose:   toggle(api.Closer.SetClosed),
	api.CapBlock:   toggle(api.Blocker.SetBlocked),
	api.CapOptOut:  toggle(api.OptOuter.SetOptedOut),
	api.CapPinMessage: through(func(ctx context.Context, p api.MessagePinner, ch state.Change) (answer, error) {
		return conversationOf(p.PinMessage(ctx, ch.Conversation, ch.Message))
	}),
	api.CapAssign: through(func(ctx context.Context, p api.Assigner, ch state.Change) (answer, error) {
		return conversationOf(p.SetAssigned(ctx, ch.Conversation, api.Agent{Remote: ch.Arg}, ch.On))
	}),
	api.CapChooseContact: through(func(ctx context.Context, p api.ContactChooser, ch state.Change) (answer, error) {
		return conversationOf(p.ChooseContact(ctx, ch.Conversation, api.Contact{Remote: ch.Arg}))
	}),
	api.CapRemove: through(func(ctx context.Context, p api.Remover, ch state.Change) (answer, error) {
		return answer{}, p.Remove(ctx, ch.Conversation)
	}),
	api.CapRetry: through(func(ctx context.Context, p api.Retrier, ch state.Change) (answer, error) {
		return answer{}, p.RetryMessage(ctx, ch.Conversation, ch.Message)
	}),
	api.CapEdit: through(func(ctx context.Context, p api.Editor, ch state.Change) (answer, error) {
		return messageOf(p.EditMessage(ctx, ch.Conversation, ch.Message, ch.Arg))
	}),
	api.CapDelete: through(func(ctx context.Context, p api.Deleter, ch state.Change) (answer, error) {
		return answer{}, p.DeleteMessage(ctx, ch.Conversation, ch.Message)
	}),
	api.CapReact: through(func(ctx context.Context, p api.Reactor, ch state.Change) (answer, error) {
		return messageOf(p.React(ctx, ch.Conversation, ch.Message, ch.Arg, ch.On))
	}),
}

// through is the executor of providers that have ability A.
func through[A any](do func(ctx context.Context, p A, ch state.Change) (answer, error)) executor {
	return func(ctx context.Context, p api.Provider, ch state.Change) (answer, error) {
		able, ok := p.(A)
		if !ok {
			return answer{}, &api.Error{Kind: api.ErrUnsupported, Platform: p.Traits().Platform, Op: ch.Cap.String()}
		}
		return do(ctx, able, ch)
	}
}

// toggle switches something of a conversation on or off.
func toggle[A any](set func(A, context.Context, api.ConversationID, bool) (api.Conversation, error)) executor {
	return through(func(ctx context.Context, p A, ch state.Change) (answer, error) {
		return conversationOf(set(p, ctx, ch.Conversation, ch.On))
	})
}

func conversationOf(c api.Conversation, err error) (answer, error) {
	return answer{conversation: c}, err
}

func messageOf(m api.Message, err error) (answer, error) { return answer{message: m}, err }
