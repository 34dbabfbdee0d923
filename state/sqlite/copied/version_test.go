package copied

import (
	"fmt"
	"slices"
	"testing"
)

func partsOf(texts ...string) parts {
	all := parts{}
	for _, p := range fingerprints(texts, nil) {
		all[p] = true
	}
	return all
}

// What the team may have of a draft is read as it was stored, also by an older version.
func TestWhatTheTeamMayHaveIsStored(t *testing.T) {
	for stored, want := range map[string]struct {
		unknown bool
		had     []string
	}{
		"":                        {true, []string{"a", "b", "c"}},
		"{}":                      {},
		`{"body":"a","files":""}`: {false, []string{"a"}},
		`{"versions":[{"body":"b","files":"","sent":""}]}`: {true, []string{"a", "b", "c"}},
		`{"base":{"body":"a"},"versions":[{"body":"b"}]}`:  {false, []string{"a", "b"}},
		`{"base":{"body":""},"versions":[]}`:               {},
	} {
		k, err := parseKnown(stored)
		if err != nil || (k.base == nil) != want.unknown {
			t.Errorf("%s: %+v, %v", stored, k, err)
		}
		for range 2 {
			if had := k.of(partsOf("a", "b", "c")); len(had) != len(want.had) {
				t.Errorf("%s: the team may have had %v, want %v", stored, had, want.had)
			}
			again, err := k.format()
			if err == nil {
				k, err = parseKnown(again)
			}
			if err != nil {
				t.Errorf("%s: %v", stored, err)
			}
		}
	}
}

// Nothing that the team may have had of a draft is forgotten, however often it was asked, and whatever
// it said since.
func TestWhatTheTeamMayHaveIsNotForgotten(t *testing.T) {
	k := known{base: draft("before", "", 1)}
	texts := []string{"before", "theirs"}
	for i := range 3 * mostVersions {
		texts = append(texts, fmt.Sprint("text ", i))
		k = k.asks(versionOf(draft(texts[len(texts)-1], "", 1)))
	}
	if len(k.versions) != mostVersions || !k.ours(draft(texts[len(texts)-1], "", 7)) || k.ours(draft("theirs", "", 7)) {
		t.Errorf("%d versions: %+v", len(k.versions), k.versions)
	}
	k = k.hears(draft("theirs", "", 9))
	if had := k.of(partsOf(append(slices.Clone(texts), "mine")...)); len(had) != len(texts) || len(k.versions) != 0 || text(k.base, "body") != "theirs" {
		t.Errorf("it may have had %d of %d texts: %+v", len(had), len(texts), k)
	}
	if k := (known{}).hears(draft("theirs", "", 9)); k.base != nil {
		t.Errorf("of a team that lost something it is known what it had: %+v", k)
	}
}
