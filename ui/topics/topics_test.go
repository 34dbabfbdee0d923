package topics

import (
	"strings"
	"testing"
	"unicode/utf8"

	"unibox/keymap"
	"unibox/ui/theme"
)

// Every page names actions that there are, fits a terminal of 80 columns, and follows the
// keys of the config.
func TestPages(t *testing.T) {
	keys, _ := keymap.New(nil)
	if len(All()) < 6 {
		t.Fatalf("%d topics", len(All()))
	}
	for _, topic := range All() {
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
	for _, topic := range All() {
		for _, mark := range []string{marks.Queued, marks.Sending, marks.Accepted, marks.Sent, marks.Delivered, marks.Failed, marks.Retry, marks.Draft, marks.Star, marks.Pinned, marks.Snoozed, marks.Muted} {
			if topic.Name == "marks" && !strings.Contains(topic.Page(keys), mark+" ") {
				t.Errorf("the page of marks has no %s", mark)
			}
		}
	}
	keys, _ = keymap.New(map[string][]string{"conversation.done": {"f6"}, "go.next-waiting": {}})
	for _, topic := range All() {
		if page := topic.Page(keys); topic.Name == "queue" && (!strings.Contains(page, "f6        done") || !strings.Contains(page, "(no key: go.next-waiting)")) {
			t.Errorf("the config's keys are not in\n%s", page)
		}
	}
}
