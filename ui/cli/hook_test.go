package cli

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/apitest"
	"unibox/api/platforms"
	"unibox/api/sandbox"
	"unibox/state/push"
	"unibox/ui/app"
)

// box is a machine with accounts on the sandbox, with something in front of it.
type box struct {
	*testing.T
	origin, config, state string
	accounts              []sandbox.Account
}

func newBox(t *testing.T) box {
	t.Helper()
	world := sandbox.New(sandbox.Options{Seed: 1, Messages: 60, Quiet: true})
	server := httptest.NewServer(world)
	t.Cleanup(server.Close)
	dir, err := os.MkdirTemp("", "hook") // shorter than the test's own folder: a socket is in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	front := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: "unibox"}) },
		Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		}},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	t.Cleanup(front.Close)
	b := box{t, server.URL, filepath.Join(dir, "config.toml"), filepath.Join(dir, "state"), world.Accounts(server.URL)}
	text := fmt.Sprintf("[push]\nlisten = %q\naddress = %q\n\n%s", socket, front.URL, sandbox.Config(b.accounts))
	if err := os.WriteFile(b.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return b
}

// unibox runs a command line and returns what it prints.
func (b box) unibox(ctx context.Context, words ...string) (string, error) {
	b.Helper()
	var out bytes.Buffer
	root := program{platforms: app.Platforms{List: platforms.All()}}.rootCommand()
	if words[0] != "wipe" {
		words = append(words, "--config", b.config)
	}
	if words[0] != "account" {
		words = append(words, "--state", b.state)
	}
	root.SetArgs(words)
	root.SetOut(&out)
	root.SetErr(&out)
	err := root.ExecuteContext(ctx)
	return out.String(), err
}

// provider is a client of an account.
func (b box) provider(of sandbox.Account) api.Provider {
	b.Helper()
	row, _ := platforms.All().Find(of.Platform)
	client, err := row.New(api.Login{Account: api.AccountID(of.Name), BaseURL: of.BaseURL, Token: of.Token, Pace: 1e4, Keys: map[string]string{"company": of.Company}})
	if err != nil {
		b.Fatal(err)
	}
	return client
}

// first is the first account of a platform.
func (b box) first(platform string) sandbox.Account {
	b.Helper()
	return b.accounts[slices.IndexFunc(b.accounts, func(a sandbox.Account) bool { return a.Platform == platform })]
}

// TestHook registers the accounts of all platforms, receives what they send through
// what is in front, and prints neither token nor secret.
func TestHook(t *testing.T) {
	b := newBox(t)
	stdin := os.Stdin
	os.Stdin, _ = os.Open(os.DevNull) // nobody to ask
	t.Cleanup(func() { os.Stdin = stdin })
	registered, err := b.unibox(t.Context(), "hook", "--register")
	if err != nil || strings.Count(registered, "come here now") < 2 || !strings.Contains(registered, "dashboard") {
		t.Fatalf("%v\n%s", err, registered)
	}
	again, err := b.unibox(t.Context(), "hook", "--register")
	if err != nil || strings.Contains(again, "come here now") || strings.Count(again, "registered already") < 2 {
		t.Errorf("a second time: %v\n%s", err, again)
	}
	shown, err := b.unibox(t.Context(), "hook", "--show")
	if err != nil || strings.Count(shown, "yes") < 3 {
		t.Errorf("%v\n%s", err, shown)
	}
	for _, a := range b.accounts {
		if strings.Contains(registered+shown+again, a.Token) {
			t.Errorf("the token of %s is printed", a.Name)
		}
	}
	for _, platform := range []string{"pact", "textus"} {
		b.receives(platform)
	}
	report := program{}.newReport(&bytes.Buffer{})
	c, _, err := program{platforms: app.Platforms{List: platforms.All()}}.load(b.config)
	if err != nil {
		t.Fatal(err)
	}
	found := program{platforms: app.Platforms{List: platforms.All()}}.examinePush(t.Context(), c, liveOptions{config: b.config, state: b.state})
	report.add(found...)
	if !strings.Contains(fmt.Sprint(found), "arrived here") || !strings.Contains(fmt.Sprint(found), "nobody receives events") || strings.Count(fmt.Sprint(found), "its events come here") < 1 || report.wrong > 0 {
		t.Errorf("doctor: %+v", found)
	}
}

// receives lets a customer write while unibox hook runs, and waits until the event is
// kept.
func (b box) receives(platform string) {
	b.Helper()
	of := b.first(platform)
	list, err := b.provider(of).Conversations(b.Context(), api.PageRequest{})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() {
		_, err := b.unibox(ctx, "hook")
		done <- err
	}()
	control := apitest.Control{Origin: b.origin, Platform: api.Platform(platform)}
	kept := func() bool {
		for e := range push.SpoolIn(b.state).Events() {
			if string(e.Account) == of.Name && strings.Contains(string(e.Body), "Is it ready?") {
				return true
			}
		}
		return false
	}
	for push.Try(b.Context(), b.state, b.public()) != nil { // until it listens
		time.Sleep(10 * time.Millisecond)
	}
	control.Inbound(b, list.Items[0].ID, "Is it ready?")
	for deadline := time.Now().Add(time.Minute); !kept(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatalf("%s: no such event is kept", platform)
		}
	}
	stop()
	if err := <-done; err != nil {
		b.Errorf("hook ended with %v", err)
	}
}

// public is the address of what is in front.
func (b box) public() string {
	c, _, err := program{platforms: app.Platforms{List: platforms.All()}}.load(b.config)
	if err != nil {
		b.Fatal(err)
	}
	return c.Push.Address
}

// TestAForeignAddressIsNotOverwritten: what somebody else has registered stays until
// somebody says otherwise, and then they still get the events.
func TestAForeignAddressIsNotOverwritten(t *testing.T) {
	b := newBox(t)
	stdin := os.Stdin
	os.Stdin, _ = os.Open(os.DevNull)
	t.Cleanup(func() { os.Stdin = stdin })
	theirs := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer theirs.Close()
	pact := b.first("pact")
	subscriber := b.provider(pact).(api.Subscriber)
	if _, err := subscriber.Subscribe(t.Context(), theirs.URL+"/crm"); err != nil {
		t.Fatal(err)
	}
	addresses := func() string {
		list, _, err := subscriber.Subscriptions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(list, " ")
	}
	out, err := b.unibox(t.Context(), "hook", "--register", pact.Name)
	if err == nil || !strings.Contains(err.Error(), "--yes") || addresses() != theirs.URL+"/crm" {
		t.Fatalf("without a word: %v, %s\n%s", err, addresses(), out)
	}
	out, err = b.unibox(t.Context(), "hook", "--register", "--yes", pact.Name)
	if err != nil || strings.Contains(addresses(), "crm") {
		t.Fatalf("with --yes: %v, %s\n%s", err, addresses(), out)
	}
	text, _ := os.ReadFile(b.config)
	if !strings.Contains(string(text), fmt.Sprintf("forward = %q", theirs.URL+"/crm")) {
		t.Errorf("they get nothing any more:\n%s", text)
	}
}

// TestWipeRemovesWhatOnlyHookHasKept, on a machine where the program has never run.
func TestWipeRemovesWhatOnlyHookHasKept(t *testing.T) {
	b := newBox(t)
	if out, err := b.unibox(t.Context(), "hook", "--show"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := b.unibox(t.Context(), "wipe", "--yes"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if left, err := os.ReadDir(b.state); err == nil {
		t.Errorf("left: %v", left)
	}
}

// TestAddSaysHowToRegister, where this machine receives events.
func TestAddSaysHowToRegister(t *testing.T) {
	b := newBox(t)
	add := func(name string) string {
		t.Setenv("TOKEN_OF_TEST", "secret") // which each command hides from others
		out, err := b.unibox(t.Context(), "account", "add", "--untested", "--platform", "textus", "--name", name, "--token-env", "TOKEN_OF_TEST", "--base-url", "http://127.0.0.1:1/"+name[:1])
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return out
	}
	if out := add("New one"); !strings.Contains(out, "unibox hook --register 'New one'") {
		t.Error(out)
	}
	text, _ := os.ReadFile(b.config)
	if err := os.WriteFile(b.config, bytes.Replace(text, []byte("address ="), []byte("# address ="), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := add("Other"); strings.Contains(out, "unibox hook") {
		t.Error(out)
	}
}

// TestHookRefuses: nothing is offered to other machines, and nothing is registered that
// cannot arrive.
func TestHookRefuses(t *testing.T) {
	b := newBox(t)
	text, err := os.ReadFile(b.config)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ old, new, args, want string }{
		{`[push]`, "[push]", "hook --register nobody", "no account"},
		{`[push]`, "[push]", "hook --secret", "say of which account"},
		{`[push]`, "[push]", "hook " + b.accounts[0].Name, "for all accounts"},
		{`address = "http://127.0.0.1`, `address = "http://127.0.0.2`, "hook --register", "nothing was registered"},
		{`address = `, `# address = `, "hook --register", "[push] with address"},
		{`listen = "`, `listen = "0.0.0.0:1234" # `, "hook --register", "nothing was registered"},
	} {
		if err := os.WriteFile(b.config, []byte(strings.Replace(string(text), tt.old, tt.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := b.unibox(t.Context(), strings.Fields(tt.args)...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s, %s: %v\n%s", tt.new, tt.args, err, out)
		}
	}
}
