package cli

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"

	"unibox/api"
)

// contents are all files of a folder, but for what a store writes when it is opened.
func contents(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.Contains(filepath.Base(path), ".db") || d.Name() == "unibox.log" {
			return err
		}
		text, err := os.ReadFile(path)
		all.WriteString(path + "\n" + string(text) + "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// newKey writes a public key into a file.
func (w team) newKey(name string) (path string) {
	w.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		w.Fatal(err)
	}
	path = filepath.Join(w.dir, name+".pub")
	w.write(path, string(ssh.MarshalAuthorizedKey(key)))
	return path
}

// What a dry run says, and that it writes nothing: accounts and agents of the config, their keys.
func TestDryRunsOfTheConfigChangeNothing(t *testing.T) {
	w := newTeam(t)
	anna, olga := w.newKey("anna"), w.newKey("olga")
	run := func(args ...string) (string, error) {
		tail := []string{"--config", w.config}
		if args[0] == "agents" {
			tail = append(tail, "--authorized-keys", w.keys)
		}
		return w.run("", append(args, tail...)...)
	}
	dry := func(fails bool, want string, args ...string) {
		t.Helper()
		before := contents(t, w.dir)
		said, err := run(append(args, "--dry-run")...)
		if (err != nil) != fails || !strings.Contains(said, want) {
			t.Errorf("%q: %v, %s; want %q", args, err, said, want)
		}
		if now := contents(t, w.dir); now != before {
			t.Errorf("%q changed\n%s\nto\n%s", args, before, now)
		}
	}
	dry(false, "Without --dry-run: shop is taken out of "+w.config, "account", "remove", "shop")
	dry(true, `has no account "shops"`, "account", "remove", "shops")
	dry(true, "do not go together", "account", "remove", "shop", "--yes")
	t.Setenv("TOKEN_OF_TEST", "secret")
	new := []string{"account", "add", "--platform", "textus", "--name", "new", "--base-url", "http://127.0.0.1:1/", "--token-env", "TOKEN_OF_TEST"}
	dry(false, `Without --dry-run: "new" is added to `+w.config, append(new, "--untested")...)
	dry(true, "nothing was added", new...)

	dry(false, "Without --dry-run: line ", "config", "set", "ui.theme", "dark")
	dry(true, "must be one of", "config", "set", "ui.theme", "pink")
	dry(true, "", "config", "unset", "ui.theme")

	dry(false, "Without --dry-run: anna comes into "+w.config+", and the key into "+w.keys, "agents", "add", "anna", "--key", anna)
	dry(false, "Without --dry-run: the key of olga comes into "+w.keys, "agents", "add", "olga", "--key", olga)
	dry(true, "is in the config already", "agents", "add", "olga", "--key", olga, "--rights", "read")
	dry(true, "nothing of anna to remove", "agents", "remove", "anna")
	if said, err := run("agents", "add", "olga", "--key", olga); err != nil {
		t.Fatal(said)
	}
	dry(false, "nothing is to do", "agents", "add", "olga", "--key", olga)
	dry(true, "that of the agent olga already", "agents", "add", "anna", "--key", olga)
	dry(false, "Without --dry-run: 1 of the agent's keys is removed from "+w.keys+", and olga from the config", "agents", "remove", "olga")

	alone, err := os.ReadFile(w.config)
	if err != nil {
		t.Fatal(err)
	}
	w.write(w.config, string(alone)+"\n[fleet]\ndatabase_command = [\"echo\", \"postgres://unibox@127.0.0.1:1/unibox\"]\n") // which nobody asks
	dry(false, "the team is told, too, that anna is let in", "agents", "add", "anna", "--key", anna)
	dry(false, "the other boxes of the team refuse anna, too", "agents", "remove", "anna")
	dry(false, "the other boxes of the team refuse olga, too", "agents", "remove", "olga")
}

// Every command that changes something has a dry run, or the page of unibox says that it has none.
func TestWhichCommandsHaveNoDryRun(t *testing.T) {
	prints := strings.Fields("account_list account_test agents_list canned_lint completion config_check config_keys config_path config_show doctor files_list files_take fleet_check help keys list man report search show version")
	root := spoken(t, "en").rootCommand()
	page := strings.Join(strings.Fields(root.Long), " ")
	each(root, func(cmd *cobra.Command) {
		name := strings.TrimPrefix(cmd.CommandPath(), "unibox ")
		if cmd == root || !cmd.Runnable() || cmd.HasSubCommands() || slices.Contains(prints, strings.ReplaceAll(name, " ", "_")) {
			return
		}
		if dry, named := cmd.Flags().Lookup("dry-run") != nil, strings.Contains(page, name); !dry && !named {
			t.Errorf("%s has no dry run: give it one, or name it in the page of unibox", name)
		}
	})
}

// A dry run of an agent's own files leaves them as they are.
func TestDryRunsOfAnAgentsFiles(t *testing.T) {
	w := newTeam(t)
	if said, err := w.ask("olga", "bill", "files put bill.txt"); err != nil {
		t.Fatal(said)
	}
	before := contents(t, w.state)
	for line, want := range map[string]string{
		"files put new.txt --dry-run": "Without --dry-run: standard input becomes new.txt in your folder, up to ", "files put bill.txt --dry-run": "there is a bill.txt in your folder already",
		"files remove bill.txt --dry-run": "Without --dry-run: bill.txt is removed", "files remove gone.txt --dry-run": "there is no file gone.txt",
	} {
		if said, err := w.ask("olga", "text", line); !strings.Contains(said, want) || (err == nil) != strings.HasPrefix(want, "Without") {
			t.Errorf("%s: %v, %s; want %q", line, err, said, want)
		}
	}
	if now := contents(t, w.state); now != before {
		t.Errorf("%s\nbecame\n%s", before, now)
	}
}

// A dry run of hook --register asks for the addresses that a platform has, and tells it none.
func TestDryRunOfRegistering(t *testing.T) {
	theirs := "https://crm.example.org/in"
	for want, c := range map[string]*company{
		"acme: its events would come here":                                               {room: api.RoomInPlace},
		"acme: its events go to " + theirs + " now, whose place this machine would take": {others: []string{theirs}, room: api.RoomInPlace},
	} {
		h, _ := registering(t, c)
		out := &bytes.Buffer{}
		h.ask.out, h.accounts, h.dry = out, h.config.Accounts, true
		before, err := os.ReadFile(h.hookOptions.config)
		if err != nil {
			t.Fatal(err)
		}
		_ = h.registerAll(t.Context()) // what a person has to look at first is an error of a report
		now, err := os.ReadFile(h.hookOptions.config)
		if c.asked > 0 || err != nil || !bytes.Equal(now, before) || !strings.Contains(out.String(), want) || !strings.Contains(out.String(), "Nothing was done: no platform was told") {
			t.Errorf("told %d times, %v: %s", c.asked, err, out)
		}
	}
	w := newTeam(t)
	if said, err := w.run("", "hook", "--dry-run", "--config", w.config, "--state", w.state); err == nil || !strings.Contains(said, "--dry-run goes with --register") {
		t.Errorf("%v: %s", err, said)
	}
}
