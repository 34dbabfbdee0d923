package cli

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unibox/api/platforms"
	"unibox/state/config"
	"unibox/ui/app"
)

// state/config/KEYS.md is made from the table by which the config is read.
func TestThePageOfKeysIsTheReference(t *testing.T) {
	page, err := os.ReadFile("../../state/config/KEYS.md")
	if err != nil || string(page) != config.Reference(app.Platforms{List: platforms.All()}.Config(), nil) {
		t.Errorf("state/config/KEYS.md is not what unibox config keys prints (%v)", err)
	}
}

// configured runs unibox config on a file that holds text.
func configured(t *testing.T, text string, args ...string) (path, out, said string, code int) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	root := program{platforms: app.Platforms{List: platforms.All()}}.rootCommand()
	root.SetOut(&stdout)
	root.SetErr(&stderr)
	root.SetArgs(append([]string{"config", "--config", path}, args...))
	err := root.ExecuteContext(t.Context())
	if err != nil {
		stderr.WriteString(err.Error())
	}
	return path, stdout.String(), stderr.String(), exitCode(err)
}

const rightAccount = "[[account]]\nname = \"a\"\nplatform = \"textus\"\ntoken = \"s3cret\"\n"

// H1: all mistakes are said at once, each with its line and what is used instead, and nothing in
// the file reaches the terminal as more than text.
func TestConfigCheck(t *testing.T) {
	broken := rightAccount + "[ui]\ntheme = \"pink\"\nhints = nope\nodd\u009b31m = 1\n\"\\u001b[2J\" = 2\n[keys]\n\"conversation.done\" = [\"q\"]\nconversation.dnoe = \"f9\"\n[targets]\nwhatsap = \"5m\"\n[[macro]]\nname = \"x\"\ndo = [\"snooze: never ever\"]\n"
	_, out, said, code := configured(t, broken, "check")
	for _, want := range []string{`config.toml:6: theme must be one of: auto, dark, light, mono; "auto" is used`, "config.toml:7: a text goes in quotes, and true and false are written small; this line is left out", "config.toml:9: unknown key",
		`config.toml:11: conversation.done: "q" is bound to`, "did you mean conversation.done?", "there are sms; it is left out", `the macro "x"`} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if code != 2 || strings.ContainsAny(out+said, "\x1b\u009b") || strings.Contains(out+said, "s3cret") {
		t.Errorf("code %d, %q, %s", code, out, said)
	}
	if _, out, _, code := configured(t, rightAccount+"[ui]\nodd = 1\n", "check"); code != 0 || !strings.Contains(out, "(warning)") || !strings.Contains(out, "is right: 1 account, 1 warning") {
		t.Errorf("a warning: %d, %s", code, out)
	}
	if _, _, _, code := configured(t, rightAccount+"[ui]\nodd = 1\n", "check", "--strict"); code != 2 {
		t.Errorf("--strict: %d", code)
	}
	if _, out, _, code := configured(t, "[ui]\nread_only = 3\n", "check", "--json"); code != 2 || !strings.Contains(out, `"ok": false`) || !strings.Contains(out, `"instead": "read_only = true is used until that is right"`) {
		t.Errorf("--json: %d, %s", code, out)
	}
}

// H1: what holds, and where it comes from; what is printed is a config again, without secrets.
func TestConfigShow(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	t.Setenv("LC_ALL", "C.UTF-8")
	_, out, _, code := configured(t, rightAccount+"[ui]\nhints = false\nmouse = 1\n", "show", "--read-only")
	for _, want := range []string{"# line 6", "# flag: --read-only", "# environment: NO_COLOR", `token = "…" `, `mark_read = "reply"`, "# default"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if c, problems := config.Parse("x.toml", []byte(out), app.Platforms{List: platforms.All()}.Config()); code != 0 || len(problems) > 0 || c.UI.Hints || !c.UI.ReadOnly || strings.Contains(out, "s3cret") {
		t.Errorf("%d, %v, %+v, %s", code, problems, c.UI, out)
	}
}

// What lets somebody in may stand in an address or before a command as well.
func TestConfigShowHidesWhatIsInAddressesAndCommands(t *testing.T) {
	const p = "PATHSECRET"
	_, out, said, code := configured(t, rightAccount+"forward = \"https://hooks.example/services/T0/"+p+"\"\n[files]\nssh = \"user:"+p+"@host\"\n"+
		"[push]\naddress = \"https://hooks.example/"+p+"\"\n[hooks]\nmessage = \"TOKEN="+p+" notify\"\n[[command]]\nname = \"c\"\nrun = [\"TOKEN="+p+"\"]\n", "show")
	for _, want := range []string{`forward = "https://hooks.example/…"`, `ssh = "user:…@host"`, `address = "https://hooks.example/…"`, `run = ["…"]`} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if code != 0 || strings.Contains(out+said, p) {
		t.Errorf("%d, %s%s", code, out, said)
	}
}

func TestConfigSet(t *testing.T) {
	const clash = "[keys]\n\"conversation.done\" = [\"f9\"]\n\"conversation.pin\" = [\"q\"]\n"
	for _, c := range []struct {
		args, want string
		code       int
		was, said  string
	}{
		{args: "set keys.conversation.pin r", code: 2, was: clash, said: "conversation.pin: \"r\" is bound"}, // one mistake for another
		{args: "unset ui.hints", was: "[ui]\n hints = true # why \"not\"\ntheme = \"dark\"\n", want: "[ui]\n# why \"not\"\ntheme = \"dark\"\n"},
		{"set ui.theme dark", "[ui] # mine\nhints = true\ntheme = \"dark\"\n", 0, "", ""},
		{"unset ui.hints", "[ui] # mine\n", 0, "", ""},
		{"set ui.theme pink", "", 2, "", ""},
		{"set keys.conversation.done q", "", 2, "", ""}, // another action has it
		{"set targets.whatsap 5m", "", 2, "", ""},
		{"set theme dark", "", 2, "", ""},
		{"set uii.theme dark", "", 2, "", ""},
	} {
		text := cmp.Or(c.was, "[ui] # mine\nhints = true\n")
		path, _, said, code := configured(t, rightAccount+text, strings.Fields(c.args)...)
		got, _ := os.ReadFile(path)
		if c.want == "" {
			c.want = text
		}
		if code != c.code || string(got) != rightAccount+c.want || !strings.Contains(said, c.said) {
			t.Errorf("%s: %d, %s\n%s", c.args, code, said, got)
		}
	}
}

// An edited copy replaces the config when it is right, and without a person never when it is not.
func TestConfigEdit(t *testing.T) {
	for name, c := range map[string]struct {
		add  string
		code int
		kept bool
		copy bool
	}{"right": {"[ui]\nhints = false\n", 0, true, false}, "wrong": {"[ui]\nhints = 1\n", 2, false, true}, "nothing": {"", 0, false, false}, "failed": {"%s", 1, false, false}} {
		editor := filepath.Join(t.TempDir(), "ed")
		if c.add == "%s" { // an editor that ends with an error
			editor = "false"
		} else if err := os.WriteFile(editor, []byte("#!/bin/sh\nprintf '"+strings.ReplaceAll(c.add, "\n", `\n`)+"' >>\"$1\"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("VISUAL", editor)
		state := t.TempDir()
		path, out, said, code := configured(t, rightAccount, "edit", "--state", state)
		got, _ := os.ReadFile(path)
		want := rightAccount
		if c.kept {
			want += c.add
		}
		if left, _ := os.ReadDir(state); code != c.code || string(got) != want || (len(left) > 0) != c.copy {
			t.Errorf("%s: %d, %s%s\n%s\n%v", name, code, out, said, got, left)
		}
	}
}

// What a shell completes are the keys, and accounts that a shell takes for names alone.
func TestCompletionOffersKeysAndSafeAccounts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	text := rightAccount + strings.ReplaceAll(strings.Replace(rightAccount, `"a"`, `"$(touch x)"`, 1), "s3cret", "s3cret2")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{"config set ": "ui.theme", "config keys ": "hooks.", "account remove ": "a\ttextus"} {
		var out bytes.Buffer
		root := program{platforms: app.Platforms{List: platforms.All()}}.rootCommand()
		root.SetOut(&out)
		root.SetErr(&out)
		root.SetArgs(append([]string{"__complete"}, append(strings.Fields(args), "--config", path, "")...))
		if err := root.ExecuteContext(t.Context()); err != nil || !strings.Contains(out.String(), want+"\n") || strings.Contains(out.String(), "touch") {
			t.Errorf("%s: %v\n%s", args, err, out.String())
		}
	}
}
