package export

import (
	"fmt"
	"io"
	"strings"
	"time"
)

func (a Archive) text(to io.Writer, zone *time.Location) error {
	var b strings.Builder
	for i, c := range a.Conversations {
		if i > 0 {
			b.WriteString("\n\n")
		}
		fmt.Fprintf(&b, "%s (%s)\n%s\n", c.name(), c.where(), plain.Line(c.Conversation.ID))
		if words := c.before(); words != "" {
			fmt.Fprintf(&b, "\n… %s\n", words)
		}
		for _, m := range c.Messages {
			line := c.author(m) + ": " + strings.ReplaceAll(body(m), "\n", "\n    ")
			if words := outcome(m); words != "" {
				line += "  [" + words + "]"
			}
			fmt.Fprintf(&b, "\n%s  %s\n", when(m.At, zone), line)
			for _, f := range m.Files {
				fmt.Fprintf(&b, "    [file] %s\n", strings.TrimSpace(fileWords(f)+"  "+plain.Line(f.Saved)))
			}
			if c.missing(m.ID) {
				b.WriteString("\n… messages are missing here\n")
			}
		}
		for _, n := range c.Notes {
			fmt.Fprintf(&b, "\nnote by %s, %s:\n    %s\n", plain.Line(n.Author), when(n.Made, zone), strings.ReplaceAll(plain.Clean(n.Text), "\n", "\n    "))
		}
	}
	_, err := io.WriteString(to, b.String())
	return err
}

// markdownEscapes are the characters that mean something in Markdown or HTML.
var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "#", `\#`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "|", `\|`, "!", `\!`, "~", `\~`, "+", `\+`, "-", `\-`, ":", `\:`, "=", `\=`, "@", `\@`, ".", `\.`)

// quoted is a text in lines that are quoted, in which nothing is a mark.
func quoted(s string) string {
	return "> " + strings.ReplaceAll(markdownEscapes.Replace(s), "\n", "  \n> ") + "\n"
}

func (a Archive) markdown(to io.Writer, zone *time.Location) error {
	var b strings.Builder
	esc := markdownEscapes.Replace
	for i, c := range a.Conversations {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "# %s\n\n%s, %s\n", esc(c.name()), esc(c.where()), esc(plain.Line(c.Conversation.ID)))
		if words := c.before(); words != "" {
			fmt.Fprintf(&b, "\n*… %s*\n", words)
		}
		for _, m := range c.Messages {
			fmt.Fprintf(&b, "\n**%s**, %s", esc(c.author(m)), when(m.At, zone))
			if words := outcome(m); words != "" {
				fmt.Fprintf(&b, " (%s)", esc(words))
			}
			b.WriteString("\n")
			if s := body(m); s != "" {
				b.WriteString("\n" + quoted(s))
			}
			for _, f := range m.Files {
				if f.Saved != "" {
					fmt.Fprintf(&b, "\n- [%s](<%s>)\n", esc(fileWords(f)), strings.NewReplacer("<", "%3C", ">", "%3E", "\\", "%5C").Replace(plain.Line(f.Saved)))
					continue
				}
				fmt.Fprintf(&b, "\n- file: %s\n", esc(fileWords(f)))
			}
			if c.missing(m.ID) {
				b.WriteString("\n*… messages are missing here*\n")
			}
		}
		for _, n := range c.Notes {
			fmt.Fprintf(&b, "\nNote by **%s**, %s\n\n%s", esc(plain.Line(n.Author)), when(n.Made, zone), quoted(plain.Clean(n.Text)))
		}
	}
	_, err := io.WriteString(to, b.String())
	return err
}

// cell is a text as a cell of a spreadsheet, which takes one that begins so for a formula.
func cell(s string) string {
	if s = plain.Line(s); s != "" && strings.ContainsRune("=+-@|%", rune(s[0])) {
		return "'" + s
	}
	return s
}

// row writes a row in which every text is quoted: a spreadsheet that parts cells at semicolons
// would begin another cell within one, and take that for a formula.
func row(to *strings.Builder, cells []any) {
	for i, c := range cells {
		if i > 0 {
			to.WriteByte(',')
		}
		switch c := c.(type) {
		case string:
			to.WriteString(`"` + strings.ReplaceAll(c, `"`, `""`) + `"`)
		default:
			fmt.Fprint(to, c)
		}
	}
	to.WriteString("\n")
}

// csv writes a row for each conversation.
func (a Archive) csv(to io.Writer, zone *time.Location) error {
	var b strings.Builder
	row(&b, []any{"id", "account", "channel", "name", "handle", "active", "waiting_since", "unread", "labels", "done", "snoozed_until", "last_from", "last_text", "draft", "failed", "unknown", "held", "notes"})
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(zone).Format(time.RFC3339)
	}
	for _, c := range a.Conversations {
		r := c.Conversation
		from, last := "", ""
		if r.Newest != nil {
			from, last = r.Newest.From, r.Newest.Text
		}
		row(&b, []any{cell(r.ID), cell(r.Account), cell(r.Channel), cell(r.Name), cell(r.Handle), at(r.Active), at(r.Waiting), r.Unread,
			cell(strings.Join(r.Labels, ", ")), r.Done, at(r.Snoozed), from, cell(last), cell(r.Draft), r.Failed, r.Unknown, r.Held, r.Notes})
	}
	_, err := io.WriteString(to, b.String())
	return err
}
