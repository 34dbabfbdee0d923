package copied

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// record is a row by its columns, as the boxes share it.
type record = map[string]any

// merger brings the rows of a box into those that a team has.
type merger struct {
	// theirs are the rows of the team, by table and key; keys the names of its messages
	// of the outbox, wishes what its changes ask for.
	theirs map[rowID]record
	keys   map[string]bool
	wishes map[string]bool
	// given is the highest id that was ever given, by table.
	given map[string]int64
	// byKey are the team's messages of the outbox by their names. again: both have been
	// one before, and the team has lost something of it.
	byKey map[string]record
	again bool
	moved Moved
	// gone are rows that the team had.
	gone map[rowID]bool
}

// newMerger reads what a team has.
func newMerger() *merger {
	return &merger{byKey: map[string]record{}, theirs: map[rowID]record{}, gone: map[rowID]bool{}, keys: map[string]bool{}, wishes: map[string]bool{}, given: map[string]int64{}}
}

// know takes in a row of the team.
func (m *merger) know(t *table, r state.FleetRow) error {
	if t == nil {
		return fmt.Errorf("this version does not know rows of the kind %q: update unibox", r.Kind)
	}
	if t.numbered() {
		parts, err := decode[[]any]([]byte(r.Key))
		if err != nil || len(parts) != 1 {
			return fmt.Errorf("the key %s of a row of %s: %w", r.Key, t.name, err)
		}
		id, _ := parts[0].(int64)
		m.given[t.name] = max(m.given[t.name], id)
	}
	id := rowID{t.name, r.Key}
	if m.gone[id] = r.Columns == nil; m.gone[id] {
		delete(m.theirs, id)
		return nil
	}
	row, err := decode[record](r.Columns)
	if err != nil {
		return err
	}
	m.theirs[id] = row
	switch t.name {
	case "outbox":
		m.keys[text(row, "key")], m.byKey[text(row, "key")] = true, row
	case "change":
		m.wishes[wish(row)] = true
	}
	return nil
}

// merge returns a row of the box as the team is to have it, nil where it need not have it.
func (m *merger) merge(t *table, mine record) record {
	key := t.keyOfRecord(mine)
	theirs, there := m.theirs[rowID{t.name, key}]
	switch {
	case t.name == "outbox" && m.again:
		return m.lostMessage(mine)
	case t.name == "outbox":
		return m.message(mine)
	case t.name == "change" && number(mine, "id") < 0: // it goes there as what waits here does
		return nil
	case t.name == "change":
		return m.change(mine)
	case t.name == "note" && m.gone[rowID{t.name, key}]: // an earlier try had brought it
		return nil
	case t.name == "note" && there && number(mine, "edited") <= number(theirs, "edited"):
		return nil
	case !there, t.name == "note":
		m.moved.count(t.name, mine)
		return mine
	case t.name == "draft" && m.again:
		return m.lostDraft(mine, theirs)
	case t.name == "draft":
		return m.draft(mine, theirs)
	case t.name == "note_draft":
		return m.begun(mine, theirs)
	case t.name == "flag":
		return m.flag(mine, theirs)
	}
	return nil
}

// message gives a message the next id. One that may be out is uncertain: nobody here
// waits for its answer any more.
func (m *merger) message(mine record) record {
	if m.keys[text(mine, "key")] {
		return nil // an earlier try has brought it
	}
	switch status := state.Status(number(mine, "status")); status {
	case state.Uploading:
		mine["status"] = int64(state.Queued)
	case state.InFlight:
		mine["status"], mine["reason"] = int64(state.Uncertain), mayBeOut
	}
	m.number("outbox", mine)
	m.moved.count("outbox", mine)
	return mine
}

const mayBeOut = "this box was taken into the team while the message was on its way: it may have arrived"

func (m *merger) change(mine record) record {
	if m.wishes[wish(mine)] {
		return nil
	}
	if m.again {
		doubtfulRetry(mine)
	}
	m.number("change", mine)
	m.moved.count("change", mine)
	return mine
}

func (m *merger) number(table string, mine record) {
	m.given[table]++
	mine["id"] = m.given[table]
}

// wish is what a change asks for, and when.
func wish(r record) string {
	return fmt.Sprint(r["account"], "\n", r["conv"], "\n", r["ability"], "\n", r["wish"], "\n", r["message"], "\n", r["arg"], "\n", r["made"])
}

// draft puts both texts into one draft: nobody's is lost. Of what the team has sent off a box
// that was never in it knows nothing.
func (m *merger) draft(mine, theirs record) record {
	quoted := says(theirs, "quote") || !says(mine, "quote")
	if covered(mine, []record{theirs}) && (quoted || empty(mine)) {
		return nil
	}
	m.moved.count("draft", mine)
	both := union(theirs, mine)
	both["sent"] = text(theirs, "sent")
	return both
}

func (m *merger) begun(mine, theirs record) record {
	if covered(mine, []record{theirs}) {
		return nil
	}
	both := maps.Clone(theirs)
	both["body"] = unionText(text(theirs, "body"), text(mine, "body"))
	m.moved.count("note_draft", mine)
	return both
}

// flag keeps what the team says of a conversation, and adds the marks that only the box
// has.
func (m *merger) flag(mine, theirs record) record {
	both := maps.Clone(theirs)
	for _, mark := range []string{"starred", "pinned", "muted"} {
		both[mark] = max(number(mine, mark), number(theirs, mark))
	}
	if maps.Equal(both, theirs) {
		return nil
	}
	m.moved.count("flag", mine)
	return both
}

func empty(draft record) bool { return text(draft, "body") == "" && text(draft, "files") == "" }

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n\n" + b
}

// lists puts two lists in JSON behind each other.
func lists(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	var one, two []json.RawMessage
	if json.Unmarshal([]byte(a), &one) != nil || json.Unmarshal([]byte(b), &two) != nil {
		return a
	}
	both, err := json.Marshal(append(one, two...))
	if err != nil { // they were JSON
		panic(err)
	}
	return string(both)
}

func text(r record, column string) string {
	s, _ := r[column].(string)
	return s
}

func number(r record, column string) int64 {
	n, _ := r[column].(int64)
	return n
}

// Moved counts what came into a team, or went out of it.
type Moved struct{ Drafts, Messages, Files, Changes, Marks, Labels, Notes int }

// countAll counts what is in these tables.
func (m *Moved) countAll(ctx context.Context, l *dbfile.Conn, tables []string) error {
	for _, name := range tables {
		all, err := l.Records(ctx, "SELECT * FROM "+name)
		if err != nil {
			return err
		}
		for _, r := range all {
			m.count(name, r)
		}
	}
	return nil
}

func (m *Moved) count(table string, r record) {
	switch table {
	case "draft":
		if !empty(r) {
			m.Drafts++
		}
	case "outbox":
		if state.Status(number(r, "status")) != state.Done {
			m.Messages++
		}
	case "change":
		m.Changes++
	case "flag", "snooze":
		m.Marks++
	case "label":
		m.Labels++
	case "note":
		m.Notes++
	}
}
