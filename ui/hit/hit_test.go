package hit

import (
	"strings"
	"testing"

	"unibox/state/query"
)

// S2, S4: the hit is marked whatever its case, accents and width are, in scripts without blanks, and a
// number however it is written.
func TestExcerpts(t *testing.T) {
	for _, tt := range [][5]string{
		{"where is my parcel", "parc", "where is my ", "parc", "el"},
		{"Ёлка приехала", "ЕЛКА", "", "Ёлка", " приехала"},
		{"¿Cuándo llega?", "cuando", "¿", "Cuándo", " llega?"},
		{"我的订单在哪里", "订单", "我的", "订单", "在哪里"},
		{"subparcel parcel", "parcel", "subparcel ", "parcel", ""},
		{"a birthday cake, please", "cake birthday", "a ", "birthday cake", ", please"},
		{"nothing of it", "parcel", "", "nothing of it", ""},
		{"", "x", "", "", ""},
		{"ขอเค้กวันเกิดสองก้อน", "วันเกิด", "ขอเค้ก", "วันเกิด", "สองก้อน"},
		{"Hauptstraße 7", "hauptstrasse", "", "Hauptstraße", " 7"},
		{"call +1 (720) 555-4017 now", "17205554017", "call +", "1 (720) 555-4017", " now"},
		{"call +1 (720) 555-4017 now", "720-555-4017", "call +1 (", "720) 555-4017", " now"},
		{"a \"quoted\" word", `"quoted"`, "a \"", "quoted", "\" word"},
	} {
		before, hit, after := Of(tt[1]).Excerpt(tt[0])
		if before != tt[2] || hit != tt[3] || after != tt[4] {
			t.Errorf("%q in %q: %q %q %q", tt[1], tt[0], before, hit, after)
		}
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add("a b", "b")
	f.Add("\u0301x", "\u0301")
	f.Add("ﬁx", "fi")
	f.Fuzz(func(t *testing.T, line, query string) {
		if from, to := Of(query).Find(line); from < 0 || to < from || to > len(line) {
			t.Fatalf("%d to %d", from, to)
		}
	})
}

func TestMarks(t *testing.T) {
	mark := func(s string) string { return "[" + s + "]" }
	plain := func(s string) string { return s }
	for _, tt := range [][3]string{
		{"a cake, two Cakes", "cake", "a [cake], two [Cake]s"},
		{"nothing", "cake", "nothing"}, {"from me to you", "from:me you", "from me to [you]"},
		{"no cake", "-cake no", "[no] cake"}, {"ｃａｋｅ", "cake", "[ｃａｋｅ]"}, {"two words", `"two wor`, "[two] [wor]ds"}, {"", "x", ""},
	} {
		if got := Of(tt[1]).Mark(tt[0], plain, mark); got != tt[2] {
			t.Errorf("%q in %q: %q, want %q", tt[1], tt[0], got, tt[2])
		}
	}
}

// S1: what is pasted costs what a search may hold, and a drawn line costs no memory, however many
// words are looked for in it.
func TestManyWordsCostLittle(t *testing.T) {
	pasted := Of(strings.Repeat("words of a long paste ", 10000))
	if n := len(pasted.words); n != query.MostWords {
		t.Errorf("of a long paste %d words are looked for", n)
	}
	words := Of("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi")
	line := strings.Repeat("The parcel is NOT here yet: 17 посылок в пути. ", 20)
	if n := testing.AllocsPerRun(10, func() { words.Find(line) }); n > 0 {
		t.Errorf("a line without a hit costs %v allocations", n)
	}
}
