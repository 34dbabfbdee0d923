package kit

import (
	"fmt"
	"strings"
)

// Account is what a client's config has to say to use a served company.
type Account struct {
	Name, Platform, BaseURL, Token, Company string
	// Pace is how many times the published request limits the client may
	// spend here.
	Pace float64
}

// Accounts lists the accounts to work with, for a server that is reached at
// origin ("http://127.0.0.1:4010").
func (s *Server) Accounts(origin string) []Account {
	var all []Account
	for _, p := range s.platforms {
		all = append(all, p.Accounts(strings.TrimSuffix(origin, "/"))...)
	}
	return all
}

// Config writes accounts as TOML, ready to be a client's config file.
func Config(accounts []Account) string {
	var b strings.Builder
	for i, a := range accounts {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "[[account]]\nname = %q\nplatform = %q\nbase_url = %q\ntoken = %q\npace = %.1f\n",
			a.Name, a.Platform, a.BaseURL, a.Token, a.Pace)
		if a.Company != "" {
			fmt.Fprintf(&b, "company = %q\n", a.Company)
		}
	}
	return b.String()
}
