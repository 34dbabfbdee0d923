package reply

import (
	"fmt"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/text"
)

// mostLines and mostChars are how long a text is sent without a question. What
// is longer was rarely typed: it is a log or a file that was pasted.
const (
	mostLines = 40
	mostChars = 3000
)

// oversized says how large a text is, "" if it is as people write.
func oversized(body string) string {
	lines, chars := strings.Count(strings.TrimSpace(body), "\n")+1, utf8.RuneCountInString(body)
	if lines <= mostLines && chars <= mostChars {
		return ""
	}
	size := fmt.Sprintf("%d characters", chars)
	if len(body) >= 10_000 {
		size = text.Size(int64(len(body)))
	}
	return env.Count(lines, "line", "lines") + ", " + size
}

// checkSize sends, unless the text is larger than people write: then it asks
// first. What was written stays in the box until the answer is yes.
func (b *Box) checkSize(send func() tea.Cmd) tea.Cmd {
	size := oversized(b.text.Value())
	if size == "" || b.editing.Remote != "" && oversized(b.original) != "" {
		return send()
	}
	rules := b.rules()
	words := []string{"All of it goes to " + b.to() + " over " + b.env.Line(rules.Title) + " as one message: " + size + "."}
	if rules.MaxFiles > 0 && b.first == nil && b.editing.Remote == "" {
		words = append(words, "A long text may be better as a file: "+keymap.KeyName(b.env.Keys.Key(keymap.Attach, keymap.Composer))+" attaches one.")
	}
	visit, rev := b.visit, b.text.Rev()
	return b.screen.Dialogs.Open(dialog.NewEither("Send "+size+"?", words, "Back to the text", nil, "Send all of it", func() tea.Cmd {
		if visit != b.visit || rev != b.text.Rev() {
			return b.env.Warn("not sent: the text is not the one that was asked about")
		}
		return send()
	}))
}

// to is who the text goes to.
func (b *Box) to() string {
	if b.first != nil {
		return b.env.Line(b.first.To)
	}
	row, _ := b.thread.Row()
	return b.env.Look.Mode.Cut(b.env.Name(row.Conversation), 30)
}
