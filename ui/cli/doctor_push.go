package cli

import (
	"context"
	"errors"
	"slices"

	"unibox/api"
	"unibox/state/config"
	"unibox/state/push"
	"unibox/ui/catalog"
)

// examinePush sends itself an event through the public address, and asks the platforms
// where they send theirs.
func (p program) examinePush(ctx context.Context, c config.Config, o liveOptions) []finding {
	h := hooks{program: p, hookOptions: hookOptions{liveOptions: o}, config: c}
	if c.Push.Address == "" {
		return []finding{{doubtful, catalog.Say("the config does not say how this machine is reached from outside"), catalog.Say("add address = \"https://…\" to [push]; state/push/README.md says what goes in front")}}
	}
	out := h.examineListener()
	var err error
	alone := h.whileListening(ctx, func() error { err = h.tryPublic(ctx); return nil })
	switch {
	case alone != nil:
		return []finding{{wrong, catalog.Say("%s", alone), catalog.Say("fix listen in [push]")}}
	case err != nil:
		return []finding{{wrong, catalog.Say("%s", err), catalog.Say("look at what is in front; state/push/README.md has examples")}}
	}
	out = append(out, good("an event that was sent to %s arrived here", c.Push.Address))
	for _, a := range c.Accounts {
		out = append(out, h.examine(ctx, a))
	}
	return out
}

// examineListener says whether anybody receives events just now. If nobody does, doctor
// itself receives the one that it sends.
func (h hooks) examineListener() []finding {
	on, err := push.Listen(h.listen())
	if errors.Is(err, push.ErrBusy) {
		return []finding{good("events are received on %s", h.listen())}
	}
	if err == nil {
		on.Close()
	}
	todo := catalog.Say("start unibox, or unibox hook")
	if h.config.Push.Listen == "" {
		todo = catalog.Say("add listen = %q to [push] and start unibox, or let unibox hook run", usualListen)
	}
	return []finding{{doubtful, catalog.Say("nobody receives events on %s just now", h.listen()), todo}}
}

// examine says whether the events of an account come here.
func (h hooks) examine(ctx context.Context, a config.Account) finding {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	at, err := push.AddressesIn(h.state).Of(api.AccountID(a.Name))
	if err != nil {
		return finding{wrong, catalog.Say("%s: %s", a.Name, err), catalog.Message{}}
	}
	todo := hookLine("--register", a)
	client, err := h.platforms.SignIn(ctx, a, quiet)
	if err != nil {
		return finding{doubtful, catalog.Say("%s: nobody knows where its events go", a.Name), catalog.Say("fix this account in the config")}
	}
	whole := at.Whole(h.config.Push.Address)
	subscriber, asks := client.(api.Subscriber)
	if asks {
		addresses, _, err := subscriber.Subscriptions(ctx)
		switch {
		case err != nil:
			return finding{doubtful, catalog.Say("%s: the platform does not say where its events go: %s", a.Name, catalog.Below(api.Explain(err))), catalog.Message{}}
		case slices.Contains(addresses, whole):
			return good("%s: its events come here", a.Name)
		case len(addresses) > 0:
			return finding{doubtful, catalog.Say("%s: its events go elsewhere", a.Name), catalog.Verbatim(todo)}
		case at.Registered != whole || h.push(a).Signature == "":
			return finding{doubtful, catalog.Say("%s: its events do not come here", a.Name), catalog.Verbatim(todo)}
		}
	}
	if h.push(a).Signature != "" && len(at.Secrets) == 0 {
		if asks {
			return finding{doubtful, catalog.Say("%s: its platform signs events, but its secret is missing here", a.Name), catalog.Verbatim(todo)}
		}
		return finding{doubtful, catalog.Say("%s: its platform signs events, but its secret is missing here", a.Name), catalog.Say("enter its address in %s, then: %s", h.push(a).Where, hookLine("--secret", a))}
	}
	return good("%s: its events are signed with what is known here", a.Name)
}
