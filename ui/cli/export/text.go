package export

import (
	"fmt"
	"io"
	"strings"
	"time"
)

func (a Archive) text(to io.Writer, r Reader) error {
	var b strings.Builder
	for i, c := range a.Conversations {
		if i > 0 {
			b.WriteString("\n\n")
		}
		fmt.Fprintf(&b, "%s (%s)\n%s\n", r.name(c), r.where(c), plain.Line(c.Conversation.ID))
		if words := r.before(c); words != "" {
			fmt.Fprintf(&b, "\n… %s\n", words)
		}
		for _, m := range c.Messages {
			line := r.author(c, m) + ": " + strings.ReplaceAll(Body(r.Say, m), "\n", "\n    ")
			if words := Outcome(r.Say, m); words != "" {
				line += "  [" + words + "]"
			}
			fmt.Fprintf(&b, "\n%s  %s\n", r.when(m.At), line)
			for _, f := range m.Files {
				fmt.Fprintf(&b, "    [%s] %s\n", r.Say.T("file"), strings.TrimSpace(r.fileWords(f)+"  "+plain.Line(f.Saved)))
			}
			if c.missing(m.ID) {
				fmt.Fprintf(&b, "\n… %s\n", r.missing())
			}
		}
		for _, n := range c.Notes {
			fmt.Fprintf(&b, "\n%s\n    %s\n", r.Say.T("note by %s, %s:", plain.Line(n.Author), r.when(n.Made)), strings.ReplaceAll(plain.Clean(n.Text), "\n", "\n    "))
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

func (a Archive) markdown(to io.Writer, r Reader) error {
	var b strings.Builder
	esc := markdownEscapes.Replace
	for i, c := range a.Conversations {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "# %s\n\n%s, %s\n", esc(r.name(c)), esc(r.where(c)), esc(plain.Line(c.Conversation.ID)))
		if words := r.before(c); words != "" {
			fmt.Fprintf(&b, "\n*… %s*\n", words)
		}
		for _, m := range c.Messages {
			fmt.Fprintf(&b, "\n**%s**, %s", esc(r.author(c, m)), r.when(m.At))
			if words := Outcome(r.Say, m); words != "" {
				fmt.Fprintf(&b, " (%s)", esc(words))
			}
			b.WriteString("\n")
			if s := Body(r.Say, m); s != "" {
				b.WriteString("\n" + quoted(s))
			}
			for _, f := range m.Files {
				if f.Saved != "" {
					fmt.Fprintf(&b, "\n- [%s](<%s>)\n", esc(r.fileWords(f)), strings.NewReplacer("<", "%3C", ">", "%3E", "\\", "%5C").Replace(plain.Line(f.Saved)))
					continue
				}
				fmt.Fprintf(&b, "\n- %s: %s\n", r.Say.T("file"), esc(r.fileWords(f)))
			}
			if c.missing(m.ID) {
				fmt.Fprintf(&b, "\n*… %s*\n", r.missing())
			}
		}
		for _, n := range c.Notes {
			fmt.Fprintf(&b, "\n%s\n\n%s", r.Say.T("note by %s, %s:", "**"+esc(plain.Line(n.Author))+"**", r.when(n.Made)), quoted(plain.Clean(n.Text)))
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
