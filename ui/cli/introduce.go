package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"unibox/api"
	"unibox/state/config"
	"unibox/ui/catalog"
)

// answerTime is how long a platform may take to say who we are.
const answerTime = 20 * time.Second

// introduce signs in and asks the platform who we are there.
func (p program) introduce(ctx context.Context, a config.Account) finding {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	provider, err := p.platforms.SignIn(ctx, a, quiet)
	if err != nil {
		return finding{wrong, catalog.Say("%s: %s", a.Name, err), catalog.Say("fix this account in the config")}
	}
	id, err := provider.Identify(ctx)
	if err != nil {
		return p.refusal(a, err)
	}
	return good("%s: %s", a.Name, described(id))
}

// described says who we are and which channels there are.
func described(id api.Identity) catalog.Message {
	who := id.Label
	if id.Agent.Name != "" && id.Agent.Name != id.Label {
		who += ", " + id.Agent.Name
	}
	return catalog.Say("%s, %s", who, channels(id.Channels))
}

// channels counts them by kind: "3 channels: telegram, whatsapp ×2".
func channels(list []api.Channel) catalog.Message {
	count := map[string]int{}
	var kinds []string
	for _, c := range list {
		kind := string(c.Kind)
		if count[kind]++; count[kind] == 1 {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 {
		return catalog.Say("no channel")
	}
	slices.Sort(kinds)
	for i, kind := range kinds {
		if n := count[kind]; n > 1 {
			kinds[i] = fmt.Sprintf("%s (%d)", kind, n)
		}
	}
	return catalog.Count(len(list), "%d channel: %s", "%d channels: %s", strings.Join(kinds, ", "))
}

// refusal says why a platform did not say who we are, and what to do.
func (p program) refusal(a config.Account, err error) finding {
	says, todo := catalog.Below(api.Explain(err)), catalog.Say("check this account in the config")
	var e *api.Error
	if errors.As(err, &e) && e.Said != "" {
		says = catalog.Below(e.Said)
	}
	switch api.KindOf(err) {
	case api.ErrAuth:
		says, todo = catalog.Say("the platform refused %s", credential(a)), catalog.Say("make a new one on the platform and put it there")
	case api.ErrUnavailable:
		says = catalog.Say("no answer from %s", p.platforms.Server(a))
		if e != nil && e.Hint != "" {
			says = catalog.Say("no answer from %s: %s", p.platforms.Server(a), catalog.Below(e.Hint))
		}
		todo = catalog.Say("look at the network, at base_url, and at whether the platform is up")
	case api.ErrRateLimited:
		says, todo = catalog.Say("the platform got too many requests"), catalog.Say("try again in a minute")
	}
	return finding{wrong, catalog.Say("%s: %s", a.Name, says), todo}
}
