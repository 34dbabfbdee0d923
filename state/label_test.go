package state

import (
	"strings"
	"testing"
)

// N14: a label is one short clean line, whatever was typed.
func TestCleanLabel(t *testing.T) {
	for typed, want := range map[string]string{
		"vip": "vip", " #VIP  client ": "VIP client", "сро\x1b[31mчно": "сро[31mчно", "a\u202eb": "ab", "--x": "x", `re,f"u*nd`: "refund", "★": "★",
		"": "", " # ": "", "!?": "", strings.Repeat("x", LongestLabel+1): "",
	} {
		got, err := CleanLabel(typed)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v; want %q", typed, got, err, want)
		}
	}
	if LabelKey("ВИП") != LabelKey("вип") || LabelKey("e\u0301") != LabelKey("É") {
		t.Error("spellings of one label differ")
	}
}
