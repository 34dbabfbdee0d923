package menu

import (
	"slices"
	"testing"
)

// What is typed finds the item that begins so, then those with words that begin so, then
// those that hold it; letters alone only where there is nothing else.
func TestTheBestMatchComesFirst(t *testing.T) {
	items := []Item{
		{Label: "Go to who can soon be sent templates only", Detail: "go.closing"},
		{Label: "Send a template that the platform has approved", Detail: "conversation.template"},
		{Label: "Go to the outbox: what is unsent, and why", Detail: "go.outbox"},
		{Label: "Template folder"},
		{Label: "Mute or unmute", Detail: "conversation.mute", Words: "silence quiet"},
		{Label: "Go to contemplation"},
	}
	labels := func(found []Item) (all []string) {
		for _, it := range found {
			all = append(all, it.Label)
		}
		return all
	}
	for typed, want := range map[string][]string{
		"templ":     {"Template folder", items[0].Label, items[1].Label, "Go to contemplation"},
		"OUTBOX":    {items[2].Label},
		"out unse":  {items[2].Label},
		"silence":   {"Mute or unmute"},
		"conv.mute": {"Mute or unmute"}, // letters in their order
		"zzz":       nil,
	} {
		if got := labels(find(items, typed)); !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", typed, got, want)
		}
	}
}
