package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/config"
)

// answerTime is how long a platform may take to say who we are.
const answerTime = 20 * time.Second

// introduce signs in and asks the platform who we are there.
func (p program) introduce(ctx context.Context, a config.Account) finding {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	provider, err := p.platforms.SignIn(ctx, a, quiet)
	if err != nil {
		return finding{wrong, fmt.Sprintf("%s: %s", a.Name, state.PlainError(err)), "fix this account in the config"}
	}
	id, err := provider.Identify(ctx)
	if err != nil {
		return p.refusal(a, err)
	}
	return good("%s: %s", a.Name, described(id))
}

// described says who we are and which channels there are.
func described(id api.Identity) string {
	parts := []string{id.Label}
	if id.Agent.Name != "" && id.Agent.Name != id.Label {
		parts = append(parts, id.Agent.Name)
	}
	return strings.Join(append(parts, channels(id.Channels)), ", ")
}

// channels counts them by kind: "3 channels: telegram, whatsapp ×2".
func channels(list []api.Channel) string {
	count := map[string]int{}
	var kinds []string
	for _, c := range list {
		kind := string(c.Kind)
		if count[kind]++; count[kind] == 1 {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 {
		return "no channel"
	}
	slices.Sort(kinds)
	for i, kind := range kinds {
		if n := count[kind]; n > 1 {
			kinds[i] = fmt.Sprintf("%s (%d)", kind, n)
		}
	}
	if len(list) == 1 {
		return "1 channel: " + kinds[0]
	}
	return fmt.Sprintf("%d channels: %s", len(list), strings.Join(kinds, ", "))
}

// refusal says why a platform did not say who we are, and what to do.
func (p program) refusal(a config.Account, err error) finding {
	says, todo := api.Explain(err), "check this account in the config"
	var e *api.Error
	if errors.As(err, &e) && e.Said != "" {
		says = e.Said
	}
	switch api.KindOf(err) {
	case api.ErrAuth:
		says, todo = "the platform refused "+credential(a), "make a new one on the platform and put it there"
	case api.ErrUnavailable:
		says = "no answer from " + p.platforms.Server(a)
		if e != nil && e.Hint != "" {
			says += ": " + e.Hint
		}
		todo = "look at the network, at base_url, and at whether the platform is up"
	case api.ErrRateLimited:
		says, todo = "the platform got too many requests", "try again in a minute"
	}
	return finding{wrong, a.Name + ": " + says, todo}
}
