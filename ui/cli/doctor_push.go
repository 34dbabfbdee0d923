package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"unibox/api"
	"unibox/state/config"
	"unibox/state/push"
)

// examinePush sends itself an event through the public address, and asks the platforms
// where they send theirs.
func (p program) examinePush(ctx context.Context, c config.Config, o liveOptions) []finding {
	h := hooks{program: p, hookOptions: hookOptions{liveOptions: o}, config: c}
	if c.Push.Address == "" {
		return []finding{{doubtful, "the config does not say how this machine is reached from outside", "add address = \"https://…\" to [push]; state/push/README.md says what goes in front"}}
	}
	out := h.examineListener()
	var err error
	alone := h.whileListening(ctx, func() error { err = h.tryPublic(ctx); return nil })
	switch {
	case alone != nil:
		return []finding{{wrong, alone.Error(), "fix listen in [push]"}}
	case err != nil:
		return []finding{{wrong, err.Error(), "look at what is in front; state/push/README.md has examples"}}
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
	todo := "start unibox, or unibox hook"
	if h.config.Push.Listen == "" {
		todo = "add listen = \"" + usualListen + "\" to [push] and start unibox, or let unibox hook run"
	}
	return []finding{{doubtful, "nobody receives events on " + h.listen() + " just now", todo}}
}

// examine says whether the events of an account come here.
func (h hooks) examine(ctx context.Context, a config.Account) finding {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	at, err := push.AddressesIn(h.state).Of(api.AccountID(a.Name))
	if err != nil {
		return finding{wrong, a.Name + ": " + err.Error(), ""}
	}
	todo := hookLine("--register", a)
	client, err := h.platforms.SignIn(ctx, a, quiet)
	if err != nil {
		return finding{doubtful, a.Name + ": nobody knows where its events go", "fix this account in the config"}
	}
	whole := at.Whole(h.config.Push.Address)
	subscriber, asks := client.(api.Subscriber)
	if asks {
		addresses, _, err := subscriber.Subscriptions(ctx)
		switch {
		case err != nil:
			return finding{doubtful, fmt.Sprintf("%s: the platform does not say where its events go: %s", a.Name, api.Explain(err)), ""}
		case slices.Contains(addresses, whole):
			return good("%s: its events come here", a.Name)
		case len(addresses) > 0:
			return finding{doubtful, a.Name + ": its events go elsewhere", todo}
		case at.Registered != whole || h.push(a).Signature == "":
			return finding{doubtful, a.Name + ": its events do not come here", todo}
		}
	}
	if h.push(a).Signature != "" && len(at.Secrets) == 0 {
		if asks {
			return finding{doubtful, a.Name + ": its platform signs events, but its secret is missing here", todo}
		}
		return finding{doubtful, a.Name + ": its platform signs events, but its secret is missing here", "enter its address in " + h.push(a).Where + ", then: " + hookLine("--secret", a)}
	}
	return good("%s: its events are signed with what is known here", a.Name)
}
