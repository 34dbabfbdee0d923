package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unibox/api"
	"unibox/api/platforms"
	"unibox/state/config"
	"unibox/state/push"
	"unibox/ui/app"
)

// company is a platform's account that answers about addresses as it is told.
type company struct {
	api.Provider
	others  []string
	room    api.Room
	secrets []string
	err     error
	asked   int
}

func (c *company) Subscriptions(context.Context) ([]string, api.Room, error) {
	return c.others, c.room, nil
}

func (c *company) Subscribe(context.Context, string) ([]string, error) {
	c.asked++
	return c.secrets, c.err
}

// registering is the command with --yes for one account, which the company has.
func registering(t *testing.T, c *company) (h hooks, register func() (finding, error)) {
	t.Helper()
	dir := t.TempDir()
	row := platforms.Platform{Name: "box", Title: "Box", BaseURL: "https://box.example.org", Push: api.Push{Signature: "X-Signature"},
		New: func(api.Login) (api.Provider, error) { return c, nil }}
	h = hooks{program: program{platforms: app.Platforms{List: platforms.List{row}}}, ask: asker{in: os.Stdin, out: &bytes.Buffer{}}}
	h.hookOptions = hookOptions{liveOptions: liveOptions{config: filepath.Join(dir, "config.toml"), state: dir}, yes: true}
	t.Setenv("TOKEN_OF_TEST", "secret")
	text := "[push]\naddress = \"https://us.example.org\"\n\n[[account]]\nname = \"acme\"\nplatform = \"box\"\ntoken_env = \"TOKEN_OF_TEST\"\n"
	if err := os.WriteFile(h.hookOptions.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var problems []config.Problem
	var err error
	if h.config, problems, err = h.load(h.hookOptions.config); err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	return h, func() (finding, error) { return h.register(t.Context(), h.config.Accounts[0]) }
}

// TestHalfARegistration keeps the secrets that came, and is no registration: the next
// one asks the platform again.
func TestHalfARegistration(t *testing.T) {
	c := &company{secrets: []string{"one"}, err: &api.Error{Kind: api.ErrUnavailable}}
	h, register := registering(t, c)
	found, err := register()
	if err != nil || found.verdict != wrong || !strings.Contains(found.says.String(), "a part") {
		t.Errorf("%+v, %v", found, err)
	}
	at, err := push.AddressesIn(h.state).Of("acme")
	if err != nil || at.Registered != "" || !slices.Equal(at.Secrets, []string{"one"}) {
		t.Errorf("kept %q, %q, %v", at.Registered, at.Secrets, err)
	}
	c.secrets, c.err = []string{"one", "two"}, nil
	if found, err = register(); err != nil || found.verdict != fine || c.asked != 2 {
		t.Errorf("the second time, asked %d times: %+v, %v", c.asked, found, err)
	}
	if at, err = push.AddressesIn(h.state).Of("acme"); err != nil || at.Registered == "" || len(at.Secrets) != 2 {
		t.Errorf("kept %q, %q, %v", at.Registered, at.Secrets, err)
	}
}

// TestNothingIsPassedOnUnlessRegistered: what is refused changes no config, and a
// platform that is full replaces nothing.
func TestNothingIsPassedOnUnlessRegistered(t *testing.T) {
	theirs := []string{"https://crm.example.org/in"}
	for _, tt := range []struct {
		c       company
		says    string
		forward bool
	}{
		{company{others: theirs, room: api.RoomInPlace}, "come here now", true},
		{company{others: theirs, room: api.RoomInPlace, err: &api.Error{Kind: api.ErrUnavailable}}, "acme", false},
		{company{others: theirs, room: api.RoomNone, err: &api.Error{Kind: api.ErrInvalid}}, "no further address", false},
		{company{room: api.RoomNone, err: &api.Error{Kind: api.ErrInvalid}}, "no further address", false},
		{company{room: api.RoomInPlace}, "come here now", false},
	} {
		h, register := registering(t, &tt.c)
		found, err := register()
		if err != nil || !strings.Contains(found.says.String(), tt.says) || (found.verdict == fine) != (tt.c.err == nil) {
			t.Errorf("%+v: %+v, %v", tt.c, found, err)
		}
		text, err := os.ReadFile(h.hookOptions.config)
		if err != nil || strings.Contains(string(text), fmt.Sprintf("forward = %q", theirs[0])) != tt.forward {
			t.Errorf("%+v: %v\n%s", tt.c, err, text)
		}
	}
}

// tree is a company of several accounts, of which each is told by itself.
type tree struct {
	*company
	accounts []string
	failsAt  string
	told     []string
}

func (c *tree) SubscribeRest(_ context.Context, _ string, done []string) (secrets, did []string, err error) {
	for _, a := range c.accounts {
		if slices.Contains(done, a) {
			continue
		}
		if a == c.failsAt {
			return secrets, did, &api.Error{Kind: api.ErrUnavailable}
		}
		c.told = append(c.told, a)
		secrets, did = append(secrets, "secret of "+a), append(did, a)
	}
	return secrets, did, nil
}

// TestNoPartIsRegisteredTwice, however often it is tried, unless the address is another
// one.
func TestNoPartIsRegisteredTwice(t *testing.T) {
	c := &tree{company: &company{room: api.RoomFree}, accounts: []string{"a", "b", "c"}}
	h, _ := registering(t, c.company)
	h.platforms.List[0].New = func(api.Login) (api.Provider, error) { return c, nil }
	for _, c.failsAt = range []string{"b", "c", "c", ""} {
		if _, err := h.register(t.Context(), h.config.Accounts[0]); err != nil {
			t.Fatal(err)
		}
	}
	at, err := push.AddressesIn(h.state).Of("acme")
	if err != nil || !slices.Equal(c.told, []string{"a", "b", "c"}) || len(at.Secrets) != 3 || at.Registered == "" || len(at.Parts) > 0 {
		t.Errorf("told %q, kept %+v, %v", c.told, at, err)
	}
	for _, c.failsAt = range []string{"b", ""} { // the machine is called something else
		h.config.Push.Address += "/new"
		h.register(t.Context(), h.config.Accounts[0])
	}
	if got := c.told[3:]; !slices.Equal(got, []string{"a", "a", "b", "c"}) {
		t.Errorf("another address was told to %q", got)
	}
}
