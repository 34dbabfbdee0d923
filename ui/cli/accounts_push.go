package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"unibox/state/config"
	"unibox/state/push"
	"unibox/ui/catalog"
)

// offerPush offers to have the platform of a new account send what happens, where this
// machine receives that, and says how to do it later. The account is in the config by
// then, so what fails here is said and is no error.
func (f *form) offerPush(ctx context.Context, a config.Account) {
	c, _, err := config.Load(*f.path, f.platforms.Config())
	platform, _ := f.platforms.Find(a.Platform)
	if err != nil || c.Push.Address == "" || platform.Push.Read == nil {
		return
	}
	later := f.say.T("To have its platform send what happens: %s", hookLine("--register", a))
	if f.stdin != "" || f.untested || !f.ask.present() {
		fmt.Fprintln(f.ask.out, later)
		return
	}
	f.ask.print("A message can be here within a second, by itself.")
	yes, err := f.ask.yes(ctx, f.say.T("Have its platform send what happens to %s?", c.Push.Address))
	if err != nil || !yes {
		fmt.Fprintln(f.ask.out, later)
		return
	}
	h := hooks{program: f.program, hookOptions: hookOptions{liveOptions: liveOptions{config: *f.path, state: f.state}}, config: c, ask: f.ask}
	h.accounts = slices.DeleteFunc(slices.Clone(c.Accounts), func(other config.Account) bool { return other.Name != a.Name })
	if h.receivedElsewhere() {
		f.ask.print("What receives events just now does not know this account yet. Start it again; then: %s", hookLine("--register", a))
		return
	}
	if err := h.registerAll(ctx); err != nil {
		f.newReport(f.ask.out).add(finding{doubtful, catalog.Verbatim(f.say.Error(err)), catalog.Say("until then it is asked for news; later: %s", hookLine("--register", a))})
	}
}

// receivedElsewhere reports whether another process receives events: it knows the
// accounts that were in the config when it started.
func (h hooks) receivedElsewhere() bool {
	on, err := push.Listen(h.listen())
	if err == nil {
		on.Close()
	}
	return errors.Is(err, push.ErrBusy)
}

// enter has a person enter the address of an account where its platform has no call for
// it, and asks for what the platform then signs with.
func (h hooks) enter(ctx context.Context, a config.Account, whole string, known bool) (finding, error) {
	todo := finding{doubtful, catalog.Say("%s: enter %s in %s", a.Name, whole, h.push(a).Where), catalog.Say("then: %s", hookLine("--secret", a))}
	if !h.ask.present() || h.yes || h.dry {
		return todo, nil
	}
	h.newReport(h.ask.out).add(finding{doubtful, todo.says, catalog.Message{}})
	question := h.say.T("Is it entered, and do you have the secret that was shown there?")
	if known {
		question = h.say.T("A secret is known already. Was another one shown there?")
	}
	has, err := h.ask.yes(ctx, question)
	switch {
	case err != nil:
		return finding{}, err
	case !has && known:
		return good("%s: events are signed with what is known here", a.Name), nil
	case !has:
		return finding{doubtful, catalog.Say("%s: its events come here once the address is entered there", a.Name), catalog.Say("then: %s", hookLine("--secret", a))}, nil
	}
	if err := h.askSecret(ctx, a); err != nil {
		return finding{}, err
	}
	return good("%s: its events come here now", a.Name), nil
}
