package export

import (
	"fmt"
	"html"
	"net/url"
	"strings"

	"unibox/state/record"
)

// head is what a page begins with: HTML without a script, which loads nothing but files
// beside it.
const head = `<!doctype html>
<html lang="%s"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><title>%s</title>
<style>
body{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em;color:#222;background:#fff}
h2{margin:2.5em 0 0;border-top:1px solid #ccc;padding-top:1em}
.where,.when,.gap{color:#666;font-size:.85em}
.m{margin:.6em 0;padding:.5em .8em;border-radius:.6em;background:#f0f0f0;max-width:38em;overflow-wrap:anywhere}
.us{margin-left:auto;background:#dcecff}.note{background:#fff6d6}
.m p{margin:.2em 0;white-space:pre-wrap}img{max-width:100%%;max-height:24em;display:block}
</style></head><body>
<h1>%s</h1><p class="where">%s</p>
`

// shown are the kinds of image that every browser draws and none runs.
var shown = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true}

// markup is HTML that is being written. Package html/template is left alone: a program that
// has it in it has every method of every type in it too, a tenth of the binary.
type markup struct {
	*strings.Builder
	by Reader
}

// add writes HTML with texts in it, which are escaped: no text is ever markup, nor the end of
// the attribute that it stands in.
func (m *markup) add(format string, texts ...string) {
	escaped := make([]any, len(texts))
	for i, text := range texts {
		escaped[i] = html.EscapeString(text)
	}
	fmt.Fprintf(m, format, escaped...)
}

// addAny is add where there is a text.
func (m *markup) addAny(format, text string) {
	if text != "" {
		m.add(format, text)
	}
}

func (s stream) html() error {
	r, begun := s.by, false
	begin := func(m *markup, title string) {
		m.add(head, r.Say.Tag(), title, title, r.Say.T("Exported by unibox, %s", r.when(s.archive.Made)))
		begun = true
	}
	many := r.Say.In("a title", "Conversations")
	err := s.each(func(b *strings.Builder, i int, c Conversation) {
		m := &markup{b, r}
		switch {
		case s.n == 1:
			begin(m, r.name(c))
		case i == 0:
			begin(m, many)
		}
		m.conversation(c)
	})
	if err != nil {
		return err
	}
	return s.write(func(b *strings.Builder) {
		m := &markup{b, r}
		if !begun {
			begin(m, many)
		}
		m.add("</body></html>\n")
	})
}

func (m *markup) conversation(c Conversation) {
	r := m.by
	m.add("<h2><bdi>%s</bdi></h2><p class=\"where\"><bdi>%s</bdi>, %s</p>\n", r.name(c), r.where(c), plain.Line(c.Conversation.ID))
	m.addAny("<p class=\"gap\">… %s</p>", r.before(c))
	m.add("\n")
	for _, one := range c.Messages {
		m.entry(one.From, r.author(c, one), r.when(one.At), Outcome(r.Say, one), Body(r.Say, one), one.Files)
		if c.missing(one.ID) {
			m.add("<p class=\"gap\">… %s</p>", r.missing())
		}
		m.add("\n")
	}
	for _, n := range c.Notes {
		m.entry("note", r.Say.T("note by %s", plain.Line(n.Author)), r.when(n.Made), "", plain.Clean(n.Text), nil)
		m.add("\n")
	}
}

// entry writes a message, or a note; class says whose it is.
func (m *markup) entry(class, who, at, outcome, text string, files []record.File) {
	m.add("<div class=\"m %s\"><div class=\"when\"><b><bdi>%s</bdi></b>, %s", class, who, at)
	m.addAny(" (%s)", outcome)
	m.add("</div>\n")
	m.addAny("<p dir=\"auto\">%s</p>", text)
	m.add("\n")
	for _, f := range files {
		m.file(f)
	}
	m.add("</div>\n")
}

// file writes a file: as an image or a link where it is in the export, else in words.
func (m *markup) file(f record.File) {
	words, link := m.by.fileWords(f), linkTo(f)
	switch {
	case link == "":
		m.add("<p>%s</p>", words)
	case shown[strings.ToLower(f.Type)]:
		m.add("<a href=\"%s\"><img src=\"%s\" alt=\"%s\"></a>", link, link, words)
	default:
		m.add("<p><a href=\"%s\" download>%s</a></p>", link, words)
	}
}

// linkTo leads to a file in the export, "" where it is not there.
func linkTo(f record.File) string {
	if f.Saved == "" {
		return ""
	}
	parts := strings.Split(f.Saved, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return "./" + strings.Join(parts, "/")
}
