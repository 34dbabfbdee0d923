package copied

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"unibox/state"
)

// A draft is one text for all boxes, and boxes that are cut off from each other change it at
// the same time. Its row also says what was sent off of it lately. So two versions of it are
// put together as sets of paragraphs: what stands in either is in the result, but for what one
// of them knows to be sent off and the other does not. Text that was sent off comes back from
// no box that had not heard of it, and in no database that has lost it.

// departure is a text that was sent off: Key is that of its message, Rev the revision of the draft
// that first said so, Parts are fingerprints of its paragraphs and files.
type departure struct {
	Key   string   `json:"key"`
	Rev   int64    `json:"rev,omitempty"`
	Parts []string `json:"parts"`
}

// mostDepartures is how many of them a draft keeps. A box that missed more than these offers an
// old text as a draft again.
const mostDepartures = 16

// SentOff adds to what was sent off of a draft the texts, and lists of files, of a message. rev is
// the revision that the draft has by that.
func SentOff(sent, key string, rev int64, bodies, files []string) string {
	return formatDepartures(append(departures(sent), departure{key, rev, fingerprints(bodies, files)}))
}

// TakenBack takes what came back to a draft from what was sent off of it with a reply: these texts
// and lists of files, or all of it. That it was sent off stays known. So who saw that does not take
// from the draft what is in it again, and the same words may be written anew.
func TakenBack(sent, reply string, whole bool, bodies, files []string) string {
	all, back := departures(sent), fingerprints(bodies, files)
	for i, d := range all {
		if replyOf(d.Key) == reply {
			all[i].Parts = slices.DeleteFunc(d.Parts, func(p string) bool { return whole || slices.Contains(back, p) })
		}
	}
	return formatDepartures(all)
}

// replyOf names the reply that a message is part of, by its key.
func replyOf(key string) string { return state.Outbound{Key: key}.Reply() }

// SentSince are the keys of the messages that were sent off of a draft since it had a revision.
func SentSince(sent string, rev int64) (keys []string) {
	for _, d := range departures(sent) {
		if d.Rev > rev {
			keys = append(keys, d.Key)
		}
	}
	return keys
}

func departures(sent string) (all []departure) {
	_ = json.Unmarshal([]byte(sent), &all) // a text that is none says nothing
	return all
}

func formatDepartures(all []departure) string {
	if len(all) == 0 {
		return ""
	}
	sent, err := json.Marshal(all[max(0, len(all)-mostDepartures):])
	if err != nil { // plain texts
		panic(err)
	}
	return string(sent)
}

func fingerprints(bodies, files []string) (all []string) {
	for _, body := range bodies {
		for _, p := range paragraphs(body) {
			all = append(all, fingerprint(p))
		}
	}
	for _, list := range files {
		for _, f := range elements(list) {
			all = append(all, fileFingerprint(f))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func fingerprint(part string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(part)))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// fileFingerprint is that of an element of a list of files: a copy of one, as a message has it, is
// the same wherever it is.
func fileFingerprint(f json.RawMessage) string {
	var named struct {
		Name string `json:"name"`
		Size int64  `json:"size"`
	}
	if json.Unmarshal(f, &named) != nil || named.Name == "" {
		return fingerprint(string(f))
	}
	return fingerprint(fmt.Sprintf("%s\n%d", named.Name, named.Size))
}

// paragraphs are those of a text that hold anything.
func paragraphs(body string) []string {
	return slices.DeleteFunc(strings.Split(body, "\n\n"), func(p string) bool { return strings.TrimSpace(p) == "" })
}

// elements are those of a list in JSON.
func elements(list string) (all []json.RawMessage) {
	_ = json.Unmarshal([]byte(list), &all)
	return all
}

// parts are fingerprints of what was sent off.
type parts map[string]bool

func (p parts) hasText(paragraph string) bool { return p[fingerprint(paragraph)] }

// newTo are the parts of departures of which others know nothing. Who keeps as many as may be
// has forgotten those before one that it keeps.
func newTo(others, all []departure) parts {
	fresh := parts{}
	for i, d := range all {
		if knows(others, d) || len(others) >= mostDepartures && slices.ContainsFunc(all[i:], func(later departure) bool { return knows(others, later) }) {
			continue
		}
		for _, p := range d.Parts {
			fresh[p] = true
		}
	}
	return fresh
}

func knows(all []departure, d departure) bool {
	return slices.ContainsFunc(all, func(other departure) bool { return other.Key == d.Key })
}

// bothDepartures are those that either knows. What came back by one of them did so for both.
func bothDepartures(theirs, mine []departure) []departure {
	both := slices.Clone(theirs)
	for _, d := range mine {
		i := slices.IndexFunc(both, func(other departure) bool { return other.Key == d.Key })
		if i < 0 {
			both = append(both, d)
			continue
		}
		both[i].Parts = slices.DeleteFunc(slices.Clone(both[i].Parts), func(p string) bool { return !slices.Contains(d.Parts, p) })
	}
	return both
}

// bothDrafts puts two versions of a draft together, by what is known of both: what either wrote anew
// since is not what the other has sent off, though it says the same.
func bothDrafts(theirs, mine record, k known) record {
	there, here := departures(text(theirs, "sent")), departures(text(mine, "sent"))
	one, other := without(theirs, k.of(newTo(there, here))), without(mine, k.of(newTo(here, there)))
	both := union(one, other)
	if !empty(one) && !empty(other) && len(k.versions) == 0 {
		keepChanges(both, one, other, k.base)
	}
	both["sent"] = formatDepartures(bothDepartures(there, here))
	return both
}

// without is a draft but for what was sent off. What it quotes and its time go with the last of it.
func without(draft record, gone parts) record {
	left := maps.Clone(draft)
	if len(gone) == 0 {
		return left
	}
	if body := paragraphs(text(draft, "body")); slices.ContainsFunc(body, gone.hasText) {
		left["body"] = strings.Join(slices.DeleteFunc(body, gone.hasText), "\n\n")
	}
	isGone := func(f json.RawMessage) bool { return gone[fileFingerprint(f)] }
	if files := elements(text(draft, "files")); slices.ContainsFunc(files, isGone) {
		left["files"] = formatElements(slices.DeleteFunc(files, isGone))
	}
	if empty(left) {
		left["quote"], left["at"] = "", int64(0)
	}
	return left
}

// single are the columns of a draft that say one thing: the message that it quotes, and when it is to
// go out.
var single = []string{"quote", "at"}

// keepChanges has of those what one of two drafts changed since a base, or took away, if that is
// known.
func keepChanges(both, theirs, mine, base record) {
	for _, column := range single {
		was, known := base[column]
		there, says := theirs[column] // an older version did not
		switch {
		case !known || !says:
		case there == was:
			both[column] = mine[column]
		case mine[column] == was:
			both[column] = there
		}
	}
}

// says reports whether a column holds anything.
func says(draft record, column string) bool {
	return text(draft, column) != "" || number(draft, column) != 0
}

// union is what two drafts hold, the first in front. Whatever only one of them can say is as the
// first does, unless that says nothing.
func union(a, b record) record {
	both := maps.Clone(a)
	if empty(a) {
		both = maps.Clone(b)
	} else if !empty(b) {
		both["body"], both["files"] = unionText(text(a, "body"), text(b, "body")), unionList(text(a, "files"), text(b, "files"))
		for _, column := range single {
			if !says(a, column) {
				both[column] = b[column]
			}
		}
	}
	both["rev"] = max(number(a, "rev"), number(b, "rev")) + 1
	both["edited"] = max(number(a, "edited"), number(b, "edited"))
	return both
}

// unionText is a, and the paragraphs of b that are not in it. One that goes on where one of a
// ends takes its place.
func unionText(a, b string) string {
	all, grown := strings.Split(a, "\n\n"), false
	var more []string
	for _, p := range paragraphs(b) {
		if slices.ContainsFunc(all, func(q string) bool { return state.GoesOn(p, q) }) {
			continue
		}
		begun := slices.IndexFunc(all, func(q string) bool { return strings.TrimSpace(q) != "" && state.GoesOn(q, p) })
		if begun < 0 {
			more = append(more, p)
			continue
		}
		all[begun], grown = p, true
	}
	if grown {
		a = strings.Join(all, "\n\n")
	}
	return joined(a, strings.Join(more, "\n\n"))
}

// unionList is the list a in JSON, and the elements of b that are not in it.
func unionList(a, b string) string {
	all := elements(a)
	for _, f := range elements(b) {
		if !slices.ContainsFunc(all, func(g json.RawMessage) bool { return string(f) == string(g) }) {
			all = append(all, f)
		}
	}
	return formatElements(all)
}

func formatElements(all []json.RawMessage) string {
	if len(all) == 0 {
		return ""
	}
	list, err := json.Marshal(all)
	if err != nil { // they were JSON
		panic(err)
	}
	return string(list)
}

// hasAll reports whether a draft of the team is what this box has, and no older revision of it.
func hasAll(theirs, mine record) bool {
	return sameDraft(theirs, mine) && number(theirs, "rev") >= number(mine, "rev")
}

// goneOn is a draft that this box went on with, where the team has what it wrote before that.
func goneOn(theirs, mine record) record {
	both := maps.Clone(mine)
	both["sent"] = formatDepartures(bothDepartures(departures(text(theirs, "sent")), departures(text(mine, "sent"))))
	both["rev"], both["edited"] = max(number(theirs, "rev"), number(mine, "rev"))+1, max(number(theirs, "edited"), number(mine, "edited"))
	return both
}

// mergedDraft is what two boxes that did not hear of each other make of a draft, nil where that is
// what the team has. It has a higher revision than that of either, so that nobody who read one
// of them writes over it.
func mergedDraft(theirs, mine record, k known) record {
	both := bothDrafts(theirs, mine, k)
	if sameDraft(both, theirs) && (later(theirs, mine) || sameDraft(mine, theirs)) {
		return nil
	}
	there, here := departures(text(theirs, "sent")), departures(text(mine, "sent"))
	all := departures(text(both, "sent"))
	for i, d := range all {
		if !knows(there, d) || !knows(here, d) {
			all[i].Rev = number(both, "rev")
		}
	}
	both["sent"] = formatDepartures(all)
	return both
}

// later reports whether a draft, and what is known to be sent off of it alone, is of a higher
// revision than another.
func later(draft, other record) bool {
	rev, known := number(other, "rev"), departures(text(other, "sent"))
	return number(draft, "rev") > rev && !slices.ContainsFunc(departures(text(draft, "sent")), func(d departure) bool { return d.Rev <= rev && !knows(known, d) })
}

// sameDraft reports whether two drafts say the same. A column that an older version did not have
// says nothing.
func sameDraft(a, b record) bool {
	for _, column := range []string{"body", "files", "quote", "sent"} {
		if text(a, column) != text(b, column) {
			return false
		}
	}
	return number(a, "at") == number(b, "at")
}

// covered reports whether all that a draft holds is in one of some texts.
func covered(draft record, by []record) bool {
	in := func(p string) bool {
		return slices.ContainsFunc(by, func(r record) bool {
			return slices.ContainsFunc(paragraphs(text(r, "body")), func(q string) bool { return state.GoesOn(p, q) })
		})
	}
	for _, p := range paragraphs(text(draft, "body")) {
		if !in(p) {
			return false
		}
	}
	files := elements(text(draft, "files"))
	for _, r := range by {
		files = slices.DeleteFunc(files, func(f json.RawMessage) bool { return strings.Contains(text(r, "files"), string(f)) })
	}
	return len(files) == 0
}
