package copied

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// While the fleet does not answer, or not as it should, what people write is kept on this
// box: drafts, replies, marks, labels, wishes and new notes. They go to the team once it
// answers again, under the rules by which they would have gone then: where another box wrote
// in the same draft both become one text, and where it answered the customer meanwhile a
// reply becomes a draft again. A sender does not see them before the team has them.

// keptHere are the tables whose rows may be ahead of the team's, in the order in which they
// go there; draftsHere the drafts among them, newHere those of which only new ones may be.
var (
	draftsHere = []string{"draft", "note_draft"}
	keptHere   = []string{"draft", "note_draft", "provisional", "outbox", "flag", "snooze", "label", "change", "note", "mention"}
	newHere    = []string{"outbox", "note", "mention", "provisional"}
)

// errNotHere: the transaction changes what only the fleet may.
var errNotHere = errors.New("not kept here")

// errTaken: the copy has followed a commit already, of which nobody knew whether it is there.
var errTaken = errors.New("it is here already")

// keepHere commits a transaction on this box alone, if all that it changes is of tables that are kept,
// and the copy has not followed it meanwhile. w, if set, is what the fleet was asked to commit.
func (c *Copy) keepHere(ctx context.Context, fn func(l *dbfile.Conn) error, kept []string, w *tried, unsure bool) error {
	return c.file.Here(ctx, func(l *dbfile.Conn) error {
		if taken, err := c.hasTaken(ctx, l, w); err != nil || taken {
			return cmp.Or(err, errTaken)
		}
		before, err := c.pending(ctx, l)
		if err != nil {
			return err
		}
		l.SetApart()
		l.SetWhole() // fn has the context of whoever wrote
		changed := newChanges(c.tables)
		if err := l.Observing(changed.see, func() error { return fn(l) }); err != nil {
			return err
		}
		if l.Fenced() {
			return errNotHere
		}
		for id := range changed.rows {
			if !slices.Contains(kept, id.table) {
				return errNotHere
			}
			if err := c.keep(ctx, l, id, changed.before[id], before, unsure); err != nil {
				return err
			}
		}
		return c.sayWaits(ctx, l)
	})
}

// hasTaken reports whether the copy has followed since a transaction was tried, and has all of it.
func (c *Copy) hasTaken(ctx context.Context, l *dbfile.Conn, w *tried) (bool, error) {
	if w == nil {
		return false, nil
	}
	at, err := position(ctx, l)
	if err != nil || at.Pos == w.Base {
		return false, err
	}
	for _, r := range w.Rows {
		has, err := c.tables[r.Kind].read(ctx, l, r.Key)
		if err != nil || (has == nil) != (r.Columns == nil) {
			return false, err
		}
		if columns, err := json.Marshal(has); err != nil || has != nil && string(columns) != string(r.Columns) {
			return false, err
		}
	}
	return true, nil
}

// keep notes a row as one that the team does not have. old is how it was, nil where it is new.
// unsure: the team may have it all the same.
func (c *Copy) keep(ctx context.Context, l *dbfile.Conn, id rowID, old []any, before pending, unsure bool) error {
	_, mine := before[id]
	if slices.Contains(newHere, id.table) && old != nil && !mine {
		return errNotHere
	}
	if apart(id) {
		if r, err := c.tables[id.table].read(ctx, l, id.key); err != nil || r == nil { // nobody else ever had it
			return errors.Join(err, forget(ctx, l, id))
		}
	}
	base, err := c.tables[id.table].baseOf(old)
	if err == nil {
		_, err = l.Exec(ctx, "INSERT INTO unshared (kind, key, times, base) VALUES (?, ?, 1, ?) ON CONFLICT (kind, key) DO UPDATE SET times = times + 1", id.table, id.key, base)
	}
	if err == nil && unsure {
		err = c.mayBeThere(ctx, l, id)
	}
	return err
}

// apart reports whether a row has a number of this box's own.
func apart(id rowID) bool { return strings.HasPrefix(id.key, "[-") }

func forget(ctx context.Context, l *dbfile.Conn, id rowID) error {
	_, err := l.Exec(ctx, "DELETE FROM unshared WHERE kind = ? AND key = ?", id.table, id.key)
	return err
}

// forgetBase notes that the team may have seen more of a draft than its base.
func forgetBase(ctx context.Context, l *dbfile.Conn, id rowID) error {
	if id.table != "draft" {
		return nil
	}
	_, err := l.Exec(ctx, "UPDATE unshared SET base = '' WHERE kind = ? AND key = ?", id.table, id.key)
	return err
}

// mostVersions is how many versions of a draft are remembered that the team may have.
const mostVersions = 8

// mayBeThere notes that the team may have a draft as it is here now. What it held before is not
// known any more, but that version is nobody else's.
func (c *Copy) mayBeThere(ctx context.Context, l *dbfile.Conn, id rowID) error {
	if id.table != "draft" {
		return nil
	}
	mine, err := c.tables[id.table].read(ctx, l, id.key)
	if err != nil || mine == nil {
		return errors.Join(err, forgetBase(ctx, l, id))
	}
	all, err := versions(ctx, l, id)
	if err != nil {
		return err
	}
	all = append(all, versionOf(mine))
	columns, err := json.Marshal(map[string]any{"versions": all[max(0, len(all)-mostVersions):]})
	if err == nil {
		_, err = l.Exec(ctx, "UPDATE unshared SET base = ? WHERE kind = ? AND key = ?", string(columns), id.table, id.key)
	}
	return err
}

// version is what a draft said here when the team was asked to commit it.
type version struct {
	Body  string `json:"body"`
	Files string `json:"files"`
	Sent  string `json:"sent"`
	Quote string `json:"quote"`
	At    int64  `json:"at"`
}

func versionOf(draft record) version {
	return version{text(draft, "body"), text(draft, "files"), text(draft, "sent"), text(draft, "quote"), number(draft, "at")}
}

// versions are those of a draft of which it is not known whether the team has them.
func versions(ctx context.Context, l *dbfile.Conn, id rowID) ([]version, error) {
	r, err := l.Record(ctx, "SELECT base FROM unshared WHERE kind = ? AND key = ?", id.table, id.key)
	if err != nil || text(r, "base") == "" {
		return nil, err
	}
	said, err := decode[struct{ Versions []version }]([]byte(text(r, "base")))
	return said.Versions, err
}

// isOurs reports whether a draft of the team is one that this box wrote, without an answer, before
// what it has now.
func isOurs(ctx context.Context, l *dbfile.Conn, id rowID, theirs record) (bool, error) {
	all, err := versions(ctx, l, id)
	return slices.Contains(all, versionOf(theirs)), err
}

// mayAllBeThere notes it of drafts that are about to be committed to the team.
func (c *Copy) mayAllBeThere(ctx context.Context, rows pending) error {
	return c.file.Here(ctx, func(l *dbfile.Conn) (err error) {
		for id := range rows {
			err = errors.Join(err, c.mayBeThere(ctx, l, id))
		}
		return err
	})
}

// sayWaits writes at each reply that waits here what it waits for.
func (c *Copy) sayWaits(ctx context.Context, l *dbfile.Conn) error {
	since := "waits for the team's database"
	if at := c.fleet.Reached(); !at.IsZero() {
		since = fmt.Sprintf("waits for the team's database since %s", at.Format("15:04"))
	}
	_, err := l.Exec(ctx, "UPDATE outbox SET reason = ? WHERE id < 0 AND reason = ''", since)
	return err
}

// pending are rows that the team does not have yet, and how often each was changed.
type pending map[rowID]int64

// shared notes that the team has rows, but for those that were changed since.
func (c *Copy) shared(ctx context.Context, rows pending) error {
	if len(rows) == 0 {
		return nil
	}
	return c.file.Here(ctx, func(l *dbfile.Conn) error {
		for id, times := range rows {
			if _, err := l.Exec(ctx, "DELETE FROM unshared WHERE kind = ? AND key = ? AND times = ?", id.table, id.key, times); err != nil {
				return err
			}
		}
		return nil
	})
}

// pending are all of them.
func (c *Copy) pending(ctx context.Context, l *dbfile.Conn) (pending, error) {
	all, err := l.Records(ctx, "SELECT kind, key, times FROM unshared")
	rows := pending{}
	for _, r := range all {
		if id := (rowID{text(r, "kind"), text(r, "key")}); c.tables[id.table] != nil {
			rows[id] = number(r, "times")
		}
	}
	return rows, err
}

// unshared reads the rows that the team does not have yet; nil for one that is gone.
func (c *Copy) unshared(ctx context.Context, l *dbfile.Conn) (map[rowID]record, error) {
	all, err := c.pending(ctx, l)
	if err != nil {
		return nil, err
	}
	rows := map[rowID]record{}
	for id := range all {
		if rows[id], err = c.tables[id.table].read(ctx, l, id.key); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// restore puts back what the team does not have into a copy that is made anew.
func (c *Copy) restore(ctx context.Context, l *dbfile.Conn, rows map[rowID]record, at place) error {
	if !at.anew {
		return nil
	}
	for id, r := range rows {
		if r == nil {
			continue
		}
		row, err := shareable(id, r)
		if err != nil {
			return err
		}
		if err := c.tables[id.table].store(ctx, l, row); err != nil {
			return err
		}
	}
	return nil
}

// shareable is a row as the team has it. One that is gone says its conversation by its key,
// if that begins with it.
func shareable(id rowID, r record) (row state.FleetRow, err error) {
	row = state.FleetRow{Kind: id.table, Key: id.key, Conversation: conversationOf(r)}
	if r != nil {
		row.Columns, err = json.Marshal(r)
		return row, err
	}
	parts, err := decode[[]any]([]byte(id.key))
	if err == nil && len(parts) > 1 {
		account, _ := parts[0].(string)
		conv, _ := parts[1].(string)
		row.Conversation = api.ConversationID{Account: api.AccountID(account), Remote: conv}
	}
	return row, err
}

func conversationOf(r record) api.ConversationID {
	return api.ConversationID{Account: api.AccountID(text(r, "account")), Remote: text(r, "conv")}
}

// ahead is a row of the team with what this box has beyond it.
func (c *Copy) ahead(ctx context.Context, l *dbfile.Conn, r state.FleetRow, all map[rowID]record) (state.FleetRow, error) {
	mine, waiting := all[rowID{r.Kind, r.Key}]
	if waiting && mine == nil && removable[r.Kind] {
		r.Columns = nil
	}
	if mine == nil || r.Columns == nil {
		return r, nil
	}
	theirs, err := decode[record](r.Columns)
	if err != nil {
		return r, err
	}
	base, err := base(ctx, l, rowID{r.Kind, r.Key})
	if err == nil && r.Kind == "draft" {
		ours, err := isOurs(ctx, l, rowID{r.Kind, r.Key}, theirs)
		if err == nil && ours {
			r.Columns, err = json.Marshal(goneOn(theirs, mine))
		}
		if err != nil || ours {
			return r, err
		}
		if both := mergedDraft(theirs, mine, base); both != nil {
			r.Columns, err = json.Marshal(both)
		}
		return r, errors.Join(err, forgetBase(ctx, l, rowID{r.Kind, r.Key}))
	}
	if err != nil || base != nil {
		if err == nil {
			r.Columns, err = json.Marshal(marked(r.Kind, theirs, mine, base))
		}
		return r, err
	}
	if both := c.together(r, theirs, mine); both != nil {
		r.Columns, err = json.Marshal(both)
	}
	return r, err
}

// together is a row of the team with what this box wrote in it, nil where that is nothing more.
func (c *Copy) together(r state.FleetRow, theirs, mine record) record {
	m := newMerger()
	m.theirs[rowID{r.Kind, r.Key}] = theirs
	return m.merge(c.tables[r.Kind], mine)
}

// share commits to the team what it does not have yet, and reports whether there was any.
func (c *Copy) share(ctx context.Context) (some bool, err error) {
	if err := c.giveWay(ctx); err != nil {
		return true, err
	}
	var w state.FleetWrite
	var rows pending
	err = c.file.Read(ctx, func(l *dbfile.Conn) (err error) { w, rows, err = c.toShare(ctx, l); return err })
	if err != nil || len(w.Rows) == 0 {
		return false, err
	}
	if err := c.mayAllBeThere(ctx, rows); err != nil {
		return true, err
	}
	if err := c.commit(ctx, w); err != nil {
		return true, err
	}
	return true, c.shared(ctx, rows)
}

func (c *Copy) toShare(ctx context.Context, l *dbfile.Conn) (w state.FleetWrite, rows pending, err error) {
	at, err := position(ctx, l)
	if err != nil {
		return w, nil, err
	}
	w = state.FleetWrite{Base: at.Pos, After: at.Commit, Layout: c.layout}
	if rows, err = c.pending(ctx, l); err != nil {
		return w, nil, err
	}
	for _, id := range inOrder(rows) {
		r, err := c.tables[id.table].read(ctx, l, id.key)
		if err == nil && apart(id) {
			if r == nil {
				continue
			}
			id, err = c.number(ctx, l, id, r, &w)
		}
		if err != nil {
			return w, nil, err
		}
		row, err := shareable(id, r)
		if err != nil {
			return w, nil, err
		}
		w.Rows = append(w.Rows, row)
	}
	return w, rows, nil
}

// inOrder are rows in the order in which they go to the team: those with numbers as they were
// made.
func inOrder(rows pending) []rowID {
	return slices.SortedFunc(maps.Keys(rows), func(a, b rowID) int {
		return cmp.Or(cmp.Compare(slices.Index(keptHere, a.table), slices.Index(keptHere, b.table)), cmp.Compare(len(b.key), len(a.key)), -cmp.Compare(a.key, b.key))
	})
}

// number gives a row the next number of the team's.
func (c *Copy) number(ctx context.Context, l *dbfile.Conn, id rowID, r record, w *state.FleetWrite) (rowID, error) {
	var last int64
	err := l.Row(ctx, "SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = ?), 0)", id.table).Scan(&last)
	for _, row := range w.Rows {
		if row.Kind == id.table {
			last++
		}
	}
	r["id"] = last + 1
	if id.table == "outbox" {
		r["reason"] = ""
	}
	return rowID{id.table, c.tables[id.table].keyOfRecord(r)}, err
}

// dropTwins removes what waits here as a row of the team by now: its commit was known to nobody
// here, or has just been made. It returns the keys of the replies among them.
func (c *Copy) dropTwins(ctx context.Context, l *dbfile.Conn, rows []state.FleetRow) (own map[string]bool, err error) {
	own = map[string]bool{}
	for _, r := range rows {
		all, err := twins(ctx, l, r)
		if err != nil {
			return nil, err
		}
		for _, old := range all {
			own[text(old, "key")] = true
			if err := c.dropApart(ctx, l, r.Kind, old); err != nil {
				return nil, err
			}
		}
	}
	return own, nil
}

// twins are what waits here and is the same as a row of the team.
func twins(ctx context.Context, l *dbfile.Conn, r state.FleetRow) ([]record, error) {
	if r.Columns == nil || r.Kind != "outbox" && r.Kind != "change" {
		return nil, nil
	}
	row, err := decode[record](r.Columns)
	if err != nil {
		return nil, err
	}
	if r.Kind == "outbox" {
		return l.Records(ctx, "SELECT * FROM outbox WHERE id < 0 AND key = ?", row["key"])
	}
	return l.Records(ctx, "SELECT * FROM change WHERE id < 0 AND account = ? AND conv = ? AND ability = ? AND wish = ? AND message = ? AND arg = ? AND made = ?",
		row["account"], row["conv"], row["ability"], row["wish"], row["message"], row["arg"], row["made"])
}

func (c *Copy) dropApart(ctx context.Context, l *dbfile.Conn, table string, r record) error {
	_, err := l.Exec(ctx, "DELETE FROM "+table+" WHERE id = ?", r["id"])
	if err != nil {
		return err
	}
	return forget(ctx, l, rowID{table, c.tables[table].keyOfRecord(r)})
}

// collision is what meets: replies that waited here, with the row of their draft as whoever wrote
// them saw it, and what another box did.
type collision struct {
	replies []record
	draft   record
}

// collisions takes the replies that wait here from the outbox where another box has answered
// their customer, or written in the draft, meanwhile, and returns them. It looks at the copy as
// whoever wrote them saw it: before the rows are put.
func (c *Copy) collisions(ctx context.Context, l *dbfile.Conn, rows []state.FleetRow) (back []collision, err error) {
	own, err := c.dropTwins(ctx, l, rows)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		met, err := c.collide(ctx, l, r, own)
		if err != nil {
			return nil, err
		}
		if len(met.replies) > 0 {
			back = append(back, met)
		}
	}
	return back, nil
}

// collide takes the replies that wait for the conversation of a row that is foreign to them.
func (c *Copy) collide(ctx context.Context, l *dbfile.Conn, r state.FleetRow, own map[string]bool) (met collision, err error) {
	if r.Columns == nil || r.Kind != "outbox" && r.Kind != "draft" {
		return met, nil
	}
	met.replies, err = l.Records(ctx, "SELECT * FROM outbox WHERE id < 0 AND account = ? AND conv = ? ORDER BY id", r.Conversation.Account, r.Conversation.Remote)
	if err == nil && len(met.replies) > 0 {
		met.draft, err = c.tables["draft"].read(ctx, l, c.tables["draft"].keyOfRecord(met.replies[0]))
	}
	if err != nil || len(met.replies) == 0 {
		return met, err
	}
	if is, err := c.foreignTo(ctx, l, r, met, own); !is {
		return collision{}, err
	}
	return met, c.dropReplies(ctx, l, met.replies)
}

func (c *Copy) dropReplies(ctx context.Context, l *dbfile.Conn, replies []record) error {
	for _, r := range replies {
		if err := c.dropApart(ctx, l, "outbox", r); err != nil {
			return err
		}
	}
	return nil
}

// foreignTo reports whether a row of a conversation is something that whoever wrote the
// replies that wait had not seen.
func (c *Copy) foreignTo(ctx context.Context, l *dbfile.Conn, r state.FleetRow, met collision, own map[string]bool) (bool, error) {
	row, err := decode[record](r.Columns)
	if err != nil {
		return false, err
	}
	if r.Kind == "draft" {
		if ours, err := isOurs(ctx, l, rowID{r.Kind, r.Key}, row); ours || err != nil {
			return false, err
		}
		row = without(row, newTo(departures(text(row, "sent")), departures(text(met.draft, "sent"))))
		return !covered(row, append(met.replies, met.draft)), nil
	}
	if own[text(row, "key")] {
		return false, nil
	}
	known, err := l.Record(ctx, "SELECT id FROM outbox WHERE id > 0 AND key = ?", row["key"])
	return known == nil, err
}

// draftsAgain has replies become the drafts of their conversations again, but for what another
// box has sent off meanwhile. It returns what a person is told.
func (c *Copy) draftsAgain(ctx context.Context, l *dbfile.Conn, back []collision) (notices []string, err error) {
	for _, met := range back {
		id := rowID{"draft", c.tables["draft"].keyOfRecord(met.replies[0])}
		again, err := c.draftAgain(ctx, l, id, met)
		if err != nil {
			return nil, err
		}
		if !again {
			notices = append(notices, sentMeanwhile)
			continue
		}
		notices = append(notices, draftAgain)
		if _, err := l.Exec(ctx, "INSERT INTO unshared (kind, key, times) VALUES (?, ?, 1) ON CONFLICT (kind, key) DO UPDATE SET times = times + 1", id.table, id.key); err != nil {
			return nil, err
		}
	}
	return notices, nil
}

// draftAgain puts replies before what their draft holds, which was not sent off then, and reports
// whether there was anything to put.
func (c *Copy) draftAgain(ctx context.Context, l *dbfile.Conn, id rowID, met collision) (again bool, err error) {
	draft, err := c.tables["draft"].read(ctx, l, id.key)
	if err != nil {
		return false, err
	}
	if draft == nil {
		first := met.replies[0]
		draft = record{"account": first["account"], "conv": first["conv"], "body": "", "files": "", "rev": int64(0), "edited": first["submitted"], "at": int64(0), "quote": "", "sent": ""}
	}
	all := asDraft(met.replies, draft)
	replies := without(all, newTo(departures(text(met.draft, "sent")), departures(text(draft, "sent"))))
	if empty(replies) {
		return false, nil
	}
	both := inFront(replies, draft)
	for _, r := range met.replies {
		both["sent"] = TakenBack(text(both, "sent"), replyOf(text(r, "key")), sameDraft(all, replies), []string{text(replies, "body")}, []string{text(replies, "files")})
	}
	columns, err := json.Marshal(both)
	if err != nil {
		return false, err
	}
	return true, c.tables["draft"].store(ctx, l, state.FleetRow{Kind: id.table, Key: id.key, Columns: columns})
}

// asDraft is a draft of what replies say, and of what else a draft says.
func asDraft(replies []record, draft record) record {
	both := maps.Clone(draft)
	both["body"], both["files"] = "", ""
	for _, r := range replies {
		both["body"], both["files"] = joined(text(both, "body"), text(r, "body")), lists(text(both, "files"), text(r, "files"))
		if number(both, "at") == 0 {
			both["at"] = number(r, "at")
		}
		if text(both, "quote") == "" {
			both["quote"] = text(r, "quote")
		}
	}
	return both
}

// inFront puts the text of one draft before that of another, where it is not in that already.
func inFront(replies, draft record) record {
	if covered(replies, []record{draft}) {
		both := maps.Clone(draft)
		both["at"], both["quote"], both["rev"] = replies["at"], replies["quote"], number(draft, "rev")+1
		return both
	}
	return union(replies, draft)
}
