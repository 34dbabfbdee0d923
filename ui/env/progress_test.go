package env

import (
	"testing"

	"unibox/state"
)

func TestHowMuchIsRead(t *testing.T) {
	for want, accounts := range map[string][]state.Health{
		"3,251 of 20,000": {{Known: 3251, Listed: 20_000}},
		"245 of 245+":     {{Known: 245, Listed: 245, Partial: true}},
		"0 of ?":          {{Partial: true}, {Partial: true}},
		"20 of ?":         {{Known: 20, Listed: 20, Unended: "a page is refused"}},
		"1,020 of 1,300+": {{Known: 20, Listed: 300, Unended: "a page is refused"}, {Known: 1000, Listed: 1000}},
		"1,234,567 of 1+": {{Known: 1_234_567, Listed: 1, Partial: true}},
		"-1,000 of 999":   {{Known: -1000, Listed: 999}},
	} {
		if got := Read(accounts...); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
