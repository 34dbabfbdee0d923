package said

import (
	"strings"

	"unibox/api"
	"unibox/ui/catalog"
)

// specials are the words with which api/special begins a line.
var specials = []catalog.Text{"Missed video call", "Missed call", "Video call", "Call", "Live location", "Location"}

// otherType is what is said of a message of which nothing but a type is known.
const otherType catalog.Text = "a message of the type “%s”, which cannot be shown here"

// Special is the body of a message in the language of the reader, where a client has put it into
// words because the message has neither text nor file: a place, a card, a sticker, a call. What
// is not of its forms stays, and so does all that a customer wrote.
func Special(say *catalog.Language, kind api.MessageKind, body string) string {
	if kind != api.KindUnknown || say.Tag() == catalog.English {
		return body
	}
	lines := strings.Split(body, "\n")
	for i, line := range lines {
		lines[i] = specialLine(say, line)
	}
	return strings.Join(lines, "\n")
}

func specialLine(say *catalog.Language, line string) string {
	for _, word := range specials {
		rest, ok := strings.CutPrefix(line, string(word))
		if ok && (rest == "" || strings.HasPrefix(rest, ": ") || strings.HasPrefix(rest, ", ") || strings.HasPrefix(rest, " (")) {
			return say.Of(word) + rest
		}
	}
	if rest, ok := strings.CutPrefix(line, "Contact: "); ok {
		return say.T("Contact: %s", rest)
	}
	before, after, _ := strings.Cut(string(otherType), "%s")
	if name, ok := strings.CutPrefix(line, before); ok && strings.HasSuffix(name, after) {
		return strings.Replace(say.Of(otherType), "%s", strings.TrimSuffix(name, after), 1)
	}
	if line == "Sticker" {
		return say.T("Sticker")
	}
	if sign, ok := strings.CutPrefix(line, "Sticker "); ok {
		if sign, set, ok := strings.Cut(sign, " of "); ok {
			return say.T("Sticker %s of %s", sign, set)
		}
		return say.T("Sticker %s", sign)
	}
	return line
}
