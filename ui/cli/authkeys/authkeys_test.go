package authkeys

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"

	"unibox/state/osfile"
)

func newKey(t *testing.T) (ssh.PublicKey, string) {
	t.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return key, strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
}

var run = Command{"unibox", "--agent", "olga"}

func TestALineIsAddedAndRemoved(t *testing.T) {
	before := "# ours\nssh-ed25519 broken\r\nfrom=\"10.0.0.1\",command=\"/bin/true # --agent olga\" " // another key, of another command
	_, other := newKey(t)
	before += other + " olga@home"
	f := File{Path: filepath.Join(t.TempDir(), ".ssh", "authorized_keys")}
	if err := os.MkdirAll(filepath.Dir(f.Path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.Path, []byte(before), 0o644); err != nil {
		t.Fatal(err)
	}
	key, text := newKey(t)
	for i := range 2 {
		if added, err := f.Add("olga", key, run); err != nil || added != (i == 0) {
			t.Fatalf("%v, %v", added, err)
		}
	}
	now, _ := os.ReadFile(f.Path)
	if want := before + "\nrestrict,pty,command=\"unibox --agent olga\" " + text + " unibox:olga\n"; string(now) != want {
		t.Fatalf("%q, want %q", now, want)
	}
	if info, _ := os.Stat(f.Path); info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %o", info.Mode())
	}
	if all, err := f.Lines(); err != nil || len(all) != 1 || all[0] != (Line{"olga", ssh.FingerprintSHA256(key), "ssh-ed25519"}) {
		t.Errorf("%+v, %v", all, err)
	}
	if n, err := f.Remove("pavel"); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := f.Remove("olga"); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if now, _ := os.ReadFile(f.Path); string(now) != before+"\n" {
		t.Errorf("%q, want %q", now, before)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(f.Path), ".*")); len(left) > 0 {
		t.Errorf("left %q", left)
	}
}

// sshd goes by the first line of a key: one that lets somebody in otherwise is not added.
func TestAKeyHasOneLine(t *testing.T) {
	key, text := newKey(t)
	for line, want := range map[string]string{
		text: "opens a shell already",
		`no-pty,command="/bin/sh --agent olga" ` + text:                 "opens a shell already",
		`restrict,pty,command="unibox --agent pavel" ` + text:           "that of the agent pavel already",
		`restrict,pty,command="/opt/unibox --agent olga --x 1" ` + text: "by another command",
	} {
		f := File{Path: filepath.Join(t.TempDir(), "authorized_keys")}
		if err := os.WriteFile(f.Path, []byte(line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Add("olga", key, run); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", line, err, want)
		}
		if now, _ := os.ReadFile(f.Path); string(now) != line+"\n" {
			t.Errorf("the file became %q", now)
		}
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	_, one := newKey(t)
	_, two := newKey(t)
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Skip("this Go makes no weak keys: " + err.Error())
	}
	small, _ := ssh.NewPublicKey(&weak.PublicKey)
	for text, want := range map[string]string{
		"":                                      "no key",
		"# nothing\n\n":                         "no key",
		"hello":                                 "not a public key",
		one + "\n" + two:                        "2 keys",
		one + "\r" + two:                        "2 keys",
		one + " me\x00you":                      "no text",
		`command="sh" ` + one:                   "options before the key",
		"restrict " + one:                       "options before the key",
		"-----BEGIN OPENSSH PRIVATE KEY":        "private key",
		string(ssh.MarshalAuthorizedKey(small)): "RSA key of 1024 bits",
		"ssh-rsa " + strings.Fields(one)[1]:     "not a public key",
	} {
		if key, err := ParseKey([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v; want %q", text, key, err, want)
		}
	}
}

// Nothing of what is behind a key gets into the file.
func TestACommentStaysOutside(t *testing.T) {
	for _, comment := range []string{"olga@home", `" command="/bin/sh`, "x\tcommand=\"sh\"", "\x1b]0;evil\x07", "ключ"} {
		_, text := newKey(t)
		key, err := ParseKey([]byte(text + " " + comment + "\n"))
		if err != nil {
			t.Errorf("%q: %v", comment, err)
			continue
		}
		l, err := line("olga", key, run)
		if err != nil || l != `restrict,pty,command="unibox --agent olga" `+text+" unibox:olga" {
			t.Errorf("%q, %v", l, err)
		}
	}
}

func TestACommandIsQuotedForTheShell(t *testing.T) {
	for in, want := range map[string]string{
		"/opt/my unibox/unibox": `'/opt/my unibox/unibox' --agent olga`,
		"/opt/$(id)/unibox":     `'/opt/$(id)/unibox' --agent olga`,
		"/usr/bin/unibox":       `/usr/bin/unibox --agent olga`,
	} {
		if got, err := (Command{in, "--agent", "olga"}).quoted(); got != want || err != nil {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	for _, bad := range []string{`/a"b`, "/a\nb", `/a\b`, "/a'b", "/a\x00b"} {
		if got, err := (Command{bad, "--agent", "olga"}).quoted(); err == nil {
			t.Errorf("%q is quoted as %q", bad, got)
		}
	}
}

// Many who add at the same time lose nothing of each other.
func TestManyAddAtOnce(t *testing.T) {
	f := File{Path: filepath.Join(t.TempDir(), "authorized_keys")}
	var wg sync.WaitGroup
	for i := range 20 {
		key, _ := newKey(t)
		wg.Go(func() {
			agent := fmt.Sprint("agent", i)
			if _, err := f.Add(agent, key, Command{"unibox", "--agent", agent}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if all, err := f.Lines(); err != nil || len(all) != 20 {
		t.Errorf("%d lines, %v", len(all), err)
	}
	text, _ := os.ReadFile(f.Path)
	if bytes.Count(text, []byte("\n")) != 20 {
		t.Errorf("%s", text)
	}
}

// sshd reads the file as the user whose it is: root, who adds a key for them, leaves it theirs.
func TestTheFileStaysItsOwners(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file to another user")
	}
	const nobody = 65534
	key, _ := newKey(t)
	for _, there := range []bool{true, false} {
		f := File{Path: filepath.Join(t.TempDir(), ".ssh", "authorized_keys")}
		if err := os.MkdirAll(filepath.Dir(f.Path), 0o700); err != nil {
			t.Fatal(err)
		}
		if there {
			if err := os.WriteFile(f.Path, []byte("# ours\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chown(f.Path, nobody, nobody); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chown(filepath.Dir(f.Path), nobody, nobody); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Add("olga", key, run); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(f.Path); err != nil || !osfile.Foreign(info) {
			t.Errorf("there before: %v: it belongs to root now, %v", there, err)
		}
	}
	home := t.TempDir()
	if err := os.Chown(home, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	if _, err := (File{Path: filepath.Join(home, ".ssh", "authorized_keys")}).Add("olga", key, run); err == nil || !strings.Contains(err.Error(), "belongs to another user") {
		t.Errorf("a folder that is not there: %v", err)
	}
}
