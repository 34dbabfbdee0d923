package cli

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"unibox/api"
	"unibox/api/platforms"
	"unibox/state/config"
	"unibox/ui/catalog"
)

func (p program) accountMoveCommand(path *string) *cobra.Command {
	dry := false
	cmd := &cobra.Command{
		Use:   "move NAME",
		Short: "Let an account speak the newer version of its platform's API",
		Long: "move asks the platform whether the account may use the newer version of its API, and\n" +
			"whether that calls conversations and messages what the older one calls them. Then it\n" +
			"writes the version into the config, and says what stays and what cannot be kept.",
		Args: oneArg("NAME", true),
		RunE: func(cmd *cobra.Command, args []string) error {
			r := p.newReport(cmd.OutOrStdout())
			return p.move(cmd.Context(), r, *path, args[0], dry)
		},
	}
	dryFlag(cmd, &dry)
	return cmd
}

// move lets the account of that name speak the preferred version.
func (p program) move(ctx context.Context, r *report, path, name string, dry bool) error {
	a, key, err := p.movable(path, name)
	if err != nil {
		return err
	}
	from, to := cmp.Or(a.Keys[key.Name], key.Values[len(key.Values)-1]), key.Values[0]
	if from == to {
		return catalog.Errorf("%s speaks %s already", name, to)
	}
	edit, err := config.Set(path, p.platforms.Config(), name, key.Name, to)
	if err != nil {
		return err
	}
	found, err := p.compare(ctx, a, key.Name, from, to)
	if err != nil {
		r.add(p.refusal(a, err))
		return catalog.Errorf("nothing was changed: %s goes on with %s", name, from)
	}
	r.add(found...)
	if r.wrong > 0 {
		return catalog.Errorf("nothing was changed: %s goes on with %s", name, from)
	}
	if dry {
		return r.print("Nothing was done. Without --dry-run: %q speaks %s from the next start of unibox, by %s = %q in %s.", name, to, key.Name, to, path)
	}
	if err := edit.Write(); err != nil {
		return err
	}
	sayNote(r.out, edit)
	err = r.print("%q speaks %s from the next start of unibox: %s has %s = %q now.", name, to, path, key.Name, to)
	return err
}

// movable finds an account and the key that names its version.
func (p program) movable(path, name string) (config.Account, platforms.Key, error) {
	c, _, err := p.load(path)
	if err != nil {
		return config.Account{}, platforms.Key{}, err
	}
	i := slices.IndexFunc(c.Accounts, func(a config.Account) bool { return a.Name == name })
	if i < 0 {
		return config.Account{}, platforms.Key{}, catalog.Errorf("%s has no account %q; unibox account list shows them", path, name)
	}
	platform, _ := p.platforms.Find(c.Accounts[i].Platform)
	k := slices.IndexFunc(platform.Keys, func(key platforms.Key) bool { return key.Tried })
	if k < 0 {
		return config.Account{}, platforms.Key{}, catalog.Errorf("%s is on a platform whose API has one version", name)
	}
	return c.Accounts[i], platform.Keys[k], nil
}

// sample is how many conversations of the older version are looked up in the newer one.
const sample = 5

// compare says what of an account stays with another version.
func (p program) compare(ctx context.Context, a config.Account, key, from, to string) ([]finding, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*answerTime)
	defer cancel()
	speaks := func(version string) (api.Provider, error) {
		other := a
		other.Keys = maps.Clone(a.Keys)
		other.Keys[key] = version
		return p.platforms.SignIn(ctx, other, quiet)
	}
	before, err := speaks(from)
	if err != nil {
		return nil, err
	}
	after, err := speaks(to)
	if err != nil {
		return nil, err
	}
	now, err := after.Identify(ctx)
	if err != nil {
		return nil, err
	}
	if _, err = after.Conversations(ctx, api.PageRequest{Limit: sample}); err != nil {
		return nil, err
	}
	out := []finding{good("%s answers: %s", to, described(now))}
	out = append(out, sameIDs(ctx, before, after, from, to), sameChannels(ctx, before, now, from))
	return append(out, finding{doubtful, catalog.Say("a reply that %s is still delivering can no longer be followed", from), catalog.Say("it is looked up in its conversation; what is not found there asks you")}), nil
}

var errOtherIDs = catalog.Errorf("conversations have other ids")

// sameIDs says whether conversations and messages are called the same.
func sameIDs(ctx context.Context, before, after api.Provider, from, to string) finding {
	list, err := before.Conversations(ctx, api.PageRequest{Limit: sample})
	if err != nil {
		return finding{doubtful, catalog.Say("%s lists no conversations any more, so that nothing can be compared", from), catalog.Say("what %s calls otherwise is read anew, beside what is stored", to)}
	}
	looked := 0
	for _, c := range list.Items[:min(sample, len(list.Items))] {
		n, err := sameConversation(ctx, before, after, c.ID)
		if err != nil {
			return finding{wrong, catalog.Say("%s calls conversations otherwise than %s: %s", to, from, catalog.Below(api.Explain(err))), catalog.Say("add a second account that speaks %s, and remove this one once its outbox is empty", to)}
		}
		looked += n
	}
	return good("conversations and messages are called the same (%d were compared): drafts, outbox, flags, notes, labels and all that was read stay", looked)
}

// sameConversation returns how many messages of a conversation both versions list. It is
// an error if the other version does not have it, or none of its messages.
func sameConversation(ctx context.Context, before, after api.Provider, id api.ConversationID) (same int, err error) {
	old, err := before.Messages(ctx, id, api.PageRequest{Limit: sample})
	if err != nil {
		return 0, err
	}
	now, err := after.Messages(ctx, id, api.PageRequest{})
	if err != nil {
		return 0, err
	}
	for _, m := range old.Items {
		if slices.ContainsFunc(now.Items, func(n api.Message) bool { return n.ID == m.ID }) {
			same++
		}
	}
	if same == 0 && len(old.Items) > 0 {
		return 0, errOtherIDs
	}
	return same, nil
}

// sameChannels says which channels are called otherwise.
func sameChannels(ctx context.Context, before api.Provider, now api.Identity, from string) finding {
	old, err := before.Identify(ctx)
	if err != nil {
		return finding{doubtful, catalog.Say("%s lists no channels any more, so that nothing can be compared", from), catalog.Say("a first message that still waits has to be written again if its channel is gone")}
	}
	var gone []string
	for _, c := range old.Channels {
		if !slices.ContainsFunc(now.Channels, func(n api.Channel) bool { return n.ID == c.ID }) {
			gone = append(gone, string(c.Kind))
		}
	}
	if len(gone) > 0 {
		return finding{doubtful, catalog.Say("these channels are called otherwise: %s", strings.Join(gone, ", ")), catalog.Say("a first message that still waits for one of them has to be written again")}
	}
	return good("channels are called the same")
}
