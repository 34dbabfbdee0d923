package script

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"unibox/api"
	"unibox/state"
	"unibox/state/download"
	"unibox/state/record"
	"unibox/ui/catalog"
	"unibox/ui/said"
	"unibox/ui/text"
)

func (s Setup) files() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "files",
		Short: "List the files of a conversation, and save them",
		Args:  s.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(s.filesList(), s.filesGet(), s.filesPut(), s.filesTake(), s.filesRemove())
	return cmd
}

// filed is a file of a message, and where it was saved.
type filed struct {
	Message string      `json:"message"`
	At      time.Time   `json:"at"`
	From    string      `json:"from"`
	File    record.File `json:"file"`
	// Path is where it was saved, Odd what it is where its name says otherwise.
	Path string `json:"path,omitempty"`
	Odd  string `json:"odd,omitempty"`
	// Error is why it was not.
	Error string `json:"error,omitempty"`

	of api.Message
}

// filing is the answer of unibox files.
type filing struct {
	Schema       int     `json:"schema"`
	Conversation string  `json:"conversation"`
	Files        []filed `json:"files"`
}

func (s Setup) filesList() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{Use: "list CONVERSATION", Short: "List the files of a conversation, oldest first", Args: oneConversation(1)}
	c.jsonFlag(cmd)
	c.completes(cmd)
	return s.make(c, cmd, func(ctx context.Context, args []string) error {
		f, err := c.filesOf(ctx, args[0])
		if err != nil {
			return err
		}
		return c.printFiles(f)
	})
}

func (s Setup) filesGet() *cobra.Command {
	c, into := &command{}, ""
	cmd := &cobra.Command{
		Use:   "get CONVERSATION [MESSAGE [NUMBER]]",
		Short: "Save the files of a conversation, of one message, or one of its files",
		Long: "get saves files as the key s does: under plain names, for you alone, within the limits of\n" +
			"[files]; nothing is replaced and nothing opened. MESSAGE is an id as files list prints it.",
		Args: oneConversation(3),
	}
	c.jsonFlag(cmd)
	c.completes(cmd)
	cmd.Flags().StringVar(&into, "into", "", "the `folder` to save into (default: that of [files] in the config)")
	return s.make(c, cmd, func(ctx context.Context, args []string) error {
		f, err := c.filesOf(ctx, args[0])
		if err != nil {
			return err
		}
		if f.Files, err = chosenFiles(f.Files, args[1:]); err != nil {
			return err
		}
		files, err := c.Files(into)
		if err != nil {
			return err
		}
		saved := saveFiles(ctx, files, f.Files)
		return errors.Join(c.printFiles(f), saved)
	})
}

// filesOf are all files that are stored of a conversation.
func (c *command) filesOf(ctx context.Context, arg string) (f filing, err error) {
	row, err := c.conversation(ctx, arg)
	if err != nil {
		return f, err
	}
	items, _, err := c.history(ctx, row.Conversation.ID, mostShown)
	f = filing{Schema: record.Schema, Conversation: record.ID(row.Conversation.ID), Files: []filed{}}
	for _, it := range items {
		m := record.OfItem(it)
		for _, file := range m.Files {
			if it.Message.ID.Remote != "" {
				f.Files = append(f.Files, filed{Message: m.ID, At: m.At, From: m.From, File: file, of: it.Message})
			}
		}
	}
	return f, err
}

// chosenFiles are those of a message, or one of them.
func chosenFiles(all []filed, args []string) ([]filed, error) {
	if len(args) > 0 {
		all = slices.DeleteFunc(all, func(f filed) bool { return f.Message != args[0] })
	}
	if len(args) > 1 {
		n, err := strconv.Atoi(args[1])
		if err != nil || n < 1 {
			return nil, exit(ExitUsage, "%q is no number of a file: they count from 1", plain.Line(args[1]))
		}
		all = slices.DeleteFunc(all, func(f filed) bool { return f.File.Number != n })
	}
	if len(all) == 0 {
		return nil, exit(ExitNone, "no such file is stored; unibox files list shows them")
	}
	return all, nil
}

// saveFiles saves files one by one, and notes where, or why not.
func saveFiles(ctx context.Context, into *download.Downloads, all []filed) error {
	failed := 0
	for i := range all {
		f := &all[i]
		t, err := into.Save(ctx, state.FileOf(f.of, f.File.Number-1), f.of.Attachments[f.File.Number-1])
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			f.Error = state.PlainError(err)
			failed++
		default:
			f.Path, f.Odd = t.Path, t.Odd
		}
	}
	if failed > 0 {
		return exit(1, "%d of %d files were not saved", failed, len(all))
	}
	return nil
}

func (c *command) printFiles(f filing) error {
	if c.json {
		return c.print(f)
	}
	t, now := c.table(catalog.Text("WHEN"), catalog.Text("MESSAGE"), catalog.Text("NO"), catalog.Text("FILE"), catalog.Text("WHAT"), catalog.Text("SIZE"), catalog.Text("SAVED")), time.Now()
	t.flexible = 3
	for _, file := range f.Files {
		saved := plain.Line(file.Path)
		if file.Odd != "" {
			saved += " (" + plain.Line(c.setup.Say.Sentence(file.Odd)) + ")"
		}
		if file.Error != "" {
			saved = c.setup.Say.T("not saved: %s", plain.Line(c.setup.Say.Sentence(file.Error)))
		}
		a := api.Attachment{Name: file.File.Name, MIME: file.File.Type}
		t.add(text.Full(c.setup.Say, now, file.At.In(now.Location())), plain.Line(file.Message), strconv.Itoa(file.File.Number), plain.Line(file.File.Name), said.Sort(c.setup.Say, a), text.Size(c.setup.Say, file.File.Size), saved)
	}
	if len(f.Files) == 0 {
		c.warn("No file is stored of it.")
		return nil
	}
	return t.write(c.out, columns(c.out))
}
