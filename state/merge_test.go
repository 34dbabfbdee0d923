package state

import "testing"

func TestMergeText(t *testing.T) {
	for _, c := range []struct{ name, base, ours, theirs, want string }{
		{"only ours", "a", "a b", "a", "a b"},
		{"only theirs", "a", "a", "a b", "a b"},
		{"the same", "", "x", "x", "x"},
		{"both from nothing", "", "ours", "theirs", "ours\n\ntheirs"},
		{"both at the end", "Hello", "Hello a", "Hello b", "Hello a\n\n b"},
		{"both ends", "middle", "the middle", "middle end", "the middle end"},
		{"theirs above", "text", "text ours", "Hi! text", "Hi! text ours"},
		{"behind a paragraph of theirs", "a", "a more", "a\n\nb", "a more\n\nb"},
		{"a word that another begins with", "", "Yes", "Yesterday", "Yes\n\nYesterday"},
		{"what was typed further", "", "Yes", "Yes, of course", "Yes, of course"},
		{"the same place", "one two", "one 2", "one zwei", "one 2\n\none zwei"},
		{"ours sent, theirs goes on", "Hello", "", "Hello\n\nb", "\n\nb"},
		{"no letter cut", "ш", "щ", "шы", "щы"},
	} {
		if got := MergeText(c.base, c.ours, c.theirs); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
