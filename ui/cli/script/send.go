package script

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"unibox/api"
	"unibox/state"
	"unibox/state/events"
	"unibox/state/record"
	"unibox/ui/catalog"
	"unibox/ui/cli/export"
	"unibox/ui/env"
	"unibox/ui/sms"
	"unibox/ui/text"
	"unibox/ui/when"
)

// sendOptions are the flags of unibox send.
type sendOptions struct {
	files                       []string
	quote, at                   string
	wait, draft, anyway, isDone bool
	timeout                     time.Duration
}

// waitsFor is how long a message is waited for.
const waitsFor = 2 * time.Minute

func (s Setup) send() *cobra.Command {
	c, o := &command{}, sendOptions{}
	cmd := &cobra.Command{
		Use:   "send CONVERSATION [TEXT | -]",
		Short: "Send a reply: text as an argument or on standard input, files with --file",
		Long: "send puts a reply into the outbox, on the disk, and then sends it. Where another session\n" +
			"sends (a screen, or unibox watch), that one does it and send returns at once; --wait waits\n" +
			"for what becomes of it. Without one, send itself sends what is in the outbox and returns\n" +
			"when the platform has the message. Before that it is looked whether the customer wrote\n" +
			"what is not stored here: then the message is held, and nothing goes out.\n\n" +
			"It ends with 0 if the message is out or queued, 5 if it failed, 6 if no answer came and it\n" +
			"may have gone out, 7 if it is held, 8 if it is still on its way when the time is over or\n" +
			"ctrl+c ends it: it stays in the outbox then. Where send itself sends, no hooks are run.\n" +
			"A draft of that conversation stays, unless it is the text that is sent.\n\n" +
			"The text is the argument. Without one, and for -, it is standard input to its end; but beside\n" +
			"--file standard input is read for - alone, so that a file goes out also where standard\n" +
			"input is open and silent: echo text | unibox send Anna - --file bill.pdf.",
		Args: oneConversation(0),
	}
	c.jsonFlag(cmd)
	f := cmd.Flags()
	f.StringArrayVar(&o.files, "file", nil, "attach this `file`; may be repeated")
	f.StringVar(&o.quote, "quote", "", "answer the message with this `id`")
	f.StringVar(&o.at, "at", "", "send it at this `time`, such as \"tomorrow 9\"")
	f.BoolVar(&o.wait, "wait", false, "wait until nothing more is to be learned of its delivery")
	f.DurationVar(&o.timeout, "timeout", waitsFor, "how `long` to wait at most")
	c.dryFlag(cmd)
	f.BoolVar(&o.draft, "draft", false, "send the draft that is stored")
	f.BoolVar(&o.isDone, "done", false, "be done with the conversation once it is sent")
	f.BoolVar(&o.anyway, "anyway", false, "send also what a person would be asked about first, and past what the customer just wrote")
	c.completes(cmd)
	return s.make(c, cmd, func(ctx context.Context, args []string) error {
		if o.draft && (len(args) > 1 || len(o.files) > 0 || o.quote != "") {
			return exit(ExitUsage, "--draft sends the draft that is stored, as it is: leave out the text, --file and --quote, or --draft")
		}
		row, err := c.conversation(ctx, args[0])
		if err != nil {
			return err
		}
		d, err := c.reply(ctx, row, args[1:], o)
		if err != nil {
			return err
		}
		return c.sendReply(ctx, row, d, o)
	})
}

// reply is the draft that arguments and flags say, checked as far as it can be here.
func (c *command) reply(ctx context.Context, row state.Row, args []string, o sendOptions) (d state.Draft, err error) {
	id := row.Conversation.ID
	if why := c.whyNoReply(row); why != "" {
		return d, exit(ExitFailed, "not sent to %s: %s", described(row), why)
	}
	if err := c.WhyNotAnswer(ctx, id); err != nil {
		return d, exit(ExitFailed, "not sent to %s: %s", described(row), plain.Line(c.setup.Say.Error(err)))
	}
	if why := c.windowOver(row); why != "" && !o.anyway {
		return d, exit(ExitFailed, "not sent to %s: %s", described(row), why)
	}
	if o.draft {
		if d, err = c.Draft(ctx, id); err == nil && d.Empty() {
			err = exit(ExitNone, "there is no draft for %s", described(row))
		}
	} else if d, err = c.written(ctx, row, args, o); err == nil && o.quote != "" {
		err = c.quoted(ctx, &d, row, o.quote)
	}
	if err != nil {
		return d, err
	}
	if o.at != "" {
		if d.At, err = when.Parse(c.setup.Say, o.at, c.planning(ctx)); err != nil {
			return d, &Exit{ExitUsage, err}
		}
	}
	if why := c.tooManyParts(row, d.Body); why != "" && !o.anyway {
		return d, exit(ExitFailed, "not sent to %s: %s", described(row), why)
	}
	if d.Seen = api.Known(row.Newest); o.anyway {
		d.Seen = api.Opt[state.Pos]{}
	}
	if o.isDone {
		d.WhenSent = c.doneWish(row)
	}
	return d, nil
}

// written is the text and the files that were given.
func (c *command) written(ctx context.Context, row state.Row, args []string, o sendOptions) (d state.Draft, err error) {
	d = state.Draft{Conversation: row.Conversation.ID, Apart: true}
	if len(args) > 0 || len(o.files) == 0 {
		if d.Body, err = typed(c.cmd, args); err != nil {
			return d, err
		}
	} else if unread(c.cmd.InOrStdin(), waitsForText) {
		return d, exit(ExitUsage, "there is something on standard input, which is not read beside --file: add - to send it as the text, or < /dev/null to leave it")
	}
	d.Body = text.Safe(d.Body)
	if len(o.files) > 0 {
		c.LearnSecrets(ctx)
	}
	for _, path := range o.files {
		f, err := c.Guard.Inspect(path)
		if err != nil {
			return d, err
		}
		if len(f.Dangers) > 0 && !o.anyway {
			return d, exit(ExitFailed, "%s was not sent: %s --anyway sends it", plain.Line(f.Name), strings.Join(f.Dangers, " "))
		}
		d.Files = append(d.Files, f.File)
	}
	return d, nil
}

// waitsForText is how long it is waited for the first of a text that a pipe or another machine may
// bring: over a line that comes later than the command.
const waitsForText = time.Second / 2

// unread reports whether there is something on standard input that would be left there. It waits
// so long at most for what may still come.
func unread(in io.Reader, limit time.Duration) bool {
	if line, is := in.(interface{ Comes(time.Duration) bool }); is {
		return line.Comes(limit)
	}
	f, is := in.(*os.File)
	if !is {
		return false
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		return false
	case info.Mode().IsRegular():
		at, err := f.Seek(0, io.SeekCurrent)
		return err == nil && at < info.Size()
	}
	return info.Mode()&(fs.ModeNamedPipe|fs.ModeSocket) != 0 && piped(f, limit)
}

// whyNoReply is the reason for which nothing can be sent to a conversation, "" if something
// can.
func (c *command) whyNoReply(row state.Row) string {
	conv := row.Conversation
	switch {
	case c.ReadOnly():
		return c.setup.Say.Error(c.WhyNotWrite())
	case c.WhyNotSend() != nil:
		return c.setup.Say.Error(c.WhyNotSend())
	case c.Account(conv.ID.Account).Provider == nil:
		return c.setup.Say.T("there is no account %q in the config", plain.Line(string(conv.ID.Account)))
	case row.Provisional:
		return c.setup.Say.T("the first message is still on its way")
	case conv.Kind == "":
		return c.setup.Say.T("the conversation is still being read")
	case conv.Blocked.Or(false):
		return c.setup.Say.T("the contact is blocked")
	case conv.OptedOut.Or(false):
		return c.setup.Say.T("the contact opted out of messages")
	}
	return ""
}

// windowOver says that only templates arrive now, "" if that is not so.
func (c *command) windowOver(row state.Row) string {
	if row.FreeUntil.IsZero() || row.FreeUntil.After(time.Now()) {
		return ""
	}
	rules := c.Account(row.Conversation.ID.Account).Traits.Rule(row.Conversation.Kind)
	return c.setup.Say.Plural(int(rules.Window.Hours()), "%[2]s takes a text for %[1]d hour after the customer wrote last, and that is over: only templates arrive, which unibox itself offers. --anyway sends it all the same",
		"%[2]s takes a text for %[1]d hours after the customer wrote last, and that is over: only templates arrive, which unibox itself offers. --anyway sends it all the same", plain.Line(rules.Title))
}

// mostBilled is how many messages that are billed each a text may take unasked.
const mostBilled = 10

// tooManyParts says that a text is billed as more messages than anybody means to send, "" if
// it is not.
func (c *command) tooManyParts(row state.Row, body string) string {
	n := sms.Parts(body).Parts
	if n <= mostBilled || !c.Account(row.Conversation.ID.Account).Traits.Rule(row.Conversation.Kind).Parts {
		return ""
	}
	return c.setup.Say.Plural(n, "the text is billed as %d message. --anyway sends it all the same", "the text is billed as %d messages. --anyway sends it all the same")
}

// mostQuotedBack is how far back a message is looked for that is to be quoted.
const mostQuotedBack = 2000

// quoteLength is how much of a quoted message is kept, in characters.
const quoteLength = 200

// quoted lets a reply answer a message.
func (c *command) quoted(ctx context.Context, d *state.Draft, row state.Row, message string) error {
	items, _, err := c.history(ctx, d.Conversation, mostQuotedBack)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(items, func(it state.Item) bool { return it.Message.ID.Remote == message && message != "" })
	if i < 0 {
		return exit(ExitNone, "no message %q is stored of %s", plain.Line(message), described(row))
	}
	m := items[i].Message
	words := text.Safe(m.Body)
	if words == "" && len(m.Attachments) > 0 {
		words = m.Attachments[0].Name
	}
	if r := []rune(words); len(r) > quoteLength {
		words = string(r[:quoteLength])
	}
	author := m.Author
	if author == "" && m.Direction == api.Inbound {
		author = env.Name(nil, plain, row.Conversation)
	}
	d.Quote = state.Quote{Message: m.ID.Remote, Author: author, Text: words}
	if _, ok := c.Account(d.Conversation.Account).Provider.(api.Quoter); !ok { // it stands in the text
		line, _, _ := strings.Cut(strings.TrimSpace(words), "\n")
		d.Quote.Text, d.Quote.InText = line, true
		d.Body = "> " + line + "\n" + d.Body
	}
	return nil
}

// sending is the answer of unibox send.
type sending struct {
	Schema       int   `json:"schema"`
	Conversation place `json:"conversation"`
	// DryRun: nothing was done, and the messages are those that it would have become.
	DryRun   bool             `json:"dry_run,omitempty"`
	Messages []record.Message `json:"messages"`
	// SentBy is the session that sends it, left out where it is this command.
	SentBy string `json:"sent_by,omitempty"`
}

func (c *command) sendReply(ctx context.Context, row state.Row, d state.Draft, o sendOptions) error {
	worker, there, err := c.Worker(ctx)
	if err != nil {
		return err
	}
	conv := row.Conversation
	s := sending{Schema: record.Schema, Conversation: place{record.ID(conv.ID), conv.Contact.Name, conv.Contact.Handle, string(conv.Kind)}, DryRun: c.dry, Messages: []record.Message{}}
	if there {
		s.SentBy = worker.Who
	}
	if c.dry {
		return c.dryRun(s, row, d)
	}
	rows, err := c.Outbox.Submit(ctx, d, nil)
	if err != nil {
		return exit(ExitFailed, "not sent to %s: %s", described(row), err)
	}
	if !there {
		c.warnNoHooks()
	}
	rows, err = c.follow(ctx, conv.ID.Account, rows, there, o)
	for _, r := range rows {
		s.Messages = append(s.Messages, record.OfOutbound(r))
	}
	return errors.Join(c.saySent(s, row, rows), err, o.outcome(rows, there))
}

// warnNoHooks says that no hook of the config hears of what this command sends: hooks may take
// long, and run where somebody works on after them.
func (c *command) warnNoHooks() {
	for _, event := range []string{events.Queued, events.Sent, events.Failed, events.Unknown, events.Held} {
		if len(c.Config().Hooks.Run[event]) > 0 {
			c.warn("The hooks of the config are not run for this message: unibox and unibox watch run them for what they send.")
			return
		}
	}
}

// dryRun says what would become of a reply.
func (c *command) dryRun(s sending, row state.Row, d state.Draft) error {
	parts, err := state.Plan(d, c.Account(d.Conversation.Account).Traits.Rule(row.Conversation.Kind))
	if err != nil {
		return exit(ExitFailed, "%s would not be sent: %w", described(row), err)
	}
	for _, p := range parts {
		s.Messages = append(s.Messages, record.OfOutbound(state.Outbound{Conversation: d.Conversation, Body: p.Body, Files: p.Files, At: d.At}))
	}
	if c.json {
		return c.print(s)
	}
	as := catalog.Count(len(parts), "%d message", "%d messages")
	if s.SentBy != "" {
		c.say("Would go to %s, as %s; the session of %s sends it. Nothing was done.", described(row), as, s.SentBy)
	} else {
		c.say("Would go to %s, as %s; this command sends it. Nothing was done.", described(row), as)
	}
	if n := sms.Parts(d.Body).Parts; n > 1 && c.Account(d.Conversation.Account).Traits.Rule(row.Conversation.Kind).Parts {
		c.say("The text is billed as %d messages.", n)
	}
	for _, m := range s.Messages {
		c.say("%s", strings.TrimRight(indented(m.Text), "\n"))
		for _, f := range m.Files {
			c.say("    [file] %s, %s", plain.Line(f.Name), text.Size(c.setup.Say, f.Size))
		}
	}
	return nil
}

// saySent says what became of a reply.
func (c *command) saySent(s sending, row state.Row, rows []state.Outbound) error {
	if c.json {
		return c.print(s)
	}
	for i, r := range rows {
		m, part := s.Messages[i], ""
		if len(rows) > 1 {
			part = " (" + c.setup.Say.T("%d of %d", i+1, len(rows)) + ")"
		}
		words := export.Outcome(c.setup.Say, m)
		if words == "" {
			words = m.Status
		}
		if r.Status == state.Queued && s.SentBy != "" {
			words = c.setup.Say.T("queued: the session of %s sends it", s.SentBy)
		}
		if !r.At.IsZero() && r.Status == state.Queued {
			words = c.setup.Say.T("goes out %s, if unibox or unibox watch runs then", text.Full(c.setup.Say, time.Now(), r.At))
		}
		c.say("%s%s: %s", described(row), part, words)
	}
	return nil
}

// planning is now as the time of day by which messages wait has it: that of the database where
// boxes share one, which is asked for it, and of this box while that does not answer.
func (c *command) planning(ctx context.Context) time.Time {
	_ = c.FollowFleet(ctx)
	return c.Now().Local()
}
