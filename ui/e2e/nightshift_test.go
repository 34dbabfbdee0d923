//go:build unix

package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"unibox/state/record"
	"unibox/ui/cli/script"
)

// shift is a script that answers customers with the built program.
type shift struct {
	*served
	home string
}

// result is what a command of the script printed, and how it ended.
type result struct {
	out, said string
	code      int
	err       error
}

// unibox runs a command of the script to its end.
func (s shift) unibox(args ...string) (out string, code int) {
	s.t.Helper()
	r := s.run(args...)
	if r.err != nil {
		s.t.Fatal(r.err)
	}
	s.t.Logf("unibox %s: %d %s", strings.Join(args, " "), r.code, r.said)
	return r.out, r.code
}

func (s shift) run(args ...string) (r result) {
	cmd := s.command(args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	r.err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(r.err, &exit) {
		r.code, r.err = exit.ExitCode(), nil
	}
	r.out, r.said = stdout.String(), stderr.String()
	return r
}

func (s shift) command(args ...string) *exec.Cmd {
	return command(s.t, s.home, append(args, "--config", filepath.Join(s.home, "config.toml"), "--state", filepath.Join(s.home, "state"))...)
}

// waiting are the conversations that wait, as the script lists them.
func (s shift) waiting() []record.Conversation {
	s.t.Helper()
	out, code := s.unibox("list", "waiting", "--json")
	var l struct {
		Conversations []record.Conversation `json:"conversations"`
	}
	if err := json.Unmarshal([]byte(out), &l); err != nil || code != 0 {
		s.t.Fatalf("%d, %v: %s", code, err, out)
	}
	return l.Conversations
}

// answers is the shift: it lists who waits, sends to two of them, waits for the delivery, learns
// that a third got nothing, and exports. beside: a screen is there, which sends.
func (s shift) answers(word string, all []record.Conversation, beside bool) {
	s.t.Helper()
	texts := []string{word, word + word, "#fail " + word}
	results := make([]result, len(texts))
	var sends sync.WaitGroup
	for i, text := range texts { // at once, as scripts do
		sends.Go(func() { results[i] = s.run("send", all[i].ID, text, "--wait", "--json", "--done") })
	}
	sends.Wait()
	for i, r := range results {
		want, status := 0, "done"
		if i == 2 {
			want, status = script.ExitFailed, "failed"
		}
		var sent struct {
			Messages []record.Message `json:"messages"`
			SentBy   string           `json:"sent_by"`
		}
		if err := json.Unmarshal([]byte(r.out), &sent); err != nil || r.code != want || len(sent.Messages) != 1 || sent.Messages[0].Status != status || beside != (sent.SentBy != "") {
			s.t.Fatalf("%q ends with %d, %v, %v: %s%s", texts[i], r.code, r.err, err, r.out, r.said)
		}
		if n := s.received(texts[i]); n != 1 {
			s.t.Errorf("the platform got %q %d times", texts[i], n)
		}
	}
	into := filepath.Join(s.home, "export-"+word)
	if out, code := s.unibox("export", all[0].ID, "--format", "html", "--into", into); code != 0 || !strings.Contains(out, "index.html") {
		s.t.Errorf("%d, %s", code, out)
	}
	if page, err := os.ReadFile(filepath.Join(into, "index.html")); err != nil || !strings.Contains(string(page), word) {
		s.t.Errorf("the export lacks the answer: %v", err)
	}
	if _, code := s.unibox("show", "nobody at all"); code != script.ExitNone {
		s.t.Errorf("nobody ends with %d", code)
	}
}

// H1, H2, O5: a night shift without a screen. A session without a screen fetches, a hook
// drafts, and then the script answers alone; in the end the same beside a screen.
func TestANightShiftWithoutAScreen(t *testing.T) {
	t.Parallel()
	p := sandboxed(t, "--conversations", "60", "--messages", "20")
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	hook := "[hooks]\nnew = [\"/bin/sh\", \"hook.sh\"]\n\n"
	s := shift{p, p.home(func(config string) string { return hook + config })}
	draft := `id=$(sed -n 's/.*"conversation":{"id":"\([^"]*\)".*/\1/p')` + "\n" + `exec "` + path + `" draft "$id" "We will look into it." --config config.toml --state state` + "\n"
	if err := os.WriteFile(filepath.Join(s.home, "hook.sh"), []byte(draft), 0o600); err != nil {
		t.Fatal(err)
	}

	watch := s.command("watch", "--only", "new")
	events, err := watch.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := watch.Start(); err != nil {
		t.Fatal(err)
	}
	stop := func() { _ = watch.Process.Signal(os.Interrupt) }
	t.Cleanup(func() { _ = watch.Process.Kill() })
	s.until("the store is there and six wait", func() bool {
		if _, err := os.Stat(filepath.Join(s.home, "state", "cache.db")); err != nil {
			return false
		}
		return len(s.waiting()) >= 6
	})
	writer := s.waiting()[2]
	_, remote, _ := strings.Cut(writer.ID, "/")
	p.control("POST", "inbound", map[string]any{"platform": "pact", "conversation": remote, "text": "anybody there at night?"}, nil)
	var e struct {
		Event   string         `json:"event"`
		Message record.Message `json:"message"`
	}
	for lines := json.NewDecoder(events); e.Message.Text != "anybody there at night?"; {
		if err := lines.Decode(&e); err != nil {
			t.Fatal(err)
		}
	}
	s.until("the hook has drafted", func() bool {
		out, _ := s.unibox("show", writer.ID, "--json")
		return strings.Contains(out, `"draft": "We will look into it."`)
	})
	stop()
	if err := watch.Wait(); err != nil {
		t.Errorf("watch ended with %v", err)
	}

	all := s.waiting()
	s.answers("night", all, false)
	for _, c := range s.waiting() {
		if c.ID == all[0].ID || c.ID == all[1].ID {
			t.Errorf("%s still waits", c.ID)
		}
	}
	if all = s.waiting(); len(all) < 4 {
		t.Fatalf("only %d wait", len(all))
	}
	all = slices.DeleteFunc(all, func(c record.Conversation) bool { return c.Failed > 0 })
	w := p.unibox(s.home)
	w.until("the list", listed.MatchString)
	s.until("the screen is known to be there", func() bool { return !strings.Contains(s.run("list").said, "Nobody fetches") })
	s.answers("screen", all, true)
}

// Hooks run in a session that may start programs while that of an agent fetches, and what came
// while nobody but the agent was there is made up for.
func TestHooksRunWhileAnAgentFetches(t *testing.T) {
	t.Parallel()
	p := sandboxed(t, "--conversations", "20", "--messages", "5")
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	s := shift{p, p.home(func(config string) string {
		return "[hooks]\nnew = [\"/bin/sh\", \"hook.sh\"]\n\n" + config + "\n[[agent]]\nname = \"olga\"\n"
	})}
	draft := `id=$(sed -n 's/.*"conversation":{"id":"\([^"]*\)".*/\1/p')` + "\n" + `exec "` + path + `" draft "$id" "We will look into it." --config config.toml --state state` + "\n"
	if err := os.WriteFile(filepath.Join(s.home, "hook.sh"), []byte(draft), 0o600); err != nil {
		t.Fatal(err)
	}
	watch := func(args ...string) (end func()) {
		t.Helper()
		w := s.command(append([]string{"watch"}, args...)...)
		if err := w.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = w.Process.Kill() })
		return func() {
			_ = w.Process.Signal(os.Interrupt)
			if err := w.Wait(); err != nil {
				t.Errorf("watch ended with %v", err)
			}
		}
	}
	runs := filepath.Join(s.home, "state", "hooks.run")
	there := func() bool { _, err := os.Stat(runs); return err == nil }
	drafted := func(id string) {
		t.Helper()
		s.until("the hook has drafted", func() bool {
			out, _ := s.unibox("show", id, "--json")
			return strings.Contains(out, `"draft": "We will look into it."`)
		})
	}
	write := func(id, text string) {
		t.Helper()
		_, remote, _ := strings.Cut(id, "/")
		p.control("POST", "inbound", map[string]any{"platform": "pact", "conversation": remote, "text": text}, nil)
	}
	defer watch("--agent", "olga")()
	s.until("the agent's session fetches, and two wait", func() bool {
		if _, err := os.Stat(filepath.Join(s.home, "state", "cache.db")); err != nil {
			return false
		}
		return len(s.waiting()) >= 2
	})
	if there() {
		t.Fatal("the agent's session runs hooks")
	}
	all := s.waiting()
	end := watch()
	s.until("hooks are run", there)
	write(all[0].ID, "anybody there?")
	drafted(all[0].ID)
	end()
	write(all[1].ID, "and for me?")
	s.until("the agent has got it", func() bool {
		out, _ := s.unibox("show", all[1].ID, "--json")
		return strings.Contains(out, "and for me?")
	})
	if out, _ := s.unibox("show", all[1].ID, "--json"); strings.Contains(out, "We will look into it.") {
		t.Error("a hook was run while nobody but the agent was there")
	}
	defer watch()()
	drafted(all[1].ID)
}

// until blocks until something is so.
func (s shift) until(what string, ok func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("waiting until %s", what)
		}
	}
}
