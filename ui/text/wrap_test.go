package text

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		name, in string
		w        int
		want     []string
	}{
		{"empty", "", 5, []string{""}},
		{"fits", "hello", 5, []string{"hello"}},
		{"words", "one of the cups is broken", 10, []string{"one of the", "cups is", "broken"}},
		{"newlines", "a\n\nb", 5, []string{"a", "", "b"}},
		{"long word", "abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"long word after text", "to abcdefghij", 4, []string{"to", "abcd", "efgh", "ij"}},
		{"indentation", "  - first item here", 10, []string{"  - first", "item here"}},
		{"deep indentation", "          deep", 8, []string{"    deep"}},
		{"cjk", "明天的天气怎么样。", 6, []string{"明天的", "天气怎", "么样。"}},
		{"no row starts with a stop", "明天的天。气", 8, []string{"明天的", "天。气"}},
		{"wide in one column", "日", 1, []string{"…"}},
		{"spaces at the break", "ab      cd", 4, []string{"ab", "cd"}},
		{"hyphen", "well-known", 6, []string{"well-", "known"}},
		{"cyrillic", "Здравствуйте, заказ не пришёл", 14, []string{"Здравствуйте,", "заказ не", "пришёл"}},
		{"no row starts with a dash", "новых: 1, M — к первому", 12, []string{"новых: 1,", "M — к", "первому"}},
		{"a cluster wider than a row", "\u1112\u1112\u1112", 4, []string{"\u1112", "\u1112\u1112"}},
		{"no width", "ab", 0, []string{"a", "b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := (Mode{}).Wrap(c.in, c.w); !slices.Equal(got, c.want) {
				t.Errorf("Wrap(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
			}
		})
	}
}

func TestBreaksLeaveNothingOut(t *testing.T) {
	for _, line := range []string{"one  two   three", "abcdefghij", "明天的 天气", "  indented text", ""} {
		starts := (Mode{}).Breaks(line, 4)
		if starts[0] != 0 || !slices.IsSorted(starts) || starts[len(starts)-1] > len(line) {
			t.Errorf("Breaks(%q) = %v", line, starts)
		}
	}
}

func BenchmarkWrap(b *testing.B) {
	for name, unit := range map[string]string{
		"ascii": "The quick brown fox. ", "cyrillic": "Съешь ещё этих булок ", "cjk": "明天的天气怎么样", "word": "x",
	} {
		for _, size := range []int{300, 1 << 20} {
			s := strings.Repeat(unit, size/len(unit))
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				for b.Loop() {
					Mode{}.Wrap(s, 60)
				}
			})
		}
	}
}
