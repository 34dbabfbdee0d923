package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"unibox/state/config"
	"unibox/state/push"
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
	later := "To have its platform send what happens: " + hookLine("--register", a)
	if f.stdin != "" || f.untested || !f.ask.present() {
		fmt.Fprintln(f.ask.out, later)
		return
	}
	fmt.Fprintln(f.ask.out, "A message can be here within a second, by itself.")
	yes, err := f.ask.yes(ctx, "Have its platform send what happens to "+c.Push.Address+"?")
	if err != nil || !yes {
		fmt.Fprintln(f.ask.out, later)
		return
	}
	h := hooks{program: f.program, hookOptions: hookOptions{liveOptions: liveOptions{config: *f.path, state: f.state}}, config: c, ask: f.ask}
	h.accounts = slices.DeleteFunc(slices.Clone(c.Accounts), func(other config.Account) bool { return other.Name != a.Name })
	if h.receivedElsewhere() {
		fmt.Fprintf(f.ask.out, "What receives events just now does not know this account yet. Start it again; then: %s\n", hookLine("--register", a))
		return
	}
	if err := h.registerAll(ctx); err != nil {
		newReport(f.ask.out).add(finding{doubtful, err.Error(), "until then it is asked for news; later: " + hookLine("--register", a)})
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
	todo := finding{doubtful, fmt.Sprintf("%s: enter %s in %s", a.Name, whole, h.push(a).Where), "then: " + hookLine("--secret", a)}
	if !h.ask.present() || h.yes {
		return todo, nil
	}
	newReport(h.ask.out).add(finding{doubtful, todo.says, ""})
	question := "Is it entered, and do you have the secret that was shown there?"
	if known {
		question = "A secret is known already. Was another one shown there?"
	}
	has, err := h.ask.yes(ctx, question)
	switch {
	case err != nil:
		return finding{}, err
	case !has && known:
		return good("%s: events are signed with what is known here", a.Name), nil
	case !has:
		return finding{doubtful, a.Name + ": its events come here once the address is entered there", "then: " + hookLine("--secret", a)}, nil
	}
	if err := h.askSecret(ctx, a); err != nil {
		return finding{}, err
	}
	return good("%s: its events come here now", a.Name), nil
}
