package cli

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"unibox/api/rest"
	"unibox/state/config"
	"unibox/ui/catalog"
)

const (
	// reachTime is how long a server may take to answer at all.
	reachTime = 10 * time.Second
	// skewLimit is how far the clocks may be apart: what was sent is found
	// again by its time, too.
	skewLimit = 2 * time.Minute
)

// examineServers asks every server once, without a token, whatever it answers.
func (p program) examineServers(ctx context.Context, accounts []config.Account) []finding {
	var servers []string
	for _, a := range accounts {
		if s := p.platforms.Server(a); !slices.Contains(servers, s) {
			servers = append(servers, s)
		}
	}
	out := make([]finding, len(servers))
	var wg sync.WaitGroup
	for i, s := range servers {
		wg.Go(func() { out[i] = examineServer(ctx, s) })
	}
	wg.Wait()
	return out
}

func examineServer(ctx context.Context, server string) finding {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server, nil)
	if err != nil {
		return finding{wrong, catalog.Say("%s is not an address", server), catalog.Say("fix base_url in the config")}
	}
	client := http.Client{Transport: rest.NewTransport(false), Timeout: reachTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	asked := time.Now()
	resp, err := client.Do(req)
	if err != nil {
		return unreached(server, err)
	}
	resp.Body.Close()
	took := time.Since(asked)
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return good("%s answers in %v", server, took.Round(time.Millisecond))
	}
	return clocks(server, took, asked.Add(took/2).Sub(date))
}

// clocks judges how far this machine's clock is ahead of a server's.
func clocks(server string, took, ahead time.Duration) finding {
	by := ahead.Abs()
	if by > skewLimit {
		says := catalog.Say("this machine's clock is %v ahead of %s", by.Round(time.Second), server)
		if ahead < 0 {
			says = catalog.Say("this machine's clock is %v behind %s", by.Round(time.Second), server)
		}
		return finding{doubtful, says, catalog.Say("set it, for example with: timedatectl set-ntp true")}
	}
	return good("%s answers in %v, and the clocks agree", server, took.Round(time.Millisecond))
}

// unreached says why a server did not answer.
func unreached(server string, err error) finding {
	says := catalog.Below(rest.Unreached(server, err))
	if rest.Unreached(server, err) == "" {
		says = catalog.Say("%s does not answer", server)
	}
	return finding{wrong, says, catalog.Say("check the network, HTTPS_PROXY and base_url")}
}
