//go:build unix

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// marker is a token that must appear nowhere but in the config.
const marker = "s3cret-marker-token"

// said is what a command printed and how it ended.
type said struct {
	code     int
	out, err string
}

// outcome runs cmd without a terminal.
func outcome(t *testing.T, cmd *exec.Cmd, input string) said {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &errs
	cmd.Run()
	s := said{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
	if strings.Contains(s.out+s.err, marker) {
		t.Errorf("the token was printed: %+v", s)
	}
	return s
}

// account runs `unibox account` on home's config, with the sandbox's token and
// the marker in the environment.
func (p *served) account(home string, args ...string) *exec.Cmd {
	p.t.Helper()
	cmd := command(p.t, home, append([]string{"account", "--config", filepath.Join(home, "config.toml")}, args...)...)
	cmd.Env = append(cmd.Env, "PACT_TOKEN="+p.token(), "MARKER="+marker)
	return cmd
}

// token is the one of the sandbox's first account.
func (p *served) token() string {
	_, rest, _ := strings.Cut(p.config, "\ntoken = \"")
	token, _, _ := strings.Cut(rest, `"`)
	return token
}

func configOf(t *testing.T, home string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(home, "config.toml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAccountWithoutATerminal(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := t.TempDir()
	good := []string{"add", "--platform", "pact", "--name", "Bakery", "--company", "154", "--base-url", p.origin + "/p1"}
	for _, step := range []struct {
		args, input string
		more        []string
		code        int
		out, err    string
	}{
		{args: "list", code: 2, err: "there is no config yet"},
		{args: "add", code: 2, err: "give --platform"},
		{args: "add --platform telefax", code: 2, err: `unknown platform "telefax"`},
		{more: good, code: 2, err: "give --token-env"},
		{more: append(good[:len(good):len(good)], "--token-env", "MARKER"), code: 1, out: "refused the token from the environment variable MARKER", err: "nothing was added"},
		{more: append(good[:len(good):len(good)], "--token-env", marker), code: 1, out: "the environment variable that token_env names is not set", err: "nothing was added"},
		{more: append(good[:len(good):len(good)], "--token-env", "PACT_TOKEN"), out: "✓ Bakery: Bakery, 6 channels: "},
		{more: append(good[:len(good):len(good)], "--token-env", "PACT_TOKEN"), code: 2, err: "the name is taken"},
		{args: "add --untested --platform pact --name Other --company 155 --user maya --token-env X", code: 2, err: `unknown key "user"`},
		{args: "add --untested --platform pact --name Other --company 155 --base-url http://127.0.0.1:1 --stdin token", input: marker + "\n", out: `"Other" is in `},
		{args: "add --platform pact --name Old --company 155 --api p1 --token-env PACT_TOKEN --base-url " + p.origin + "/p1", out: "✓ Old: Corner Café, 5 channels: "},
		{args: "move Old", out: "speaks p2 from the next start of unibox"},
		{args: "move Old", code: 1, err: "Old speaks p2 already"},
		{args: "move nobody", code: 1, err: `has no account "nobody"`},
		{args: "test Old", out: "✓ Old: Corner Café, 5 channels: "},
		{args: "remove --yes Old", out: "Old is no longer in "},
		{args: "list", out: "Other   pact      http://127.0.0.1:1"},
		{args: "test Bakery", out: "✓ Bakery: "},
		{args: "test", code: 1, out: "✕ Other: no answer from http://127.0.0.1:1", err: "one thing is wrong"},
		{args: "test nobody", code: 1, err: `has no account "nobody"`},
		{args: "remove Other", code: 2, err: "say --yes"},
		{args: "remove --yes Other", out: "Other is no longer in "},
		{args: "remove --yes Other", code: 1, err: `no account "Other"`},
		{args: "", code: 2, err: "say what to do"},
		{args: "nonsense", code: 2, err: "there is no unibox account nonsense"},
	} {
		got := outcome(t, p.account(home, append(strings.Fields(step.args), step.more...)...), step.input)
		if got.code != step.code || !strings.Contains(got.out, step.out) || !strings.Contains(got.err, step.err) {
			t.Fatalf("account %s %s: %+v\n%s", step.args, step.more, got, configOf(t, home))
		}
	}
	want := "[[account]]\nname = \"Bakery\"\nplatform = \"pact\"\nbase_url = \"" + p.origin + "/p1\"\ncompany = \"154\"\napi = \"p2\"\ntoken_env = \"PACT_TOKEN\"\n"
	if got := configOf(t, home); got != want {
		t.Errorf("the config is\n%s", got)
	}
}

func TestAccountsWithMistakesAreReported(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := p.home(func(c string) string {
		return c + "\n[[account]]\nname = \"odd\"\nplatform = \"telefax\"\ntoken = \"" + marker + "\"\n"
	})
	if got := outcome(t, p.account(home, "list"), ""); got.code != 0 || !strings.Contains(got.out, "Bakery") || !strings.Contains(got.err, "telefax") {
		t.Errorf("list: %+v", got)
	}
	if got := outcome(t, p.account(home, "test", "odd"), ""); got.code != 1 || !strings.Contains(got.out, "✕ config.toml:") {
		t.Errorf("test: %+v", got)
	}
	os.Chmod(filepath.Join(home, "config.toml"), 0o644)
	if got := outcome(t, p.account(home, "test", "Bakery"), ""); got.code != 1 || !strings.Contains(got.out, "others can read the token: chmod 600 "+home+"/config.toml") {
		t.Errorf("readable by all: %+v", got)
	}
}

// F1: an account is set up by questions, its token is tried at once, and what the platform says is shown.
func TestAccountAddAsks(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := t.TempDir()
	os.WriteFile(filepath.Join(home, "config.toml"), []byte("# mine\n"), 0o644)
	w := open(t, p.account(home, "add", "--base-url", p.origin+"/p1"), 100, 40)
	for _, step := range [][2]string{
		{"Which platform", "9"}, {"type a number", "1"}, {"for this account", "Bakery"}, {"id of the company", "154"},
		{"get the token from?", "4"}, {"(not shown)", marker}, {"Add it anyway? (yes or no)", "no"},
	} {
		w.wait(step[0])
		w.press(step[1], "enter")
	}
	w.wait("refused the token from the config", "nothing was added")
	w.ended(1)
	if strings.Contains(w.Text(), marker) || configOf(t, home) != "# mine\n" {
		t.Errorf("the screen is\n%s\nand the config\n%s", w.Text(), configOf(t, home))
	}
	w = open(t, p.account(home, "add", "--base-url", p.origin+"/p1", "--platform", "pact", "--name", "Bakery", "--company", "154"), 100, 40)
	for _, step := range [][2]string{{"get the token from?", "4"}, {"(not shown)", p.token()}} {
		w.wait(step[0])
		w.press(step[1], "enter")
	}
	w.wait("✓ Bakery: ", `"Bakery" is in `)
	w.ended(0)
	info, _ := os.Stat(filepath.Join(home, "config.toml"))
	if text := configOf(t, home); !strings.HasPrefix(text, "# mine\n\n[[account]]\n") || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v\n%s", info.Mode(), text)
	}
	if strings.Contains(w.Text(), p.token()) {
		t.Errorf("the token is on the screen:\n%s", w.Text())
	}
}

// F1: a start without an account says what there is to do, asks for one there and then, and
// whoever leaves by esc has changed nothing.
func TestAStartWithoutAnAccountAsks(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	config := filepath.Join(home, "config.toml")
	w := open(t, command(t, home, "--config", config, "--state", filepath.Join(home, "state")), 80, 24)
	for _, step := range [][2]string{{"What now?", "9"}, {"type a number", "add"}, {"Which platform", "esc"}} {
		w.wait(step[0])
		w.press(step[1], "enter")
	}
	w.wait("nothing was changed")
	w.ended(1)
	if _, err := os.Stat(config); err == nil {
		t.Error("a config was written")
	}
}

func TestAccountAddTakesAPassword(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := t.TempDir()
	w := open(t, p.account(home, "add", "--platform", "protocol", "--name", "Studio", "--base-url", p.origin+"/protocol/v1"), 100, 40)
	for _, step := range [][2]string{
		{"How does it sign in?", "2"}, {"The user's name", "studio"}, {"get the password from?", "4"}, {"(not shown)", "sandbox-protocol-password"},
	} {
		w.wait(step[0])
		w.press(step[1], "enter")
	}
	w.wait("✓ Studio: ", `"Studio" is in `)
	w.ended(0)
	if strings.Contains(w.Text(), "sandbox-protocol-password") {
		t.Errorf("the password is on the screen:\n%s", w.Text())
	}
	if got := outcome(t, p.account(home, "list"), ""); !strings.Contains(got.out, "studio and the password from the config") || strings.Contains(got.out, "sandbox-protocol") {
		t.Errorf("list: %+v", got)
	}
}

func TestAccountRemoveAsksForTheName(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := p.home(nil)
	before := configOf(t, home)
	w := open(t, p.account(home, "remove", "Bakery"), 100, 20)
	w.wait(`Type "Bakery"`)
	w.press("bakery", "enter")
	w.ended(1)
	if configOf(t, home) != before {
		t.Error("it was removed although another name was typed")
	}
	w = open(t, p.account(home, "remove", "Bakery"), 100, 20)
	w.wait(`Type "Bakery"`)
	w.press("Bakery", "enter")
	w.ended(0)
	if strings.Contains(configOf(t, home), `"Bakery"`) {
		t.Error("it was not removed")
	}
}

func TestLeavingAQuestionGivesTheTerminalBack(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := t.TempDir()
	w := open(t, p.account(home, "add", "--platform", "pact", "--name", "x", "--company", "1"), 100, 20)
	w.wait("get the token from?")
	w.press("4", "enter")
	w.wait("(not shown)")
	w.press("ctrl+c")
	w.ended(1)
	if _, err := os.Stat(filepath.Join(home, "config.toml")); err == nil {
		t.Error("a config was written")
	}
}
