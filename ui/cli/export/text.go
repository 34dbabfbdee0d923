package export

import (
	"fmt"
	"strings"
	"time"
)

func (r Reader) text(b *strings.Builder, i int, c Conversation) {
	if i > 0 {
		b.WriteString("\n\n")
	}
	fmt.Fprintf(b, "%s (%s)\n%s\n", r.name(c), r.where(c), plain.Line(c.Conversation.ID))
	if words := r.before(c); words != "" {
		fmt.Fprintf(b, "\n… %s\n", words)
	}
	for _, m := range c.Messages {
		line := r.author(c, m) + ": " + strings.ReplaceAll(Body(r.Say, m), "\n", "\n    ")
		if words := Outcome(r.Say, m); words != "" {
			line += "  [" + words + "]"
		}
		fmt.Fprintf(b, "\n%s  %s\n", r.when(m.At), line)
		for _, f := range m.Files {
			fmt.Fprintf(b, "    [%s] %s\n", r.Say.T("file"), strings.TrimSpace(r.fileWords(f)+"  "+plain.Line(f.Saved)))
		}
		if c.missing(m.ID) {
			fmt.Fprintf(b, "\n… %s\n", r.missing())
		}
	}
	for _, n := range c.Notes {
		fmt.Fprintf(b, "\n%s\n    %s\n", r.Say.T("note by %s, %s:", plain.Line(n.Author), r.when(n.Made)), strings.ReplaceAll(plain.Clean(n.Text), "\n", "\n    "))
	}
}

// markdownEscapes are the characters that mean something in Markdown or HTML.
var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "#", `\#`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "|", `\|`, "!", `\!`, "~", `\~`, "+", `\+`, "-", `\-`, ":", `\:`, "=", `\=`, "@", `\@`, ".", `\.`)

// quoted is a text in lines that are quoted, in which nothing is a mark.
func quoted(s string) string {
	return "> " + strings.ReplaceAll(markdownEscapes.Replace(s), "\n", "  \n> ") + "\n"
}

func (r Reader) markdown(b *strings.Builder, i int, c Conversation) {
	esc := markdownEscapes.Replace
	if i > 0 {
		b.WriteString("\n")
	}
	fmt.Fprintf(b, "# %s\n\n%s, %s\n", esc(r.name(c)), esc(r.where(c)), esc(plain.Line(c.Conversation.ID)))
	if words := r.before(c); words != "" {
		fmt.Fprintf(b, "\n*… %s*\n", words)
	}
	for _, m := range c.Messages {
		fmt.Fprintf(b, "\n**%s**, %s", esc(r.author(c, m)), r.when(m.At))
		if words := Outcome(r.Say, m); words != "" {
			fmt.Fprintf(b, " (%s)", esc(words))
		}
		b.WriteString("\n")
		if s := Body(r.Say, m); s != "" {
			b.WriteString("\n" + quoted(s))
		}
		for _, f := range m.Files {
			if f.Saved != "" {
				fmt.Fprintf(b, "\n- [%s](<%s>)\n", esc(r.fileWords(f)), strings.NewReplacer("<", "%3C", ">", "%3E", "\\", "%5C").Replace(plain.Line(f.Saved)))
				continue
			}
			fmt.Fprintf(b, "\n- %s: %s\n", r.Say.T("file"), esc(r.fileWords(f)))
		}
		if c.missing(m.ID) {
			fmt.Fprintf(b, "\n*… %s*\n", r.missing())
		}
	}
	for _, n := range c.Notes {
		fmt.Fprintf(b, "\n%s\n\n%s", r.Say.T("note by %s, %s:", "**"+esc(plain.Line(n.Author))+"**", r.when(n.Made)), quoted(plain.Clean(n.Text)))
	}
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

// columns are the heads of those of the CSV.
var columns = []any{"id", "account", "channel", "name", "handle", "active", "waiting_since", "unread", "labels", "done", "snoozed_until", "last_from", "last_text", "draft", "failed", "unknown", "held", "notes"}

// csv writes the row of a conversation.
func (r Reader) csv(b *strings.Builder, _ int, c Conversation) {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(r.Zone).Format(time.RFC3339)
	}
	of, from, last := c.Conversation, "", ""
	if of.Newest != nil {
		from, last = of.Newest.From, of.Newest.Text
	}
	row(b, []any{cell(of.ID), cell(of.Account), cell(of.Channel), cell(of.Name), cell(of.Handle), at(of.Active), at(of.Waiting), of.Unread,
		cell(strings.Join(of.Labels, ", ")), of.Done, at(of.Snoozed), from, cell(last), cell(of.Draft), of.Failed, of.Unknown, of.Held, of.Notes})
}
