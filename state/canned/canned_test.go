package canned

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"unibox/api"
)

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// C12: replies are plain files, with or without a front matter, in folders of the agent
// and of the team. One that is wrong is named and keeps nobody from the others.
func TestLoad(t *testing.T) {
	own, team := t.TempDir(), t.TempDir()
	hours := write(t, own, "hours.md", "+++\ntitle = \"Opening hours\"\ntags = [\"hours\"]\nlanguage = \"en\"\nchannels = [\"sms\"]\nfiles = [\"map.txt\"]\n+++\n\nWe are open until 20:00.\r\nSee you!\n")
	plain := write(t, team, "deep/thanks.txt", "Thank you!\n")
	write(t, own, "map.txt", "what a reply attaches is none")
	write(t, team, ".git/thanks.txt", "not this one")
	write(t, team, "notes.org", "nor this one")
	all, problems := Load(own, team, filepath.Join(own, "missing"))
	want := []Reply{
		{Name: "hours", Title: "Opening hours", Tags: []string{"hours"}, Language: "en", Channels: []api.ChannelKind{"sms"},
			Files: []string{filepath.Join(own, "map.txt")}, Body: "We are open until 20:00.\nSee you!", Path: hours},
		{Name: "thanks", Title: "thanks", Body: "Thank you!", Path: plain},
	}
	if !reflect.DeepEqual(all, want) || len(problems) != 0 {
		t.Errorf("%+v\n%q", all, problems)
	}
	if all[0].For("chat") || !all[0].For("sms") || !all[1].For("chat") {
		t.Error("they are for other channels")
	}
	for name, text := range map[string]string{
		"unknown.md": "+++\ntitel = \"x\"\n+++\nhello", "open.md": "+++\ntitle = \"x\"\nhello", "toml.md": "+++\ntitle =\n+++\nhello", "empty.txt": "\n",
		"braces.md": "hello {{name or there}}", "half.md": "hello {{name", "latin1.txt": "gr\xfc\xdfe", "long.txt": strings.Repeat("x", largest+1),
	} {
		path := write(t, own, name, text)
		if all, problems = Load(own, team); len(all) != 2 || len(problems) != 1 || !strings.Contains(problems[0], path) {
			t.Errorf("%s: %d read, %q", name, len(all), problems)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// C13, C14: what is known is filled in, then the other words; what is left is asked for.
func TestFill(t *testing.T) {
	for body, want := range map[string]struct {
		text    string
		missing []string
	}{
		"Hello {{name}}!":                                      {"Hello Ada!", nil},
		"Hello {{ Name }}!":                                    {"Hello Ada!", nil},
		`Hello {{first or "there"}}, {{name}}`:                 {"Hello there, Ada", nil},
		`{{phone or "a \"number\""}}`:                          {`a "number"`, nil},
		"Order {{order}} of {{order}}, until {{pick up time}}": {"Order {{order}} of {{order}}, until {{pick up time}}", []string{"order", "pick up time"}},
		"{{имя or \"друг\"}}":                                  {"друг", nil},
		"no braces { } here":                                   {"no braces { } here", nil},
	} {
		r, err := parse("x.md", body)
		if err != nil {
			t.Errorf("%q: %v", body, err)
		}
		text, missing := r.Fill(map[string]string{"name": "Ada", "phone": ""})
		if text != want.text || !reflect.DeepEqual(missing, want.missing) {
			t.Errorf("%q: %q %q", body, text, missing)
		}
	}
	if Unfilled("order {{order}} is ready") != "{{order}}" || Unfilled("ready") != "" {
		t.Error("what is to be filled in is not found")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("+++\ntitle = \"x\"\n+++\nhello {{name or \"you\"}}")
	f.Add("{{a}}{{")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parse("x.md", text)
		if err != nil {
			return
		}
		known := map[string]string{}
		_, missing := r.Fill(known)
		for _, name := range missing {
			known[strings.ToLower(name)] = "value"
		}
		if _, left := r.Fill(known); len(left) > 0 {
			t.Errorf("%q: %q is still missing", text, left)
		}
	})
}
