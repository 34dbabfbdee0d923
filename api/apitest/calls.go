package apitest

import (
	"context"
	"strings"
	"time"

	"unibox/api"
)

// call makes one call and returns its result.
type call func(context.Context) (any, error)

// calls returns every call that a client has, by name.
func calls(p api.Provider) map[string]call {
	id := api.ConversationID{Account: "acme", Remote: "8741"}
	all := map[string]call{
		"identify": func(ctx context.Context) (any, error) { return p.Identify(ctx) },
		"conversations": func(ctx context.Context) (any, error) {
			return pages(func(at api.Cursor) (api.Page[api.Conversation], error) {
				return p.Conversations(ctx, api.PageRequest{Cursor: at})
			})
		},
		"messages": func(ctx context.Context) (any, error) {
			return pages(func(at api.Cursor) (api.Page[api.Message], error) {
				return p.Messages(ctx, id, api.PageRequest{Cursor: at})
			})
		},
		"send": func(ctx context.Context) (any, error) { return p.Send(ctx, api.Outgoing{Conversation: id, Body: "x"}) },
	}
	has(all, "track", p, func(ctx context.Context, a api.Tracker) (any, error) {
		return a.Track(ctx, api.Receipt{Conversation: id, Job: "399/1"})
	})
	has(all, "upload", p, func(ctx context.Context, a api.Uploader) (any, error) {
		return a.Upload(ctx, api.Upload{Conversation: id, Name: "a", MIME: "a/b", Size: 1, Body: strings.NewReader("x")})
	})
	has(all, "start", p, func(ctx context.Context, a api.Starter) (any, error) {
		return a.Start(ctx, api.FirstMessage{Channel: api.ChannelID{Account: "acme", Remote: "399"}, To: "79250000001", Body: "x"})
	})
	has(all, "open", p, func(ctx context.Context, a api.Opener) (any, error) {
		return a.Open(ctx, api.ChannelID{Account: "acme", Remote: "399"}, "whatsapp", "79250000001")
	})
	has(all, "details", p, func(ctx context.Context, a api.Detailer) (any, error) { return a.Conversation(ctx, id) })
	has(all, "connect", p, func(ctx context.Context, a api.ChannelAdmin) (any, error) {
		return a.Connect(ctx, "telegram", map[string]string{"token": "x"})
	})
	has(all, "read", p, func(ctx context.Context, a api.Reader) (any, error) { return a.SetRead(ctx, id, true) })
	has(all, "star", p, func(ctx context.Context, a api.Starrer) (any, error) { return a.SetStarred(ctx, id, true) })
	has(all, "pin", p, func(ctx context.Context, a api.Pinner) (any, error) { return a.SetPinned(ctx, id, true) })
	has(all, "mute", p, func(ctx context.Context, a api.Muter) (any, error) { return a.SetMuted(ctx, id, true) })
	has(all, "archive", p, func(ctx context.Context, a api.Archiver) (any, error) { return a.SetArchived(ctx, id, true) })
	has(all, "close", p, func(ctx context.Context, a api.Closer) (any, error) { return a.SetClosed(ctx, id, true) })
	has(all, "block", p, func(ctx context.Context, a api.Blocker) (any, error) { return a.SetBlocked(ctx, id, true) })
	has(all, "opt out", p, func(ctx context.Context, a api.OptOuter) (any, error) { return a.SetOptedOut(ctx, id, true) })
	has(all, "agents", p, func(ctx context.Context, a api.Assigner) (any, error) { return a.Agents(ctx, id) })
	has(all, "assignees", p, func(ctx context.Context, a api.Assigner) (any, error) { return a.Assignees(ctx, id) })
	has(all, "assign", p, func(ctx context.Context, a api.Assigner) (any, error) {
		return a.SetAssigned(ctx, id, api.Agent{Remote: "/users/1"}, true)
	})
	has(all, "responsible", p, func(ctx context.Context, a api.AssigneeReader) (any, error) { return a.Responsible(ctx, id) })
	has(all, "candidates", p, func(ctx context.Context, a api.ContactChooser) (any, error) { return a.Candidates(ctx, id) })
	has(all, "choose", p, func(ctx context.Context, a api.ContactChooser) (any, error) {
		return a.ChooseContact(ctx, id, api.Contact{Remote: "1"})
	})
	has(all, "edit", p, func(ctx context.Context, a api.Editor) (any, error) {
		return a.EditMessage(ctx, id, api.MessageID{Account: "acme", Remote: "m"}, "y")
	})
	has(all, "react", p, func(ctx context.Context, a api.Reactor) (any, error) {
		return a.React(ctx, id, api.MessageID{Account: "acme", Remote: "m"}, "heart", true)
	})
	has(all, "retry", p, func(ctx context.Context, a api.Retrier) (any, error) {
		return nil, a.RetryMessage(ctx, id, api.MessageID{Account: "acme", Remote: "m"})
	})
	has(all, "schedule", p, func(ctx context.Context, a api.Scheduler) (any, error) {
		return a.Schedule(ctx, api.Outgoing{Conversation: id, Body: "x"}, time.Now().Add(time.Hour))
	})
	has(all, "contacts", p, func(ctx context.Context, a api.Directory) (any, error) {
		return pages(func(at api.Cursor) (api.Page[api.Contact], error) {
			return a.Contacts(ctx, "x", api.PageRequest{Cursor: at})
		})
	})
	has(all, "watch", p, func(ctx context.Context, a api.Watcher) (any, error) {
		return a.Message(ctx, id, api.MessageID{Account: "acme", Remote: "5"})
	})
	has(all, "quote", p, func(ctx context.Context, a api.Quoter) (any, error) {
		return a.Quote(ctx, api.Outgoing{Conversation: id, Body: "x"}, api.MessageID{Account: "acme", Remote: "5"})
	})
	has(all, "search", p, func(ctx context.Context, a api.Searcher) (any, error) {
		return pages(func(at api.Cursor) (api.Page[api.Conversation], error) {
			return a.Search(ctx, "x", api.PageRequest{Cursor: at})
		})
	})
	has(all, "templates", p, func(ctx context.Context, a api.Templater) (any, error) { return a.Templates(ctx) })
	has(all, "send template", p, func(ctx context.Context, a api.Templater) (any, error) {
		return a.SendTemplate(ctx, api.TemplateMessage{Conversation: id, Template: api.Template{Remote: "order"}})
	})
	has(all, "exists", p, func(ctx context.Context, a api.Checker) (any, error) {
		return a.Exists(ctx, api.ChannelID{Account: "acme", Remote: "399"}, "79250000001")
	})
	has(all, "pair", p, func(ctx context.Context, a api.Pairer) (any, error) { return a.Pair(ctx, "max", nil) })
	has(all, "pairing", p, func(ctx context.Context, a api.Pairer) (any, error) {
		return a.Pairing(ctx, api.ChannelID{Account: "acme", Remote: "399"})
	})
	has(all, "answered", p, func(ctx context.Context, a api.Answerer) (any, error) { return a.SetAnswered(ctx, id, true) })
	has(all, "add to book", p, func(ctx context.Context, a api.Bookkeeper) (any, error) {
		return a.AddToBook(ctx, api.ChannelID{}, api.BookContact, map[string]string{"name": "Ada", "username": "ada", "phone": "13035550177", "phone_number": "13035550177"})
	})
	has(all, "change in book", p, func(ctx context.Context, a api.Bookkeeper) (any, error) {
		return a.ChangeInBook(ctx, api.BookContact, "1", map[string]string{"display_name": "Ada"})
	})
	has(all, "files", p, func(ctx context.Context, a api.Filer) (any, error) { return a.Files(ctx, id) })
	has(all, "rename file", p, func(ctx context.Context, a api.Filer) (any, error) {
		return a.RenameFile(ctx, api.StoredFile{Attachment: api.Attachment{Remote: "1"}}, "name")
	})
	has(all, "facts", p, func(ctx context.Context, a api.Informer) (any, error) { return a.Facts(ctx, id) })
	has(all, "raw message", p, func(ctx context.Context, a api.RawReader) (any, error) {
		return a.RawMessage(ctx, id, api.MessageID{Account: "acme", Remote: "1"})
	})
	has(all, "saved replies", p, func(ctx context.Context, a api.Canned) (any, error) { return a.SavedReplies(ctx) })
	return all
}

// has adds a call if the client has its ability.
func has[A any](all map[string]call, name string, p api.Provider, f func(context.Context, A) (any, error)) {
	if a, ok := p.(A); ok {
		all[name] = func(ctx context.Context) (any, error) { return f(ctx, a) }
	}
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
