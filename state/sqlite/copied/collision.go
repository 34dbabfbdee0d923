package copied

import (
	"context"
	"encoding/json"
	"maps"

	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// A reply that waited here meets what a colleague did for the same customer meanwhile. It becomes a
// draft again, but for what has been sent off.

// What is said of a reply that met what a colleague did.
const (
	draftAgain     = "a colleague wrote to a customer whom you answered while the team's database was away: your reply is a draft again"
	templateFailed = "a colleague has a customer whom you sent a template while the team's database was away: it was not sent, and waits in the outbox for what you decide"
	sentMeanwhile  = "a colleague sent the same to a customer whom you answered while the team's database was away: your reply was not sent a second time"
)

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
	// templates: some of them were no drafts, and have failed.
	templates bool
}

// collisions takes the replies that wait here from the outbox where another box has answered
// their customer, or written in the draft, meanwhile, and returns them. It looks at the copy as
// whoever wrote them saw it: before the rows are put. gone are those that the team is known to have.
func (c *Copy) collisions(ctx context.Context, l *dbfile.Conn, rows []state.FleetRow, gone []record) (back []collision, err error) {
	own, err := c.dropTwins(ctx, l, rows)
	if err != nil {
		return nil, err
	}
	for _, r := range gone {
		own[text(r, "key")] = true
	}
	for _, r := range rows {
		met, err := c.collide(ctx, l, r, own)
		if err != nil {
			return nil, err
		}
		if len(met.replies) > 0 || met.templates {
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
	met.replies, err = l.Records(ctx, "SELECT * FROM outbox WHERE id < 0 AND status = ? AND account = ? AND conv = ? ORDER BY id", state.Queued, r.Conversation.Account, r.Conversation.Remote)
	if err == nil && len(met.replies) > 0 {
		met.draft, err = c.tables["draft"].read(ctx, l, c.tables["draft"].keyOfRecord(met.replies[0]))
	}
	if err != nil || len(met.replies) == 0 {
		return met, err
	}
	if is, err := c.foreignTo(ctx, l, r, met, own); !is {
		return collision{}, err
	}
	return met, c.dropReplies(ctx, l, &met, templateMet)
}

// Why a template was not sent.
const (
	templateMet   = "a colleague wrote to this customer while the team's database was away"
	templateTaken = "a colleague took this customer while the team's database was away, and the config wants that only they answer (only_assignee_sends)"
)

// dropReplies takes replies that become drafts again from the outbox. A template is no draft: it would go
// out as free text. It stays, and has failed.
func (c *Copy) dropReplies(ctx context.Context, l *dbfile.Conn, met *collision, why string) error {
	var texts []record
	for _, r := range met.replies {
		if text(r, "template") == "" {
			texts = append(texts, r)
			if err := c.dropApart(ctx, l, "outbox", r); err != nil {
				return err
			}
			continue
		}
		met.templates = true
		if _, err := l.Exec(ctx, "UPDATE outbox SET status = ?, reason = ?, not_before = 0 WHERE id = ?", state.Failed, why, r["id"]); err != nil {
			return err
		}
	}
	met.replies = texts
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
		if k, err := knownOf(ctx, l, rowID{r.Kind, r.Key}); err != nil || k.ours(row) {
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
		if met.templates {
			notices = append(notices, templateFailed)
		}
		if len(met.replies) == 0 {
			continue
		}
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
	if err := waits(ctx, l, id, draft); err != nil {
		return false, err
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

// waits notes that a draft waits here. One that did not is as the team has it.
func waits(ctx context.Context, l *dbfile.Conn, id rowID, draft record) error {
	base, err := json.Marshal(baseOfDraft(draft))
	if err == nil {
		_, err = l.Exec(ctx, "INSERT INTO unshared (kind, key, times, base) VALUES (?, ?, 1, ?) ON CONFLICT (kind, key) DO UPDATE SET times = times + 1", id.table, id.key, string(base))
	}
	return err
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
