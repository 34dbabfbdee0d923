package cli

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/spf13/cobra"

	"unibox/api"
	"unibox/api/platforms"
	"unibox/state/config"
	"unibox/ui/catalog"
)

func (p program) accountAddCommand(path *string) *cobra.Command {
	f := form{program: p, values: map[string]*string{}, path: path}
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Add an account: asks for what it needs, and tries it",
		Long: "add asks for what an account needs, tries it on the platform and appends it to\n" +
			"the config, which only you can read afterwards. What is given by a flag is not\n" +
			"asked for. A secret is typed unseen or comes from elsewhere, never from a flag.\n" +
			"Where [push] says how this machine is reached, add offers to have the platform send\n" +
			"what happens.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.ask = p.asker(cmd.OutOrStdout())
			return f.add(cmd.Context())
		},
	}
	f.flags(cmd)
	return cmd
}

// form is an account to be added, as far as flags and answers say.
type form struct {
	program
	ask  asker
	path *string
	// values are those of the account's keys, empty where not known yet.
	values   map[string]*string
	untested bool
	// dry: it is only to be said what would be added.
	dry   bool
	stdin string
	// state is the folder in which the address for events is kept.
	state string
}

// way is one in which a secret can be had. Its key is the secret's name with
// the end.
type way struct {
	end             string
	means, question catalog.Text
	// takes is what stands behind its flag.
	takes catalog.Text
}

// origins are where the secrets come from.
var origins = map[string]catalog.Text{"token": "the token comes from %s", "password": "the password comes from %s"}

var ways = []way{
	{"_command", catalog.Text("a program that prints it, such as pass"), catalog.Text("The program and its arguments"), catalog.Text("program")},
	{"_env", catalog.Text("an environment variable"), catalog.Text("The variable's name"), catalog.Text("variable")},
	{"_file", catalog.Text("a file"), catalog.Text("The file's path"), catalog.Text("file")},
	{"", catalog.Text("the config itself, which only you will be able to read"), "", ""},
}

func (f *form) flags(cmd *cobra.Command) {
	f.flag(cmd, "platform", f.say.T("platform"), f.say.T("the platform it is on: %s", strings.Join(f.platforms.Names(), ", ")))
	f.flag(cmd, "name", f.say.T("name"), f.say.T("what the account is called here"))
	f.flag(cmd, "base_url", f.say.T("address"), f.say.T("another server than the platform's own"))
	for _, p := range f.platforms.List {
		for _, key := range p.Keys {
			f.flag(cmd, key.Name, f.say.T("value"), f.say.T("%s (on %s)", f.meaning(key), p.Name))
		}
	}
	f.flag(cmd, "user", f.say.T("user"), f.say.T("who signs in with a password instead of a token"))
	for _, what := range []string{"token", "password"} {
		for _, way := range ways {
			if way.end != "" {
				f.flag(cmd, what+way.end, f.say.Of(way.takes), fmt.Sprintf(f.say.Of(origins[what]), f.say.Of(way.means)))
			}
		}
		f.values[what] = new(string)
	}
	cmd.Flags().StringVar(&f.stdin, "stdin", "", "read this `secret`, token or password, from standard input and write it into the config")
	stateFlag(cmd, &f.state)
	cmd.Flags().BoolVar(&f.untested, "untested", false, "add it without trying it")
	dryFlag(cmd, &f.dry)
}

// meaning is what a key of a platform's own means.
func (f *form) meaning(key platforms.Key) string { return f.say.In("a key of an account", key.Means) }

// flag offers a key of the account as a flag, which takes something.
func (f *form) flag(cmd *cobra.Command, key, takes, means string) {
	if f.values[key] == nil {
		f.values[key] = new(string)
		cmd.Flags().Var(textFlag{f.values[key], takes}, strings.ReplaceAll(key, "_", "-"), means)
	}
}

// add fills the form, tries the account and writes it.
func (f *form) add(ctx context.Context) error {
	if err := f.fill(ctx); err != nil {
		return err
	}
	edit, err := config.Add(*f.path, f.platforms.Config(), f.entries())
	if err != nil {
		return usage(err)
	}
	if !f.untested {
		if edit, err = f.choose(ctx, edit); err != nil {
			return err
		}
		if err := f.try(ctx, edit.Account); err != nil {
			return err
		}
	}
	if f.dry {
		return f.ask.print("Nothing was done. Without --dry-run: %q is added to %s.", edit.Account.Name, *f.path)
	}
	if err := edit.Write(); err != nil {
		return err
	}
	sayNote(f.ask.out, edit)
	if err = f.ask.print("%q is in %s now.", edit.Account.Name, *f.path); err == nil {
		f.offerPush(ctx, edit.Account)
	}
	return err
}

// choose finds out what the platform answers to where nobody said it: of each key that
// is tried, the first value with which conversations are listed. Where none is, the key
// is left out, and trying the account says what is wrong.
func (f *form) choose(ctx context.Context, edit config.Edit) (config.Edit, error) {
	p, _ := f.platforms.Find(edit.Account.Platform)
	for _, key := range p.Keys {
		if !key.Tried || *f.values[key.Name] != "" {
			continue
		}
		for _, value := range key.Values {
			a := edit.Account
			a.Keys = maps.Clone(a.Keys)
			a.Keys[key.Name] = value
			err := f.lists(ctx, a)
			if err == nil {
				*f.values[key.Name] = value
				f.ask.print("The platform answers to %s, which is written as %s = %q.", value, key.Name, value)
				return config.Add(*f.path, f.platforms.Config(), f.entries())
			}
			if kind := api.KindOf(err); kind == api.ErrUnavailable || kind == api.ErrRateLimited {
				break // it says nothing of the value
			}
		}
	}
	return edit, nil
}

// lists asks an account for its newest conversations.
func (f *form) lists(ctx context.Context, a config.Account) error {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	provider, err := f.platforms.SignIn(ctx, a, quiet)
	if err != nil {
		return err
	}
	_, err = provider.Conversations(ctx, api.PageRequest{Limit: 1})
	return err
}

// try asks the platform who we are, and what to do where it does not say.
func (f *form) try(ctx context.Context, a config.Account) error {
	r := f.newReport(f.ask.out)
	r.add(f.introduce(ctx, a))
	switch {
	case r.wrong == 0:
		return nil
	case f.stdin != "" || f.dry || !f.ask.present():
		return catalog.Errorf("nothing was added; to add it as it is, say --untested")
	}
	anyway, err := f.ask.yes(ctx, f.ask.say.T("Add it anyway?"))
	if err == nil && !anyway {
		err = catalog.Errorf("nothing was added")
	}
	return err
}

// entries are the lines of the account, in the order of the flags.
func (f *form) entries() []config.Entry {
	var out []config.Entry
	for _, key := range f.order() {
		if value := *f.values[key]; value != "" {
			out = append(out, config.Entry{Key: key, Value: value})
		}
	}
	return out
}

// order lists all keys as a person would write them.
func (f *form) order() []string {
	keys := []string{"name", "platform", "base_url"}
	for _, p := range f.platforms.List {
		for _, key := range p.Keys {
			keys = append(keys, key.Name)
		}
	}
	keys = append(keys, "user")
	for _, what := range []string{"token", "password"} {
		for _, way := range ways {
			keys = append(keys, what+way.end)
		}
	}
	return keys
}
