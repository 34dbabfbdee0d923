package cli

import (
	"context"
	"errors"
	"slices"

	"unibox/api"
	"unibox/state/config"
	"unibox/state/push"
	"unibox/ui/catalog"
	"unibox/ui/text"
)

// registerAll tells the platforms where to send events. It listens meanwhile if nobody
// else does: a platform tries the address before it takes it.
func (h hooks) registerAll(ctx context.Context) error {
	public := h.config.Push.Address
	if public == "" {
		return catalog.Errorf("the config does not say how this machine is reached: add [push] with address = \"https://…\", as state/push/README.md says")
	}
	if h.dry {
		return h.wouldRegister(ctx)
	}
	if err := h.whileListening(ctx, func() error { return h.tryPublic(ctx) }); err != nil {
		return catalog.Errorf("nothing was registered: %w", err)
	}
	r := h.newReport(h.ask.out)
	for _, a := range h.accounts {
		err := h.whileListening(ctx, func() error {
			found, err := h.register(ctx, a)
			r.add(found)
			return err
		})
		if err != nil {
			return err
		}
	}
	return r.err()
}

// wouldRegister says of each account what registering would do. The platforms are asked which
// addresses they have, and told nothing.
func (h hooks) wouldRegister(ctx context.Context) error {
	r := h.newReport(h.ask.out)
	for _, a := range h.accounts {
		found, err := h.register(ctx, a)
		if err != nil {
			return err
		}
		r.add(found)
	}
	return errors.Join(r.print("Nothing was done: no platform was told, and the address was not tried."), r.err())
}

// wouldTake says what registering would do to those to whom the events of an account go.
func wouldTake(a config.Account, others []string, room api.Room) finding {
	if room == api.RoomInPlace && len(others) > 0 {
		return finding{doubtful, catalog.Say("%s: its events go to %s now, whose place this machine would take", a.Name, text.Mode{}.Line(others[0])), catalog.Say("it is asked before; with --yes it is done, and each event is passed on there")}
	}
	return good("%s: its events would come here", a.Name)
}

func (h hooks) tryPublic(ctx context.Context) error {
	return push.Try(ctx, h.state, h.config.Push.Address)
}

// whileListening runs f while events are received, by this process if no other does.
func (h hooks) whileListening(ctx context.Context, f func() error) error {
	listener, err := push.NewListener(h.state, h.platforms.Pushed(h.config.Accounts), quiet)
	if err != nil {
		return err
	}
	on, err := push.Listen(h.listen())
	if errors.Is(err, push.ErrBusy) { // by unibox, as trying it shows
		return f()
	}
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- listener.Serve(ctx, on) }()
	err = f()
	stop()
	<-ended
	return err
}

// register tells the platform of an account. The error ends the whole command: the
// person left.
func (h hooks) register(ctx context.Context, a config.Account) (finding, error) {
	addresses := push.AddressesIn(h.state)
	at, err := addresses.Of(api.AccountID(a.Name))
	if err != nil {
		return finding{}, err
	}
	whole := at.Whole(h.config.Push.Address)
	client, err := h.platforms.SignIn(ctx, a, quiet)
	if err != nil {
		return finding{wrong, catalog.Say("%s: %s", a.Name, err), catalog.Say("fix this account in the config")}, nil
	}
	subscriber, ok := client.(api.Subscriber)
	if !ok {
		return h.enter(ctx, a, whole, len(at.Secrets) > 0)
	}
	others, room, err := subscriber.Subscriptions(ctx)
	if err != nil {
		return h.refusal(a, err), nil
	}
	ours := slices.Contains(others, whole) || at.Registered == whole && len(others) == 0 && h.push(a).Signature != ""
	if ours && h.dry {
		return good("%s: registered already", a.Name), nil
	}
	if ours {
		return good("%s: registered already", a.Name), h.note(a, whole, nil)
	}
	if h.dry {
		return wouldTake(a, others, room), nil
	}
	forward := ""
	if room == api.RoomInPlace && len(others) > 0 {
		var replace bool
		if replace, forward, err = h.replace(ctx, a, others[0]); err != nil || !replace {
			return finding{doubtful, catalog.Say("%s: nothing was registered, its events go where they went", a.Name), catalog.Message{}}, err
		}
	}
	return h.subscribe(ctx, a, subscriber, room, whole, forward)
}

// subscribe has the events of an account come to whole, and passes them on to forward
// unless that is empty. The address counts as registered once all of it is.
func (h hooks) subscribe(ctx context.Context, a config.Account, to api.Subscriber, room api.Room, whole, forward string) (finding, error) {
	passOn, err := h.passOn(a, forward)
	if err != nil {
		return finding{}, catalog.Errorf("nothing was registered: events cannot be passed on: %w", err)
	}
	secrets, did, err := h.tell(ctx, a, to, whole)
	switch {
	case err == nil:
	case len(secrets) > 0:
		return h.half(a, err), errors.Join(h.note(a, "", secrets), h.begun(a, whole, did))
	case room == api.RoomNone && api.KindOf(err) == api.ErrInvalid:
		return finding{wrong, catalog.Say("%s: the platform takes no further address for events", a.Name), catalog.Say("nothing was changed; remove an address on the platform's website, then: %s", hookLine("--register", a))}, nil
	default:
		return h.refusal(a, err), nil
	}
	if err := errors.Join(h.note(a, whole, secrets), passOn()); err != nil {
		return finding{}, catalog.Errorf("the events of %s come here now, but: %w", a.Name, err)
	}
	return good("%s: its events come here now", a.Name), nil
}

// tell has the events of an account come to whole. What an earlier try did is not done
// again; did is what this one did of the parts of the account.
func (h hooks) tell(ctx context.Context, a config.Account, to api.Subscriber, whole string) (secrets, did []string, err error) {
	parts, ok := to.(api.PartSubscriber)
	if !ok {
		secrets, err = to.Subscribe(ctx, whole)
		return secrets, nil, err
	}
	at, err := push.AddressesIn(h.state).Of(api.AccountID(a.Name))
	if err != nil {
		return nil, nil, err
	}
	if at.Begun != whole {
		at.Parts = nil
	}
	return parts.SubscribeRest(ctx, whole, at.Parts)
}

// begun keeps which parts of an account know an address, for the next try.
func (h hooks) begun(a config.Account, whole string, did []string) error {
	return push.AddressesIn(h.state).Change(api.AccountID(a.Name), func(at *push.Address) {
		if at.Begun != whole {
			at.Begun, at.Parts = whole, nil
		}
		at.Parts = append(at.Parts, did...)
	})
}

// half says that some of what a login sees is registered, and the rest is not.
func (h hooks) half(a config.Account, err error) finding {
	return finding{wrong, catalog.Say("%s: a part of its events comes here now, the rest does not: %s", a.Name, catalog.Below(api.Explain(err))), catalog.Say("try again later: %s", hookLine("--register", a))}
}

func (h hooks) refusal(a config.Account, err error) finding {
	return finding{wrong, catalog.Say("%s: %s", a.Name, catalog.Below(api.Explain(err))), catalog.Say("nothing else was changed; try again later, or register the address on the platform's website: unibox hook --show")}
}

// note keeps that an address was registered, unless it is empty, and what the platform
// signs with.
func (h hooks) note(a config.Account, whole string, secrets []string) error {
	return push.AddressesIn(h.state).Change(api.AccountID(a.Name), func(at *push.Address) {
		if whole != "" {
			at.Registered, at.Begun, at.Parts = whole, "", nil
		}
		for _, s := range secrets {
			if !slices.Contains(at.Secrets, s) {
				at.Secrets = append(at.Secrets, s)
			}
		}
	})
}

// replace asks whether somebody else's address may be replaced, and whether events are to
// be passed on to it, which forward then is.
func (h hooks) replace(ctx context.Context, a config.Account, other string) (replace bool, forward string, err error) {
	if h.yes {
		return true, other, nil
	}
	name, theirs := text.Mode{}.Line(a.Name), text.Mode{}.Line(other)
	if !h.ask.present() {
		return false, "", usage(catalog.Errorf("the events of %s go to %s, and there is no terminal to ask in; say --yes to take its place and to pass them on", name, theirs))
	}
	replace, err = h.ask.yes(ctx, h.ask.say.T("The events of %s go to %s, and the platform knows one address only. Take its place?", name, theirs))
	if err != nil || !replace {
		return false, "", err
	}
	pass, err := h.ask.yes(ctx, h.ask.say.T("Pass each event on to it?"))
	if err != nil || !pass {
		return true, "", err
	}
	return true, other, nil
}

// passOn prepares to have the events of an account passed on to an address, and returns
// what writes that into the config. An empty address changes nothing.
func (h hooks) passOn(a config.Account, forward string) (write func() error, err error) {
	if forward == "" || a.Forward == forward {
		return func() error { return nil }, nil
	}
	edit, err := config.Set(h.hookOptions.config, h.platforms.Config(), a.Name, "forward", forward)
	if err != nil {
		return nil, err
	}
	return func() error {
		if err := edit.Write(); err != nil {
			return catalog.Errorf("they cannot be passed on, write forward = %q into the config by hand: %w", forward, err)
		}
		sayNote(h.ask.out, edit)
		h.ask.print("%s has forward = %q for %s now; what runs already passes on after it was started again.", h.hookOptions.config, text.Mode{}.Line(forward), text.Mode{}.Line(a.Name))
		return nil
	}, nil
}
