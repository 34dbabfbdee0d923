package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/platforms"
	"unibox/state"
	"unibox/state/logfile"
	"unibox/state/sqlite"
	"unibox/ui/app"
	"unibox/ui/cli/collect"
)

// private is what stands in everything that a report is made of: secrets, names, numbers and
// texts, as one word each, in which no harmless word is.
var private = []string{"s3cr3t-t0k3n", "Quillfeather", "15550001111", "cakefelldown", "backroomshop", "hunter2", "crm.private.example", "olga.example.org"}

// A report has nothing of anybody, wherever it stood, and what is needed to find a mistake.
func TestAReportHasNoSecretsNamesAndTexts(t *testing.T) {
	home := t.TempDir()
	dir := filepath.Join(home, private[4], "state")
	all := strings.Join(private, " ")
	write := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	config := filepath.Join(home, private[1]+".toml")
	write(config, "# "+all+"\n[ui]\ntheme = \"dark\"\nmouse = true\ndelay = \"5s\"\nwrong = \""+all+"\"\n[delay]\nwhatsapp = \"5s\"\n\""+all+"\" = \"5s\"\n"+
		"[keys]\n\"conversation.done\" = [\"ctrl+f8\"]\n\"thread/move.down\" = [\"f7\"]\n\"app.quit\" = [\""+private[5]+"\"]\n\""+private[1]+"\" = [\"x\"]\n"+
		"[push]\naddress = \"https://"+private[7]+"\"\n[hooks]\nnew = [\""+private[5]+"\"]\n[["+private[1]+"]]\nx = 1\n"+
		"[[view]]\nname = \""+private[1]+"\"\nfilter = \"from:"+private[2]+"\"\n"+
		"[[account]]\nname = \""+private[4]+"\"\nplatform = \"pact\"\napi = \"p2\"\ncompany = "+private[2]+"\ntoken = \""+private[0]+"\"\nbase_url = \"https://"+private[6]+"\"\nforward = \"https://"+private[6]+"/"+private[5]+"\"\n"+
		// what looks like a choice, an amount or a key, and is none
		"[[account]]\nname = \"all\"\nplatform = \"protocol\"\ntoken = \"90d\"\npassword = \"terminal\"\ncompany = \"1234m\"\n[[view]]\nname = \"name\"\n[files]\nfolder = \"own\"\n[replies]\nfolders = [\"q\"]\n")
	db, err := sqlite.Open(t.Context(), dir, state.NewFeed())
	must(err)
	id := api.ConversationID{Account: api.AccountID(private[4]), Remote: private[2]}
	must(db.SaveConversations(t.Context(), []api.Conversation{{ID: id, Kind: "whatsapp", Contact: api.Contact{Name: all, Handle: private[2]}}}))
	_, err = db.SaveHead(t.Context(), id, api.Page[api.Message]{Items: []api.Message{{ID: api.MessageID{Account: id.Account, Remote: "m"}, Conversation: id, Body: all, At: time.Now()}}}, time.Now())
	must(err)
	must(db.SaveHealth(t.Context(), state.Health{Account: id.Account, Label: all, State: state.HealthRetrying, Reason: "https://" + private[6] + " said HTTP 503 and connection refused: " + all, Unended: all}))
	draft, err := db.SaveDraft(t.Context(), state.Draft{Conversation: id, Body: all, Edited: time.Now()})
	must(err)
	_, err = db.Submit(t.Context(), draft, []state.Outbound{{Conversation: id, Body: all, Reason: "too many requests from " + all, Submitted: time.Now()}})
	must(err)
	must(db.Close())
	log, file, err := logfile.Open(dir)
	must(err)
	for range 3 {
		log.Warn("read the inbox", "account", all, "err", fmt.Errorf("Get https://%s: dial tcp: connection refused (%s)", private[6], all), all, all)
	}
	log.Error(all, "err", all, "stack", "goroutine 7 [running]:\nunibox/state/syncer.(*engine).step(0xc0001, {"+all+"})\n\t/home/"+private[1]+"/engine.go:12")
	must(file.Close())
	f, err := os.OpenFile(logfile.Paths(dir)[0], os.O_APPEND|os.O_WRONLY, 0)
	must(err)
	fmt.Fprintf(f, "%s\ntime=%s level=%s msg=%q\nmsg=%s\n", all, private[1], private[5], all, private[1])
	must(f.Close())
	write(filepath.Join(dir, private[1]+".db"), all)
	write(filepath.Join(dir, strings.ToLower(private[1])), all)
	for _, name := range []string{"TERM", "LANG", "TERM_PROGRAM", "HTTPS_PROXY"} {
		t.Setenv(name, "http://u:"+private[5]+"@"+private[6]+" "+all)
	}

	to := filepath.Join(home, "report.txt")
	collects := func() (string, error) {
		var out strings.Builder
		root := program{platforms: app.Platforms{List: platforms.All()}}.rootCommand()
		root.SetArgs([]string{"collect", to, "--yes", "--config", config, "--state", dir})
		root.SetOut(&out)
		root.SetErr(io.Discard)
		err := root.ExecuteContext(t.Context())
		return out.String(), err
	}
	shown, err := collects()
	must(err)
	info, err := os.Stat(to)
	must(err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v", info.Mode())
	}
	written, _ := os.ReadFile(to)
	report := string(written)
	for _, p := range private {
		if strings.Contains(strings.ToLower(report), strings.ToLower(p)) {
			t.Errorf("%s is in it:\n%s", p, report)
		}
	}
	if !strings.HasPrefix(shown, report) || !strings.Contains(shown, to) {
		t.Errorf("what is written was not shown before, or not where it is:\n%s", shown)
	}
	for _, want := range []string{
		"account 2: token = a text", "account 2: password = a text", "account 2: company = a text", "account 2: name = a text", "account 2: platform = protocol", "files.folder = a text", "view 2: name = a text", "replies.folders = a list of 1",
		"account 1: platform = pact", "account 1: api = p2",
		app.ThisBuild().String(), "ui.theme = dark", "ui.mouse = true", "ui.delay = 5s", "ui.1 more", "delay.whatsapp = 5s", "keys.conversation.done = [ctrl+f8]", "keys.thread/move.down = [f7]", "keys.app.quit = a list of 1",
		"account 1: token = a text", "account 1: company = a number", "has a mistake", "TERM is something else", "HTTPS_PROXY is set",
		"state.db", "all: 1", "not out: queued", "too many requests", "account 1, pact p2: retrying, answered never", "connection refused, status 503",
		"WARN read the inbox: connection refused (3 times since", "ERROR (a message that is left out); in unibox/state/syncer.(*engine).step",
	} {
		if !strings.Contains(report, want) {
			t.Errorf("%q is not in it:\n%s", want, report)
		}
	}
	if _, err := collects(); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("a file that was there: %v", err)
	}
}

// Of the environment nothing is said that is no word of many terminals.
func TestAReportSaysOfTheEnvironmentWhatManyTerminalsSay(t *testing.T) {
	for name, words := range map[string][]string{
		"TERM": {"xterm-256color", "tmux-256color", "xterm-kitty", "linux"}, "LANG": {"C.UTF-8", "de_DE.UTF-8", "en_US.utf8"}, "LC_CTYPE": {"UTF-8"},
		"TERM_PROGRAM": {"iTerm.app", "vscode"}, "TERM_PROGRAM_VERSION": {"3.5a", "20240203-110809-5046fc22"},
	} {
		for _, word := range words {
			if got := collect.Environment(name, word); got != word {
				t.Errorf("%s=%s: %s", name, word, got)
			}
		}
		for _, word := range []string{"hunter2", "secretword", "15550001111", "xterm-hunter2", "de_DE.hunter2"} {
			if got := collect.Environment(name, word); got != "something else" {
				t.Errorf("%s=%s: %s", name, word, got)
			}
		}
	}
}
