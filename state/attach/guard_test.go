package attach

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// home is a machine with a config, a store and files of the agent.
type home struct {
	*Guard
	t   *testing.T
	dir string
}

const token = "tok-3c1d9a77b2"

func newHome(t *testing.T) home {
	t.Helper()
	dir := t.TempDir()
	h := home{t: t, dir: dir}
	h.write("config.toml", "token = \""+token+"\"", 0o600)
	h.write("secrets/shop.token", token, 0o600)
	h.write("state/state.db", "SQLite format 3\x00", 0o600)
	h.write("state/outbox/k-1/1-bill.pdf", "%PDF-1.4", 0o600)
	h.Guard = New(Options{Box: "counter-1", BoxID: func() (string, error) { return "its id", nil }, Files: []string{h.at("config.toml"), h.at("secrets/shop.token"), h.at("not there")},
		Folders: []string{h.at("state"), h.at("not there either")}, Copies: []string{h.at("state/outbox")}})
	h.AddSecret(token)
	h.AddSecret("short")
	return h
}

func (h home) at(name string) string { return filepath.Join(h.dir, name) }

func (h home) write(name, text string, mode os.FileMode) string {
	h.t.Helper()
	path := h.at(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		h.t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		h.t.Fatal(err)
	}
	return path
}

func (h home) link(make func(to, from string) error, to, from string) string {
	h.t.Helper()
	if err := make(to, h.at(from)); err != nil {
		h.t.Fatal(err)
	}
	return h.at(from)
}

func TestWhatIsOursNeverLeaves(t *testing.T) {
	h := newHome(t)
	h.link(os.Symlink, h.at("state"), "pictures")
	for path, want := range map[string]string{
		h.at("config.toml"):                                     "config.toml is a file of unibox itself",
		h.at("secrets/shop.token"):                              "shop.token is a file of unibox itself",
		h.at("state/state.db"):                                  "state.db is a file of unibox itself",
		h.at("pictures/state.db"):                               "state.db is a file of unibox itself",
		h.link(os.Symlink, h.at("config.toml"), "innocent.jpg"): "innocent.jpg leads to " + h.at("config.toml"),
		h.link(os.Symlink, h.at("innocent.jpg"), "again.jpg"):   "again.jpg leads to " + h.at("config.toml"),
		h.link(os.Link, h.at("secrets/shop.token"), "hard.jpg"): "hard.jpg is a file of unibox itself",
		h.link(os.Link, h.at("state/state.db"), "hard.db"):      "hard.db is a file of unibox itself",
		h.at("secrets"):                                         "only files can be sent",
		h.at("gone"):                                            "there is no such file",
	} {
		f, err := h.Inspect(path)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v; want %q", path, f, err, want)
		}
	}
	if f, err := h.Inspect(h.at("state/outbox/k-1/1-bill.pdf")); err != nil || f.Name != "1-bill.pdf" {
		t.Errorf("a copy of what was attached: %+v, %v", f, err)
	}
}

func TestViewsOfTheSystemNeverLeave(t *testing.T) {
	for _, path := range []string{"/proc/self/environ", "/sys/kernel/mm/transparent_hugepage/enabled", "/dev/null"} {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		h := newHome(t)
		for _, p := range []string{path, h.link(os.Symlink, path, "innocent.jpg")} {
			if f, err := h.Inspect(p); err == nil {
				t.Errorf("%s: %+v", p, f)
			}
		}
	}
}

// What is opened to be copied is judged by what is at the path by then.
func TestWhatTookAFilesPlaceIsRefused(t *testing.T) {
	h := newHome(t)
	path := h.write("bill.pdf", "%PDF-1.4", 0o644)
	open := func() error {
		file, err := h.Open(path)
		if err == nil {
			file.Close()
		}
		return err
	}
	if err := open(); err != nil {
		t.Error(err)
	}
	os.Remove(path)
	h.link(os.Symlink, h.at("config.toml"), "bill.pdf")
	if err := open(); err == nil {
		t.Error("the config may leave as bill.pdf")
	}
}

func TestDangersAreNamed(t *testing.T) {
	h := newHome(t)
	filler := strings.Repeat("x", 256<<10-5) // the secret lies across two reads
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, text string
		mode       os.FileMode
		want       string
	}{
		{"a.txt", "short words only", 0o644, ""},
		{"a.pub", "ssh-ed25519 AAAA me@here", 0o644, ""},
		{"cert.pem", "-----BEGIN CERTIFICATE-----", 0o644, ""},
		{"config.bak", "token = " + token, 0o644, "token or password"},
		{"long.log", filler + token + filler, 0o644, "token or password"},
		{"id_rsa", "-----BEGIN OPENSSH PRIVATE KEY-----\n", 0o644, "private key"},
		{"k.asc", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n", 0o644, "private key"},
		{"k.ppk", "PuTTY-User-Key-File-3: ssh-rsa", 0o644, "private key"},
		{"k.P12", "0\x82", 0o644, "private key"},
		{"pass", "\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", 0o644, "private key"},
		{"notes.txt", "mine", 0o600, "mode 0600"},
		{"ours.txt", "ours", 0o640, ""},
		{"tool", string(program), 0o644, "a program"},
		{"both", token + " PRIVATE KEY-----", 0o600, "token or password"},
	} {
		f, err := h.Inspect(h.write("files/"+tt.name, tt.text, tt.mode))
		said := strings.Join(f.Dangers, " ")
		if err != nil || tt.want == "" && said != "" || !strings.Contains(said, tt.want) {
			t.Errorf("%s: %q, %v; want %q", tt.name, said, err, tt.want)
		}
		if f.Name != tt.name || f.Size != int64(len(tt.text)) || f.Link != "" {
			t.Errorf("%s: %+v", tt.name, f.File)
		}
	}
	if f, _ := h.Inspect(h.at("files/both")); len(f.Dangers) != 3 {
		t.Errorf("%q", f.Dangers)
	}
}

func TestLinkIsSentAsWhatItLeadsTo(t *testing.T) {
	h := newHome(t)
	h.write("report-7.pdf", "%PDF-1.4", 0o644)
	f, err := h.Inspect(h.link(os.Symlink, "report-7.pdf", "latest.pdf"))
	if err != nil || f.Name != "report-7.pdf" || f.Path != h.at("report-7.pdf") || f.Link != "latest.pdf" || f.Box != "counter-1" || f.BoxID != "its id" {
		t.Errorf("%+v, %v", f, err)
	}
}

func FuzzScanFindsASecretAnywhere(f *testing.F) {
	f.Add(0, 0)
	f.Add(256<<10, 10)
	g := New(Options{})
	g.AddSecret(token)
	f.Fuzz(func(t *testing.T, before, after int) {
		if before < 0 || after < 0 || before+after > 1<<20 {
			t.Skip()
		}
		text := bytes.Join([][]byte{bytes.Repeat([]byte("."), before), bytes.Repeat([]byte("."), after)}, []byte(token))
		if found, err := g.scan(bytes.NewReader(text), int64(len(text))); err != nil || !found.secret {
			t.Errorf("%v, %v", found, err)
		}
	})
}

// Of a restricted session only what is in the one folder can be named, by its name and by
// where links lead; what colleagues attached is sent all the same.
func TestOnlyTheOwnFolder(t *testing.T) {
	h := newHome(t)
	own := h.at("state/agents/olga")
	bill := h.write("state/agents/olga/bill.pdf", "%PDF-1.4", 0o600)
	other := h.write("state/agents/pavel/plan.pdf", "%PDF-1.4", 0o600)
	h.write("letter.pdf", "%PDF-1.4", 0o644)
	h.Guard = New(Options{Box: "counter-1", Files: []string{h.at("config.toml")}, Folders: []string{h.at("state")}, Copies: []string{h.at("state/outbox"), h.at("state/agents")}, Only: []string{own, h.at("replies")}})
	h.link(os.Symlink, "bill.pdf", "state/agents/olga/again.pdf")
	price := h.write("replies/prices.pdf", "%PDF-1.4", 0o644)
	if f, err := h.Inspect(price); err != nil || f.Path != price {
		t.Errorf("a file of a saved reply: %+v, %v", f, err)
	}
	for _, path := range []string{bill, "bill.pdf", "again.pdf", "./bill.pdf", own + "/../olga/bill.pdf"} {
		if f, err := h.Inspect(path); err != nil || f.Path != bill || len(f.Dangers) > 0 {
			t.Errorf("%s: %+v, %v", path, f, err)
		}
	}
	h.link(os.Symlink, h.at("letter.pdf"), "state/agents/olga/out.pdf")
	h.link(os.Symlink, "../pavel/plan.pdf", "state/agents/olga/plan.pdf")
	h.link(os.Symlink, h.dir, "state/agents/olga/home")
	h.link(os.Symlink, "/", "state/agents/olga/root")
	h.link(os.Link, h.at("state/state.db"), "state/agents/olga/hard.db")
	for _, path := range []string{h.at("letter.pdf"), "../pavel/plan.pdf", other, "out.pdf", "plan.pdf", "home/letter.pdf", "root/etc/passwd", "/etc/passwd",
		own + "/../../../letter.pdf", h.at("config.toml"), "../../state.db", h.at("state/outbox/k-1/1-bill.pdf"), "/proc/self/environ", "", ".", ".."} {
		if f, err := h.Inspect(path); err == nil {
			t.Errorf("%s: %+v", path, f)
		}
	}
	for _, path := range []string{other, h.at("state/outbox/k-1/1-bill.pdf")} { // which a draft names
		file, err := h.Open(path)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		file.Close()
	}
	if file, err := h.Open(own + "/hard.db"); err == nil {
		file.Close()
		t.Error("the store under another name is opened")
	}
}
