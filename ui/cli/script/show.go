package script

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"unibox/api"
	"unibox/state"
	"unibox/state/record"
	"unibox/ui/cli/export"
	"unibox/ui/env"
	"unibox/ui/said"
	"unibox/ui/text"
)

const (
	// shown is how many messages are printed unless somebody says otherwise, mostShown at most.
	shown, mostShown = 30, 100_000
	// pageOf is how many are read at once.
	pageOf = 500
)

func (s Setup) show() *cobra.Command {
	c, limit, all := &command{}, shown, false
	cmd := &cobra.Command{
		Use:   "show CONVERSATION",
		Short: "Print the messages of a conversation, oldest first",
		Long: "show prints the newest messages that are stored of a conversation, what is on its way to\n" +
			"it, its private notes and its draft. CONVERSATION is an id as list prints it, a name or a\n" +
			"number. It says where messages are missing here.",
		Args: oneConversation(1),
	}
	c.jsonFlag(cmd)
	cmd.Flags().IntVar(&limit, "limit", shown, "how many `messages`, the newest")
	cmd.Flags().BoolVar(&all, "all", false, "all messages that are stored")
	c.completes(cmd)
	return s.make(c, cmd, func(ctx context.Context, args []string) error {
		if limit < 1 || limit > mostShown {
			return exit(ExitUsage, "--limit is a number from 1 to %d", mostShown)
		}
		if all {
			limit = mostShown
		}
		row, err := c.conversation(ctx, args[0])
		if err != nil {
			return err
		}
		t, err := c.thread(ctx, row, limit)
		if err != nil {
			return err
		}
		if c.json {
			return c.print(t)
		}
		return c.printThread(c.out, row, t)
	})
}

// thread is a conversation with its history, as far as that is asked for.
type thread struct {
	Schema       int                 `json:"schema"`
	Conversation record.Conversation `json:"conversation"`
	Messages     []record.Message    `json:"messages"`
	// Holes say where messages are missing between those.
	Holes []record.Hole `json:"holes,omitempty"`
	// Older says what is before the first: none, stored, or platform, which has to be asked.
	Older string        `json:"older"`
	Notes []record.Note `json:"notes,omitempty"`
	Draft string        `json:"draft,omitempty"`

	// originals are the messages as they are stored, in the order of Messages.
	originals []api.Message
}

var edges = map[state.Edge]string{state.EdgeEnd: "none", state.EdgeLocal: "stored", state.EdgeRemote: "platform"}

// thread reads the newest messages of a conversation.
func (c *command) thread(ctx context.Context, row state.Row, limit int) (thread, error) {
	id := row.Conversation.ID
	t := thread{Schema: record.Schema, Conversation: record.Of(row), Messages: []record.Message{}}
	items, older, err := c.history(ctx, id, limit)
	if err != nil {
		return t, err
	}
	t.Older = edges[older]
	before := ""
	for _, it := range items {
		if it.Gap {
			t.Holes = append(t.Holes, record.Hole{After: before})
			continue
		}
		m := record.OfItem(it)
		before = m.ID
		t.Messages, t.originals = append(t.Messages, m), append(t.originals, it.Message)
	}
	notes, err := c.Notes(ctx, id)
	if err != nil {
		return t, err
	}
	for _, n := range notes {
		t.Notes = append(t.Notes, record.OfNote(n))
	}
	d, err := c.Draft(ctx, id)
	t.Draft = d.Body
	return t, err
}

// history reads the newest items of a conversation, oldest first, and what is before them.
func (c *command) history(ctx context.Context, id api.ConversationID, limit int) (items []state.Item, older state.Edge, err error) {
	for anchor := state.Pos(0); ; {
		w, err := c.Timeline(ctx, state.TimelineQuery{Conversation: id, Anchor: anchor, Before: min(limit-len(items), pageOf)})
		if err != nil && !errors.Is(err, state.ErrNoSuch) {
			return nil, 0, err
		}
		page := w.Items
		if anchor != 0 { // the anchor itself is known
			for i, it := range page {
				if it.Pos == anchor && !it.Gap {
					page = page[:i]
					break
				}
			}
		}
		items = append(page[:len(page):len(page)], items...)
		if w.Older != state.EdgeLocal || len(page) == 0 || len(items) >= limit {
			return items, w.Older, nil
		}
		anchor = first(items)
	}
}

// first is the position of the oldest message.
func first(items []state.Item) state.Pos {
	for _, it := range items {
		if it.Pos != 0 && !it.Gap {
			return it.Pos
		}
	}
	return 0
}

func (c *command) printThread(out io.Writer, row state.Row, t thread) error {
	var b strings.Builder
	now := time.Now()
	fmt.Fprintf(&b, "%s  %s\n", described(row), plain.Line(t.Conversation.ID))
	if words := c.stateWords(row); words != "" {
		fmt.Fprintln(&b, words)
	}
	switch t.Older {
	case "stored":
		fmt.Fprintln(&b, c.setup.Say.T("… older messages are stored: --all prints them"))
	case "platform":
		fmt.Fprintln(&b, c.setup.Say.T("… older messages are at the platform and not here: open the conversation in unibox to read them"))
	}
	holes := map[string]bool{}
	for _, h := range t.Holes {
		holes[h.After] = true
	}
	day := ""
	for i, m := range t.Messages {
		if d := text.Day(c.setup.Say, now, m.At.In(now.Location())); d != day {
			day = d
			fmt.Fprintf(&b, "\n%s\n", d)
		}
		c.printMessage(&b, row, m, now)
		if holes[m.ID] && i < len(t.Messages)-1 {
			fmt.Fprintln(&b, c.setup.Say.T("… messages are missing here"))
		}
	}
	for _, n := range t.Notes {
		fmt.Fprintf(&b, "\n%s\n%s", c.setup.Say.T("note by %s, %s:", plain.Line(n.Author), text.Full(c.setup.Say, now, n.Made.In(now.Location()))), indented(n.Text))
	}
	if t.Draft != "" {
		fmt.Fprintf(&b, "\n%s\n%s", c.setup.Say.T("draft:"), indented(t.Draft))
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// indented is a text from outside, each line behind four spaces.
func indented(s string) string {
	return "    " + strings.ReplaceAll(plain.Clean(s), "\n", "\n    ") + "\n"
}

func (c *command) printMessage(b *strings.Builder, row state.Row, m record.Message, now time.Time) {
	who := plain.Line(m.Author)
	if who == "" {
		who = env.Name(c.setup.Say, plain, row.Conversation)
		if m.From == record.Us {
			who = c.setup.Say.T("you")
		}
	}
	fmt.Fprintf(b, "%s  %s:", m.At.In(now.Location()).Format("15:04"), who)
	if words := export.Body(c.setup.Say, m); words != "" {
		b.WriteString(" " + strings.ReplaceAll(words, "\n", "\n       "))
	}
	if words := export.Outcome(c.setup.Say, m); words != "" {
		b.WriteString("  [" + words + "]")
	}
	b.WriteString("\n")
	for _, f := range m.Files {
		a := api.Attachment{Name: f.Name, MIME: f.Type, Size: f.Size}
		fmt.Fprintf(b, "       [%s] %s %s %s", c.setup.Say.T("file %d", f.Number), plain.Line(f.Name), said.Sort(c.setup.Say, a), text.Size(c.setup.Say, f.Size))
		fmt.Fprintf(b, "  (%s)\n", c.setup.Say.T("message %s", plain.Line(m.ID)))
	}
}
