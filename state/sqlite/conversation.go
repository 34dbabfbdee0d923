package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// profile is what the platform says of a conversation, as it is stored.
type profile struct {
	channel            sql.Null[string]
	kind, name, handle string
	created, active    sql.Null[int64]
	remoteState        string
	// bits are the truth values of remoteState.
	bits       flagBits
	unreadWhen int64
	// saidRead is not read into the list: unread messages are counted by it.
	saidRead state.Pos
}

func profileOf(c api.Conversation) profile {
	return profile{
		channel: column(c.Channel, func(id api.ChannelID) string { return id.Remote }),
		kind:    string(c.Kind), name: c.Contact.Name, handle: c.Contact.Handle,
		created: column(c.Created, stamp), active: column(c.Active, stamp),
		remoteState: remoteStateOf(c).String(),
	}
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// conversation is the profile in the words of the platform.
func (p profile) conversation(id api.ConversationID) api.Conversation {
	c := api.Conversation{
		ID:   id,
		Kind: api.ChannelKind(p.kind),
		Channel: said(p.channel, func(remote string) api.ChannelID {
			return api.ChannelID{Account: id.Account, Remote: remote}
		}),
		Contact: api.Contact{Name: p.name, Handle: p.handle},
		Created: said(p.created, moment),
		Active:  said(p.active, moment),
	}
	parseRemoteState(p.remoteState).onto(&c)
	return c
}

// over is p with what it leaves unsaid taken from old.
func (p profile) over(old profile) profile {
	said, was := parseRemoteState(p.remoteState), parseRemoteState(old.remoteState)
	out := profile{
		channel: either(p.channel, old.channel),
		kind:    orText(p.kind, old.kind), name: orText(p.name, old.name), handle: orText(p.handle, old.handle),
		created: either(p.created, old.created), active: either(p.active, old.active),
		saidRead: old.saidRead, unreadWhen: old.unreadWhen,
	}
	now := said.over(was)
	out.remoteState, out.bits = now.String(), now.bits()
	switch {
	case said.Read == nil:
	case *said.Read && out.active.Valid:
		out.saidRead = max(old.saidRead, lastOfSecond(out.active.V))
	case !*said.Read && (was.Read == nil || *was.Read):
		out.unreadWhen = stamp(time.Now())
	}
	return out
}

// lastOfSecond is the highest position of the second of a time; many a
// platform gives its times in seconds.
func lastOfSecond(us int64) state.Pos { return positionOf(us - us%1e6 + 999_000) }

func either[T any](a, b sql.Null[T]) sql.Null[T] {
	if a.Valid {
		return a
	}
	return b
}

func orText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

const profileColumns = "channel, kind, name, handle, created, active, standing, marks, unread_when"

func (p *profile) fields() []any {
	return []any{&p.channel, &p.kind, &p.name, &p.handle, &p.created, &p.active, &p.remoteState, &p.bits, &p.unreadWhen}
}

// SaveConversations adds or updates conversations; what is unset or empty in
// them erases nothing. A page without news costs one read of each file. One
// that was just deleted does not come back; a change that the platform shows
// is no longer put on top.
func (db *DB) SaveConversations(ctx context.Context, convs []api.Conversation) error {
	return db.saveConversations(ctx, convs, nil)
}

// SaveListed is SaveConversations for a page of the reading of an account's whole
// list. With it goes the cursor below the page, empty after the last one, so that
// a later run goes on there; see [DB.Listing].
func (db *DB) SaveListed(ctx context.Context, account api.AccountID, convs []api.Conversation, below api.Cursor, at time.Time) error {
	return db.saveConversations(ctx, convs, func(l *dbfile.Conn) error {
		_, err := l.Exec(ctx, "UPDATE account SET below = ?, below_at = ? WHERE name = ?", below, stamp(at), account)
		return err
	})
}

func (db *DB) saveConversations(ctx context.Context, convs []api.Conversation, with func(*dbfile.Conn) error) error {
	held, err := db.shownChanges(ctx)
	if err != nil {
		return err
	}
	convs = withoutRemoved(convs, held)
	if err := db.saveNews(ctx, convs, with); err != nil {
		return err
	}
	return db.dropConfirmed(ctx, convs, held)
}

// saveNews stores what is new in convs, and what with, if not nil, adds to that.
func (db *DB) saveNews(ctx context.Context, convs []api.Conversation, with func(*dbfile.Conn) error) error {
	var news []api.Conversation
	err := db.cache.Read(ctx, func(l *dbfile.Conn) (err error) {
		news, err = changedProfiles(ctx, l, convs)
		return err
	})
	if err != nil || len(news) == 0 && with == nil {
		return err
	}
	err = db.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		for _, c := range news {
			if err := saveConversation(ctx, l, c, rev); err != nil {
				return err
			}
			if err := db.saveListed(ctx, l, c); err != nil {
				return err
			}
		}
		if with != nil {
			return with(l)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save conversations: %w", err)
	}
	if len(news) == 0 {
		return nil
	}
	topics := []state.Topic{state.Inbox}
	for _, c := range news {
		topics = append(topics, state.Thread(c.ID))
	}
	db.feed.Mark(topics...)
	return nil
}

// changedProfiles returns those of convs that say something new.
func changedProfiles(ctx context.Context, l *dbfile.Conn, convs []api.Conversation) (news []api.Conversation, err error) {
	for _, c := range convs {
		old, ok, err := loadProfile(ctx, l, c.ID)
		if err != nil {
			return nil, err
		}
		if !ok || profileOf(c).over(old) != old {
			news = append(news, c)
		}
	}
	return news, nil
}

func loadProfile(ctx context.Context, l *dbfile.Conn, id api.ConversationID) (p profile, ok bool, err error) {
	err = l.Row(ctx, "SELECT "+profileColumns+", said_read FROM conversation WHERE account = ? AND remote = ?", id.Account, id.Remote).Scan(append(p.fields(), &p.saidRead)...)
	if errors.Is(err, sql.ErrNoRows) {
		return p, false, nil
	}
	return p, err == nil, err
}

func saveConversation(ctx context.Context, l *dbfile.Conn, c api.Conversation, rev int64) error {
	old, _, err := loadProfile(ctx, l, c.ID)
	if err != nil {
		return err
	}
	p := profileOf(c).over(old)
	_, err = l.Exec(ctx, `INSERT INTO conversation (account, remote, `+profileColumns+`, said_read, rev) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (account, remote) DO UPDATE SET channel = excluded.channel, kind = excluded.kind, name = excluded.name, handle = excluded.handle,
		created = excluded.created, active = excluded.active, standing = excluded.standing, marks = excluded.marks,
		said_read = excluded.said_read, unread_when = excluded.unread_when, rev = excluded.rev`,
		c.ID.Account, c.ID.Remote, p.channel, p.kind, p.name, p.handle, p.created, p.active, p.remoteState, p.bits, p.unreadWhen, p.saidRead, rev)
	if err != nil || p.saidRead == old.saidRead {
		return err
	}
	return recountThread(ctx, l, c.ID, rev)
}

// saveListed keeps the newest message that a list shows, for the row of a
// conversation whose history was never read. Where messages are kept for a time
// only, the history says what is kept.
func (db *DB) saveListed(ctx context.Context, l *dbfile.Conn, c api.Conversation) error {
	m, ok := c.Newest.Get()
	if !ok || m.At.IsZero() || db.retentionOf(c.ID.Account) != 0 {
		return nil
	}
	p := previewOf(m)
	_, err := l.Exec(ctx, "UPDATE conversation SET p_dir = ?, p_kind = ?, p_body = ?, p_files = ?, p_at = ? WHERE account = ? AND remote = ? AND newest = 0",
		p.dir, p.kind, p.body, p.files, p.at, c.ID.Account, c.ID.Remote)
	return err
}

// recountThread counts again after the platform called messages read.
func recountThread(ctx context.Context, l *dbfile.Conn, id api.ConversationID, rev int64) error {
	t, err := loadThread(ctx, l, id)
	if err != nil || t.newest == 0 {
		return err
	}
	if err := t.count(ctx, l); err != nil {
		return err
	}
	return t.save(ctx, l, rev)
}

// Heads lists every conversation of an account that the platform knows of,
// most recently active first.
func (db *DB) Heads(ctx context.Context, account api.AccountID) (heads []state.Head, err error) {
	err = db.withList(ctx, func(b *inbox, _ time.Time) error {
		_, all := b.sorted.of(state.ViewAll)
		for _, n := range all {
			if b.idOf(n).Account != account {
				continue
			}
			if e := b.peek(n); e.cached {
				heads = append(heads, state.Head{ID: e.id, Checked: moment(e.checked), Active: moment(e.activity()), Newest: e.newest,
					Answered: e.bits.said(answered), Read: e.bits.said(read), Away: e.bits.away()})
			}
		}
		return nil
	})
	byActivity := func(x, y state.Head) int { return y.Active.Compare(x.Active) }
	if !slices.IsSortedFunc(heads, byActivity) { // the pinned are in front
		slices.SortStableFunc(heads, byActivity)
	}
	return heads, err
}

// Kind returns what kind of channel a conversation is on; state.ErrNoSuch where
// neither a list nor a first message has said it.
func (db *DB) Kind(ctx context.Context, id api.ConversationID) (api.ChannelKind, error) {
	row, err := db.Row(ctx, id)
	if err == nil && row.Conversation.Kind == "" {
		err = fmt.Errorf("channel of conversation %s: %w", id.Remote, state.ErrNoSuch)
	}
	return row.Conversation.Kind, err
}
