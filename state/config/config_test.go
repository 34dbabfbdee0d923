package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// platforms are of the three sorts there are: a key of its own, nothing but a
// token, and a password in the place of the token.
var platforms = []Platform{
	{Name: "pact", Keys: []Key{{Name: "company", Means: "the id of the company", Required: true}}},
	{Name: "textus"},
	{Name: "protocol", Password: true},
}

// load writes text as a private config.toml and loads it.
func load(t *testing.T, text string) (Config, []string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, problems, err := Load(file, platforms)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range problems {
		out = append(out, p.String())
	}
	return c, out
}

func TestLoadReadsEverything(t *testing.T) {
	c, problems := load(t, `
[[account]]
name = "shop"
platform = "pact"
base_url = "https://api.pact.im/p1"
token_command = ["pass", "show", "pact token"]
company = 154
pace = 2

[[account]]
name = "lab"
platform = "textus"
base_url = "http://127.0.0.1:4010/p1/"
token_env = "LAB_TOKEN"
forward = "https://crm.example.org/in?key=1"

[[account]]
name = "chat"
platform = "protocol"
user = "maya"
password_file = "/run/secrets/none"

[ui]
ascii = true
theme = "light"
enter_sends = false
mark_read = "open"
hints = false
query = "on"
links = "off"
emoji = "split"
images = "blocks"
show_images = true
line = "slow"
check_before_send = false

[files]
folder = "/srv/from customers"
max = "1.5 GB"
open = ["feh", "--fullscreen"]

[targets]
whatsapp = "15m"
lab = "2h"
all = "1d"

[hours]
zone = "Europe/Berlin"
mon-fri = "09:00-13:00 14:00-18:00"
sat = "10:00-14:00"
holidays = ["2026-12-25", "01-01"]

[push]
listen = "unix:/run/unibox/hook.sock"
address = "https://hooks.example.org/unibox"

[keys]
conversation.done = "D"
"thread.older" = ["K", "pgup"]
quit = []
`)
	if len(problems) > 0 {
		t.Fatalf("problems: %q", problems)
	}
	accounts := []Account{
		{Name: "shop", Platform: "pact", BaseURL: "https://api.pact.im/p1", Pace: 2,
			Token: Source{What: "token", Command: []string{"pass", "show", "pact token"}}, Keys: map[string]string{"company": "154"}},
		{Name: "lab", Platform: "textus", BaseURL: "http://127.0.0.1:4010/p1/", Token: Source{What: "token", Env: "LAB_TOKEN"}, Forward: "https://crm.example.org/in?key=1"},
		{Name: "chat", Platform: "protocol", User: "maya", Password: Source{What: "password", File: "/run/secrets/none"}},
	}
	if !reflect.DeepEqual(c.Accounts, accounts) {
		t.Errorf("accounts\n %#v\nwant\n %#v", c.Accounts, accounts)
	}
	if want := (UI{ASCII: "on", Language: "auto", RTL: "auto", Theme: "light", Contrast: "normal", MarkRead: "open", Line: "slow", Query: "on", Links: "off", Images: "blocks", Emoji: "split", ShowImages: true}); c.UI != want {
		t.Errorf("ui %+v", c.UI)
	}
	if want := (Files{Folder: "/srv/from customers", Max: 1_500_000_000, Open: []string{"feh", "--fullscreen"}}); !reflect.DeepEqual(c.Files, want) {
		t.Errorf("files %+v", c.Files)
	}
	if want := (Push{Listen: "unix:/run/unibox/hook.sock", Address: "https://hooks.example.org/unibox"}); c.Push != want {
		t.Errorf("push %+v", c.Push)
	}
	if want := map[string]time.Duration{"whatsapp": 15 * time.Minute, "lab": 2 * time.Hour, "all": 24 * time.Hour}; !reflect.DeepEqual(c.Service.Targets, want) {
		t.Errorf("targets %v", c.Service.Targets)
	}
	if h := c.Service.Hours; h.Zone.String() != "Europe/Berlin" || len(h.Week[time.Friday]) != 2 || len(h.Week[time.Saturday]) != 1 || len(h.Week[time.Sunday]) != 0 || len(h.Holidays) != 2 {
		t.Errorf("hours %+v", h)
	}
	keys := map[string][]string{"conversation.done": {"D"}, "thread.older": {"K", "pgup"}, "quit": {}}
	if !reflect.DeepEqual(c.Keys, keys) {
		t.Errorf("keys %q", c.Keys)
	}
}

func TestDefaults(t *testing.T) {
	c, problems := load(t, "")
	want := UI{ASCII: "auto", Language: "auto", RTL: "auto", Theme: "auto", Contrast: "normal", EnterSends: true, MarkRead: "reply", Hints: true, Line: "auto", Query: "auto", Links: "auto", Images: "auto", Emoji: "auto", CheckBeforeSend: true}
	if c.UI != want || c.Files.Max != 200_000_000 || c.Files.Folder != "" || len(c.Accounts) != 0 || len(problems) != 0 {
		t.Errorf("%+v %q", c, problems)
	}
}

func TestKeep(t *testing.T) {
	const own = "[[account]]\nname = \"a\"\nplatform = \"textus\"\ntoken = \"t\"\nkeep = \"forever\"\n"
	for text, want := range map[string]time.Duration{"1d": 24 * time.Hour, "12w": 84 * 24 * time.Hour, "2y": 730 * 24 * time.Hour, "forever": 0} {
		c, problems := load(t, own+"[history]\nkeep = \""+text+"\"\n")
		if c.Retention != want || len(problems) != 0 || len(c.Accounts) != 1 || c.Accounts[0].Retention == nil || *c.Accounts[0].Retention != 0 {
			t.Errorf("%s: %v %+v %q", text, c.Retention, c.Accounts, problems)
		}
	}
}

const (
	account = "[[account]]\nname = \"a\"\nplatform = \"textus\"\n"
	chat    = "[[account]]\nname = \"a\"\nplatform = \"protocol\"\n"
)

func TestProblemsNameLineAndAccount(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want []string
		kept int
	}{
		"not toml":            {"[ui]\nascii = yes\n", []string{"config.toml:2: "}, 0},
		"same key twice":      {account + "token = \"t\"\ntoken = \"u\"\n", []string{"config.toml:5: "}, 0},
		"unknown key":         {account + "token = \"t\"\ntokn = \"u\"\n", []string{`config.toml:5: account "a": unknown key "tokn" (did you mean token?); it is left out`}, 1},
		"unknown table":       {"[uii]\nx = 1\n", []string{`config.toml:1: unknown key "uii" (did you mean [ui]?); it is left out`}, 0},
		"unknown tables":      {"[[accounts]]\nx = 1\n", []string{`config.toml:1: unknown key "accounts" (did you mean [[account]]?); it is left out`}, 0},
		"wrong push":          {"[push]\nlisten = \"0.0.0.0:80\"\naddress = \"http://example.org\"\n", []string{"config.toml:2: listen cannot be \"0.0.0.0:80\", which other machines reach", "config.toml:3: address must be an https address"}, 0},
		"wrong forward":       {account + "token = \"t\"\nforward = \"ftp://example.org\"\n", []string{`config.toml:5: account "a": forward must be an https address`}, 0},
		"unknown ui key":      {"ui.asci = true\n", []string{`config.toml:1: unknown key "asci" (did you mean ascii?); it is left out`}, 0},
		"wrong types":         {"[ui]\nascii = 1\ntheme = \"pink\"\n", []string{"config.toml:2: ascii must be true, false or \"auto\"", "config.toml:3: theme must be one of: auto, dark, light"}, 0},
		"wrong files":         {"[files]\nfolder = \"\"\nmax = \"none\"\nopen = \"sh -c 'x\"\n", []string{"config.toml:2: folder must be the name of a folder", `config.toml:3: max must be a size in quotes, such as "200MB"`, "config.toml:4: open is run without a shell"}, 0},
		"wrong targets":       {"[targets]\nwhatsapp = 15\nsms = \"10s\"\nall = \"31d\"\n", []string{"config.toml:2: whatsapp must be a time in minutes", "config.toml:3: sms must be", "config.toml:4: all must be"}, 0},
		"targets of nothing":  {"targets = 1\n", []string{"config.toml:1: targets must be a table"}, 0},
		"wrong hours":         {"[hours]\nzone = \"Mars\"\nmon = \"9-18\"\ntue = 1\nmonday = \"\"\nholidays = [\"25.12.\"]\n", []string{"config.toml:2: zone must be the name of a time zone", "config.toml:3: mon must be periods", "config.toml:4: tue must be periods", "config.toml:5: monday is no key of [hours]", "config.toml:6: holidays must be dates"}, 0},
		"a day twice":         {"[hours]\nmon-fri = \"09:00-18:00\"\nfri = \"09:00-15:00\"\n", []string{"config.toml:2: mon-fri says what fri says too"}, 0},
		"files that are none": {"files = 1\n", []string{"config.toml:1: files must be a table"}, 0},
		"nothing there":       {"\n[[account]]\n", []string{`config.toml:2: account "1": name is missing`, `config.toml:2: account "1": platform is missing`, `config.toml:2: account "1": the token is missing: set one of token_command`}, 0},
		"name of wrong type":  {"[[account]]\nname = 5\nplatform = \"textus\"\ntoken = \"t\"\n", []string{`config.toml:2: account "1": name must be a text in quotes`}, 0},
		"two tokens":          {account + "token = \"t\"\ntoken_env = \"T\"\n", []string{`config.toml:4: account "a": the token is given more than once`}, 0},
		"same name": {account + "token = \"t\"\n" + account + "token = \"t\"\n",
			[]string{`config.toml:6: account "a": the name is taken by the account of line 2`}, 1},
		"single brackets":     {"[account]\nname = \"a\"\n", []string{"config.toml:1: account must be written [[account]], with two brackets; it is left out"}, 0},
		"plain http":          {account + "token = \"t\"\nbase_url = \"http://api.pact.im\"\n", []string{`config.toml:5: account "a": base_url must be an https address`}, 0},
		"user in url":         {account + "token = \"t\"\nbase_url = \"https://u:p@api.pact.im\"\n", []string{`config.toml:5: account "a": base_url must be`}, 0},
		"localhost lookalike": {account + "token = \"t\"\nbase_url = \"http://127.0.0.1.evil.example\"\n", []string{`config.toml:5: account "a": base_url must be`}, 0},
		"pace":                {account + "token = \"t\"\npace = nan\n", []string{`config.toml:5: account "a": pace must be a number above 0`}, 0},
		"keep of an account":  {account + "token = \"t\"\nkeep = 90\n", []string{`config.toml:5: account "a": keep must be a number of days, weeks or years such as "90d"`}, 0},
		"keep of nothing":     {"[history]\nkeep = \"0d\"\n", []string{`config.toml:2: keep must be a number of days`}, 0},
		"keep of a long time": {"[history]\nkeep = \"101y\"\n", []string{`config.toml:2: keep must be a number of days`}, 0},
		"keep in months":      {"[history]\nkeep = \"3m\"\n", []string{`config.toml:2: keep must be a number of days`}, 0},
		"history of a time":   {"history = \"90d\"\n", []string{`config.toml:1: history must be a table: [history]`}, 0},
		"shell":               {account + "token_command = \"pass show x | head\"\n", []string{`config.toml:4: account "a": token_command is run without a shell`}, 0},
		"bad binding":         {"[keys]\nconversation.done = 3\n", []string{`config.toml:2: conversation.done must be a key`}, 0},
		"inline":              {"account = [\n  {name = \"a\", platform = \"textus\", token = \"t\"},\n  {name = \"b\", platform = \"textus\", tok = 1},\n]\n", []string{`config.toml:3: account "b": the token is missing`, `config.toml:3: account "b": unknown key "tok"`}, 1},
		"sub-table of second": {account + "token = \"t\"\n[[account]]\nname = \"b\"\nplatform = \"textus\"\ntoken = \"u\"\n[account.more]\nx = 1\n", []string{`config.toml:9: account "b": unknown key "more"`}, 2},
		"one bad, others stay": {account + "token = \"t\"\npace = -1\n[[account]]\nname = \"b\"\nplatform = \"textus\"\ntoken = \"t\"\n",
			[]string{`config.toml:5: account "a": pace`}, 1},
		"empty is left out":     {account + "token = \"t\"\ncompany = \"\"\n", nil, 1},
		"unknown platform":      {"[[account]]\nname = \"a\"\nplatform = \"telefax\"\ncompany = 1\ntokn = 1\n", []string{`config.toml:1: account "a": the token is missing`, `config.toml:3: account "a": unknown platform "telefax"; there is pact, protocol, textus`, `config.toml:5: account "a": unknown key "tokn"`}, 0},
		"company missing":       {"[[account]]\nname = \"a\"\nplatform = \"pact\"\ntoken = \"t\"\n", []string{`config.toml:1: account "a": company is missing`}, 0},
		"company of wrong type": {"[[account]]\nname = \"a\"\nplatform = \"pact\"\ntoken = \"t\"\ncompany = true\n", []string{`config.toml:5: account "a": company must be a text in quotes, or a number`}, 0},
		"key of another":        {account + "token = \"t\"\ncompany = 154\n", []string{`config.toml:5: account "a": unknown key "company": ` + "`unibox config keys account.`" + ` lists those that there are; it is left out`}, 1},
		"password for a token":  {account + "user = \"u\"\npassword = \"p\"\n", []string{`config.toml:1: account "a": the token is missing`, `config.toml:4: account "a": unknown key "user"`, `config.toml:5: account "a": unknown key "password"`}, 0},
		"user and password":     {chat + "user = \"u\"\npassword = \"p\"\n", nil, 1},
		"token or password":     {chat + "user = \"u\"\npassword = \"p\"\ntoken = \"t\"\n", []string{`config.toml:6: account "a": give either a token, or user with a password`}, 0},
		"neither":               {chat, []string{`config.toml:1: account "a": the token is missing: set one of token_command, token_env, token_file, token, or user with a password`}, 0},
		"user alone":            {chat + "user = \"u\"\n", []string{`config.toml:1: account "a": the password is missing: set one of password_command`}, 0},
		"password alone":        {chat + "password_env = \"P\"\npassword = \"p\"\n", []string{`config.toml:1: account "a": user is missing`, `config.toml:5: account "a": the password is given more than once`}, 0},
		"same login": {account + "token_env = \"T\"\n" + strings.Replace(account, `"a"`, `"b"`, 1) + "token_env = \"T\"\npace = 2\n",
			[]string{`config.toml:6: account "b": this is the account of line 2 under another name`}, 1},
		"control in name": {"[[account]]\nname = \"a\\u001bb\"\nplatform = \"textus\"\ntoken = \"t\"\n", []string{`config.toml:2: account "a\x1bb": name must be one line`}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c, problems := load(t, tt.text)
			if len(problems) != len(tt.want) {
				t.Fatalf("problems %q, want %q", problems, tt.want)
			}
			for i, want := range tt.want {
				if !strings.HasPrefix(problems[i], want) {
					t.Errorf("problem %q, want %q…", problems[i], want)
				}
			}
			if len(c.Accounts) != tt.kept {
				t.Errorf("kept %v, want %d", c.Accounts, tt.kept)
			}
		})
	}
}

func TestMissingFileIsAnError(t *testing.T) {
	if _, _, err := Load(filepath.Join(t.TempDir(), "config.toml"), platforms); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

func TestSecretsThatOthersCanRead(t *testing.T) {
	dir := t.TempDir()
	file, token := filepath.Join(dir, "config.toml"), filepath.Join(dir, "token")
	text := account + "token = \"t\"\n" +
		strings.Replace(account, `"a"`, `"b"`, 1) + "token_file = \"token\"\n" +
		strings.Replace(chat, `"a"`, `"c"`, 1) + "user = \"u\"\npassword = \"p\"\n"
	os.WriteFile(file, []byte(text), 0o644)
	os.WriteFile(token, []byte("s3cret"), 0o640)
	c, problems, err := Load(file, platforms)
	if err != nil {
		t.Fatal(err)
	}
	want := []Problem{
		{file, 4, "a", "others can read the token: chmod 600 " + file, "this account is left out", false},
		{file, 8, "b", "others can read the token: chmod 600 " + token, "this account is left out", false},
		{file, 13, "c", "others can read the password: chmod 600 " + file, "this account is left out", false},
	}
	if !reflect.DeepEqual(problems, want) {
		t.Errorf("problems %v", problems)
	}
	if len(c.Accounts) != 0 {
		t.Errorf("accounts %v, want none: others can read every secret", c.Accounts)
	}
	os.Chmod(file, 0o600)
	os.Chmod(token, 0o600)
	if c, _, _ := Load(file, platforms); len(c.Accounts) != 3 {
		t.Errorf("after chmod: accounts %v", c.Accounts)
	}
	link := filepath.Join(dir, "link.toml")
	os.Symlink(file, link)
	if c, _, _ := Load(link, platforms); len(c.Accounts) != 3 {
		t.Errorf("by a link: accounts %v", c.Accounts)
	}
	os.Chmod(file, 0o604)
	if c, _, _ := Load(link, platforms); len(c.Accounts) != 1 {
		t.Errorf("by a link to what others can read: accounts %v", c.Accounts)
	}
}

// A secret that the system hands out in a separate file is used, and reported.
func TestSecretInAFileOfSomebodyElse(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	dir := t.TempDir()
	token := filepath.Join(dir, "token")
	os.WriteFile(token, []byte("s3cret"), 0o644)
	os.Chown(token, 65534, 65534)
	file := filepath.Join(dir, "config.toml")
	os.WriteFile(file, []byte(account+"token_file = \"token\"\n"), 0o600)
	if c, problems, err := Load(file, platforms); len(c.Accounts) != 1 || len(problems) != 1 || err != nil {
		t.Errorf("accounts %v, problems %v, %v", c.Accounts, problems, err)
	}
}

func TestSecretsLeaveTheEnvironment(t *testing.T) {
	t.Setenv("SHOP_TOKEN", "s3cret")
	t.Setenv("CHAT_PASSWORD", "hunter2")
	c, problems := load(t, account+"token_env = \"SHOP_TOKEN\"\n"+strings.Replace(chat, `"a"`, `"b"`, 1)+"token_env = \"SHOP_TOKEN\"\n"+
		strings.Replace(chat, `"a"`, `"c"`, 1)+"user = \"u\"\npassword_env = \"CHAT_PASSWORD\"\n"+
		strings.Replace(account, `"a"`, `"d"`, 1)+"token_env = \"NOT_SET\"\n")
	if len(c.Accounts) != 4 {
		t.Fatal(problems)
	}
	c.HideEnv()
	c.HideEnv() // whoever reads a config does it, and whoever serves by it
	for _, line := range os.Environ() {
		if strings.Contains(line, "s3cret") || strings.Contains(line, "hunter2") {
			t.Errorf("%s is still there", line)
		}
	}
	for i, want := range []string{"s3cret", "s3cret", "", ""} {
		if got, err := c.Accounts[i].Token.Read(t.Context()); got != want || (err == nil) != (want != "") {
			t.Errorf("account %d: %q, %v", i, got, err)
		}
	}
	if got, err := c.Accounts[2].Password.Read(t.Context()); got != "hunter2" || err != nil {
		t.Errorf("the password: %q, %v", got, err)
	}
	if text := fmt.Sprintf("%v %+v %#v", c.Accounts, c.Accounts, c.Accounts[0].Token); strings.Contains(text, "s3cret") {
		t.Errorf("printed: %s", text)
	}
}

func TestProblemsOfOthersGetTheirLine(t *testing.T) {
	c, _ := load(t, account+"token = \"t\"\n[keys]\nconversation.done = \"D\"\n\"thread.older\" = \"K\"\n")
	for want, p := range map[string]Problem{
		"config.toml:6: no such action":                        c.KeyProblem("conversation.done", "no such action"),
		"config.toml:7: no such key":                           c.KeyProblem("thread.older", "no such key"),
		`config.toml:3: account "a": no such platform`:         c.AccountProblem("a", "platform", "no such platform"),
		`config.toml:1: account "a": it needs a company`:       c.AccountProblem("a", "company", "it needs a company"),
		`config.toml: account "gone": not of this config file`: c.AccountProblem("gone", "", "not of this config file"),
	} {
		if p.String() != want {
			t.Errorf("%q, want %q", p, want)
		}
	}
}

func TestAccountNeverPrintsItsToken(t *testing.T) {
	c, _ := load(t, account+"token = \"s3cret\"\n")
	for _, verb := range []string{"%v", "%+v", "%s", "%q", "%#v"} {
		if out := fmt.Sprintf(verb, c.Accounts); strings.Contains(out, "s3cret") {
			t.Errorf("%s prints %s", verb, out)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(account + "token = \"t\"\n[ui]\nascii = true\n[keys]\na.b = [\"x\"]\n")
	f.Add("account = [{name = \"a\", x = [[1], {y = 2}]}]\nui.theme = \"dark\"\n[[account.z]]\n[[account.z.w]]\n")
	f.Add("[[account]]\n[account.a]\n[[account.a.b]]\nc.d.e = 1\n")
	f.Fuzz(func(t *testing.T, text string) {
		doc, problem := parse("config.toml", []byte(text))
		if problem != nil {
			return
		}
		c := defaults()
		for _, p := range check(doc, platforms, true, &c) {
			if p.Line < 1 {
				t.Errorf("no line: %s", p)
			}
		}
	})
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{"200MB": 200_000_000, "1.5gb": 1_500_000_000, " 7 KB": 7_000, "1B": 1} {
		var f Files
		if err := filesFields["max"].set(&f, text); err != nil || f.Max != want {
			t.Errorf("%q is %d, %v", text, f.Max, err)
		}
	}
	for _, value := range []any{"", "MB", "-1MB", "0B", "nanMB", "infGB", "1e300GB", "200", 200, "1 MiB", "1MBx"} {
		if err := filesFields["max"].set(&Files{}, value); err == nil {
			t.Errorf("%v was taken", value)
		}
	}
}

func TestTheFolderOfFilesMeansTheSameFromEverywhere(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	c, _ := load(t, "[files]\nfolder = \"~/in box\"\ndrop = \"~/drop\"\n")
	if want := filepath.Join(home, "drop"); c.Files.Drop != want {
		t.Errorf("T10: %q, want %q", c.Files.Drop, want)
	}
	if want := filepath.Join(home, "in box"); c.Files.Folder != want {
		t.Errorf("%q, want %q", c.Files.Folder, want)
	}
}

// A box that is to share a database does not begin alone by a mistake.
func TestAFleetWithoutADatabaseIsWrong(t *testing.T) {
	for text, wrong := range map[string]bool{
		"": false, "[fleet]\ndatabase_env = \"DB\"\n": false, "[fleet]\n": true, "[fleet]\ndatabse_command = \"pass db\"\n": true,
		"[fleet]\ndatabase_env = 3\n": true, "[fleet]\ndatabase_env = DB\n": true, "[flet]\ndatabase_env = \"DB\"\n": true, "fleet = \"DB\"\n": true,
		"[fleet]\ndatabase_env = \"DB\"\ndatabase_command = \"pass db\"\n": true,
	} {
		c, problems, _ := Load(written(t, text), nil)
		if c.Fleet.Wrong != wrong || wrong && !slices.ContainsFunc(problems, func(p Problem) bool { return p.Instead == "unibox does not start" }) {
			t.Errorf("%q: %v, %v", text, c.Fleet.Wrong, problems)
		}
	}
}
