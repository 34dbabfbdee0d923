//go:build unix

package e2e

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"unibox/ui/text"
)

// The secrets of an installation on all platforms, none of which may come out
// of it: three tokens, from the config, the environment and a command, and the
// password of one who signs in.
const (
	plainSecret   = "mark-plain-Aa1+/=0123456789"
	envSecret     = "mark-env-Bb2-0123456789abcd"
	commandSecret = "mark-command-Cc3_0123456789"
	password      = "mark password Dd4"
)

var secrets = []string{plainSecret, envSecret, commandSecret, password,
	"bWF5YTptYXJrIHBhc3N3b3JkIERkNA", // maya:password, as the header has it
	url.QueryEscape(plainSecret), "0123456789"}

// parrot is a proxy before the sandbox and lets its clients in under the secrets.
// It repeats what it was sent wherever a server may: in errors, reasons, names
// and texts, and sends clients elsewhere.
type parrot struct {
	behind *httputil.ReverseProxy
	tokens map[string]string // by the path's first part
	// mode is how the next requests are answered.
	mode atomic.Value
	sent sync.Map // what was received of credentials
}

func (p *parrot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	said, word := r.Header.Get("X-Private-Api-Token")+r.Header.Get("Authorization"), ""
	if strings.HasPrefix(said, "Basic") {
		word = password
	}
	p.sent.Store(said, true)
	switch mode, _ := p.mode.Load().(string); mode {
	case "401", "403", "500", "400":
		status := map[string]int{"401": 401, "403": 403, "500": 500, "400": 400}[mode]
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error":"the token %s of %s is wrong","errors":[%q],"message":%q,"detail":%q}`, last(said), word, last(said), word, said)
	case "text":
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, "bad token %s or password %s", last(said), word)
	case "garbage":
		io.WriteString(w, "garbage "+said+" "+word)
	case "elsewhere":
		http.Redirect(w, r, "http://localhost:1/"+url.PathEscape(last(said)), http.StatusFound)
	default:
		r.Header.Set("X-Said", last(said))
		r.Header.Set("X-Private-Api-Token", p.tokens["p1"])
		if strings.HasPrefix(r.URL.Path, "/textus") {
			r.Header.Set("Authorization", "Bearer "+p.tokens["textus"])
		} else if strings.HasPrefix(r.URL.Path, "/protocol") {
			r.Header.Set("Authorization", "Bearer "+p.tokens["protocol"])
		}
		p.behind.ServeHTTP(w, r)
	}
}

// last is the credential in a header.
func last(header string) string { return header[strings.LastIndex(header, " ")+1:] }

// repeated puts the token into what the platform says, before names and texts.
func repeated(resp *http.Response) error {
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return err
	}
	for _, field := range []string{`"message":"`, `"name":"`, `"body":"`, `"reason":"`, `"display_name":"`} {
		body = bytes.ReplaceAll(body, []byte(field), []byte(field+resp.Request.Header.Get("X-Said")+" "))
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	resp.Header.Del("Content-Length")
	return nil
}

// installation is a home with a config for all platforms, before a parrot.
func installation(t *testing.T) (home string, env []string, p *parrot) {
	t.Helper()
	behind := sandboxed(t)
	to, err := url.Parse(behind.origin)
	if err != nil {
		t.Fatal(err)
	}
	p = &parrot{behind: httputil.NewSingleHostReverseProxy(to), tokens: map[string]string{
		"p1": "sandbox-private-token", "textus": "sandbox-textus-token", "protocol": "sandbox-protocol-token"}}
	p.behind.ErrorLog, p.behind.ModifyResponse = nil, repeated
	front := httptest.NewServer(p)
	t.Cleanup(front.Close)
	home = t.TempDir()
	write := func(name, text string, mode fs.FileMode) string {
		path := filepath.Join(home, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if err := os.Mkdir(filepath.Join(home, "secret"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("secret/password", password+"\n", 0o600)
	write("secret/plain", plainSecret+"\n", 0o600)
	print := write("secret/print", "#!/bin/sh\nenv >"+filepath.Join(home, "command.env")+"\necho "+commandSecret+"\n", 0o700)
	write("secret/config.toml", fmt.Sprintf(`
[[account]]
name = "Bakery"
platform = "pact"
company = "154"
base_url = "%[1]s/p1"
token = %[2]q
pace = 40.0

[[account]]
name = "Second"
platform = "pact"
company = "155"
api = "p2"
base_url = "%[1]s/api/p2"
token_env = "UNIBOX_TEST_TOKEN"
pace = 40.0

[[account]]
name = "Dental"
platform = "textus"
base_url = "%[1]s/textus"
token_command = [%[3]q]
pace = 40.0

[[account]]
name = "Studio"
platform = "protocol"
base_url = "%[1]s/protocol/v1"
user = "maya"
password_file = "password"
pace = 40.0
`, front.URL, plainSecret, print), 0o600)
	editor := write("editor", "#!/bin/sh\nenv >"+filepath.Join(home, "editor.env")+"\nprintf ' edited' >>\"$1\"\n", 0o700)
	return home, []string{"UNIBOX_TEST_TOKEN=" + envSecret, "EDITOR=" + editor}, p
}

// A session on all platforms, with every way to fail, by a server that repeats
// the credentials in all it says: none of them is on the screen, in what the
// commands print, in any file but those it came from, in the arguments of any
// process, or in the environment of those that were started.
func TestTokensComeOutNowhere(t *testing.T) {
	t.Parallel()
	home, env, p := installation(t)
	unibox := func(args ...string) *exec.Cmd {
		cmd := command(t, home, args...)
		cmd.Env = append(cmd.Env, env...)
		return cmd
	}
	config, state := filepath.Join(home, "secret", "config.toml"), filepath.Join(home, "state")
	for _, mode := range []string{"", "401", "403", "400", "500", "text", "garbage", "elsewhere"} {
		p.mode.Store(mode)
		for _, args := range [][]string{{"account", "--config", config, "list"}, {"account", "--config", config, "test"}, {"doctor", "--config", config, "--state", state}} {
			got := outcome(t, unibox(args...), "")
			silent(t, fmt.Sprintf("%v with %q", args, mode), got.out+got.err)
		}
	}
	p.mode.Store("")
	w := open(t, unibox("--config", config, "--state", state), 150, 40)
	screens := ""
	watch := func() { screens += w.Text() + "\n" }
	w.until("the list", listed.MatchString)
	watch()
	w.press("ctrl+g", customer)
	w.wait(seenChoice + "[token] " + customer)
	w.press("enter")
	w.wait("│ [token] " + customer)
	w.until("the messages", dated.MatchString)
	w.press("r")
	w.wait(seenComposer)
	w.press("a reply that stays, ", "\x18", "\x05")
	w.wait("edited")
	watch()
	w.press("esc")
	w.wait(seenReading)
	for _, mode := range []string{"400", "text", "garbage", "elsewhere", "403", "500", "401"} {
		p.mode.Store(mode)
		w.press("\x12") // ask now
		w.until("some trouble", func(screen string) bool { return strings.Contains(screen, "▲") || strings.Contains(screen, "✕") })
		watch()
		w.press("A")
		w.wait("Ask every platform now")
		watch()
		w.press("esc")
		w.until("the box to close", func(screen string) bool { return !strings.Contains(screen, "Ask every platform now") })
	}
	arguments(t)
	if err := w.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	w.ended(0)
	watch()
	silent(t, "the screen", screens)
	for _, args := range [][]string{{"keys"}, {"version"}, {"--help"}} {
		got := outcome(t, unibox(args...), "")
		silent(t, fmt.Sprint(args), got.out+got.err)
	}
	files(t, home, "state.db", "cache.db", "unibox.log", "editor.env", "command.env")
	if n := credentials(&p.sent); n < len(secrets)-3 {
		t.Errorf("only %d credentials came to the server", n)
	}
}

func credentials(m *sync.Map) (n int) {
	m.Range(func(any, any) bool { n++; return true })
	return n
}

// silent checks that a text holds no secret.
func silent(t *testing.T, where, text string) {
	t.Helper()
	for _, s := range secrets {
		if i := strings.Index(text, s); i >= 0 {
			t.Errorf("%s holds %q: …%q…", where, s, text[max(0, i-60):min(len(text), i+60)])
			return
		}
	}
}

// arguments looks at the arguments of every process of this machine.
func arguments(t *testing.T) {
	t.Helper()
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, name := range lines {
		text, _ := os.ReadFile(name)
		silent(t, name, string(text))
	}
}

// files searches all that was written, files of those names among it, and that
// nobody else can read it.
func files(t *testing.T, home string, names ...string) {
	t.Helper()
	seen := map[string]bool{}
	filepath.WalkDir(home, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && entry.Name() == "secret" {
			return fs.SkipDir
		}
		if entry.IsDir() {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		}
		seen[entry.Name()] = true
		silent(t, path, string(text))
		if info, _ := entry.Info(); strings.Contains(path, "/state/") && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s can be read by others: %v", path, info.Mode())
		}
		return nil
	})
	for _, name := range names {
		if !seen[name] {
			t.Errorf("%s was never written", name)
		}
	}
}

// What a file or a platform is called does not reach the terminal raw through
// what commands print, either.
func TestCommandsPrintNothingRaw(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	evil := filepath.Join(home, "con\x1b]0;owned\x07\u202efig.toml")
	if err := os.WriteFile(evil, []byte("[[account]]\nname = \"a\\u202E\\u009b31m\"\nplatform = \"pa\\u001Bct\"\n\"k\\u001B]0;x\\u0007\" = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"--config", evil}, {"--config", evil + "x"}, {"account", "--config", evil, "list"}, {"account", "--config", evil, "test"},
		{"account", "--config", evil, "remove", "--yes", "a\u202e\u009b31m"}, {"doctor", "--config", evil, "--state", home + "/\x1b[31m"}, {"\x1b]0;x\x07"}, {"--\x1b[2J"}} {
		got := outcome(t, command(t, home, args...), "")
		for _, r := range got.out + got.err {
			if r != '\n' && (r < 0x20 || r >= 0x7f && r < 0xa0) || text.Hidden(string(r)) {
				t.Errorf("%q printed %q: %q", args, r, got.out+got.err)
				break
			}
		}
	}
}
