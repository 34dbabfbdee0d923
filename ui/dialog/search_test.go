package dialog

import (
	"strings"
	"testing"

	"unibox/ui/text"
)

func TestExcerpts(t *testing.T) {
	long := strings.Repeat("word ", 20)
	for _, tt := range [][5]string{
		{"where is my parcel", "parc", "where is my ", "parc", "el"},
		{"Ёлка приехала", "ЕЛКА", "", "Ёлка", " приехала"},
		{"¿Cuándo llega?", "cuando", "¿", "Cuándo", " llega?"},
		{"我的订单在哪里", "订单", "我的", "订单", "在哪里"},
		{"subparcel parcel", "parcel", "subparcel ", "parcel", ""},
		{"nothing of it", "parcel", "", "nothing of it", ""},
		{"", "x", "", "", ""},
		{"a \"quoted\" word", `"quoted"`, "a \"", "quoted", "\" word"},
	} {
		before, hit, after := excerpt(text.Mode{}, tt[0], tt[1])
		if before != tt[2] || hit != tt[3] || after != tt[4] {
			t.Errorf("%q in %q: %q %q %q", tt[1], tt[0], before, hit, after)
		}
	}
	if before, hit, _ := excerpt(text.Mode{}, long+"parcel", "parcel"); hit != "parcel" || (text.Mode{}).Width(before) != leadUp+1 {
		t.Errorf("%q %q", before, hit)
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add("a b", "b")
	f.Add("\u0301x", "\u0301")
	f.Add("ﬁx", "fi")
	f.Fuzz(func(t *testing.T, line, query string) {
		if from, to := find(line, query); from < 0 || to < from || to > len(line) {
			t.Fatalf("%d to %d", from, to)
		}
	})
}
