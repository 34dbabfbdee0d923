package rest

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"unibox/api"
)

const somewhere = "https://api.example.com/v1/"

func TestSchemes(t *testing.T) {
	for name, c := range map[string]struct {
		scheme       Scheme
		login        api.Login
		header, want string
	}{
		"header":          {Header("X-Token", "its token"), api.Login{Token: " abc\n"}, "X-Token", "abc"},
		"bearer":          {Bearer("its token"), api.Login{Token: "abc"}, "Authorization", "Bearer abc"},
		"token, no user":  {BearerOrBasic, api.Login{Token: "abc"}, "Authorization", "Bearer abc"},
		"user, password":  {BearerOrBasic, api.Login{User: "me", Password: "p:w", Token: "abc"}, "Authorization", "Basic bWU6cDp3"},
		"no token":        {Header("X-Token", "its token"), api.Login{Token: " "}, "", "the account needs its token, on one line"},
		"two lines":       {Bearer("a token"), api.Login{Token: "a\nb"}, "", "the account needs a token, on one line"},
		"nothing":         {BearerOrBasic, api.Login{}, "", "the account needs its token, on one line, or a user and a password"},
		"user, no secret": {BearerOrBasic, api.Login{User: "me", Token: "abc"}, "", "the account needs a user without a colon and a password, each on one line"},
	} {
		put, err := c.scheme(c.login)
		if c.header == "" {
			if err == nil || err.Error() != c.want {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		h := http.Header{}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if put(h); h.Get(c.header) != c.want || len(h) != 1 {
			t.Errorf("%s: %v", name, h)
		}
	}
}

// A renewed secret takes the place of the one in use, be it a token or a password.
func TestOpenRenewsTheSecretInUse(t *testing.T) {
	for want, l := range map[string]api.Login{
		"Bearer new": {Token: "old"}, "Basic bWU6bmV3": {User: "me", Password: "old"},
	} {
		l.BaseURL = somewhere
		l.Renew = func(context.Context) (string, error) { return "new", nil }
		a, err := Open(l, BearerOrBasic, Config{Platform: "p"})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Renew(t.Context()); err != nil {
			t.Fatal(err)
		}
		h := http.Header{}
		if a.HTTP.credential.Load().authorize(h); h.Get("Authorization") != want {
			t.Errorf("%v, want %s", h, want)
		}
	}
}

// A secret that cannot be used does not replace one that can.
func TestOpenKeepsTheOldSecret(t *testing.T) {
	a, err := Open(api.Login{Token: "old", BaseURL: somewhere, Renew: func(context.Context) (string, error) { return "", nil }},
		Bearer("its token"), Config{Platform: "p"})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Renew(t.Context()); api.KindOf(err) != api.ErrAuth || !strings.Contains(api.Explain(err), "needs its token") {
		t.Errorf("%v", err)
	}
	h := http.Header{}
	if a.HTTP.credential.Load().authorize(h); h.Get("Authorization") != "Bearer old" {
		t.Errorf("%v", h)
	}
}

func TestOpenPacesTheBudgets(t *testing.T) {
	budgets := map[api.Class][]api.Budget{api.ClassSend: {{Requests: 30, Per: time.Minute}, {Requests: 5, Per: time.Second}}}
	for pace, want := range map[float64][2]int{0: {30, 5}, 2: {60, 10}, 0.01: {1, 1}} {
		a, err := Open(api.Login{Token: "x", BaseURL: somewhere, Pace: pace}, Bearer("its token"), Config{Platform: "p", Budgets: budgets})
		if err != nil {
			t.Fatal(err)
		}
		list := a.Budgets[api.ClassSend]
		if got := [2]int{list[0].Requests, list[1].Requests}; got != want || a.FirstBudgets()[api.ClassSend] != list[0] {
			t.Errorf("pace %v: %v, %v", pace, got, a.FirstBudgets())
		}
	}
}

// A platform limits its user, whatever the accounts of that user are called here.
func TestAccountsWithOneSecretShareItsLimits(t *testing.T) {
	known := &api.Credentials{}
	open := func(name api.AccountID, l api.Login) Account {
		t.Helper()
		l.Account, l.Credentials = name, known
		a, err := Open(l, BearerOrBasic, Config{Platform: "p", Budgets: map[api.Class][]api.Budget{api.ClassSend: {{Requests: 30, Per: time.Minute}}}})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	one := open("one", api.Login{Token: "secret", BaseURL: "https://api.example.com/p1", Keys: map[string]string{"company": "1"}})
	two := open("two", api.Login{Token: " secret\n", BaseURL: "https://api.example.com/p2", Keys: map[string]string{"company": "2"}})
	if one.HTTP.pace[api.ClassSend] != two.HTTP.pace[api.ClassSend] || one.Limited(api.Traits{}).Credential != two.Limited(api.Traits{}).Credential {
		t.Error("two companies of one user have two budgets")
	}
	for name, l := range map[string]api.Login{
		"another token": {Token: "other", BaseURL: "https://api.example.com/p1"},
		"another host":  {Token: "secret", BaseURL: "https://example.org"},
		"a user":        {User: "me", Password: "secret", BaseURL: "https://api.example.com/p1"},
	} {
		other := open("three", l)
		if other.HTTP.pace[api.ClassSend] == one.HTTP.pace[api.ClassSend] || other.Credential == one.Credential || strings.Contains(other.Credential, "secret") {
			t.Errorf("%s shares the budget of the first", name)
		}
	}
	known = nil
	if alone := open("one", api.Login{Token: "secret", BaseURL: "https://api.example.com/p1"}); alone.Credential != "" || alone.HTTP.pace[api.ClassSend] == one.HTTP.pace[api.ClassSend] {
		t.Error("a client that is made alone shares a budget")
	}
}

func TestFileURL(t *testing.T) {
	a, err := Open(api.Login{Token: "x", BaseURL: somewhere}, Bearer("its token"), Config{Platform: "p"})
	if err != nil {
		t.Fatal(err)
	}
	for ref, want := range map[string]string{
		"/f/a.png": "https://api.example.com/f/a.png", "a.png": "https://api.example.com/a.png",
		"http://cdn.example.org/a": "http://cdn.example.org/a", "javascript:alert(1)": "", "": "", "https://[": "",
	} {
		if got := a.FileURL(ref); got != want {
			t.Errorf("%q: %q, want %q", ref, got, want)
		}
	}
}
