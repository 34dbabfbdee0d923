package copied

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// Of a draft that is kept here it is remembered what the team may have of it. What stands in none of
// that was written here alone: a colleague who sends off the same words has written them, too.

// known is what the team may have of a draft, as it is stored in the base of a row that waits.
type known struct {
	// base is how the team had it when that was last heard; nil where nobody knows, as after it has
	// lost commits.
	base record
	// seen are fingerprints of what the team had of it before that.
	seen []string
	// versions are those that it was asked to commit without an answer since.
	versions []version
}

// mostVersions is how many of them are remembered.
const mostVersions = 8

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

// baseOfDraft are the columns of a draft that are remembered of how it was before.
func baseOfDraft(draft record) record {
	base := record{}
	for _, column := range []string{"body", "files", "quote", "at"} {
		if v, has := draft[column]; has {
			base[column] = v
		}
	}
	return base
}

// knownAs is known as it is stored.
type knownAs struct {
	Base     json.RawMessage `json:"base,omitempty"`
	Seen     []string        `json:"seen,omitempty"`
	Versions []version       `json:"versions"`
}

// parseKnown reads what is known. A text without versions is a base, or what an older version wrote
// of one.
func parseKnown(stored string) (k known, err error) {
	if stored == "" {
		return k, nil
	}
	var as knownAs
	if err := json.Unmarshal([]byte(stored), &as); err != nil {
		return k, err
	}
	if as.Versions == nil {
		as.Base = json.RawMessage(stored)
	}
	if as.Base != nil {
		k.base, err = decode[record](as.Base)
	}
	k.seen, k.versions = as.Seen, as.Versions
	return k, err
}

func (k known) format() (string, error) {
	if k.base == nil && len(k.versions) == 0 {
		return "", nil
	}
	as := knownAs{Seen: k.seen, Versions: append([]version{}, k.versions...)}
	if k.base != nil {
		base, err := json.Marshal(k.base)
		if err != nil {
			return "", err
		}
		as.Base = base
	}
	stored, err := json.Marshal(as)
	return string(stored), err
}

// of are those of some parts that the team may have had, all of them where nobody knows.
func (k known) of(some parts) parts {
	if k.base == nil {
		return some
	}
	all := k.parts()
	had := maps.Clone(some)
	maps.DeleteFunc(had, func(p string, _ bool) bool { return !slices.Contains(all, p) })
	return had
}

// parts are fingerprints of all that the team may have had.
func (k known) parts() []string {
	bodies, files := []string{text(k.base, "body")}, []string{text(k.base, "files")}
	for _, v := range k.versions {
		bodies, files = append(bodies, v.Body), append(files, v.Files)
	}
	all := slices.Concat(k.seen, fingerprints(bodies, files))
	slices.Sort(all)
	return slices.Compact(all)
}

// asks adds a version that the team is asked to commit.
func (k known) asks(v version) known {
	k.versions = append(slices.Clone(k.versions), v)
	if more := len(k.versions) - mostVersions; more > 0 {
		old := k.versions[0]
		k.seen = slices.Concat(k.seen, fingerprints([]string{old.Body}, []string{old.Files}))
		k.versions = k.versions[more:]
	}
	return k
}

// hears has a draft of the team be the base: what was asked before is in it, or refused. Of what nobody
// knows it says nothing, since the team may have lost more.
func (k known) hears(theirs record) known {
	if k.base == nil {
		return known{}
	}
	return known{base: baseOfDraft(theirs), seen: k.parts()}
}

// ours reports whether a draft of the team is one that this box wrote, without an answer, before
// what it has now.
func (k known) ours(theirs record) bool { return slices.Contains(k.versions, versionOf(theirs)) }

// knownOf reads what is known of a draft.
func knownOf(ctx context.Context, l *dbfile.Conn, id rowID) (known, error) {
	r, err := l.Record(ctx, "SELECT base FROM unshared WHERE kind = ? AND key = ?", id.table, id.key)
	if err != nil {
		return known{}, err
	}
	return parseKnown(text(r, "base"))
}

func (k known) store(ctx context.Context, l *dbfile.Conn, id rowID) error {
	stored, err := k.format()
	if err == nil {
		_, err = l.Exec(ctx, "UPDATE unshared SET base = ? WHERE kind = ? AND key = ?", stored, id.table, id.key)
	}
	return err
}

// mayBeThere notes that the team may have a draft as it was asked to commit it, nil for one that is
// gone.
func mayBeThere(ctx context.Context, l *dbfile.Conn, id rowID, asked record) error {
	if id.table != "draft" {
		return nil
	}
	if asked == nil {
		return known{}.store(ctx, l, id)
	}
	k, err := knownOf(ctx, l, id)
	if err == nil {
		err = k.asks(versionOf(asked)).store(ctx, l, id)
	}
	return err
}

// asked is what the team is asked to commit: what was known of it before that, and is since.
type asked struct {
	id            rowID
	before, since string
}

// askedOf notes it of all drafts of a commit.
func askedOf(ctx context.Context, l *dbfile.Conn, rows []state.FleetRow) (all []asked, err error) {
	for _, r := range rows {
		if r.Kind != "draft" {
			continue
		}
		row, err := recordOf(r)
		if err != nil {
			return nil, err
		}
		id := rowID{r.Kind, r.Key}
		a, err := ask(ctx, l, id, func() error { return mayBeThere(ctx, l, id, row) })
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// mayHave notes of drafts among rows that the team may have them as they are here: what a commit takes
// from one of them is not put back where its answer cannot be noted here.
func (c *Copy) mayHave(ctx context.Context, rows pending) (all []asked, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	var drafts []state.FleetRow
	err = c.file.Read(ctx, func(l *dbfile.Conn) error {
		for id := range rows {
			if id.table != "draft" {
				continue
			}
			r, err := c.tables[id.table].read(ctx, l, id.key)
			if err != nil {
				return err
			}
			row, err := shareable(id, r)
			if err != nil {
				return err
			}
			drafts = append(drafts, row)
		}
		return nil
	})
	if err != nil || len(drafts) == 0 {
		return nil, err
	}
	err = c.file.Here(ctx, func(l *dbfile.Conn) (err error) { all, err = askedOf(ctx, l, drafts); return err })
	return all, err
}

// ask notes of a row that the team is asked to commit it, by note.
func ask(ctx context.Context, l *dbfile.Conn, id rowID, note func() error) (a asked, err error) {
	a.id = id
	if a.before, err = storedBase(ctx, l, id); err == nil {
		err = note()
	}
	if err == nil {
		a.since, err = storedBase(ctx, l, id)
	}
	return a, err
}

// refused takes that back, where the team is known not to have committed it.
func (c *Copy) refused(ctx context.Context, all []asked) error {
	if len(all) == 0 {
		return nil
	}
	return c.file.Here(ctx, func(l *dbfile.Conn) error {
		for _, a := range all {
			if _, err := l.Exec(ctx, "UPDATE unshared SET base = ? WHERE kind = ? AND key = ? AND base = ?", a.before, a.id.table, a.id.key, a.since); err != nil {
				return err
			}
		}
		return nil
	})
}

// recordOf are the columns of a row, nil where it is gone.
func recordOf(r state.FleetRow) (record, error) {
	if r.Columns == nil {
		return nil, nil
	}
	return decode[record](r.Columns)
}

func storedBase(ctx context.Context, l *dbfile.Conn, id rowID) (string, error) {
	r, err := l.Record(ctx, "SELECT base FROM unshared WHERE kind = ? AND key = ?", id.table, id.key)
	return text(r, "base"), err
}
