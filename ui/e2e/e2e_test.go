//go:build unix

package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"unibox/api/platforms"
)

// What the screen says, as far as these tests look for it.
const (
	seenList      = "WAITING"
	seenReading   = "N new"
	seenChoice    = "▸ "
	seenAttached  = "▣ "
	seenComposer  = "Reply to"
	seenDelivered = "✓✓"
	seenDraft     = "draft:"
)

// customer is somebody in the world of the default seed.
const customer = "Ruby Marsh"

// listed is what the channel pane says once all of that world is listed: of
// Pact's first company alone, or of nearly everything that is served.
var listed = regexp.MustCompile(`All +(60|1\d\d)`)

// dated is a day's line in a thread: messages are there.
var dated = regexp.MustCompile(`── \S.* ──`)

func TestDemoDoesTheWholeJob(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	file := filepath.Join(home, "label.pdf")
	if err := os.WriteFile(file, []byte("%PDF-1.4 a label"), 0o644); err != nil {
		t.Fatal(err)
	}
	w := open(t, command(t, home, "demo", "--quiet"), 120, 40)
	w.answer("On its way to you")
	w.delivered("On its way to you")
	w.press("ctrl+o")
	w.paste(file)
	w.wait(seenChoice + "label.pdf")
	w.press("enter")
	w.wait(seenAttached + "label.pdf")
	w.press("enter")
	w.delivered(seenAttached + "label.pdf")
	w.press("ctrl+t")
	w.wait("Insert a saved reply", "Order ready") // the four keys that README names need one
	w.press("esc", "esc")
	w.wait(seenReading)
	w.press("pgup", "pgup", "pgup", "G", "q")
	w.ended(0)
	if left, _ := filepath.Glob(filepath.Join(home, "unibox-demo-*")); len(left) > 0 {
		t.Errorf("the demo left %q", left)
	}
}

// delivered waits until the message with the text carries the mark of delivery.
func (w window) delivered(text string) {
	w.t.Helper()
	w.until("delivered "+text, func(screen string) bool {
		rows := strings.Split(screen, "\n")
		for i, row := range rows {
			if strings.Contains(row, text) && i > 0 && strings.Contains(rows[i-1]+row, seenDelivered) {
				return true
			}
		}
		return false
	})
}

// visit finds a customer by name and opens the thread.
func (w window) visit(name string) {
	w.t.Helper()
	w.until("the whole list", listed.MatchString)
	before := w.Text()
	there := strings.Contains(before, "│ "+name)
	w.press("ctrl+g", name)
	w.wait(seenChoice + name)
	w.press("enter")
	// A reply to what was never read is held, and the messages of the one before stand there until
	// these are read.
	w.until("its messages", func(screen string) bool {
		return !strings.Contains(screen, seenChoice+name) && strings.Contains(screen, "│ "+name) && dated.MatchString(screen) &&
			(there || inThread(screen) != inThread(before))
	})
}

// inThread is what stands in the thread, without its title.
func inThread(screen string) string {
	var rows []string
	for _, row := range strings.Split(screen, "\n")[min(2, strings.Count(screen, "\n")):] {
		rows = append(rows, row[strings.LastIndex(row, "│")+1:])
	}
	return strings.Join(rows, "\n")
}

// write types text into a reply to the customer.
func (w window) write(text string) {
	w.t.Helper()
	w.writeTo(customer, text)
}

func (w window) writeTo(name, text string) {
	w.t.Helper()
	w.visit(name)
	w.press("r")
	w.wait(seenComposer)
	w.press(text)
	w.wait(strings.TrimSpace(text))
}

// answer writes text and sends it.
func (w window) answer(text string) {
	w.t.Helper()
	w.write(text)
	w.press("enter")
}

func TestThreePlatformsInOneList(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	w := p.unibox(p.home(func(string) string { return p.config }))
	w.until("all accounts to be fresh", func(screen string) bool {
		return strings.Count(screen, "● now") == strings.Count(p.config, "[[account]]")
	})
	for name, text := range map[string]string{customer: "by Pact", "Dana Kowalski": "by TextUs", "Eve": "by Protocol"} {
		w.writeTo(name, text)
		w.press("enter")
		p.arrives(text)
		w.press("esc")
		w.wait(seenReading)
	}
	for _, text := range []string{"by Pact", "by TextUs", "by Protocol"} {
		if n := p.received(text); n != 1 {
			t.Errorf("%q was taken in %d times", text, n)
		}
	}
}

func TestLostAnswerIsAdoptedNotRepeated(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	w := p.unibox(p.home(nil))
	p.fault(fault{Match: "POST /messages", Calls: 1, Kind: "drop_after"})
	w.answer("only once, please")
	w.delivered("only once, please")
	if n := p.received("only once, please"); n != 1 {
		t.Errorf("the platform took it in %d times", n)
	}
}

func TestKilledBetweenSubmitAndAnswer(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := p.home(nil)
	w := p.unibox(home)
	p.fault(fault{Match: "POST /messages", Calls: 1, Kind: "latency", MS: 60_000})
	w.answer("through the crash")
	p.arrives("through the crash")
	w.Kill()
	p.control("DELETE", "fault", nil, nil)
	w = p.unibox(home)
	w.visit(customer)
	w.delivered("through the crash")
	if n := p.received("through the crash"); n != 1 {
		t.Errorf("the platform took it in %d times", n)
	}
}

func TestDraftSurvivesAKill(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := p.home(nil)
	w := p.unibox(home)
	w.write("half a thought")
	w.press("esc")
	w.wait(seenDraft + " half a thought") // not a part of it that was saved on the way
	w.Kill()
	w = p.unibox(home)
	w.visit(customer)
	w.wait("half a thought")
}

func TestBadTokenIsOneSentenceAndTheRestWorks(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	other := "\n[[account]]\nname = \"broken\"\nplatform = \"pact\"\ncompany = \"154\"\ntoken = \"wrong\"\nbase_url = \"" + p.origin + "/p1\"\n"
	w := p.unibox(p.home(func(c string) string { return c + other }))
	w.wait("broken ✕", "token was refused")
	w.answer("the other works")
	w.delivered("the other works")
}

func TestDeadPort(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	dead := "\n[[account]]\nname = \"dead\"\nplatform = \"pact\"\ncompany = \"154\"\ntoken = \"x\"\nbase_url = \"http://127.0.0.1:1/p1\"\n"
	w := p.unibox(p.home(func(c string) string { return c + dead }))
	w.wait("dead ▲")
	w.answer("the other works")
	w.delivered("the other works")
}

func TestMissingFileToAttachIsOneSentence(t *testing.T) {
	t.Parallel()
	w := open(t, command(t, t.TempDir(), "demo", "--quiet"), 120, 40)
	w.write("see the label")
	w.press("ctrl+o")
	w.press("/nowhere/label.pdf")
	w.wait("/nowhere/label.pdf")
	w.press("enter")
	w.wait("there is no such file")
	w.wait("see the label")
}

// F4: a mistake in the config is explained with its line, and the program starts.
func TestWrongConfigLineIsShownAndTheRestWorks(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	w := p.unibox(p.home(func(c string) string { return "[ui]\ntheem = \"dark\"\nhints = yes\n" + c }))
	w.wait("config.toml:2", "theem", "config.toml:3", "this line is left out")
	w.wait(seenList)
}

func TestAccountOutOfTheConfigIsReported(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := p.home(func(string) string { return p.config })
	w := p.unibox(home)
	w.wait("Corner Café")
	w.until("the whole list", listed.MatchString)
	w.press("q")
	w.ended(0)
	outcome(t, p.account(home, "remove", "Corner Café", "--yes"), "")
	w = p.unibox(home)
	w.wait("Corner", "✕", "it is not in the config any more")
	// A config that is no use at all still shows what was read.
	w.press("q")
	w.ended(0)
	os.WriteFile(filepath.Join(home, "config.toml"), []byte("[[account]\nname = \"Bakery\"\n"), 0o600)
	w = p.unibox(home)
	w.wait("config.toml:1", "this account is left out", "4 accounts are stopped: A says why")
}

func TestUnknownPlatformIsShownAndTheRestWorks(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	fax := "\n[[account]]\nname = \"fax\"\nplatform = \"telefax\"\ntoken = \"x\"\n"
	w := p.unibox(p.home(func(c string) string { return c + fax }))
	w.wait("telefax")
	w.answer("the other works")
	w.delivered("the other works")
}

func TestSignalsGiveTheTerminalBack(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGABRT} {
		t.Run(sig.String(), func(t *testing.T) {
			p := sandboxed(t)
			home := p.home(nil)
			w := p.unibox(home)
			w.write("kept to the last letter")
			w.Signal(sig)
			w.ended(0)
			w = p.unibox(home)
			w.visit(customer)
			w.wait("kept to the last letter")
		})
	}
}

func TestConfigThatOthersCanReadIsRefused(t *testing.T) {
	t.Parallel()
	home := sandboxed(t).home(nil)
	os.Chmod(filepath.Join(home, "config.toml"), 0o644)
	got := outcome(t, command(t, home, "--config", "config.toml"), "")
	want := "config.toml:5: account \"Bakery\": others can read the token: chmod 600 config.toml; this account is left out\n" +
		"No account is right, and nothing is stored to look at. To fix it: unibox config edit\n"
	if got.code != 2 || got.err != want {
		t.Errorf("%+v", got)
	}
}

func TestWithoutConfig(t *testing.T) {
	t.Parallel()
	cmd := command(t, t.TempDir())
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.Run()
	if code := cmd.ProcessState.ExitCode(); code != 2 {
		t.Errorf("exit code %d", code)
	}
	text := errs.String()
	if strings.Count(text, "\n") != 4 || !strings.Contains(text, "config.toml") || !strings.Contains(text, "unibox demo") || out.Len() > 0 {
		t.Errorf("it says:\n%s%s", text, &out)
	}
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]struct {
		code     int
		out, err string
	}{
		"version":          {0, "unibox ", ""},
		"keys":             {0, "| `j` `down` |", ""},
		"completion bash":  {0, "bash completion", ""},
		"--nonsense":       {2, "", "unibox has no flag --nonsense; unibox --help lists"},
		"nonsense":         {2, "", "there is no unibox nonsense; unibox --help lists"},
		"sandbox extra":    {2, "", "unibox sandbox takes no arguments, but was given \"extra\"\n"},
		"demo":             {1, "", "unibox needs a terminal"},
		"sandbox --addr x": {1, "", "nothing can be served on \"x\": "},
	} {
		t.Run(args, func(t *testing.T) {
			cmd := command(t, t.TempDir(), strings.Fields(args)...)
			var out, errs bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &errs
			cmd.Run()
			if code := cmd.ProcessState.ExitCode(); code != want.code {
				t.Errorf("exit code %d", code)
			}
			if !strings.Contains(out.String(), want.out) || !strings.HasPrefix(errs.String(), want.err) || want.out == "" && out.Len() > 0 {
				t.Errorf("it says: %s%s", &out, &errs)
			}
			if want.err != "" && strings.Count(errs.String(), "\n") != 1 {
				t.Errorf("more than one line: %s", &errs)
			}
		})
	}
}

func TestSandboxServesUntilItIsInterrupted(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	for _, name := range platforms.All().Names() {
		if !strings.Contains(p.config, "platform = \""+name+"\"") {
			t.Errorf("no account on %s in\n%s", name, p.config)
		}
	}
	resp, err := http.Get(p.origin + "/p1/companies")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a token: %s", resp.Status)
	}
	p.cmd.Process.Signal(syscall.SIGTERM)
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
}

func TestSandboxOnATakenPort(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	addr := strings.TrimPrefix(p.origin, "http://")
	cmd := command(t, t.TempDir(), "sandbox", "--addr", addr)
	out, err := cmd.CombinedOutput()
	want := fmt.Sprintf("%s is in use; choose another address with --addr\n", addr)
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 1 || string(out) != want {
		t.Errorf("%v: %s", err, out)
	}
}
