package script

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"unibox/api"
	"unibox/state"
	"unibox/state/download"
	"unibox/state/query"
	"unibox/state/record"
	"unibox/ui/catalog"
	"unibox/ui/cli/export"
)

// exportOptions are the flags of unibox export.
type exportOptions struct {
	format, into string
	view         bool
	files        bool
	limit        int
}

func (s Setup) export() *cobra.Command {
	c, o := &command{}, exportOptions{}
	cmd := &cobra.Command{
		Use:   "export CONVERSATION | export --view [VIEW] [WORDS…]",
		Short: "Write a conversation, or those of a view, as text, Markdown, JSON, HTML or CSV",
		Long: s.Say.T("export writes what is stored of a conversation, or with --view of all in a view as unibox list\n"+
			"takes one: %s. csv is a row for each conversation. It goes to standard\n"+
			"output, or with --into into a new folder for you alone, with --files also the files that\n"+
			"customers sent. Private notes are in it. unibox import reads json again.\n"+
			"text, markdown and html are in your language; json and csv, for programs, are the same in all.", strings.Join(export.Formats, ", ")),
	}
	f := cmd.Flags()
	f.StringVar(&o.format, "format", "text", s.Say.T("the `format`: %s", strings.Join(export.Formats, ", ")))
	f.StringVar(&o.into, "into", "", "write into this new `folder`")
	f.BoolVar(&o.view, "view", false, "the conversations of a view, not one conversation")
	f.BoolVar(&o.files, "files", false, "save the files too; with --into")
	f.IntVar(&o.limit, "limit", mostShown, "how many `messages` of each conversation, the newest")
	s.offer(cmd, "format", cobra.FixedCompletions(export.Formats, cobra.ShellCompDirectiveNoFileComp))
	cmd.ValidArgsFunction = c.completion(func(ctx context.Context, args []string, begun string) ([]string, error) {
		switch {
		case o.view:
			return c.filters(ctx, query.Conversations(), len(args) == 0)
		case len(args) == 0:
			return c.conversations(ctx, begun)
		}
		return nil, nil
	})
	return s.make(c, cmd, func(ctx context.Context, args []string) error {
		o.format = export.Named(o.format)
		switch {
		case !slices.Contains(export.Formats, o.format):
			return exit(ExitUsage, "there is no format %q: there are %s", plain.Line(o.format), strings.Join(export.Formats, ", "))
		case o.files && (o.into == "" || o.format == "csv"):
			return exit(ExitUsage, "--files needs --into, and another format than csv")
		case o.limit < 1 || o.limit > mostShown:
			return exit(ExitUsage, "--limit is a number from 1 to %d", mostShown)
		}
		rows, err := c.toExport(ctx, args, o)
		if err != nil {
			return err
		}
		return c.exportRows(ctx, rows, o)
	})
}

// toExport are the conversations that arguments mean.
func (c *command) toExport(ctx context.Context, args []string, o exportOptions) ([]state.Row, error) {
	if !o.view {
		row, err := c.oneToExport(ctx, args)
		return []state.Row{row}, err
	}
	q, err := c.asked(args)
	if err != nil {
		return nil, err
	}
	q.Limit = mostRows
	list, err := c.List(ctx, q)
	return list.Rows, err
}

// oneToExport is the conversation that the arguments mean. Who names a view and forgets the flag
// is told of it, unless somebody is called like that.
func (c *command) oneToExport(ctx context.Context, args []string) (row state.Row, err error) {
	if err = oneConversation(1)(c.cmd, args); err == nil {
		row, err = c.conversation(ctx, args[0])
	}
	if exit := (*Exit)(nil); errors.As(err, &exit) && exit.Code != ExitAmbiguous && c.namesView(args) {
		return row, &Exit{exit.Code, catalog.Errorf("%q is a view, not a conversation: say export --view %s", plain.Line(args[0]), plain.Line(strings.Join(args, " ")))}
	}
	return row, err
}

func (c *command) exportRows(ctx context.Context, rows []state.Row, o exportOptions) error {
	if len(rows) == 0 {
		c.warn("No conversation is in it.")
	}
	switch _, agent := c.Agent(); {
	case o.into == "":
		return c.exportTo(c.out, rows, o, c.read(ctx, rows, o, nil))
	case agent:
		return exit(ExitUsage, "an agent's export goes to standard output: leave out --into")
	}
	return c.exportInto(ctx, rows, o)
}

// exportTo writes conversations as they are read.
func (c *command) exportTo(to io.Writer, rows []state.Row, o exportOptions, all iter.Seq2[export.Conversation, error]) error {
	return export.New(c.Me(), time.Now()).Stream(to, o.format, export.Reader{Say: c.setup.Say, Zone: time.Local}, len(rows), all)
}

// read reads conversations one at a time: all of a view may be more than fits into memory. save,
// if set, is called with each and the messages of the platform behind its own.
func (c *command) read(ctx context.Context, rows []state.Row, o exportOptions, save func(export.Conversation, []api.Message) error) iter.Seq2[export.Conversation, error] {
	return func(yield func(export.Conversation, error) bool) {
		for _, row := range rows {
			one := export.Conversation{Conversation: record.Of(row), Messages: []record.Message{}}
			var err error
			if o.format != "csv" {
				var t thread
				t, err = c.thread(ctx, row, o.limit)
				one.Messages, one.Holes, one.Older, one.Notes, one.Draft = t.Messages, t.Holes, t.Older, t.Notes, t.Draft
				if err == nil && save != nil {
					err = save(one, t.originals)
				}
			}
			if !yield(one, err) || err != nil {
				return
			}
		}
	}
}

// exportInto writes conversations into a folder that it makes.
func (c *command) exportInto(ctx context.Context, rows []state.Row, o exportOptions) error {
	if err := os.Mkdir(o.into, 0o700); err != nil {
		return catalog.Errorf("the folder of the export cannot be made: %w", err)
	}
	lost := 0
	var save func(export.Conversation, []api.Message) error
	if o.files {
		into, err := c.Files(filepath.Join(o.into, "files"))
		if err != nil {
			return err
		}
		save = func(one export.Conversation, originals []api.Message) error {
			n, err := c.saveFiles(ctx, into, one, originals)
			lost += n
			return err
		}
	}
	name := "conversations." + export.Ending(o.format)
	if o.format == "html" {
		name = "index.html"
	}
	path := filepath.Join(o.into, name)
	if err := written(path, func(to io.Writer) error { return c.exportTo(to, rows, o, c.read(ctx, rows, o, save)) }); err != nil {
		return err
	}
	c.say("%s", path)
	if lost > 0 {
		return exit(1, "%d files were not saved: they are named in the export without a copy", lost)
	}
	return nil
}

// written makes a file for its owner alone.
func written(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return catalog.Errorf("the export cannot be written: %w", err)
	}
	if err = errors.Join(write(f), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path)) // half of it is not the export
	}
	return nil
}

// saveFiles saves the files of a conversation's messages, and notes in them where. It returns how
// many were not saved.
func (c *command) saveFiles(ctx context.Context, into *download.Downloads, conv export.Conversation, originals []api.Message) (lost int, err error) {
	for k, m := range conv.Messages {
		of := originals[k]
		for n := range m.Files {
			if n >= len(of.Attachments) {
				continue
			}
			t, err := into.Save(ctx, state.FileOf(of, n), of.Attachments[n])
			switch {
			case ctx.Err() != nil:
				return lost, ctx.Err()
			case err != nil:
				lost++
				c.warn("%s: not saved: %s", plain.Line(m.Files[n].Name), err)
			default:
				m.Files[n].Saved = "files/" + filepath.Base(t.Path)
			}
		}
	}
	return lost, nil
}
