package platforms

import (
	"testing"

	"unibox/api"
)

// login is a complete login on a platform.
func login(p Platform) api.Login {
	l := api.Login{Account: "shop", BaseURL: p.BaseURL, Token: "secret-token", Keys: map[string]string{}}
	for _, k := range p.Keys {
		l.Keys[k.Name] = "154"
		if k.Values != nil {
			l.Keys[k.Name] = k.Values[0]
		}
	}
	return l
}

func TestEveryPlatformMakesAClient(t *testing.T) {
	list := All()
	for i, name := range list.Names() {
		p, ok := list.Find(name)
		if !ok || p.Name != list[i].Name || p.Title == "" {
			t.Errorf("%q is found as %+v", name, p)
			continue
		}
		client, err := p.New(login(p))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := client.Traits().Platform; got != api.Platform(name) {
			t.Errorf("%s: its client is of %s", name, got)
		}
	}
	if _, ok := list.Find("fax"); ok {
		t.Error("an unknown platform is found")
	}
}

// A login that lacks something makes no client, and no client that is nil inside
// an interface.
func TestAnIncompleteLoginIsRefused(t *testing.T) {
	for _, p := range All() {
		cases := map[string]func(*api.Login){
			"no token":       func(l *api.Login) { l.Token = "" },
			"a plain origin": func(l *api.Login) { l.BaseURL = "http://example.com" },
		}
		for _, k := range p.Keys {
			if k.Required {
				cases["no "+k.Name] = func(l *api.Login) { delete(l.Keys, k.Name) }
			}
		}
		for name, spoil := range cases {
			l := login(p)
			spoil(&l)
			if client, err := p.New(l); err == nil || client != nil {
				t.Errorf("%s, %s: %v, %v", p.Name, name, client, err)
			}
		}
	}
}

// Only a platform that says so accepts a password in place of the token.
func TestPasswordsAreAcceptedWhereThePlatformSaysSo(t *testing.T) {
	for _, p := range All() {
		l := login(p)
		l.Token, l.User, l.Password = "", "maya", "secret word"
		if _, err := p.New(l); (err == nil) != p.Password {
			t.Errorf("%s: a user and a password: %v", p.Name, err)
		}
	}
}
