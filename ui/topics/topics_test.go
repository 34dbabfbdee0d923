package topics

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"unibox/keymap"
	"unibox/ui/catalog"
	"unibox/ui/theme"
)

// Every page names actions that there are, fits a terminal of 80 columns, and follows the
// keys of the config.
func TestPages(t *testing.T) {
	if len(All()) < 6 {
		t.Fatalf("%d topics", len(All()))
	}
	for _, language := range catalog.Tags() {
		pages(t, In(language))
	}
}

// Every topic is there in every language, with the keys that it has in English.
func TestTopicsAreTranslated(t *testing.T) {
	for _, language := range catalog.Tags()[1:] {
		for i, topic := range In(language) {
			english := All()[i]
			if topic.Short == english.Short || topic.text == english.text {
				t.Errorf("%s: %s is in English", language, topic.Name)
			}
			if got, want := named(topic), named(english); !slices.Equal(got, want) {
				t.Errorf("%s: %s names %q, in English %q", language, topic.Name, got, want)
			}
		}
	}
}

func named(t Topic) []string {
	all := action().FindAllString(t.text, -1)
	slices.Sort(all)
	return all
}

func pages(t *testing.T, all []Topic) {
	t.Helper()
	keys, _ := keymap.New(nil)
	for _, topic := range all {
		if wrong := topic.unknown(keys); len(wrong) > 0 {
			t.Errorf("%s: there is no %q", topic.Name, wrong)
		}
		page := topic.Page(keys)
		if topic.Short == "" || len(page) < 200 || strings.ContainsAny(page, "{}") || strings.Contains(page, "no key") {
			t.Errorf("%s: %q\n%s", topic.Name, topic.Short, page)
		}
		for _, row := range strings.Split(page, "\n") {
			if utf8.RuneCountInString(row) > 80 {
				t.Errorf("%s: %d columns: %s", topic.Name, utf8.RuneCountInString(row), row)
			}
		}
	}
	marks := theme.NewMarks(false)
	for _, topic := range all {
		for _, mark := range []string{marks.Queued, marks.Sending, marks.Accepted, marks.Sent, marks.Delivered, marks.Failed, marks.Retry, marks.Draft, marks.Star, marks.Pinned, marks.Snoozed, marks.Muted} {
			if topic.Name == "marks" && !strings.Contains(topic.Page(keys), mark+" ") {
				t.Errorf("the page of marks has no %s", mark)
			}
		}
	}
	keys, _ = keymap.New(map[string][]string{"conversation.done": {"f6"}, "go.next-waiting": {}})
	for _, topic := range all {
		if page := topic.Page(keys); topic.Name == "queue" && (!strings.Contains(page, "  f6        ") || !strings.Contains(page, "(no key: go.next-waiting)")) {
			t.Errorf("the config's keys are not in\n%s", page)
		}
	}
}
