package outbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

func TestSubmitRefusesWithASentence(t *testing.T) {
	d := newSession(t)
	d.disk.kinds[chat(3)] = "viber"
	d.disk.kinds[api.ConversationID{Account: "plain", Remote: "1"}] = "whatsapp"
	d.accounts["plain"] = Account{ID: "plain", Provider: plainClient{&client{platform: d.platform}}}
	dir := t.TempDir()
	file := filepath.Join(dir, "a.png")
	write(t, file, png)
	number := func(to string) *state.First {
		return &state.First{Channel: api.ChannelID{Account: "acc", Remote: "77"}, Kind: "whatsapp", To: to}
	}
	for _, c := range []struct {
		name  string
		draft state.Draft
		first *state.First
		want  string
	}{
		{"nothing", state.Draft{Conversation: chat(1), Body: " \n"}, nil, "nothing to send yet"},
		{"too long", state.Draft{Conversation: chat(1), Body: strings.Repeat("я", 101)}, nil, "shorten it"},
		{"missing file", attach(chat(1), dir+"/gone.pdf"), nil, "gone.pdf is not there any more"},
		{"second file missing", attach(chat(1), file, dir+"/gone.pdf"), nil, "gone.pdf is not there any more"},
		{"folder", attach(chat(1), dir), nil, "is a folder"},
		{"device", attach(chat(1), os.DevNull), nil, "is not a plain file"},
		{"no files here", attach(chat(3), file), nil, "Viber takes no files"},
		{"unknown conversation", state.Draft{Conversation: api.ConversationID{Account: "acc", Remote: "x"}, Body: "a"}, nil, "just being read again"},
		{"unknown account", state.Draft{Conversation: api.ConversationID{Account: "old"}, Body: "a"}, nil, `no account "old"`},
		{"never opened", state.Draft{Conversation: state.ProvisionalID("acc", "k"), Body: "a"}, nil, "was never opened"},
		{"customer writes first", state.Draft{Body: "a"}, &state.First{Channel: api.ChannelID{Account: "acc"}, Kind: "viber"}, "Viber: the customer has to write first"},
		{"no number", state.Draft{Body: "a"}, number(""), "digits only"},
		{"plus", state.Draft{Body: "a"}, number("+79250000001"), "digits only"},
		{"first message at a time that has passed", state.Draft{Body: "a", At: time.Now().Add(-time.Second)}, number("79250000001"), "has passed"},
		{"time has passed", state.Draft{Conversation: chat(1), Body: "a", At: time.Now().Add(-time.Second)}, nil, "has passed"},
		{"first with a file", attach(api.ConversationID{}, file), number("79250000001"), "text only"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, err := d.Submit(t.Context(), c.draft, c.first)
			if err == nil || !strings.Contains(err.Error(), c.want) || rows != nil {
				t.Errorf("%v, %v; want %q", rows, err, c.want)
			}
			if left := listing(t, d.dir); len(d.disk.rows) != 0 || len(left) != 0 {
				t.Errorf("left behind: %v %v", d.disk.rows, left)
			}
		})
	}
}

func attach(conv api.ConversationID, paths ...string) state.Draft {
	d := state.Draft{Conversation: conv}
	for _, p := range paths {
		d.Files = append(d.Files, state.File{Path: p})
	}
	return d
}

func TestSubmitKeepsItsOwnCopies(t *testing.T) {
	d := newSession(t)
	d.disk.kinds[chat(1)] = "telegram"
	a, b := filepath.Join(t.TempDir(), "photo.png"), filepath.Join(t.TempDir(), "photo.png")
	write(t, a, png+"a")
	write(t, b, png+"b")
	draft := attach(chat(1), a, b)
	draft.Files[1].Name, draft.Files[1].Remote = "../\x1b[31m/photo.png", "stale"
	draft.Body = "two"
	rows, err := d.Submit(t.Context(), draft, nil)
	if err != nil {
		t.Fatal(err)
	}
	write(t, a, "changed")
	for i, f := range rows[0].Files {
		got, err := os.ReadFile(f.Path)
		if err != nil || string(got) != png+string(rune('a'+i)) || f.Size != int64(len(got)) || f.MIME != "image/png" || f.Remote != "" {
			t.Errorf("%+v holds %q, %v", f, got, err)
		}
		if name := filepath.Base(f.Path); strings.ContainsAny(name, "/\x1b") || filepath.Dir(f.Path) != filepath.Join(d.dir, rows[0].Key) {
			t.Errorf("kept as %q", f.Path)
		}
		private(t, f.Path, 0o600)
		private(t, filepath.Dir(f.Path), 0o700)
	}
	private(t, d.dir, 0o700)
}

func private(t *testing.T, path string, want os.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != want {
		t.Errorf("%s: %v, %v", path, info.Mode().Perm(), err)
	}
}

func TestSubmitPlansParts(t *testing.T) {
	d := newSession(t)
	file := filepath.Join(t.TempDir(), "bill.txt")
	write(t, file, "bill")
	draft := attach(chat(1), file, file)
	draft.Body = "your bill"
	rows, err := d.Submit(t.Context(), draft, nil)
	if err != nil || len(rows) != 3 {
		t.Fatalf("%+v, %v", rows, err)
	}
	for i, o := range rows {
		if o.Part != i+1 || o.Parts != 3 || o.Reply() != rows[0].Reply() || o.ID == 0 || o.Submitted.IsZero() {
			t.Errorf("part %d: %+v", i+1, o)
		}
	}
}

func TestSubmitLeavesNothingWhenTheStoreFails(t *testing.T) {
	d := newSession(t)
	d.process.crash = 1
	file := filepath.Join(t.TempDir(), "a.png")
	write(t, file, png)
	if _, err := d.Submit(t.Context(), attach(chat(1), file), nil); err == nil {
		t.Fatal("submitted to a store that failed")
	}
	if left := listing(t, d.dir); len(left) != 0 {
		t.Errorf("copies left: %v", left)
	}
}

// unsure is a store of a team whose database did not say what became of a commit.
type unsure struct{ *process }

func (unsure) Submit(context.Context, state.Draft, []state.Outbound) ([]state.Outbound, error) {
	return nil, fmt.Errorf("submit the reply: %w", state.ErrFleetUnsure)
}

// The message may come all the same, and its files are nowhere else.
func TestCopiesStayWhereItIsNotKnownWhetherTheMessageIsStored(t *testing.T) {
	d := newSession(t)
	d.store = unsure{d.process}
	file := filepath.Join(t.TempDir(), "a.png")
	write(t, file, png)
	if _, err := d.Submit(t.Context(), attach(chat(1), file), nil); !errors.Is(err, state.ErrFleetUnsure) {
		t.Fatalf("it says %v", err)
	}
	if left := listing(t, d.dir); len(left) == 0 {
		t.Error("the copies are gone")
	}
}

// adopted is a store in which the conversation of a first message is opened
// just as something more is written into it.
type adopted struct{ *process }

func (adopted) Submit(context.Context, state.Draft, []state.Outbound) ([]state.Outbound, error) {
	return nil, fmt.Errorf("submit the reply: %w", state.ErrNoSuch)
}

func TestSubmitIntoAConversationThatIsJustOpened(t *testing.T) {
	d := newSession(t)
	first := &state.First{Channel: api.ChannelID{Account: "acc"}, Kind: "whatsapp", To: "79250000001"}
	rows, err := d.Submit(t.Context(), state.Draft{Body: "Good day"}, first)
	if err != nil {
		t.Fatal(err)
	}
	d.store = adopted{d.process}
	if _, err := d.Submit(t.Context(), state.Draft{Conversation: rows[0].Conversation, Body: "more"}, nil); err != errOpened {
		t.Errorf("it says %v", err)
	}
}

func TestSafeName(t *testing.T) {
	for in, want := range map[string]string{
		"bill.pdf":                         "bill.pdf",
		"../../etc/passwd":                 "_.._etc_passwd",
		"a\u202egnp.exe":                   "a_gnp.exe",
		"C:\\x\n.txt":                      "C__x_.txt",
		"...":                              "file",
		"":                                 "file",
		"счёт за май.pdf":                  "счёт за май.pdf",
		strings.Repeat("щ", 100) + "е.pdf": strings.Repeat("щ", 57) + "е.pdf",
	} {
		if got := safeName(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}
