package config

import (
	"os"
	"strings"
	"testing"
)

// A setting that is changed leaves comments, the order, unknown lines and line ends as they are.
func TestChange(t *testing.T) {
	const rest = "# mine\n[[account]]\nname = \"a\" # ours\nplatform = \"textus\"\ntoken_env = \"T\"\n\n"
	for name, tt := range map[string]struct{ text, key, value, want string }{
		"replaced":           {rest + "[ui]\nodd = 1\n  mouse=false  # since May = June\ntheme = \"dark\"\n", "ui.mouse", "true", rest + "[ui]\nodd = 1\n  mouse= true  # since May = June\ntheme = \"dark\"\n"},
		"a mark in the text": {"[files]\nssh = \"a#b=c\" # d\n", "files.ssh", `"e"`, "[files]\nssh = \"e\" # d\n"},
		"added":              {rest + "[ui]\ntheme = \"dark\" # d\n\n# of the log\n[log]\non = true\n", "ui.mouse", "true", rest + "[ui]\ntheme = \"dark\" # d\nmouse = true\n\n# of the log\n[log]\non = true\n"},
		"a new table":        {rest, "ui.mouse", "true", rest + "\n[ui]\nmouse = true\n"},
		"no file":            {"", "ui.mouse", "true", "[ui]\nmouse = true\n"},
		"no line end":        {"[ui]\nhints = true", "ui.mouse", "true", "[ui]\nhints = true\nmouse = true\n"},
		"of Windows":         {"[ui]\r\nhints = true # x\r\n", "ui.hints", "false", "[ui]\r\nhints = false # x\r\n"},
		"with dots":          {"ui.theme = \"dark\" # d\n", "ui.theme", `"light"`, "ui.theme = \"light\" # d\n"},
		"taken out":          {"[ui]\n# why\nmouse = true # x\nhints = true\n", "ui.mouse", "", "[ui]\n# why\n# x\nhints = true\n"},
		"an action":          {"[keys]\n\"conversation.done\" = [\"f8\"]\n", "keys.conversation.done", `["f9"]`, "[keys]\n\"conversation.done\" = [\"f9\"]\n"},
		"a name":             {"", "targets.Harbor Dental", `"2h"`, "[targets]\n\"Harbor Dental\" = \"2h\"\n"},
		"an inline table":    {"ui = {theme = \"dark\"}\n", "ui.theme", `"light"`, ""},
		"several lines":      {"[files]\nopen = [\n\"a\",\n]\n", "files.open", `["b"]`, ""},
		"a wrong value":      {rest, "ui.theme", `"pink"`, ""},
		"an unknown key":     {rest, "ui.thme", `"dark"`, ""},
		"a broken file":      {"[ui]\ntheme = dark\n", "ui.mouse", "true", ""},
		"lines in a value":   {"[ui]\n", "ui.theme", "\"dark\"\n[log]\non = false", ""},
		"an account":         {rest, "account.name", `"b"`, ""},
	} {
		path := written(t, tt.text)
		section, key, _ := strings.Cut(tt.key, ".")
		e, err := Change(path, platforms, section, key, tt.value)
		if err == nil {
			err = e.Write()
		}
		got, _ := os.ReadFile(path)
		if want := tt.want; (err == nil) != (want != "") || err == nil && string(got) != want || err != nil && string(got) != tt.text {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
}

func TestWritten(t *testing.T) {
	for typed, want := range map[string]string{"true": "true", "dark": `"dark"`, `"dark"`: `"dark"`, "15m": `"15m"`, `["f8"]`: `["f8"]`, "a\nb": `"a\nb"`, "1 # x": "1 # x"} {
		if got := Written(typed); got != want {
			t.Errorf("%q is %s, want %s", typed, got, want)
		}
	}
}

// No secret and no argument of a program is in what is shown, and each value says where it is from.
func TestEffective(t *testing.T) {
	c, _ := load(t, "[[account]]\nname = \"b\"\nplatform = \"nowhere\"\ntoken = \"s3cret\"\n"+
		account+"token = \"s3cret\"\nforward = \"https://x.example/in?key=s3cret\"\n"+
		strings.Replace(account, `"a"`, `"c"`, 1)+"token_env = \"s3cret\"\n"+
		strings.Replace(account, `"a"`, `"d"`, 1)+"token_command = \"pass s3cret\"\n"+
		"[ui]\ntheme = \"dark\"\nread_only = 1\nhints = 2\n[keys]\nconversation.done = \"D\"\n[hooks]\nnew = [\"notify\", \"s3cret\"]\n[[notify.rule]]\nfilter = \"is:mine\"\n[[notify.rule]]\nfilter = \"\"\n")
	var all []string
	for _, s := range c.Effective() {
		all = append(all, strings.Join([]string{s.Section, s.Key, s.Value, string(s.From)}, " "))
	}
	text := strings.Join(all, "\n") + "\n"
	for _, want := range []string{"[[account]] name \"a\" file", "[[account]] token \"…\" file", "[ui] theme \"dark\" file", "[ui] read_only true safe", "[ui] hints true default", "[ui] mark_read \"reply\" default",
		"[keys] \"conversation.done\" \"D\" file", "[hooks] new [\"notify\", \"…\"] file", "[[notify.rule]] filter \"is:mine\" file", "[[account]] token_command [\"pass\", \"…\"] file", `forward "https://x.example/…" file`, "[[account]] token_env \"…\" file"} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("%s is missing", want)
		}
	}
	if strings.Contains(text, "s3cret") || strings.Contains(text, `"b"`) || strings.Count(text, "filter") != 1 {
		t.Errorf("shown: %s", text)
	}
}
