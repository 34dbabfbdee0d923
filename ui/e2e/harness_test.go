//go:build unix

// Package e2e tests the built binary in a pseudo-terminal, and what holds for the
// whole tree: import rules, pages, secrets.
package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"unibox/screenshots/terminal"
	"unibox/ui/cli"
)

// patience is how long anything may take before a test gives up.
const patience = time.Minute

// programs is how many tests run at a time: they mostly wait for their programs.
const programs = "6"

// builtIn is the folder of the binary, empty until a test needed one.
var builtIn string

// binary is the product, built once for all tests, with or without cgo like the tests
// themselves: so nothing is compiled twice. It has no symbols for a debugger, which
// take half of the linker's time.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "unibox-e2e-")
	if err != nil {
		return "", err
	}
	builtIn = dir
	path := filepath.Join(dir, "unibox")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", path, "unibox")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as it is shipped
	if out, err := build.CombinedOutput(); err != nil {
		return "", errors.New(string(out))
	}
	return path, nil
})

func TestMain(m *testing.M) {
	if os.Getenv(breakable) != "" {
		os.Exit(cli.RunWith(context.Background(), fragilePlatforms()))
	}
	flag.Parse()
	if err := flag.Set("test.parallel", programs); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(builtIn)
	os.Exit(code)
}

// command is unibox with args, in a home of its own.
func command(t testing.TB, home string, args ...string) *exec.Cmd {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and runs the binary")
	}
	path, err := binary()
	if err != nil {
		t.Fatalf("build: %v", err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = home
	cmd.Env = []string{
		"HOME=" + home, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + home, "LANG=C.UTF-8",
		"TERM=xterm-256color", "COLORTERM=truecolor", "UNIBOX_DEBUG=1",
	}
	return cmd
}

// window is unibox in a terminal of a test.
type window struct {
	*terminal.Window
	t testing.TB
}

// open starts cmd in a terminal of the given size and ends it with the test.
func open(t testing.TB, cmd *exec.Cmd, cols, rows int) window {
	t.Helper()
	return openOver(t, terminal.Line{}, cmd, cols, rows)
}

// openOver is open with a line between the program and the terminal.
func openOver(t testing.TB, line terminal.Line, cmd *exec.Cmd, cols, rows int) window {
	t.Helper()
	w, err := terminal.OpenOver(line, cmd, cols, rows)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		screen := w.Text()
		w.Close()
		if t.Failed() {
			t.Logf("the last screen:\n%s", screen)
		}
	})
	return window{w, t}
}

// wait blocks until every text is on the screen.
func (w window) wait(texts ...string) {
	w.t.Helper()
	w.until(strings.Join(texts, " and "), func(screen string) bool {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

// until blocks until the screen is as ok wants it.
func (w window) until(what string, ok func(screen string) bool) {
	w.t.Helper()
	if err := w.Until(patience, ok); err != nil {
		w.t.Fatalf("waiting for %s: %v", what, err)
	}
}

func (w window) press(keys ...string) {
	w.t.Helper()
	if err := w.Press(keys...); err != nil {
		w.t.Fatal(err)
	}
}

// paste is press for longer texts, as one edit.
func (w window) paste(text string) {
	w.t.Helper()
	w.press("\x1b[200~" + text + "\x1b[201~")
}

// ended waits for unibox to end by itself, checks that the terminal is as it
// was, and that the exit code is the one given.
func (w window) ended(code int) {
	w.t.Helper()
	got, err := w.Ended(patience)
	if err != nil {
		w.t.Fatal(err)
	}
	if got != code {
		w.t.Errorf("exit code %d, want %d", got, code)
	}
}

// served is a running `unibox sandbox`.
type served struct {
	t      testing.TB
	config string // as printed
	origin string
	cmd    *exec.Cmd
}

// sandboxed starts a quiet sandbox on a free port, and stops it with the test.
func sandboxed(t testing.TB, args ...string) *served {
	t.Helper()
	p := &served{t: t, cmd: command(t, t.TempDir(), append([]string{"sandbox", "--addr", "127.0.0.1:0", "--quiet"}, args...)...)}
	var errs bytes.Buffer
	p.cmd.Stderr = &errs
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill(); p.cmd.Wait() })
	buf := make([]byte, 64<<10) // the config comes in one write
	n, err := out.Read(buf)
	if err != nil {
		t.Fatalf("no config: %v, %s", err, &errs)
	}
	p.config = string(buf[:n])
	_, rest, _ := strings.Cut(p.config, `"http://`)
	host, _, _ := strings.Cut(rest, "/")
	p.origin = "http://" + strings.TrimSuffix(host, `"`)
	return p
}

// control calls the control side and reads its answer into result.
func (p *served) control(method, path string, body, result any) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	text, err := json.Marshal(body)
	if err != nil {
		p.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(ctx, method, p.origin+"/control/"+path, bytes.NewReader(text))
	if err != nil {
		p.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(resp.Body)
	if resp.StatusCode >= 300 {
		p.t.Fatalf("%s %s: %s %s", method, path, resp.Status, answer)
	}
	if result != nil {
		if err := json.Unmarshal(answer, result); err != nil {
			p.t.Fatalf("%s %s: %v in %s", method, path, err, answer)
		}
	}
}

// fault is a fault as the control side takes it.
type fault struct {
	Platform string `json:"platform"`
	Match    string `json:"match"`
	Calls    int    `json:"calls"`
	Kind     string `json:"kind"`
	MS       int    `json:"ms,omitempty"`
	Status   int    `json:"status,omitempty"`
}

func (p *served) fault(f fault) {
	p.t.Helper()
	f.Platform = "pact"
	p.control("POST", "fault", f, nil)
}

// received counts the messages with the text that the platforms took in.
func (p *served) received(text string) int {
	p.t.Helper()
	var all []struct {
		Text string `json:"text"`
	}
	p.control("GET", "received", nil, &all)
	n := 0
	for _, m := range all {
		if m.Text == text {
			n++
		}
	}
	return n
}

// arrives blocks until the platform has taken in a message with the text.
func (p *served) arrives(text string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); p.received(text) == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("%q never came to the platform", text)
		}
	}
}

// alone is the sandbox's config for its first account only, which is on Pact.
func (p *served) alone() string {
	first, _, _ := strings.Cut(p.config, "\n\n")
	return first + "\n"
}

// home is a new home folder with a config for Pact alone, changed by edit.
func (p *served) home(edit func(string) string) string {
	p.t.Helper()
	home := p.t.TempDir()
	text := p.alone()
	if edit != nil {
		text = edit(text)
	}
	text = quick(text)
	if err := os.WriteFile(filepath.Join(home, "config.toml"), []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return home
}

// quick is a config by which the line is no slow one: on a busy machine the terminal's answer
// takes long, and then the screen says less.
func quick(config string) string {
	if strings.Contains(config, "[ui]") {
		return config
	}
	return config + "\n[ui]\nline = \"fast\"\n"
}

// unibox opens the real thing in home, at 120x40.
func (p *served) unibox(home string, env ...string) window {
	p.t.Helper()
	cmd := command(p.t, home, "--config", filepath.Join(home, "config.toml"), "--state", filepath.Join(home, "state"))
	cmd.Env = append(cmd.Env, env...)
	return open(p.t, cmd, 120, 40)
}
