package main

import (
	"cmp"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"unibox/api"
	"unibox/api/pact"
	"unibox/state/config"
)

// clients makes the client of each platform, by its name in the config.
var clients = map[string]func(a config.Account, token string, log *slog.Logger) (api.Provider, error){
	"pact": func(a config.Account, token string, log *slog.Logger) (api.Provider, error) {
		return pact.New(pact.Config{Account: api.AccountID(a.Name), BaseURL: cmp.Or(a.BaseURL, "https://api.pact.im/p1"), Token: token, Company: a.Company, Pace: a.Pace, Log: log})
	},
}

func known() string { return strings.Join(slices.Sorted(maps.Keys(clients)), ", ") }
