package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"unibox/api"
	"unibox/state"
)

// Of the boxes of a team one reads each account. What a person on another box wants read goes
// to it, and comes back as the platform's page: it is stored where it was asked for.

// Answerer reads a page of a conversation for another box. With refresh nothing is returned:
// what is new of the conversation, or of the account where it names none, is to be read soon.
type Answerer func(ctx context.Context, id api.ConversationID, req api.PageRequest, refresh bool) (api.Page[api.Message], error)

// asking is what is asked of another box.
type asking struct {
	Conversation string     `json:"conversation,omitempty"`
	Cursor       api.Cursor `json:"cursor,omitempty"`
	Limit        int        `json:"limit,omitempty"`
	Refresh      bool       `json:"refresh,omitempty"`
}

// answered is what it answers.
type answeredPage struct {
	Messages []messageBody `json:"messages,omitempty"`
	Next     api.Cursor    `json:"next,omitempty"`
	Cut      bool          `json:"cut,omitempty"`
	Err      *askError     `json:"error,omitempty"`
}

// askError is an error of the platform as another box is told of it.
type askError struct {
	Kind     api.ErrKind   `json:"kind"`
	Platform api.Platform  `json:"platform,omitempty"`
	Said     string        `json:"said,omitempty"`
	Retry    time.Duration `json:"retry,omitempty"`
}

// AnswerOthers has a function read what other boxes ask for, of the accounts that this one
// works for.
func (db *DB) AnswerOthers(a Answerer) { db.answer.Store(&a) }

// Messages has the box that works for an account read a page of a conversation.
func (db *DB) Messages(ctx context.Context, id api.ConversationID, req api.PageRequest) (page api.Page[api.Message], err error) {
	a, err := db.ask(ctx, id.Account, asking{Conversation: id.Remote, Cursor: req.Cursor, Limit: req.Limit})
	if err != nil {
		return page, err
	}
	page.Next, page.Cut = a.Next, a.Cut
	for _, m := range a.Messages {
		page.Items = append(page.Items, m.message(id))
	}
	if a.Err != nil {
		return page, &api.Error{Kind: a.Err.Kind, Platform: a.Err.Platform, Op: "read messages on another box", Said: a.Err.Said, Retry: a.Err.Retry}
	}
	return page, nil
}

// RefreshThere has the box that works for an account read what is new of a conversation, or of
// the account where that names none.
func (db *DB) RefreshThere(ctx context.Context, id api.ConversationID) error {
	_, err := db.ask(ctx, id.Account, asking{Conversation: id.Remote, Refresh: true})
	return err
}

// askTime is how long another box may take.
const askTime = 30 * time.Second

func (db *DB) ask(ctx context.Context, account api.AccountID, what asking) (a answeredPage, err error) {
	text, err := json.Marshal(what)
	if err != nil { // plain texts
		panic(err)
	}
	waiting, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	answer, err := db.fleet.Ask(waiting, account, string(text))
	if err != nil {
		return a, &api.Error{Kind: api.ErrUnavailable, Op: "ask another box", Err: err,
			Hint: "the box that reads this account does not answer: look whether unibox runs there"}
	}
	if err := json.Unmarshal([]byte(answer), &a); err != nil {
		return a, fmt.Errorf("the answer of another box: %w", err)
	}
	return a, nil
}

// answerAsked answers what other boxes ask of the accounts that this one works for.
func (db *DB) answerAsked(ctx context.Context) error {
	read := db.answer.Load()
	var mine []api.AccountID
	for _, account := range db.accountsHere() {
		if leads, _ := db.Leads(account); leads {
			mine = append(mine, account)
		}
	}
	if read == nil || len(mine) == 0 {
		return nil
	}
	return db.fleet.Asked(ctx, mine, func(account api.AccountID, body string) string { return answerTo(ctx, *read, account, body) })
}

// answerTo reads what is asked for.
func answerTo(ctx context.Context, read Answerer, account api.AccountID, body string) string {
	var what asking
	var a answeredPage
	err := json.Unmarshal([]byte(body), &what)
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, askTime)
		defer cancel()
		id := api.ConversationID{Account: account, Remote: what.Conversation}
		var page api.Page[api.Message]
		err = state.Guarded(func() error {
			page, err = read(ctx, id, api.PageRequest{Cursor: what.Cursor, Limit: what.Limit}, what.Refresh)
			return err
		})
		a.Next, a.Cut = page.Next, page.Cut
		for _, m := range page.Items {
			a.Messages = append(a.Messages, bodyOf(m))
		}
	}
	if err != nil {
		a.Err = &askError{Kind: api.KindOf(err), Said: api.Explain(err), Retry: api.RetryAfter(err)}
	}
	text, failed := json.Marshal(a)
	if failed != nil { // plain texts
		panic(failed)
	}
	return string(text)
}
