package syncer

import (
	"context"
	"fmt"
	"time"

	"unibox/api"
)

// mostHeadPages bounds how far ReadHead goes back.
const mostHeadPages = 5

// ReadHead reads the newest messages of a conversation from its platform now,
// and stores them as one page, with the time at which they were asked for. Where
// since is set it goes back to the first message before that time, five pages at
// most. It blocks until ctx ends at the latest, and may be called from any
// goroutine, whether the engine runs or not: the outbox does so before a reply
// goes out, and to find out what became of one.
//
// An error of the platform is an *api.Error. One that comes after the first page
// means that less was read and stored than asked for.
func (e *Engine) ReadHead(ctx context.Context, id api.ConversationID, since time.Time) error {
	for _, a := range e.accounts {
		if a.ID == id.Account {
			pages, err := e.worker(a).readHead(ctx, id, since)
			e.mailboxes[a.ID].noteReads(pages)
			return err
		}
	}
	return fmt.Errorf("there is no account %q in the config", id.Account)
}

func (e *Engine) worker(a Account) worker {
	return worker{store: e.store, provider: a.Provider, traits: a.Provider.Traits(), account: a.ID}
}

// readHead also returns how many pages it asked for.
func (w worker) readHead(ctx context.Context, id api.ConversationID, since time.Time) (pages int, err error) {
	asked := time.Now()
	head, err := w.newest(ctx, id, w.traits.HeadPage)
	for pages = 1; err == nil && pages < mostHeadPages && !reaches(head, since); pages++ {
		var page api.Page[api.Message]
		page, err = w.messages(ctx, id, api.PageRequest{Cursor: head.Next})
		if err != nil || !continues(head, page) {
			break
		}
		head.Items = append(head.Items, page.Items...)
		head.Next, head.Cut = page.Next, page.Cut
	}
	if err != nil && len(head.Items) == 0 {
		return pages, err
	}
	if _, err := w.store.SaveHead(ctx, id, head, asked); err != nil {
		return pages, fmt.Errorf("store the newest messages: %w", err)
	}
	return pages, err
}

// reaches reports whether a page ends the list or goes back to before a time.
func reaches(p api.Page[api.Message], since time.Time) bool {
	return since.IsZero() || p.Next == "" || len(p.Items) == 0 || p.Items[len(p.Items)-1].At.Before(since)
}

// continues reports whether a page continues below head. A platform that ignored
// the cursor gives its newest page again.
func continues(head, page api.Page[api.Message]) bool {
	if len(page.Items) == 0 {
		return true
	}
	last := head.Items[len(head.Items)-1]
	return page.Items[0].ID != head.Items[0].ID && !page.Items[0].At.After(last.At)
}
