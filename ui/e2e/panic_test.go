//go:build unix

package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"unibox/api"
	"unibox/api/platforms"
	"unibox/api/protocol"
)

// fragile is a client that breaks down, with a secret in its hands.
type fragile struct {
	*protocol.Client
	secret string
}

func (f fragile) Messages(context.Context, api.ConversationID, api.PageRequest) (api.Page[api.Message], error) {
	panic("no answer to " + f.secret)
}

func (f fragile) Facts(context.Context, api.ConversationID) ([]api.Fact, error) {
	panic(struct{ token string }{f.secret})
}

// breakable is what makes this test's own binary the program with fragile
// clients.
const breakable = "UNIBOX_TEST_FRAGILE"

func fragilePlatforms() platforms.List {
	list := platforms.All()
	for i, p := range list {
		list[i].New = func(l api.Login) (api.Provider, error) {
			client, err := p.New(l)
			if sound, ok := client.(*protocol.Client); ok {
				return fragile{sound, l.Password}, err
			}
			return client, err
		}
	}
	return list
}

// A panic behind the screen is a failure of what was being done; one of the
// screen's own ends the program, which gives the terminal back and says where
// to look. Neither says what was in hand: not on the screen, not in the log.
func TestAPanicTellsNoSecret(t *testing.T) {
	t.Parallel()
	home, env, p := installation(t)
	p.mode.Store("")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := command(t, home)
	cmd = &exec.Cmd{Path: self, Args: []string{"unibox", "--config", filepath.Join(home, "secret", "config.toml"), "--state", filepath.Join(home, "state")},
		Dir: cmd.Dir, Env: append(append(cmd.Env, env...), breakable+"=1")}
	w := open(t, cmd, 150, 40)
	w.until("the list", listed.MatchString)
	w.press("ctrl+g", "Ceramics") // of the Studio alone
	w.wait(seenChoice + "[token] Ceramics")
	w.press("enter")
	w.wait("│ [token] Ceramics", "Studio: an error of un") // the foot of the list says it once it happened
	w.press("A")
	w.wait("an error of unibox's own")
	screens := w.Text()
	w.press("esc")
	w.until("the box to close", func(screen string) bool { return !strings.Contains(screen, "Ask every platform now") })
	w.press("I")
	w.ended(2)
	if !strings.Contains(w.Text(), "unibox stopped, and unibox.log in the state folder says where") {
		t.Errorf("the end says:\n%s", w.Text())
	}
	silent(t, "the screen", screens+w.Text())
	files(t, home, "state.db", "cache.db", "unibox.log")
	log, err := os.ReadFile(filepath.Join(home, "state", "unibox.log"))
	if err != nil || !strings.Contains(string(log), "fragile.Messages") || !strings.Contains(string(log), "fragile.Facts") {
		t.Errorf("the log does not say where (%v)", err)
	}
}
