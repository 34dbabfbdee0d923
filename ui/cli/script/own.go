package script

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"unibox/state/osfile"
	"unibox/ui/catalog"
	"unibox/ui/text"
)

// An agent has no files on this machine but those in a folder of their own. These commands
// bring them there and back through SSH: ssh box files put bill.pdf < bill.pdf.

// ownFolder opens the agent's own folder, out of which no path and no link leads.
func (c *command) ownFolder() (*os.Root, error) {
	if _, is := c.Agent(); !is {
		return nil, exit(ExitUsage, "this is for agents, by --agent: your own files are where you keep them")
	}
	return os.OpenRoot(c.Config().Files.Folder)
}

func (s Setup) filesPut() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "put NAME",
		Short: "Keep standard input as a file of the agent's own, to attach it",
		Args:  oneName,
	}
	c.dryFlag(cmd)
	return s.make(c, cmd, func(ctx context.Context, args []string) error {
		root, err := c.ownFolder()
		if err != nil {
			return err
		}
		defer root.Close()
		if err := c.writes(); err != nil {
			return err
		}
		left, err := room(root, !c.dry)
		if err != nil {
			return err
		}
		if c.dry {
			if err := free(root, args[0]); err != nil {
				return err
			}
			c.say("Nothing was done. Without --dry-run: standard input becomes %s in your folder, up to %s", args[0], catalog.Below(text.Size(nil, min(left, c.Config().Files.Max))))
			return nil
		}
		n, err := put(ctx, root, args[0], cmd.InOrStdin(), min(left, c.Config().Files.Max))
		if err != nil {
			return err
		}
		if n == 0 {
			c.say("%s is in your folder, and empty", args[0])
			return nil
		}
		c.say("%s is in your folder, %s", args[0], text.Size(c.setup.Say, n))
		return nil
	})
}

// mostOwn is how much an agent's own folder holds at most, in bytes, before nothing more is put
// into it: the disk is everybody's.
const mostOwn = 2 << 30

// sweep removes what was begun by a process that is gone: whoever writes holds the lock of the
// file. One that was made a moment ago may not be locked yet.
func sweep(root *os.Root, entries []fs.DirEntry, now time.Time) {
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !strings.HasPrefix(e.Name(), beginning) || !info.Mode().IsRegular() || now.Sub(info.ModTime()) < justBegun {
			continue
		}
		f, err := root.OpenFile(e.Name(), os.O_RDWR, 0)
		if err != nil {
			continue
		}
		gone := osfile.TryLock(f) == nil
		_ = f.Close()
		if gone {
			_ = root.Remove(e.Name())
		}
	}
}

// justBegun is how long a file without a lock is left alone.
const justBegun = time.Minute

// room is how much may be put into a folder; tidy removes what was begun in it and left.
func room(root *os.Root, tidy bool) (int64, error) {
	if all, err := fs.ReadDir(root.FS(), "."); err == nil && tidy {
		sweep(root, all, time.Now())
	}
	entries, err := fs.ReadDir(root.FS(), ".")
	left := int64(mostOwn)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			left -= info.Size()
		}
	}
	if err == nil && left <= 0 {
		err = exit(ExitFailed, "your folder is full, %s: remove files that you do not need (files remove)", catalog.Below(text.Size(nil, mostOwn)))
	}
	return left, err
}

func (s Setup) filesRemove() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "remove NAME",
		Short: "Remove a file of the agent's own",
		Args:  oneName,
	}
	c.dryFlag(cmd)
	return s.make(c, cmd, func(_ context.Context, args []string) error {
		root, err := c.ownFolder()
		if err != nil {
			return err
		}
		defer root.Close()
		if err := c.writes(); err != nil {
			return err
		}
		if info, err := root.Lstat(args[0]); err != nil || info.IsDir() {
			return exit(ExitNone, "there is no file %s in your folder", plain.Line(args[0]))
		}
		if c.dry {
			c.say("Nothing was done. Without --dry-run: %s is removed", args[0])
			return nil
		}
		if err := root.Remove(args[0]); err != nil {
			return err
		}
		c.say("%s is removed", args[0])
		return nil
	})
}

// put writes a new file of a folder under another name first: the file is there when all of
// standard input is in it, and not if ctx ended before. Under sshd a connection that is lost
// looks as the end of the file does; unibox serve tells them apart.
func put(ctx context.Context, root *os.Root, name string, from io.Reader, most int64) (int64, error) {
	if err := free(root, name); err != nil {
		return 0, err
	}
	begun := beginning + rand.Text()
	f, err := root.OpenFile(begun, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, catalog.Errorf("%s cannot be kept: %w", plain.Line(name), err)
	}
	defer root.Remove(begun) // the other name of what is whole
	_ = osfile.TryLock(f)    // it is ours until it is whole: see sweep
	n, err := io.Copy(f, io.LimitReader(until{ctx, from}, most+1))
	err = cmp.Or(err, context.Cause(ctx))
	if err == nil && n > most {
		err = exit(ExitFailed, "it is larger than %s: nothing was kept", catalog.Below(text.Size(nil, most)))
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return n, err
	}
	if err = root.Link(begun, name); errors.Is(err, fs.ErrExist) {
		err = cmp.Or(free(root, name), err)
	}
	return n, err
}

// free refuses a name that a file of the folder has.
func free(root *os.Root, name string) error {
	if _, err := root.Lstat(name); err == nil {
		return exit(ExitFailed, "there is a %s in your folder already: choose another name", plain.Line(name))
	}
	return nil
}

// until reads until ctx ends.
type until struct {
	ctx  context.Context
	from io.Reader
}

func (u until) Read(p []byte) (int, error) {
	if err := context.Cause(u.ctx); err != nil {
		return 0, err
	}
	return u.from.Read(p)
}

// beginning is how files are called that are not whole; no agent can name one.
const beginning = ".begun-"

func (s Setup) filesTake() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "take [NAME]",
		Short: "Print a file of the agent's own, such as one that was saved; without a name, list them",
		Args:  cobra.MaximumNArgs(1),
	}
	return s.make(c, cmd, func(ctx context.Context, args []string) error {
		root, err := c.ownFolder()
		if err != nil {
			return err
		}
		defer root.Close()
		if len(args) == 0 {
			return c.listOwn(root)
		}
		if err := oneName(cmd, args); err != nil {
			return err
		}
		if c.setup.Terminal || terminal(c.out) {
			return exit(ExitUsage, "a file is not printed on a terminal, which could obey what is in it: leave out -t, and put > %s behind it", plain.Line(args[0]))
		}
		return take(ctx, root, args[0], c.out)
	})
}

// take prints a file until ctx ends, which is an error: what was printed is not all of it.
func take(ctx context.Context, root *os.Root, name string, to io.Writer) error {
	info, err := root.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return exit(ExitNone, "there is no file %s in your folder", plain.Line(name))
	}
	f, err := root.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(to, until{ctx, f})
	return err
}

func (c *command) listOwn(root *os.Root) error {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return err
	}
	t, now := c.table(catalog.Text("FILE"), catalog.Text("SIZE"), catalog.Text("CHANGED")), time.Now()
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && !strings.HasPrefix(e.Name(), beginning) {
			t.add(plain.Line(e.Name()), text.Size(c.setup.Say, info.Size()), text.Full(c.setup.Say, now, info.ModTime()))
		}
	}
	return t.write(c.out, columns(c.out))
}

// oneName takes the name of a file, without a folder.
func oneName(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return exit(ExitUsage, "say the name of one file: %s", cmd.UseLine())
	}
	switch name, clean := args[0], plain.Line(args[0]); {
	case !fs.ValidPath(name) && utf8.ValidString(name) || name == "." || containsSeparator(name):
		return exit(ExitUsage, "%q is no plain name of a file: leave out folders", clean)
	case name[0] == '.':
		return exit(ExitUsage, "%q begins with a dot, as hidden files do: choose another name", clean)
	case clean != name && strings.Join(strings.Fields(name), " ") != name:
		return exit(ExitUsage, "the name of %q has spaces at an end, several in a row, or others than plain ones: choose another name", clean)
	case clean != name:
		return exit(ExitUsage, "the name of %q is too long, or has characters that cannot be shown: choose another name", clean)
	}
	return nil
}

func containsSeparator(name string) bool {
	for i := range len(name) {
		if os.IsPathSeparator(name[i]) {
			return true
		}
	}
	return false
}
