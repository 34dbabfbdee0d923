package authkeys

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// A key lets in by the line that Add wrote, and by nothing that says more.
func TestWhomALineLetsIn(t *testing.T) {
	key, text := newKey(t)
	_, other := newKey(t)
	const ours = `restrict,pty,command="unibox --agent olga" `
	for line, want := range map[string]Allowed{
		ours + text: {Agent: "olga"},
		`restrict,pty,command="/opt/u --config '/etc/my box.toml' --state /var/u --agent olga" ` + text: {"olga", "/etc/my box.toml", "/var/u"},
		"":                        {},
		"# " + ours + text:        {},
		text:                      {},
		ours + other:              {},
		text + "\n" + ours + text: {}, // the first line counts, as for sshd
		`pty,command="unibox --agent olga" ` + text:                                 {},
		`restrict,pty,from="10.0.0.1",command="unibox --agent olga" ` + text:        {},
		`restrict,pty,expiry-time="20200101",command="unibox --agent olga" ` + text: {},
		`restrict,pty,cert-authority,command="unibox --agent olga" ` + text:         {},
		`restrict,pty,command="/bin/sh -c unibox --agent olga" ` + text:             {},
		`restrict,pty,command="unibox --agent" ` + text:                             {},
		`restrict,pty,command="unibox list --agent olga" ` + text:                   {},
		`restrict,pty,command="unibox --agent olga",command="sh" ` + text:           {},
		"restrict,pty " + text: {},
	} {
		path := filepath.Join(t.TempDir(), "authorized_keys")
		if err := os.WriteFile(path, []byte(line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, ok, err := NewKeys(path).Of(key); got != want || ok != (want.Agent != "") || err != nil {
			t.Errorf("%s: %+v, %v, %v", strings.ReplaceAll(line, text, "KEY"), got, ok, err)
		}
	}
}

// A line of any length keeps no key behind it from counting.
func TestAKeyBehindALongLine(t *testing.T) {
	key, text := newKey(t)
	long, other := newKey(t)
	const ours = `restrict,pty,command="unibox --agent `
	path := filepath.Join(t.TempDir(), "authorized_keys")
	file := "# " + strings.Repeat("x", 1<<20) + "\n" + ours + `olga" ` + other + " " + strings.Repeat("x", 1<<17) + "\r\n" + ours + `pavel" ` + text
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	keys := NewKeys(path)
	if got, ok, err := keys.Of(key); got.Agent != "pavel" || !ok || err != nil {
		t.Errorf("behind it: %+v, %v, %v", got, ok, err)
	}
	if got, ok, err := keys.Of(long); got.Agent != "olga" || !ok || err != nil {
		t.Errorf("on it: %+v, %v, %v", got, ok, err)
	}
}

// What changes in the file holds at once; one that others can write lets nobody in.
func TestKeysFollowTheirFile(t *testing.T) {
	f := File{Path: filepath.Join(t.TempDir(), "authorized_keys")}
	keys, at := NewKeys(f.Path), time.Now()
	key, _ := newKey(t)
	is := func(want bool) {
		t.Helper()
		at = at.Add(time.Second)
		_ = os.Chtimes(f.Path, at, at)
		if _, ok, err := keys.Of(key); ok != want || err != nil {
			t.Errorf("%v, %v; want %v", ok, err, want)
		}
	}
	is(false)
	if _, err := f.Add("olga", key, run); err != nil {
		t.Fatal(err)
	}
	is(true)
	if _, err := f.Remove("olga"); err != nil {
		t.Fatal(err)
	}
	is(false)
	if _, err := f.Add("olga", key, run); err != nil {
		t.Fatal(err)
	}
	is(true)
	if runtime.GOOS == "windows" {
		return
	}
	if err := os.Chmod(f.Path, 0o620); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := keys.Of(key); ok || err == nil {
		t.Errorf("%v, %v: others can write the file", ok, err)
	}
}
