package env

import (
	"slices"
	"testing"
	"time"

	"unibox/state"
)

func TestHowMuchIsRead(t *testing.T) {
	const m, h = time.Minute, time.Hour
	for want, accounts := range map[string][]state.Health{
		"3,251 of 20,000 read, about 40 min": {{Known: 3251, Listed: 20_000, Left: 40 * m}},
		"3,251 of 20,000 read, about 90 min": {{Known: 3251, Listed: 4000, Partial: true, Total: 20_000, Left: 90 * m}},
		"3,251 of 20,000 read, about 24 h":   {{Known: 3251, Listed: 20_000, Left: 24 * h}},
		"3,251 of 20,000 read, about 3 days": {{Known: 3251, Listed: 20_000, Left: 72 * h}},
		"3,251 of 20,000 read":               {{Known: 3251, Listed: 20_000}},
		"245 read so far":                    {{Known: 245, Listed: 245, Partial: true}},
		"260 read so far":                    {{Known: 260, Listed: 300, Partial: true, Total: 250, Left: m}}, // the total was a lie
		"0 read so far":                      {{Partial: true}, {Partial: true}},
		"20 read so far":                     {{Known: 20, Listed: 20, Partial: true, Unended: "a page is refused"}},
		"1,020 read so far":                  {{Known: 20, Listed: 300, Unended: "a page is refused"}, {Known: 1000, Listed: 1000}},
		"1,020 of 1,300 read":                {{Known: 20, Listed: 300, Unended: "no route", State: state.HealthRetrying}, {Known: 1000, Listed: 1000}},
		"1,020 of 1,300 read, about 5 min":   {{Known: 20, Listed: 300, Left: 5 * m}, {Known: 1000, Listed: 1000}},
		"1,020 of 2,300 read, about 2 h":     {{Known: 20, Listed: 300, Left: 5 * m}, {Known: 1000, Listed: 2000, Left: 2 * h}},
		"1,021 of 2,300 read":                {{Known: 21, Listed: 300, Left: 5 * m}, {Known: 1000, Listed: 2000, State: state.HealthStopped}}, // who knows when that goes on
		"1,234,567 of 1 read":                {{Known: 1_234_567, Listed: 1}},
		"-1,000 of 999 read":                 {{Known: -1000, Listed: 999}},
	} {
		if got := ReadingOf(accounts...).Words(nil)[0]; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	want := []string{"3,251 of 20,000 read, about 40 min", "3,251 of 20,000 read, ~40 min", "3,251 of 20,000, ~40 min", "3,251 of 20,000", "16 %"}
	if got := ReadingOf(state.Health{Known: 3251, Listed: 20_000, Left: 40 * m}).Words(nil); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
