package apitest

import (
	"context"
	"strings"
	"time"

	"unibox/api"
)

// call makes one call and returns its result.
type call func(context.Context) (any, error)

// conversation is the one that the calls are about.
var conversation = api.ConversationID{Account: "acme", Remote: "8741"}

// required are the calls that every client has.
func required(p api.Provider) map[string]call {
	return map[string]call{
		"identify": func(ctx context.Context) (any, error) { return p.Identify(ctx) },
		"conversations": func(ctx context.Context) (any, error) {
			return pages(func(at api.Cursor) (api.Page[api.Conversation], error) {
				return p.Conversations(ctx, api.PageRequest{Cursor: at})
			})
		},
		"messages": func(ctx context.Context) (any, error) {
			return pages(func(at api.Cursor) (api.Page[api.Message], error) {
				return p.Messages(ctx, conversation, api.PageRequest{Cursor: at})
			})
		},
		"send": func(ctx context.Context) (any, error) {
			return p.Send(ctx, api.Outgoing{Conversation: conversation, Body: "x"})
		},
	}
}

// optional are the calls that a client has with an ability.
var optional = []struct {
	name string
	of   func(api.Provider) (call, bool)
}{
	{"track", of(func(ctx context.Context, a api.Tracker) (any, error) {
		return a.Track(ctx, api.Receipt{Conversation: conversation, Job: "399/1"})
	})},
	{"upload", of(func(ctx context.Context, a api.Uploader) (any, error) {
		return a.Upload(ctx, api.Upload{Conversation: conversation, Name: "a", MIME: "a/b", Size: 1, Body: strings.NewReader("x")})
	})},
	{"start", of(func(ctx context.Context, a api.Starter) (any, error) {
		return a.Start(ctx, api.FirstMessage{Channel: api.ChannelID{Account: "acme", Remote: "399"}, To: "79250000001", Body: "x"})
	})},
	{"open", of(func(ctx context.Context, a api.Opener) (any, error) {
		return a.Open(ctx, api.ChannelID{Account: "acme", Remote: "399"}, "whatsapp", "79250000001")
	})},
	{"details", of(func(ctx context.Context, a api.Detailer) (any, error) { return a.Conversation(ctx, conversation) })},
	{"connect", of(func(ctx context.Context, a api.ChannelAdmin) (any, error) {
		return a.Connect(ctx, "telegram", map[string]string{"token": "x"})
	})},
	{"read", of(func(ctx context.Context, a api.Reader) (any, error) { return a.SetRead(ctx, conversation, true) })},
	{"star", of(func(ctx context.Context, a api.Starrer) (any, error) { return a.SetStarred(ctx, conversation, true) })},
	{"pin", of(func(ctx context.Context, a api.Pinner) (any, error) { return a.SetPinned(ctx, conversation, true) })},
	{"mute", of(func(ctx context.Context, a api.Muter) (any, error) { return a.SetMuted(ctx, conversation, true) })},
	{"archive", of(func(ctx context.Context, a api.Archiver) (any, error) { return a.SetArchived(ctx, conversation, true) })},
	{"close", of(func(ctx context.Context, a api.Closer) (any, error) { return a.SetClosed(ctx, conversation, true) })},
	{"block", of(func(ctx context.Context, a api.Blocker) (any, error) { return a.SetBlocked(ctx, conversation, true) })},
	{"opt out", of(func(ctx context.Context, a api.OptOuter) (any, error) { return a.SetOptedOut(ctx, conversation, true) })},
	{"agents", of(func(ctx context.Context, a api.Assigner) (any, error) { return a.Agents(ctx, conversation) })},
	{"assignees", of(func(ctx context.Context, a api.Assigner) (any, error) { return a.Assignees(ctx, conversation) })},
	{"assign", of(func(ctx context.Context, a api.Assigner) (any, error) {
		return a.SetAssigned(ctx, conversation, api.Agent{Remote: "/users/1"}, true)
	})},
	{"responsible", of(func(ctx context.Context, a api.AssigneeReader) (any, error) { return a.Responsible(ctx, conversation) })},
	{"candidates", of(func(ctx context.Context, a api.ContactChooser) (any, error) { return a.Candidates(ctx, conversation) })},
	{"choose", of(func(ctx context.Context, a api.ContactChooser) (any, error) {
		return a.ChooseContact(ctx, conversation, api.Contact{Remote: "1"})
	})},
	{"edit", of(func(ctx context.Context, a api.Editor) (any, error) {
		return a.EditMessage(ctx, conversation, api.MessageID{Account: "acme", Remote: "m"}, "y")
	})},
	{"react", of(func(ctx context.Context, a api.Reactor) (any, error) {
		return a.React(ctx, conversation, api.MessageID{Account: "acme", Remote: "m"}, "heart", true)
	})},
	{"retry", of(func(ctx context.Context, a api.Retrier) (any, error) {
		return nil, a.RetryMessage(ctx, conversation, api.MessageID{Account: "acme", Remote: "m"})
	})},
	{"schedule", of(func(ctx context.Context, a api.Scheduler) (any, error) {
		return a.Schedule(ctx, api.Outgoing{Conversation: conversation, Body: "x"}, time.Now().Add(time.Hour))
	})},
	{"contacts", of(func(ctx context.Context, a api.Directory) (any, error) {
		return pages(func(at api.Cursor) (api.Page[api.Contact], error) {
			return a.Contacts(ctx, "x", api.PageRequest{Cursor: at})
		})
	})},
	{"watch", of(func(ctx context.Context, a api.Watcher) (any, error) {
		return a.Message(ctx, conversation, api.MessageID{Account: "acme", Remote: "5"})
	})},
	{"quote", of(func(ctx context.Context, a api.Quoter) (any, error) {
		return a.Quote(ctx, api.Outgoing{Conversation: conversation, Body: "x"}, api.MessageID{Account: "acme", Remote: "5"})
	})},
	{"search", of(func(ctx context.Context, a api.Searcher) (any, error) {
		return pages(func(at api.Cursor) (api.Page[api.Conversation], error) {
			return a.Search(ctx, "x", api.PageRequest{Cursor: at})
		})
	})},
	{"templates", of(func(ctx context.Context, a api.Templater) (any, error) { return a.Templates(ctx) })},
	{"send template", of(func(ctx context.Context, a api.Templater) (any, error) {
		return a.SendTemplate(ctx, api.TemplateMessage{Conversation: conversation, Template: api.Template{Remote: "order"}})
	})},
	{"exists", of(func(ctx context.Context, a api.Checker) (any, error) {
		return a.Exists(ctx, api.ChannelID{Account: "acme", Remote: "399"}, "79250000001")
	})},
	{"pair", of(func(ctx context.Context, a api.Pairer) (any, error) { return a.Pair(ctx, "max", nil) })},
	{"pairing", of(func(ctx context.Context, a api.Pairer) (any, error) {
		return a.Pairing(ctx, api.ChannelID{Account: "acme", Remote: "399"})
	})},
	{"answered", of(func(ctx context.Context, a api.Answerer) (any, error) { return a.SetAnswered(ctx, conversation, true) })},
	{"add to book", of(func(ctx context.Context, a api.Bookkeeper) (any, error) {
		return a.AddToBook(ctx, api.ChannelID{}, api.BookContact, map[string]string{"name": "Ada", "username": "ada", "phone": "13035550177", "phone_number": "13035550177"})
	})},
	{"change in book", of(func(ctx context.Context, a api.Bookkeeper) (any, error) {
		return a.ChangeInBook(ctx, api.BookContact, "1", map[string]string{"display_name": "Ada"})
	})},
	{"files", of(func(ctx context.Context, a api.Filer) (any, error) { return a.Files(ctx, conversation) })},
	{"rename file", of(func(ctx context.Context, a api.Filer) (any, error) {
		return a.RenameFile(ctx, api.StoredFile{Attachment: api.Attachment{Remote: "1"}}, "name")
	})},
	{"facts", of(func(ctx context.Context, a api.Informer) (any, error) { return a.Facts(ctx, conversation) })},
	{"raw message", of(func(ctx context.Context, a api.RawReader) (any, error) {
		return a.RawMessage(ctx, conversation, api.MessageID{Account: "acme", Remote: "1"})
	})},
	{"saved replies", of(func(ctx context.Context, a api.Canned) (any, error) { return a.SavedReplies(ctx) })},
}

// of makes the call of a client, false if it lacks the ability.
func of[A any](f func(context.Context, A) (any, error)) func(api.Provider) (call, bool) {
	return func(p api.Provider) (call, bool) {
		a, ok := p.(A)
		return func(ctx context.Context) (any, error) { return f(ctx, a) }, ok
	}
}

// calls returns every call that a client has, by name.
func calls(p api.Provider) map[string]call {
	all := required(p)
	for _, o := range optional {
		if c, ok := o.of(p); ok {
			all[o.name] = c
		}
	}
	return all
}

// pages reads the first three pages.
func pages[T any](page func(api.Cursor) (api.Page[T], error)) ([]T, error) {
	var all []T
	var at api.Cursor
	for range 3 {
		p, err := page(at)
		all = append(all, p.Items...)
		if at = p.Next; err != nil || at == "" {
			return all, err
		}
	}
	return all, nil
}
