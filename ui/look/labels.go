package look

import (
	"fmt"
	"strings"
)

// longestTag is how many cells a label takes where there are several.
const longestTag = 12

// Labels are labels as one piece of text in at most w cells, "" where there is no room:
// those that fit, and how many more there are. They are text from outside.
func (l Look) Labels(labels []string, w int) string {
	if len(labels) == 0 || w < 3 {
		return ""
	}
	most := w
	if len(labels) > 1 {
		most = min(w, longestTag+1)
	}
	all := ""
	for i, label := range labels {
		tag := l.Mode.Cut("#"+l.Mode.Line(label), most)
		if i > 0 {
			tag = " " + tag
		}
		more := ""
		if rest := len(labels) - i - 1; rest > 0 {
			more = fmt.Sprintf(" +%d", rest)
		}
		if l.Mode.Width(all)+l.Mode.Width(tag)+l.Mode.Width(more) > w {
			return strings.TrimSpace(all + l.andMore(labels[i:], w-l.Mode.Width(all)))
		}
		all += tag
	}
	return all
}

// andMore counts labels that are not shown.
func (l Look) andMore(rest []string, w int) string {
	if more := fmt.Sprintf(" +%d", len(rest)); len(more) <= w {
		return more
	}
	return ""
}
