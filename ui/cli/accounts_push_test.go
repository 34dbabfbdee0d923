package cli

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/creack/pty"

	"unibox/api"
	"unibox/api/platforms"
	"unibox/state/push"
	"unibox/ui/app"
)

// answering is a box with a person at the terminal who types these lines.
func answering(t *testing.T, lines ...string) box {
	t.Helper()
	b := newBox(t)
	person, terminal, err := pty.Open()
	if err != nil {
		t.Skip(err)
	}
	stdin := os.Stdin
	os.Stdin = terminal
	t.Cleanup(func() { os.Stdin = stdin; person.Close(); terminal.Close() })
	fmt.Fprint(person, strings.Join(lines, "\n")+"\n")
	return b
}

// addAgain adds an account that a box has under another name, by flags.
func (b box) addAgain(platform string) string {
	b.Helper()
	of := b.first(platform)
	b.Setenv("TOKEN_OF_TEST", of.Token)
	words := []string{"account", "add", "--state", b.state, "--platform", platform, "--name", "again", "--token-env", "TOKEN_OF_TEST", "--base-url", of.BaseURL}
	if platform == "pact" {
		words = append(words, "--company", of.Company, "--api", "p1")
	}
	out, err := b.unibox(b.Context(), words...)
	if err != nil {
		b.Errorf("%v\n%s", err, out)
	}
	if strings.Contains(out, of.Token) {
		b.Errorf("the token is printed:\n%s", out)
	}
	return out
}

// registered is what is known of the events of the account that was added.
func (b box) registered() push.Address {
	at, err := push.AddressesIn(b.state).Of("again")
	if err != nil {
		b.Fatal(err)
	}
	return at
}

// TestAddOffersPush: with a yes the platform sends what happens, with a no it says how
// to do it later, and is told nothing.
func TestAddOffersPush(t *testing.T) {
	for _, tt := range []struct {
		platform, answers, says string
		registers               bool
	}{
		{"pact", "yes", "come here now", true},
		{"pact", "no", "unibox hook --register again", false},
		{"textus", "yes", "come here now", true},
		{"protocol", "yes,no", "once the address is entered", false},
		{"protocol", "yes,yes,whsec", "come here now", false},
	} {
		b := answering(t, strings.Split(tt.answers, ",")...)
		out := b.addAgain(tt.platform)
		if !strings.Contains(out, tt.says) || !strings.Contains(out, "send what happens to") || (b.registered().Registered != "") != tt.registers {
			t.Errorf("%s, %s: registered as %q\n%s", tt.platform, tt.answers, b.registered().Registered, out)
		}
		if signed := len(b.registered().Secrets) == 1; tt.platform == "protocol" && signed != strings.Contains(tt.answers, "whsec") {
			t.Errorf("%s: secrets %q", tt.answers, b.registered().Secrets)
		}
	}
}

// TestAddAsksBeforeItReplaces: somebody else's address stays unless the person says
// otherwise.
func TestAddAsksBeforeItReplaces(t *testing.T) {
	for answers, replaced := range map[string]bool{"yes,no": false, "yes,yes,no": true} {
		b := answering(t, strings.Split(answers, ",")...)
		theirs := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		t.Cleanup(theirs.Close)
		subscriber := b.provider(b.first("pact")).(api.Subscriber)
		if _, err := subscriber.Subscribe(t.Context(), theirs.URL+"/crm"); err != nil {
			t.Fatal(err)
		}
		out := b.addAgain("pact")
		now, _, err := subscriber.Subscriptions(t.Context())
		if err != nil || strings.Contains(fmt.Sprint(now), "/crm") == replaced || !strings.Contains(out, "Take its place?") {
			t.Errorf("%s: %v, %v\n%s", answers, now, err, out)
		}
	}
}

// TestAddRegistersNothingThatIsRefused: what receives events already does not know the
// new account, and would refuse the platform's probe.
func TestAddRegistersNothingThatIsRefused(t *testing.T) {
	b := answering(t, "yes")
	c, _, err := program{platforms: app.Platforms{List: platforms.All()}}.load(b.config)
	if err != nil {
		t.Fatal(err)
	}
	on, err := push.Listen(c.Push.Listen)
	if err != nil {
		t.Fatal(err)
	}
	defer on.Close()
	if out := b.addAgain("textus"); !strings.Contains(out, "Start it again") || b.registered().Registered != "" {
		t.Error(out)
	}
}
