package reply

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unibox/api"
)

func TestTheEditorIsNamedAsInAShell(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "my editor")
	os.Mkdir(dir, 0o700)
	ed := filepath.Join(dir, "ed")
	os.WriteFile(ed, []byte("#!/bin/sh\n"), 0o700)
	for _, c := range []struct {
		env  map[string]string
		want []string
		why  string
	}{
		{map[string]string{"EDITOR": `sh -c -a ""`}, []string{"sh", "-c", "-a", ""}, ""},
		{map[string]string{"EDITOR": `"` + ed + `" --wait`}, []string{ed, "--wait"}, ""},
		{map[string]string{"EDITOR": strings.ReplaceAll(ed, " ", `\ `)}, []string{ed}, ""},
		{map[string]string{"EDITOR": "~/ed", "HOME": dir}, []string{dir + "/ed"}, ""},
		{map[string]string{"EDITOR": `"$HOME/ed" 'a b'`, "HOME": dir}, []string{ed, "a b"}, ""},
		{map[string]string{"VISUAL": "sh", "EDITOR": "no-such-editor"}, []string{"sh"}, ""},
		{map[string]string{"VISUAL": " ", "EDITOR": "sh"}, []string{"sh"}, ""},
		{map[string]string{"EDITOR": `sh -c "a`}, nil, "its quotes are not right"},
		{map[string]string{"EDITOR": "sh -c a; b"}, nil, "more than a program"},
		{map[string]string{"EDITOR": "no-such-editor"}, nil, "EDITOR names no-such-editor, and there is no such program"},
		{map[string]string{"VISUAL": "'' x"}, nil, "its quotes are not right"},
	} {
		got, err := EditorCommand(nil, func(name string) string { return c.env[name] })
		if !slices.Equal(got, c.want) || (err == nil) != (c.why == "") || err != nil && !strings.Contains(err.Error(), c.why) {
			t.Errorf("%v: %q, %v", c.env, got, err)
		}
	}
}

// A command is about what the customer wrote, not about what the platform notes after it.
func TestAnEventIsNotWhatTheCustomerWrote(t *testing.T) {
	f := newBox(t)
	f.thread.messages = []api.Message{{Body: "Wo ist mein Paket?"}, {Body: "Maya closed the conversation", Kind: api.KindEvent}}
	in := inputs{env: f.env, thread: f.thread, id: anna, writing: true}
	if m, ok := in.subject(); !ok || m.Body != "Wo ist mein Paket?" {
		t.Errorf("it is about %q", m.Body)
	}
}
