package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"unibox/api/platforms"
	"unibox/state"
	"unibox/state/osfile"
	"unibox/ui/app"
)

// What is wrong with a command line is one sentence without a word of the system's or
// the library's.
func TestAWrongCommandLineIsOneSentence(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Chdir(home)
	for name, text := range map[string]string{
		"file": "x", "good.toml": "[[account]]\nname = \"a\"\nplatform = \"textus\"\ntoken = \"t\"\nbase_url = \"http://127.0.0.1:1/\"\n", "utf16.toml": "\xff\xfea\x00",
	} {
		os.WriteFile(filepath.Join(home, name), []byte(text), 0o600)
	}
	os.Mkdir("folder", 0o700)
	os.Symlink("/nowhere/there", "link")
	os.MkdirAll("real", 0o700)
	os.WriteFile("real/drafts.txt", nil, 0o600)
	long := strings.Repeat("x", 5000)
	add := "account add --platform=textus --config=new.toml --name=x "
	for _, c := range []struct{ args, want string }{
		{"nonsense", "there is no unibox nonsense; unibox --help lists what there is"},
		{"acount", "there is no unibox acount; did you mean unibox account?"},
		{"account nonsense", "there is no unibox account nonsense; unibox account --help lists what there is"},
		{"keys more", `unibox keys takes no arguments, but was given "more"`},
		{"--nonsense", "unibox has no flag --nonsense; unibox --help lists its flags"},
		{"doctor -z", "unibox doctor has no flag -z; unibox doctor --help lists its flags"},
		{"--config", "--config needs a value; unibox --help says which"},
		{"--config=", `--config is "": it must name a file or folder`},
		{"--state=", `--state is "": it must name a file or folder`},
		{"wipe --state= --yes", `--state is "": it must name a file or folder`},
		{"doctor --state=~nobody-there/x", `--state is "~nobody-there/x": there is no user nobody-there on this machine; write ./~nobody-there for a folder of that name`},
		{"--config=folder", "the config cannot be read: folder is a folder"},
		{"--config=file/x", "the config cannot be read: file/x is, or leads through, a file where a folder has to be"},
		{"--config=" + long, "the config cannot be read: " + long[:200] + "… is too long for a name"},
		{"--config=/dev/zero", "the config cannot be read: /dev/zero: it is not a plain file"},
		{"account list --config=link", "there is no config yet: link, a link to /nowhere/there, which does not exist\nTo make one: unibox account add\nTo try unibox without an account: unibox demo\nTo learn its keys on invented customers: unibox demo --practice"},
		{"account", "say what to do: unibox account add, list, test, move or remove"},
		{"account remove", "say which: unibox account remove NAME"},
		{"account remove |", "unibox account remove was given an empty NAME"},
		{"account remove a --config=none", "there is no config: none"},
		{"account remove b --config=good.toml", `good.toml has no account "b"`},
		{"account test b --config=good.toml", `good.toml has no account "b"; unibox account list shows them`},
		{"account test a b", "unibox account test takes one NAME, and there are 2; a name with spaces goes in quotes"},
		{"account add --platform=telefax", `unknown platform "telefax"; there is pact, textus, protocol`},
		{add + "--token-env=\xff", "token-env is not text in UTF-8"},
		{add + "--token-env=X --base-url=ftp://x", "the account is not right: base_url must be an https address, or http on this machine"},
		{add + "--token-env=X --untested --config=folder", "the config cannot be read: folder is a folder"},
		{add + "--token-env=X --untested --config=/proc/none", "the config cannot be written: /proc is not there"},
		{add + "--token-file=~nobody-there/x --untested", "there is no user nobody-there on this machine; write ./~nobody-there for a folder of that name"},
		{add + "--stdin=secret", "--stdin must be token or password"},
		{add + "--stdin=token", "standard input holds no token"},
		{"demo --conversations=-5", `--conversations is "-5": it must be a whole number from 1 to 1000000`},
		{"demo --messages=0", `--messages is "0": it must be a whole number from 1 to 10000000`},
		{"demo --messages=99999999999999999999", `--messages is "99999999999999999999": it must be a whole number from 1 to 10000000`},
		{"sandbox --conversations=many", `--conversations is "many": it must be a whole number from 1 to 1000000`},
		{"sandbox --seed=-1", `--seed is "-1": it must be a whole number, 0 or more`},
		{"sandbox --quiet=maybe", `--quiet is "maybe": it is true or false, and true without a value`},
		{"sandbox --addr=", `nothing can be served on "": it must be an address and a port, such as 127.0.0.1:4010`},
		{"sandbox --addr=:4010", `nothing can be served on ":4010": it must be an address and a port, such as 127.0.0.1:4010`},
		{"sandbox --addr=127.0.0.1:99999", `nothing can be served on "127.0.0.1:99999": it must be an address and a port, such as 127.0.0.1:4010`},
		{"sandbox --addr=192.0.2.1:80", `nothing can be served on "192.0.2.1:80": this machine has no such address; choose another with --addr`},
		{"wipe |", "unibox wipe was given an empty ACCOUNT"},
		{"wipe a b", "unibox wipe takes one ACCOUNT, and there are 2; a name with spaces goes in quotes"},
		{"wipe --yes --state=real", "nothing is stored in " + home + "/real"},
		{"wipe --yes --state=file", home + "/file is, or leads through, a file where a folder has to be"},
		{"wipe --yes=perhaps", `--yes is "perhaps": it is true or false, and true without a value`},
	} {
		err := run(t, c.args)
		if got := state.PlainError(err); got != c.want {
			t.Errorf("unibox %.60s says\n%q, want\n%q", c.args, got, c.want)
		}
	}
	if left, _ := os.ReadDir("real"); len(left) != 1 {
		t.Errorf("in a folder of somebody's own: %v", left)
	}
}

// run runs a command line in which | is an empty argument, and wants it to fail.
func run(t *testing.T, args string) error {
	t.Helper()
	words := strings.Fields(args)
	for i := range words {
		words[i] = strings.TrimSuffix(words[i], "|")
	}
	root := program{platforms: app.Platforms{List: platforms.All()}}.rootCommand()
	root.SetArgs(words)
	err := root.ExecuteContext(t.Context())
	if err == nil {
		t.Fatalf("unibox %s does not fail", args)
	}
	return err
}

func TestNoFolderWithoutAHome(t *testing.T) {
	t.Setenv(osfile.HomeVariable, "")
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("XDG_STATE_HOME", "")
	for _, args := range []string{"account list", "wipe --yes"} {
		if err := run(t, args); err != errNoHome && !strings.Contains(err.Error(), osfile.HomeVariable+" does not name your folder") {
			t.Errorf("unibox %s: %v", args, err)
		}
	}
	t.Setenv(osfile.HomeVariable, "relative")
	findHome()
	if home := os.Getenv(osfile.HomeVariable); home == "" || home == "/" || !filepath.IsAbs(home) {
		t.Skip("this user has no home folder")
	}
}

// A demo in a folder of something else would replace its config.
func TestADemoTakesNoFolderOfAnother(t *testing.T) {
	dir := t.TempDir()
	if err := foreign(dir); err != nil {
		t.Error(err)
	}
	if err := foreign(filepath.Join(dir, "none")); err != nil {
		t.Error(err)
	}
	file := filepath.Join(dir, "config.toml")
	os.WriteFile(file, []byte("[[account]]\nname = \"mine\"\n"), 0o600)
	if err := foreign(dir); err == nil || !strings.Contains(err.Error(), "not from a demo") {
		t.Errorf("%v", err)
	}
	os.WriteFile(file, []byte("token = \"sandbox-private-token\"\n"), 0o600)
	if err := foreign(dir); err != nil {
		t.Error(err)
	}
}

func TestAChoiceIsANumberOrHowItBegins(t *testing.T) {
	choices := []string{"Pact (WhatsApp)", "Protocol (chat)", "TextUs (SMS)"}
	for answer, want := range map[string]int{"1": 0, "3": 2, "0": -1, "4": -1, "": -1, "pact": 0, "TEXT": 2, "p": -1, "pr": 1, "telefax": -1, "Protocol (chat)": 1} {
		if got := chosen(answer, choices); got != want {
			t.Errorf("%q is %d, want %d", answer, got, want)
		}
	}
}

// The flag that everybody tries says what the command does.
func TestTheVersionIsAFlagToo(t *testing.T) {
	var said [2]strings.Builder
	for i, arg := range []string{"version", "--version"} {
		root := program{platforms: app.Platforms{List: platforms.All()}}.rootCommand()
		root.SetArgs([]string{arg})
		root.SetOut(&said[i])
		if err := root.ExecuteContext(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if said[0].String() != said[1].String() || !strings.Contains(said[0].String(), runtime.Version()) {
		t.Errorf("%q and %q", said[0].String(), said[1].String())
	}
}
