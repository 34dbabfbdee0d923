package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"unibox/api"
	"unibox/state"
	"unibox/state/journal"
	"unibox/state/logfile"
	"unibox/state/outbox"
	"unibox/state/push"
	"unibox/state/sqlite"
	"unibox/state/sqlite/copied"
	"unibox/ui/app"
	"unibox/ui/catalog"
	"unibox/ui/reply"
	"unibox/ui/text"
)

// everything is the word that a person types to remove all accounts.
const everything = "everything"

func (p program) wipeCommand() *cobra.Command {
	w := wiper{}
	cmd := &cobra.Command{
		Use:   "wipe [ACCOUNT]",
		Short: "Remove what is stored of an account, or all of it, for good",
		Long: "wipe removes what this machine has stored of an account: conversations, messages,\n" +
			"drafts, unsent messages, private notes, marks, and what the log says of it. What was searched\n" +
			"for goes too, as it may be about any account. Without an account it removes everything. It\n" +
			"says before what that is. Downloads, the config, and what the platforms have are\n" +
			"not touched.",
		Args: oneArg("ACCOUNT", false),
		RunE: func(cmd *cobra.Command, args []string) error {
			w.ask = p.asker(cmd.OutOrStdout())
			w.account = api.AccountID(strings.Join(args, ""))
			return w.wipe(cmd.Context())
		},
	}
	stateFlag(cmd, &w.dir)
	cmd.Flags().BoolVar(&w.yes, "yes", false, "do not ask")
	dryFlag(cmd, &w.dry)
	cmd.Flags().BoolVar(&w.force, "force", false, "wipe while another session runs, which may store things anew")
	return cmd
}

// wiper removes what is stored of an account, or of all accounts if its name is
// empty.
type wiper struct {
	ask     asker
	dir     string
	account api.AccountID
	// dry: it is only to be said what would be removed.
	yes, force, dry bool
}

func (w *wiper) wipe(ctx context.Context) (err error) {
	if w.dir, err = filepath.Abs(w.dir); err != nil {
		return err
	}
	if stored, err := w.stored(); err != nil || !stored {
		return cmp.Or(err, catalog.Errorf("nothing is stored in %s", w.dir))
	}
	db, err := sqlite.Open(ctx, w.dir, state.NewFeed())
	switch {
	case errors.Is(err, sqlite.ErrCopy), errors.Is(err, copied.ErrInterrupted):
		return err
	case err != nil && w.account != "":
		return catalog.Errorf("one account cannot be removed, only everything: %w", err)
	case err != nil:
		return w.unread(ctx, err)
	}
	defer db.Close()
	if err := w.mayWipe(ctx, db); err != nil {
		return err
	}
	goes, err := w.confirm(ctx, func(out io.Writer) error { return w.describe(ctx, out, db) })
	if err != nil || !goes {
		return err
	}
	if err := w.withLease(ctx, db); err != nil {
		return err
	}
	return w.finish(db)
}

// stored reports whether the folder holds anything of unibox.
func (w *wiper) stored() (bool, error) {
	files, err := sqlite.Files(w.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	beside, err := w.beside()
	screen, failed := screenKeeps(w.dir)
	return len(files) > 0 || w.account == "" && (len(beside) > 0 || push.Kept(w.dir) || screen), errors.Join(err, failed)
}

// unread removes a store that cannot be opened: nobody can say what is in it.
func (w *wiper) unread(ctx context.Context, why error) error {
	goes, err := w.confirm(ctx, func(out io.Writer) error {
		_, err := fmt.Fprintln(out, w.ask.say.T("What is in %s is not known: %v.\nAll of it will be removed, drafts and unsent messages included.", w.dir, w.ask.say.Error(why)))
		return err
	})
	if err != nil || !goes {
		return err
	}
	return errors.Join(w.removeBeside(nil), w.removeStore())
}

// mayWipe refuses an unknown account, and a store that another session uses.
func (w *wiper) mayWipe(ctx context.Context, db *sqlite.DB) error {
	known, err := db.Accounts(ctx)
	if err != nil {
		return err
	}
	if w.account != "" && !slices.Contains(known, w.account) {
		return catalog.Errorf("nothing is stored of %q; there is: %s", w.account, orNothing(known))
	}
	others, err := db.Sessions(ctx)
	if err != nil || len(others) == 0 || w.force {
		return err
	}
	var names []string
	for _, s := range others {
		names = append(names, fmt.Sprintf("%s, process %d", text.Mode{}.Line(s.Who), s.Pid))
	}
	return catalog.Errorf("unibox is running on this store (%s): quit it first, or say --force", strings.Join(names, "; "))
}

func orNothing(names []api.AccountID) string {
	if len(names) == 0 {
		return "nothing"
	}
	var out []string
	for _, name := range names {
		out = append(out, text.Mode{}.Line(string(name)))
	}
	return strings.Join(out, ", ")
}

// confirm says what will be removed and asks the person to type its name. It reports whether
// it is to be removed.
func (w *wiper) confirm(ctx context.Context, describe func(io.Writer) error) (goes bool, err error) {
	if err := describe(w.ask.out); err != nil || w.yes {
		return err == nil, err
	}
	if w.dry {
		return false, w.ask.print("Nothing was done.")
	}
	name := string(w.account)
	if name == "" {
		name = everything
	}
	err = w.ask.confirmName(ctx, name)
	return err == nil, err
}

// withLease removes while this process holds the lease, so no other session works.
func (w *wiper) withLease(ctx context.Context, db *sqlite.DB) error {
	remove := func(ctx context.Context) error { return w.remove(ctx, db) }
	if w.force {
		return remove(ctx)
	}
	name, _ := app.Who()
	err := db.Alone(ctx, name, remove)
	if errors.Is(err, state.ErrNoLease) {
		return catalog.Errorf("another session works on this store: quit it first, or say --force")
	}
	return err
}

// remove removes the copies first: after an interruption the store still says what
// is left to remove.
func (w *wiper) remove(ctx context.Context, db *sqlite.DB) error {
	if err := w.removeBeside(db); err != nil {
		return err
	}
	return db.Purge(ctx, w.account)
}

// removeBeside removes the files beside the store. If one account is removed, the
// copies that other accounts need stay.
func (w *wiper) removeBeside(db *sqlite.DB) error {
	needed := map[string]bool{}
	if db != nil && w.account != "" {
		all, err := w.copiesOfOthers(db)
		if err != nil {
			return err
		}
		for _, key := range all {
			needed[key] = true
		}
	}
	_, err := outbox.Clear(w.copies(), func(key string) (bool, error) { return needed[key], nil })
	_ = os.Remove(w.copies()) // if nothing is in it
	beside, failed := w.beside()
	defer os.Remove(filepath.Join(w.dir, "handover")) // the same
	return errors.Join(err, failed, removeAll(beside), push.Clear(w.dir, w.account), journal.Clear(w.dir, w.account), reply.ClearEdits(w.dir, w.account), clearScreen(w.dir, w.account))
}

// beside lists the files that hold something of any account.
func (w *wiper) beside() ([]string, error) {
	files, err := sqlite.Beside(w.dir)
	for _, name := range logfile.Paths(w.dir) {
		if _, there := os.Lstat(name); there == nil {
			files = append(files, name)
		}
	}
	handovers, failed := filepath.Glob(filepath.Join(w.dir, "handover", "handover-*"))
	return append(files, handovers...), errors.Join(err, failed)
}

func (w *wiper) copies() string { return filepath.Join(w.dir, "outbox") }

func (w *wiper) copiesOfOthers(db *sqlite.DB) ([]string, error) {
	ctx := context.Background()
	all, err := db.FilesInUse(ctx)
	own, failed := db.Holdings(ctx, w.account)
	mine := outbox.Keys(own.Files)
	return slices.DeleteFunc(outbox.Keys(all), func(key string) bool { return slices.Contains(mine, key) }), errors.Join(err, failed)
}

// finish removes the database files themselves if everything is removed.
func (w *wiper) finish(db *sqlite.DB) error {
	if w.account != "" {
		err := w.ask.print("Nothing of %s is stored any more.\nIt is still in the config, if it was: unibox account remove %[1]q takes it out. As long as it is there, the next start reads it again.",
			text.Mode{}.Line(string(w.account)))
		return err
	}
	// The open store may have made a snapshot or its ballast meanwhile.
	return errors.Join(db.Close(), w.removeBeside(nil), w.removeStore())
}

func (w *wiper) removeStore() error {
	files, err := sqlite.Files(w.dir)
	if err = errors.Join(err, removeAll(files)); err != nil {
		return err
	}
	left, err := os.ReadDir(w.dir)
	if err == nil && len(left) == 0 {
		err = os.Remove(w.dir)
	}
	w.ask.print("Nothing is stored any more.")
	for _, e := range left {
		w.ask.print("%s is not of unibox and was left alone.", text.Mode{}.Line(filepath.Join(w.dir, e.Name())))
	}
	return err
}

func removeAll(paths []string) error {
	var errs []error
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
