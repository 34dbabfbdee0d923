package state

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"unibox/api"
)

// longestText is how many bytes of a message's text are kept on this machine: a few
// times what any platform lets a person write. Text of megabytes would fill memory,
// disk and index for every message.
const longestText = 64 << 10

// longestLine is how many bytes are kept of what is one line: a name, a reason.
const longestLine = 1 << 10

// cutNote begins the sentence that ends a text which was cut.
const cutNote = "\n\n[text cut at 64 KB of "

// Shortened is a message as it is kept on this machine: a text that was cut says so,
// and how long it was.
func Shortened(m api.Message) api.Message {
	m.Author, m.Reason = shortLine(m.Author), shortLine(m.Reason)
	if len(m.Body) > longestText {
		m.Body = fmt.Sprintf("%s%s%.1f MB; the platform has all of it]", prefix(m.Body, longestText), cutNote, float64(len(m.Body))/(1<<20))
	}
	return m
}

// mostAgents is how many of those to whom a conversation is assigned are kept.
const mostAgents = 8

// FewAgents are agents as they are kept on this machine: the first of them, with names of
// a line. It is empty, never nil.
func FewAgents(all []api.Agent) []api.Agent {
	few := append([]api.Agent{}, all[:min(len(all), mostAgents)]...)
	for i := range few {
		few[i] = api.Agent{Remote: shortLine(few[i].Remote), Name: shortLine(few[i].Name)}
	}
	return few
}

func shortLine(s string) string {
	if len(s) <= longestLine {
		return s
	}
	return prefix(s, longestLine) + "…"
}

// prefix is the beginning of a text, of at most n bytes and of whole characters.
func prefix(s string, n int) string {
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.Clone(s[:n])
}

// beginning is what was kept of a text that was cut.
func beginning(body string) (kept string, cut bool) {
	i := strings.LastIndex(body, cutNote)
	if i < 0 || !strings.HasSuffix(body, "]") || i > longestText {
		return body, false
	}
	return body[:i], true
}
