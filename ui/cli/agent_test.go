package cli

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"

	"unibox/api"
	"unibox/api/platforms"
	"unibox/state"
	"unibox/state/sqlite"
	"unibox/ui/app"
)

const secretToken = "tok-3c1d9a77b2-secret"

// team is a machine with a config of agents, a store with one customer, and its own folder
// for keys.
type team struct {
	*testing.T
	dir, config, state, keys string
}

func newTeam(t *testing.T) team {
	t.Helper()
	dir := t.TempDir()
	w := team{t, dir, filepath.Join(dir, "config.toml"), filepath.Join(dir, "state"), filepath.Join(dir, ".ssh", "authorized_keys")}
	w.write(w.config, `[[account]]
name = "shop"
platform = "textus"
token = "`+secretToken+`"
base_url = "http://127.0.0.1:1/"
[[account]]
name = "other"
platform = "textus"
token_command = ["/opt/vault-7/print", "`+secretToken+`"]
base_url = "http://127.0.0.1:1/"
[[agent]]
name = "olga"
display = "Olga P."
[[agent]]
name = "dora"
rights = "draft"
[[agent]]
name = "rita"
rights = "read"
[[agent]]
name = "ada"
rights = "admin"
`)
	w.write(filepath.Join(dir, "letter.pdf"), "%PDF-1.4 letter")
	db, err := sqlite.Open(t.Context(), w.state, state.NewFeed())
	if err == nil {
		id := api.ConversationID{Account: "shop", Remote: "1"}
		err = db.SaveConversations(t.Context(), []api.Conversation{{ID: id, Kind: "sms", Contact: api.Contact{Name: "Anna Vogel", Handle: "15551230001"}}})
	}
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w team) write(path, text string) {
	w.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
}

// run runs a command line, and returns all that it says.
func (w team) run(in string, args ...string) (string, error) {
	root := program{platforms: app.Platforms{List: platforms.All()}}.rootCommand()
	var said bytes.Buffer
	root.SetArgs(args)
	root.SetIn(strings.NewReader(in))
	root.SetOut(&said)
	root.SetErr(&said)
	err := root.ExecuteContext(w.Context())
	text := said.String()
	if err != nil {
		text += state.PlainError(err)
	}
	return text, err
}

// ask is what an agent gets who asks SSH for a command.
func (w team) ask(agent, in, line string) (string, error) {
	w.Setenv(originalCommand, line)
	defer w.Setenv(originalCommand, "")
	return w.run(in, "--config", w.config, "--state", w.state, "--agent", agent)
}

func TestAnAgentWhoIsNotInTheConfigIsRefused(t *testing.T) {
	w := newTeam(t)
	for _, args := range [][]string{{"list"}, {}, {"report"}, {"keys"}} {
		for _, name := range []string{"mallory", "", "Olga"} {
			all := append(slices.Clone(args), "--agent", name)
			if len(args) == 0 || args[0] != "keys" {
				all = append(all, "--config", w.config)
			}
			said, err := w.run("", all...)
			if err == nil || !strings.Contains(said, "unibox agents add") {
				t.Errorf("%q %q: %s", name, args, said)
			}
		}
	}
}

// Every command is for agents or for who runs unibox: one that is new is for the latter.
func TestCommandsThatAreNotForAgents(t *testing.T) {
	w := newTeam(t)
	root := program{platforms: app.Platforms{List: platforms.All()}}.rootCommand()
	var left []string
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.Runnable() && !slices.Contains(forAgents, cmd.CommandPath()) {
			left = append(left, strings.TrimPrefix(cmd.CommandPath(), "unibox "))
		}
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(root)
	for _, must := range []string{"config show", "config edit", "collect", "doctor", "import", "handover read", "man", "account list", "account test", "agents add", "hook", "wipe", "demo", "sandbox", "completion"} {
		if !slices.Contains(left, must) {
			t.Errorf("%s is for agents", must)
		}
	}
	for _, name := range append(left, "__complete", "__completeNoDesc") {
		for _, tail := range []string{"", " x", " --help=false", " list ''"} {
			said, err := w.ask("ada", "", name+tail)
			if err == nil || strings.Contains(said, secretToken) || strings.Contains(said, "vault-7") {
				t.Errorf("%s: %s", name+tail, said)
			}
		}
	}
}

// The ways out of a restricted session by what is asked of SSH: none reads or writes a
// file outside, runs a program, or says a secret.
func TestWaysOutByTheCommandLine(t *testing.T) {
	w := newTeam(t)
	outside := filepath.Join(w.dir, "letter.pdf")
	own := filepath.Join(w.state, "agents", "olga", "files")
	if err := os.MkdirAll(own, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"out.pdf": outside, "up": "../../../..", "conf": w.config} {
		if err := os.Symlink(to, filepath.Join(own, name)); err != nil {
			t.Fatal(err)
		}
	}
	made := filepath.Join(w.dir, "made")
	for _, line := range []string{
		"sh", "bash -i", "/bin/sh -c id", "sftp-server", "/usr/lib/openssh/sftp-server", "internal-sftp", "scp -t /tmp", "rsync --server . .",
		"list; touch " + made, "list && touch " + made, "list | sh", "list > " + made, "unibox list & sh",
		"--config " + w.config + " list", "list --config " + w.config, "list --config=" + w.config, "list --state /tmp", "list --agent ada", "--agent ada list", "list --agent=ada",
		"send Anna hi --file " + outside, "send Anna hi --file ../../../../letter.pdf", "send Anna hi --file out.pdf", "send Anna hi --file up/letter.pdf", "send Anna hi --file conf --anyway",
		"send Anna hi --file " + w.config + " --anyway", "send Anna hi --file /proc/self/environ", "send Anna hi --file /etc/passwd", "send Anna hi --dry-run --file " + outside,
		"files get Anna --into " + made, "export Anna --into " + made, "export --view --into " + made,
		"files put ../out", "files put /tmp/x", "files put out.pdf", "files put .ssh", "files take ../../../../config.toml", "files take out.pdf", "files take up/config.toml", "files take conf", "files take /etc/passwd", "files remove ../../../../letter.pdf", "files remove up/letter.pdf", "files remove /etc/passwd", "files remove up/", "files remove gone.txt",
		"config show", "config path", "collect", "doctor", "man", "import " + outside, "handover write --into " + made, "account list", "agents list",
	} {
		said, err := w.ask("olga", "text", line)
		if err == nil {
			t.Errorf("%q is taken: %s", line, said)
		}
		for _, never := range []string{secretToken, "vault-7", "%PDF", "root:"} {
			if strings.Contains(said, never) {
				t.Errorf("%q says %q: %s", line, never, said)
			}
		}
		if _, err := os.Lstat(made); err == nil {
			t.Fatalf("%q made a file", line)
		}
	}
	for _, line := range []string{"list `touch " + made + "`", "list $(touch " + made + ")", "list\ntouch " + made, "list '$(touch " + made + ")'"} { // words like others: there is no shell
		if said, _ := w.ask("olga", "", line); said == "" {
			t.Errorf("%q says nothing", line)
		}
		if _, err := os.Lstat(made); err == nil {
			t.Fatalf("%q made a file", line)
		}
	}
	if text, _ := os.ReadFile(outside); string(text) != "%PDF-1.4 letter" {
		t.Error("the file outside was changed")
	}
}

func TestWhatAnAgentMayAskFor(t *testing.T) {
	w := newTeam(t)
	for _, c := range []struct{ agent, in, line, want string }{
		{"rita", "", "list --json all", `"Anna Vogel"`},
		{"rita", "", "unibox list all", "Anna Vogel"},
		{"rita", "", `list 'all' --json`, `"Anna Vogel"`},
		{"dora", "", `note Anna 'she calls at noon; and pays'`, "has a new private note"},
		{"dora", "", `draft Anna "Good morning"`, "has a draft"},
		{"dora", "", "label Anna vip", "is labelled #vip"},
		{"olga", "bill", "files put bill.txt", "bill.txt is in your folder"},
		{"olga", "", "files take bill.txt", "bill"},
		{"olga", "", "files take", "bill.txt"},
		{"olga", "", "files put empty.txt", "empty.txt is in your folder, and empty"},
		{"olga", "old", "files put old.txt", "old.txt is in your folder"},
		{"olga", "", "files remove old.txt", "old.txt is removed"},
		{"olga", "", "snooze Anna tomorrow 9", "is snoozed until"},
		{"ada", "", "keys", "conversation.done"},
	} {
		if said, err := w.ask(c.agent, c.in, c.line); err != nil || !strings.Contains(said, c.want) {
			t.Errorf("%s: %s: %s; want %q", c.agent, c.line, said, c.want)
		}
	}
	if said, err := w.ask("olga", "", "send Anna hi --file bill.txt --anyway"); err == nil || !strings.Contains(said, "SMS takes no files") {
		t.Errorf("a file of the own folder goes as far as the channel: %s", said)
	}
	if said, err := w.run("", "show", "Anna", "--config", w.config, "--state", w.state); err != nil || !strings.Contains(said, "dora") {
		t.Errorf("the note does not say whose it is: %s", said)
	}
	all, _ := filepath.Glob(filepath.Join(w.state, "activity-*.jsonl"))
	if len(all) != 1 {
		t.Fatalf("%q", all)
	}
	log, _ := os.ReadFile(all[0])
	for _, who := range []string{`"who":"dora"`, `"who":"olga"`} {
		if !strings.Contains(string(log), who) {
			t.Errorf("the log does not say %s: %s", who, log)
		}
	}
}

// Rights hold without a screen, each with its sentence.
func TestRightsByTheCommandLine(t *testing.T) {
	w := newTeam(t)
	for _, c := range []struct {
		agent, want string
		lines       []string
	}{
		{"rita", "your rights here are to read", []string{"send Anna hi", "send Anna hi --anyway --done", "draft Anna hi", "note Anna hi", "label Anna vip", "snooze Anna tomorrow", "done Anna", "done Anna --undo", "files put x.txt", "files remove x.txt"}},
		{"dora", state.ErrMayDraft.Error(), []string{"send Anna hi", "send Anna hi --anyway --done", "send Anna hi --at 'tomorrow 9'", "snooze Anna tomorrow", "snooze Anna --end", "done Anna", "done Anna --undo"}},
	} {
		for _, line := range c.lines {
			if said, err := w.ask(c.agent, "", line); err == nil || !strings.Contains(said, c.want) {
				t.Errorf("%s: %s: %s; want %q", c.agent, line, said, c.want)
			}
		}
	}
	db, err := sqlite.Open(t.Context(), w.state, state.NewFeed())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Unsent(t.Context())
	row, rowErr := db.Row(t.Context(), api.ConversationID{Account: "shop", Remote: "1"})
	if err != nil || rowErr != nil || len(rows) > 0 || row.Flags.Done || !row.Flags.Snoozed.IsZero() || len(row.Labels) > 0 {
		t.Errorf("%v, %+v, %v %v", rows, row.Flags, err, rowErr)
	}
}

// Under sshd a command is in the language that it is asked for in, else in that of the line that
// names the agent.
func TestTheLanguageOfWhatAnAgentAsksFor(t *testing.T) {
	w := newTeam(t)
	for _, c := range []struct{ line, asked, want string }{
		{"", "list --language ru", "Диалогов в нём нет."}, {"ru", "list", "Диалогов в нём нет."}, {"ru", "list --language en", "No conversation is in it."}, {"", "list", "No conversation is in it."},
	} {
		w.Setenv(originalCommand, c.asked)
		p := program{platforms: app.Platforms{List: platforms.All()}, login: &login{}}
		args := []string{"--config", w.config, "--state", w.state, "--agent", "olga"}
		if c.line != "" {
			args = append(args, "--language", c.line)
		}
		p.speak(args, w.config, app.Environ{"LANG=C.UTF-8"})
		root := p.rootCommand()
		var said bytes.Buffer
		root.SetArgs(args)
		root.SetOut(&said)
		root.SetErr(&said)
		if err := root.ExecuteContext(t.Context()); err != nil || !strings.Contains(said.String(), c.want) {
			t.Errorf("%+v: %v\n%s", c, err, said.String())
		}
		w.Setenv(originalCommand, strings.ReplaceAll(c.asked, "list", "show nobody"))
		err := root.ExecuteContext(t.Context())
		if said := p.sentence(err); err == nil || strings.ContainsAny(said, "аеиост") != strings.ContainsAny(c.want, "аеиост") {
			t.Errorf("%+v: %s", c, said)
		}
	}
}

func TestAgentsAreAddedListedAndRemoved(t *testing.T) {
	w := newTeam(t)
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
	pub := filepath.Join(w.dir, "anna.pub")
	w.write(pub, text+` " command="/bin/sh`+"\n")
	agents := func(args ...string) (string, error) {
		return w.run("", append([]string{"agents", "--config", w.config, "--authorized-keys", w.keys}, args...)...)
	}
	if said, err := agents("add", "anna", "--key", pub, "--display", "Anna K.", "--rights", "draft", "--speaks", "de,en"); err != nil {
		t.Fatal(said)
	}
	line, _ := os.ReadFile(w.keys)
	if l := string(line); !strings.HasPrefix(l, `restrict,pty,command="`) || !strings.Contains(l, "--config "+w.config+" --agent anna\" "+text+" unibox:anna\n") || strings.Contains(l, "/bin/sh") {
		t.Errorf("%s", l)
	}
	said, err := agents("list")
	if err != nil || !strings.Contains(said, "Anna K.") || !strings.Contains(said, "draft") || !strings.Contains(said, ssh.FingerprintSHA256(key)) {
		t.Errorf("%s", said)
	}
	if said, err := agents("add", "olga", "--key", pub); err == nil || !strings.Contains(said, "that of the agent anna already") {
		t.Errorf("%s", said)
	}
	for name, args := range map[string][]string{
		"no name for an agent":     {"add", `o" command="sh`, "--key", pub},
		"which public key":         {"add", "olga"},
		"is not there":             {"add", "olga", "--key", pub + "x"},
		"must be one of":           {"add", "tom", "--key", pub, "--rights", "root"},
		"is in the config already": {"add", "anna", "--key", pub, "--rights", "admin"},
	} {
		if said, err := agents(args...); err == nil || !strings.Contains(said, name) {
			t.Errorf("%q: %s; want %q", args, said, name)
		}
	}
	if said, err := agents("remove", "anna"); err != nil || !strings.Contains(said, "by unibox serve is logged out within seconds; by sshd they stay until they leave") {
		t.Fatal(said)
	}
	if line, _ := os.ReadFile(w.keys); len(line) > 0 {
		t.Errorf("left %s", line)
	}
	for _, own := range []bool{false, true} {
		if said, err := agents("add", "anna", "--key", pub, "--state", w.state); err != nil {
			t.Fatal(said)
		}
		folder := filepath.Join(w.state, app.AgentsFolder, "anna")
		if own {
			if err := os.MkdirAll(folder, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		if said, err := agents("remove", "anna", "--state", w.state); err != nil || strings.Contains(said, "stays in "+folder) != own {
			t.Errorf("the agent's folder is there: %v; %v, %s", own, err, said)
		}
	}
	if said, err := agents("remove", "anna"); err == nil || !strings.Contains(said, "nothing of anna to remove") {
		t.Errorf("%s", said)
	}
}
