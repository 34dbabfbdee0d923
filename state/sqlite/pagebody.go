package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// pageLength is how many of the newest messages of a conversation the boxes tell each other.
// Older ones are asked for.
const pageLength = 30

// pageLayout is how pages are written. It is raised where a version before would misread them.
const pageLayout = 1

// parsePage reads the JSON of a page, unless a later version wrote it: errPage.
func parsePage[T any](text string) (page T, err error) {
	var as struct {
		Layout int `json:"layout"`
	}
	if err := json.Unmarshal([]byte(text), &as); err != nil {
		return page, errors.Join(errPage, err)
	}
	if as.Layout > pageLayout {
		return page, errPage
	}
	if err := json.Unmarshal([]byte(text), &page); err != nil {
		return page, errors.Join(errPage, err)
	}
	return page, nil
}

// conversationPage is a conversation as the boxes tell each other: what is stored of it, in the
// words of the columns.
type conversationPage struct {
	Layout   int             `json:"layout"`
	Channel  *string         `json:"channel,omitempty"`
	Kind     string          `json:"kind,omitempty"`
	Name     string          `json:"name,omitempty"`
	Handle   string          `json:"handle,omitempty"`
	Created  *int64          `json:"created,omitempty"`
	Active   *int64          `json:"active,omitempty"`
	State    json.RawMessage `json:"state,omitempty"`
	Checked  int64           `json:"checked,omitempty"`
	Messages []messageBody   `json:"messages,omitempty"`
	// Older is the cursor below the messages; Cut: more is at the platform, and no cursor is
	// known here. Read: the history was read at all.
	Older api.Cursor `json:"older,omitempty"`
	Cut   bool       `json:"cut,omitempty"`
	Read  bool       `json:"read,omitempty"`
	// Newest is what the list shows of a conversation whose history was not read.
	Newest *messageBody `json:"newest,omitempty"`
}

// messageBody is a message as the boxes tell each other.
type messageBody struct {
	Remote    string           `json:"id"`
	At        int64            `json:"at"`
	Kind      api.MessageKind  `json:"kind,omitempty"`
	Direction api.Direction    `json:"dir,omitempty"`
	Delivery  api.Delivery     `json:"delivery,omitempty"`
	Author    string           `json:"author,omitempty"`
	Mine      *bool            `json:"mine,omitempty"`
	Body      string           `json:"body,omitempty"`
	Files     []api.Attachment `json:"files,omitempty"`
	Reason    string           `json:"reason,omitempty"`
	Retryable bool             `json:"retryable,omitempty"`
	Quotes    string           `json:"quotes,omitempty"`
	Edited    int64            `json:"edited,omitempty"`
	Reactions []api.Reaction   `json:"reactions,omitempty"`
}

func bodyOf(m api.Message) messageBody {
	return messageBody{m.ID.Remote, stamp(m.At), m.Kind, m.Direction, m.Delivery, m.Author, pointer(m.Mine), m.Body, m.Attachments,
		m.Reason, m.Retryable, m.Quotes.Remote, stamp(m.Edited), m.Reactions}
}

func (b messageBody) message(id api.ConversationID) api.Message {
	m := api.Message{ID: api.MessageID{Account: id.Account, Remote: b.Remote}, Conversation: id, Kind: b.Kind, Direction: b.Direction, Author: b.Author,
		Body: b.Body, Attachments: b.Files, At: moment(b.At), Delivery: b.Delivery, Reason: b.Reason, Retryable: b.Retryable,
		Edited: moment(b.Edited), Reactions: b.Reactions}
	if b.Mine != nil {
		m.Mine = api.Known(*b.Mine)
	}
	if b.Quotes != "" {
		m.Quotes = api.MessageID{Account: id.Account, Remote: b.Quotes}
	}
	return m
}

// pageOf reads a conversation as the others are told of it; "" if it is not there.
func pageOf(ctx context.Context, l *dbfile.Conn, id api.ConversationID) (string, error) {
	p, ok, err := loadProfile(ctx, l, id)
	if err != nil || !ok {
		return "", err
	}
	t, err := loadThread(ctx, l, id)
	if err != nil {
		return "", err
	}
	page := conversationPage{Layout: pageLayout, Kind: p.kind, Name: p.name, Handle: p.handle, Checked: t.checked}
	if p.channel.Valid {
		page.Channel = &p.channel.V
	}
	if p.created.Valid {
		page.Created = &p.created.V
	}
	if p.active.Valid {
		page.Active = &p.active.V
	}
	if p.remoteState != "" {
		page.State = json.RawMessage(p.remoteState)
	}
	if err := page.readThread(ctx, l, t); err != nil {
		return "", err
	}
	text, err := json.Marshal(page)
	return string(text), err
}

// readThread reads the newest messages, as far as none is missing between them.
func (page *conversationPage) readThread(ctx context.Context, l *dbfile.Conn, t thread) error {
	cov, err := loadCoverage(ctx, l, t.id)
	if err != nil {
		return err
	}
	if len(cov) == 0 {
		if t.preview.at != 0 {
			page.Newest = &messageBody{At: t.preview.at, Kind: t.preview.kind, Direction: t.preview.dir, Body: t.preview.body}
		}
		return nil
	}
	top := cov[0]
	page.Read = true
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var m stored
		err := m.scan(rows)
		page.Messages = append(page.Messages, bodyOf(m.msg))
		return err
	}, "SELECT "+messageColumns+" FROM message m WHERE conv = ? AND id BETWEEN ? AND ? ORDER BY id DESC LIMIT ? + 0", t.id, top.Oldest, top.Newest, pageLength+1)
	if err != nil {
		return err
	}
	switch {
	case len(page.Messages) > pageLength:
		page.Messages, page.Cut = page.Messages[:pageLength], true
	case !top.Complete:
		page.Older, page.Cut = top.Older, top.Older == ""
	}
	return nil
}

// takePage stores what another box has read of a conversation.
func (db *DB) takePage(ctx context.Context, id api.ConversationID, text string) error {
	if text == "" {
		return db.RemoveConversation(ctx, id)
	}
	page, err := parsePage[conversationPage](text)
	if err != nil {
		return err
	}
	held, err := db.shownChanges(ctx)
	if err != nil {
		return err
	}
	if err := db.saveNews(ctx, withoutRemoved([]api.Conversation{page.conversation(id)}, held), nil); err != nil || !page.Read {
		return err
	}
	head := api.Page[api.Message]{Next: page.Older, Cut: page.Cut}
	for _, m := range page.Messages {
		head.Items = append(head.Items, m.message(id))
	}
	if _, err := db.saveHead(ctx, pageWrite{id: id, at: moment(page.Checked), told: true}, head); err != nil {
		return err
	}
	return db.dropUntold(ctx, id, head.Items)
}

// spared is how long a message stays that is newer than what another box tells: it was read
// here meanwhile.
const spared = time.Minute

// dropUntold drops the messages that the box which told of a conversation does not have any
// more, between those that it has.
func (db *DB) dropUntold(ctx context.Context, id api.ConversationID, told []api.Message) error {
	if len(told) == 0 {
		return nil
	}
	var untold []api.MessageID
	err := db.cache.Read(ctx, func(l *dbfile.Conn) error {
		t, err := loadThread(ctx, l, id)
		if err != nil {
			return err
		}
		names := make([]string, len(told))
		for i, m := range told {
			names[i] = m.ID.Remote
		}
		return l.Each(ctx, func(rows *sql.Rows) error {
			m := api.MessageID{Account: id.Account}
			err := rows.Scan(&m.Remote)
			untold = append(untold, m)
			return err
		}, `SELECT remote FROM message WHERE conv = ?1 AND remote NOT IN (SELECT value FROM json_each(?2))
			AND id > (SELECT MIN(id) FROM message WHERE conv = ?1 AND remote IN (SELECT value FROM json_each(?2)))
			AND (seen < ?3 OR id < (SELECT MAX(id) FROM message WHERE conv = ?1 AND remote IN (SELECT value FROM json_each(?2))))`,
			t.id, list(names), stamp(time.Now().Add(-spared)))
	})
	for _, m := range untold {
		err = errors.Join(err, db.DeleteMessage(ctx, id, m))
	}
	return err
}

func (page conversationPage) conversation(id api.ConversationID) api.Conversation {
	p := profile{kind: page.Kind, name: page.Name, handle: page.Handle, remoteState: string(page.State)}
	if page.Channel != nil {
		p.channel = sql.Null[string]{V: *page.Channel, Valid: true}
	}
	if page.Created != nil {
		p.created = sql.Null[int64]{V: *page.Created, Valid: true}
	}
	if page.Active != nil {
		p.active = sql.Null[int64]{V: *page.Active, Valid: true}
	}
	c := p.conversation(id)
	if page.Newest != nil {
		c.Newest = api.Known(page.Newest.message(id))
	}
	return c
}

// accountPage is an account as the boxes tell each other.
type accountPage struct {
	Layout   int           `json:"layout"`
	Health   state.Health  `json:"health"`
	Channels []channelBody `json:"channels,omitempty"`
}

type channelBody struct {
	Remote string          `json:"id"`
	Kind   api.ChannelKind `json:"kind,omitempty"`
	Name   string          `json:"name,omitempty"`
}

// accountPageOf reads an account as the others are told of it; "" if it is not there.
func accountPageOf(ctx context.Context, l *dbfile.Conn, account api.AccountID) (string, error) {
	p := accountPage{Layout: pageLayout}
	var err error
	if p.Health, err = loadHealth(ctx, l, account); errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err == nil {
		err = l.Each(ctx, func(rows *sql.Rows) error {
			var c channelBody
			err := rows.Scan(&c.Remote, &c.Kind, &c.Name)
			p.Channels = append(p.Channels, c)
			return err
		}, "SELECT remote, kind, name FROM channel WHERE account = ? ORDER BY place", account)
	}
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(p)
	return string(text), err
}

func loadHealth(ctx context.Context, l *dbfile.Conn, account api.AccountID) (h state.Health, err error) {
	var ok, next, left int64
	err = l.Row(ctx, "SELECT name, label, state, last_ok, next_try, reason, known, listed, partial, unended, total, left FROM account WHERE name = ?", account).
		Scan(&h.Account, &h.Label, &h.State, &ok, &next, &h.Reason, &h.Known, &h.Listed, &h.Partial, &h.Unended, &h.Total, &left)
	h.LastOK, h.NextTry, h.Left = moment(ok), moment(next), time.Duration(left)*time.Second
	return h, err
}

// takeAccount stores what another box says of an account.
func (db *DB) takeAccount(ctx context.Context, account api.AccountID, text string) error {
	p, err := parsePage[accountPage](text)
	if err != nil {
		return err
	}
	identity := api.Identity{Label: p.Health.Label}
	for _, c := range p.Channels {
		identity.Channels = append(identity.Channels, api.Channel{ID: api.ChannelID{Account: account, Remote: c.Remote}, Kind: c.Kind, Name: c.Name})
	}
	if err := db.SaveIdentity(ctx, account, identity); err != nil {
		return err
	}
	return db.SaveHealth(ctx, p.Health)
}
