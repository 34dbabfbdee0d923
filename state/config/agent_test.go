package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unibox/state"
)

const twoAgents = `
[[agent]]
name = "olga"
display = "Olga P."
languages = ["ru", "de-AT"]
rights = "admin"

# Pavel is new.
[[agent]]
name = "pavel"
`

func TestAgents(t *testing.T) {
	c, problems := Parse("config.toml", []byte(twoAgents), nil)
	if len(problems) > 0 || len(c.Agents) != 2 {
		t.Fatalf("%+v, %v", c.Agents, problems)
	}
	olga, _ := c.Agent("olga")
	if olga.Called() != "Olga P." || olga.Rights != state.RightsAdmin || !slices.Equal(olga.Languages, []string{"ru", "de-AT"}) {
		t.Errorf("%+v", olga)
	}
	if pavel, _ := c.Agent("pavel"); pavel.Called() != "pavel" || pavel.Rights != state.RightsSend {
		t.Errorf("who has no rights in the file may send: %+v", pavel)
	}
	if _, known := c.Agent("mallory"); known {
		t.Error("an agent who is not in the file is known")
	}
}

// A mistake never gives rights: the agent is not there until it is right.
func TestAnAgentWithAMistakeIsLeftOut(t *testing.T) {
	for table, want := range map[string]string{
		`name = "olga"` + "\n" + `rights = "root"`:            "must be one of: read, draft, send, admin",
		`name = "olga"` + "\n" + `rights = 3`:                 "must be one of",
		`name = "olga"` + "\n" + `languages = "de"`:           "must be a list of languages",
		`name = "olga"` + "\n" + `languages = ["de", "; rm"]`: "must be a list of languages",
		`name = "olga"` + "\n" + `display = "a\nb"`:           "one line of text",
		`name = "Olga"`:             "no name for an agent",
		`name = "o\" command=\"sh"`: "no name for an agent",
		`name = "-olga"`:            "no name for an agent",
		`name = "../olga"`:          "no name for an agent",
		`rights = "send"`:           "no name for an agent",
		`name = "olga"` + "\n[[agent]]\n" + `name = "olga"`: "there is another agent",
		`name = "` + strings.Repeat("o", 33) + `"`:          "no name for an agent",
		`name = "olga"` + "\n" + `right = "read"`:           `unknown key "right" (did you mean rights?)`,
		`name = "olga"` + "\n" + `Rights = "read"`:          `unknown key "Rights" (did you mean rights?)`,
		`name = "olga"` + "\n" + `may = "read"`:             `unknown key "may": there are claims, display`,
		`name = "olga"` + "\n" + `rights = read`:            "this agent is left out",
		`name = "olga"` + "\n" + `rights = "read`:           "this agent is left out",
		`name = "olga"` + "\n" + `claims = 0`:               "must be a number from 1 to 100",
		`name = "olga"` + "\n" + `folder = ""`:              "must be the name of a folder",
	} {
		c, problems := Parse("config.toml", []byte("[[agent]]\n"+table+"\n"), nil)
		if len(problems) != 1 || !strings.Contains(problems[0].String(), want) || !strings.Contains(problems[0].String(), "left out") || len(c.Agents) > 0 && !strings.Contains(table, "[[agent]]") {
			t.Errorf("%s: %+v, %v; want %q", table, c.Agents, problems, want)
		}
	}
}

func TestAnAgentIsAddedAndRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	before := "# ours\n[ui]\ntheme = \"dark\"\n" + twoAgents
	if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	write := func(e Edit, err error) string {
		t.Helper()
		if err == nil {
			err = e.Write()
		}
		if err != nil {
			t.Fatal(err)
		}
		text, _ := os.ReadFile(path)
		return string(text)
	}
	after := write(AddAgent(path, nil, []Entry{{"name", "anna"}, {"languages", []string{"fr"}}}))
	if !strings.HasPrefix(after, before) || !strings.HasSuffix(after, "[[agent]]\nname = \"anna\"\nlanguages = [\"fr\"]\n") {
		t.Errorf("%s", after)
	}
	if _, err := AddAgent(path, nil, []Entry{{"name", "olga"}}); err == nil || !strings.Contains(err.Error(), "has a table of the agent \"olga\" already, in line 5") {
		t.Errorf("the second of a name: %v", err)
	}
	write(RemoveAgent(path, "anna"))
	if after := write(RemoveAgent(path, "olga")); strings.Contains(after, "olga") || !strings.Contains(after, "# Pavel is new.\n[[agent]]\nname = \"pavel\"\n") {
		t.Errorf("%s", after)
	}
	if _, err := RemoveAgent(path, "olga"); err == nil || !strings.Contains(err.Error(), `has no agent "olga"`) {
		t.Errorf("one who is not there: %v", err)
	}
}

// Whose table has a mistake is not there, and does not get other rights by a second table.
func TestAnAgentIsNotAddedBesideAMistake(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte("[[agent]]\nname = \"olga\"\nrights = \"Read\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := AddAgent(path, nil, []Entry{{"name", "olga"}}); err == nil || !strings.Contains(err.Error(), "has a table of the agent \"olga\" already, in line 1") {
		t.Errorf("%v", err)
	}
	e, err := RemoveAgent(path, "olga")
	if err != nil || strings.Contains(string(e.new), "olga") {
		t.Errorf("%s, %v", e.new, err)
	}
}
