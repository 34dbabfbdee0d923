package reply

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/drafts"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/look"
	"unibox/ui/theme"
)

var (
	noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	anna = api.ConversationID{Account: "a", Remote: "anna"}
)

// disk keeps drafts and takes replies, or refuses them with err.
type disk struct {
	env.Store
	env.Outbox
	drafts map[api.ConversationID]state.Draft
	sent   []state.Draft
	err    error
	files  folder
	// full: no draft is saved.
	full error
	// asked is what was asked of it, in order.
	asked []string
}

// folder says the same of every file.
type folder struct {
	env.Files
	says state.LocalFile
	err  error
}

func (f *folder) Inspect(string) (state.LocalFile, error) { return f.says, f.err }

func (d *disk) Draft(_ context.Context, id api.ConversationID) (state.Draft, error) {
	d.asked = append(d.asked, "read")
	draft := d.drafts[id]
	draft.Conversation = id
	return draft, nil
}

func (d *disk) SaveDraft(_ context.Context, draft state.Draft) (state.Draft, error) {
	d.asked = append(d.asked, "save")
	if d.full != nil {
		return draft, d.full
	}
	draft.Rev++
	d.drafts[draft.Conversation] = draft
	return draft, nil
}

func (d *disk) Submit(_ context.Context, draft state.Draft, _ *state.First) ([]state.Outbound, error) {
	d.asked = append(d.asked, "submit")
	if d.err != nil {
		return nil, d.err
	}
	d.sent = append(d.sent, draft)
	delete(d.drafts, draft.Conversation)
	return []state.Outbound{{ID: int64(len(d.sent)), Conversation: draft.Conversation, Body: draft.Body}}, nil
}

// open is a conversation that is read; unseen counts what came in below it.
type open struct {
	unseen        int
	unread        bool
	templatesOnly bool
	messages      []api.Message
	selected      state.Item
	// queued is the newest message that waits, by reading shown; asked is the last that began.
	queued       state.Outbound
	shown, asked int
	more         state.Pos // on screen since
	// row is there instead of Anna's.
	row state.Row
}

func (o *open) Row() (state.Row, bool) {
	if o.row.Conversation.ID != (api.ConversationID{}) {
		return o.row, !o.unread
	}
	return state.Row{Conversation: api.Conversation{ID: anna, Kind: "chat", Contact: api.Contact{Name: "Anna"}}}, !o.unread
}
func (o *open) Seen() state.Pos                           { return 7 + o.more }
func (o *open) Unseen() int                               { return o.unseen }
func (o *open) SeeAll()                                   { o.unseen = 0 }
func (o *open) TemplatesOnly() bool                       { return o.templatesOnly }
func (o *open) Held() (state.Item, bool)                  { return state.Item{}, false }
func (o *open) Queued() (state.Outbound, bool)            { return o.queued, o.queued.ID != 0 }
func (o *open) Readings() (shown, next int)               { return o.shown, o.asked + 1 }
func (o *open) Outcome(out state.Outbound) dialog.Outcome { return dialog.Outcome{Outbound: out} }
func (o *open) Selected() (state.Item, bool)              { return o.selected, o.selected.Pos != 0 }
func (o *open) Messages() []api.Message                   { return o.messages }
func (o *open) ShowNewest() tea.Cmd                       { return nil }
func (o *open) Load() tea.Cmd                             { return nil }

type fixture struct {
	*Box
	disk    *disk
	thread  *open
	dialogs *dialog.Stack
	sent    []Sent
}

func newBox(t *testing.T) *fixture {
	t.Helper()
	th := theme.New(colorprofile.ASCII, true)
	d := &disk{drafts: map[api.ConversationID]state.Draft{}}
	keys, _ := keymap.New(nil)
	e := &env.Env{Ctx: t.Context(), Store: d, Outbox: d, Files: &d.files, Keys: keys, Now: func() time.Time { return noon }, Look: look.Look{Theme: &th, Marks: theme.NewMarks(false)},
		Timer:    func(time.Duration, tea.Msg) tea.Cmd { return nil }, // no time passes
		Accounts: []env.Account{{ID: "a", Traits: api.Traits{Rules: map[api.ChannelKind]api.ChannelRules{"chat": {Title: "Chat", MaxBody: 1000, MaxFiles: 2}}}}}}
	f := &fixture{disk: d, thread: &open{}, dialogs: dialog.NewStack(e)}
	f.dialogs.Resize(80, 24)
	f.Box = New(e, drafts.New(d), f.thread, Screen{Resized: func() {}, Compose: func() { f.SetComposing(true) }, Near: func() bool { return true }, WhyNot: func() string { return "" }, Current: func() state.Row { row, _ := f.thread.Row(); return row },
		Released: func() {}, Hold: func() {}, Release: func() tea.Cmd { return nil }, Drop: func() tea.Cmd { return nil }, Sent: func(s Sent) tea.Cmd { f.sent = append(f.sent, s); return nil }, Dialogs: f.dialogs,
		WhenDone: func(_ state.Row, seen state.Pos) state.WhenSent { return state.WhenSent{Done: true, Seen: seen} }})
	f.SetLook()
	f.Resize(60, 24)
	f.SetComposing(true)
	return f
}

// run runs a command and gives the box what it brings.
func (f *fixture) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			f.run(c)
		}
	default:
		f.Update(msg)
	}
}

// What cannot be saved is written to a file that nobody else can read, and to no file
// that is there.
func TestWhatCannotBeSavedGoesElsewhere(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.disk.full = errors.New("the disk is full")
	f.write("two hours of work")
	f.Note()
	if err := f.Flush(t.Context()); err == nil || f.Unsaved() != 1 {
		t.Fatalf("%v, %d unsaved", err, f.Unsaved())
	}
	dir := t.TempDir()
	taken := filepath.Join(dir, "taken")
	if err := os.WriteFile(taken, []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.WriteUnsaved(taken); err == nil || f.Unsaved() != 1 {
		t.Errorf("written over a file: %v, %d unsaved", err, f.Unsaved())
	}
	path, err := f.Rescue(filepath.Join(dir, "missing"), dir)
	if err != nil || f.Unsaved() != 0 {
		t.Fatalf("%v, %d unsaved", err, f.Unsaved())
	}
	body, err := os.ReadFile(path)
	info, err2 := os.Stat(path)
	if err := errors.Join(err, err2); err != nil || !strings.Contains(string(body), "two hours of work") || info.Mode() != 0o600 {
		t.Errorf("%v: %q", err, body)
	}
}

// In a restricted session that file is one of the agent's own folder, whatever path is typed:
// else an agent could write what another program of the service user reads.
func TestARestrictedSessionWritesInItsOwnFolderAlone(t *testing.T) {
	dir := t.TempDir()
	own, home := filepath.Join(dir, "own"), filepath.Join(dir, "home", ".ssh")
	for _, made := range []string{own, home} {
		if err := os.MkdirAll(made, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HOME", filepath.Dir(home))
	names := func(dir string) (names []string) {
		all, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			names = append(names, e.Name())
		}
		return names
	}
	for path, want := range map[string]string{filepath.Join(home, "authorized_keys2"): "authorized_keys2", "~/.ssh/rc": "rc", "../home/.ssh/config": "config", "..": "", ".": "", ".ssh": "ssh", "": "", "/": ""} {
		f := newBox(t)
		f.env.Settings.Restricted, f.env.Settings.Drop = true, own
		f.run(f.Open(anna, nil))
		f.disk.full = errors.New("the disk is full")
		f.write("ssh-ed25519 AAAA me")
		f.Note()
		_ = f.Flush(t.Context())
		err := f.WriteUnsaved(path)
		switch made := names(own); {
		case want == "" && (err == nil || len(made) > 0 || f.Unsaved() != 1):
			t.Errorf("%q: %v, %q, %d unsaved", path, err, made, f.Unsaved())
		case want != "" && (err != nil || !slices.Equal(made, []string{want})):
			t.Errorf("%q: %v, %q", path, err, made)
		}
		if want != "" {
			_ = os.Remove(filepath.Join(own, want))
			continue
		}
		rescued, err := f.Rescue(home)
		if made := names(own); err != nil || !slices.Equal(made, []string{rescued}) {
			t.Errorf("rescued in %q: %v, %q", rescued, err, made)
		}
		_ = os.Remove(filepath.Join(own, rescued))
	}
	if made := names(home); len(made) > 0 {
		t.Errorf("outside: %q", made)
	}
}

func (f *fixture) write(text string) {
	for _, r := range text {
		f.Key(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func TestWhatIsTypedBeforeTheDraftIsReadIsKept(t *testing.T) {
	f := newBox(t)
	f.disk.drafts[anna] = state.Draft{Body: "stored "}
	read := f.Open(anna, nil)
	f.write("typed")
	f.run(read)
	if got := f.Draft().Body; got != "stored typed" {
		t.Errorf("%q", got)
	}
	f.run(f.Depart())
	if got := f.disk.drafts[anna].Body; got != "stored typed" {
		t.Errorf("on disk is %q", got)
	}
}

func TestSentEmptiesTheBox(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	if why := f.Why(keymap.Send); why == "" {
		t.Error("nothing can be sent")
	}
	f.write("hello")
	f.run(f.Do(keymap.SendDoneNext))
	if len(f.disk.sent) != 1 || f.disk.sent[0].Body != "hello" || f.disk.sent[0].Seen.Or(0) != 7 || !f.Empty() {
		t.Errorf("sent %+v, in the box %q", f.disk.sent, f.Draft().Body)
	}
	if w := f.disk.sent[0].WhenSent; w != (state.WhenSent{Done: true, Seen: 7}) {
		t.Errorf("when it is sent: %+v", w)
	}
	if len(f.sent) != 1 || !f.sent[0].Next || !f.sent[0].Here || f.sent[0].At != anna || f.Composing() {
		t.Errorf("%+v", f.sent)
	}
}

// Enter is a decision: what was typed in the same breath goes straight to the outbox,
// with no save of the draft and no timer before it.
func TestEnterGoesStraightToTheOutbox(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.disk.asked = nil
	f.write("hello")
	f.run(f.Do(keymap.Send))
	if len(f.disk.asked) == 0 || f.disk.asked[0] != "submit" || slices.Contains(f.disk.asked, "save") || f.disk.sent[0].Body != "hello" {
		t.Errorf("asked %q, sent %+v", f.disk.asked, f.disk.sent)
	}
}

// A draft that another session sent meanwhile is not sent twice: the box is left empty,
// with what was typed since.
func TestADraftThatAnotherSessionSent(t *testing.T) {
	f := newBox(t)
	f.disk.drafts[anna] = state.Draft{Body: "hello", Rev: 3}
	f.run(f.Open(anna, nil))
	f.disk.err = state.ErrDraftSent
	submit := f.Do(keymap.Send)
	delete(f.disk.drafts, anna)
	f.write("next")
	f.run(submit)
	if got := f.Draft().Body; got != "next" || len(f.sent) != 0 || f.Sending() {
		t.Errorf("%q in the box, sent %+v", got, f.sent)
	}
}

func TestRefusedComesBackBeforeWhatWasTypedSince(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.write("first")
	f.disk.err = errors.New("disk full")
	submit := f.Do(keymap.Send)
	f.write("second")
	f.run(submit)
	if got := f.Draft().Body; got != "first\nsecond" || len(f.sent) != 0 {
		t.Errorf("%q", got)
	}
}

// A reply to what was not on screen asks first.
func TestUnseenMessagesAskFirst(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.write("hello")
	f.thread.unseen = 2
	f.run(f.Do(keymap.Send))
	if got := strings.Join(f.dialogs.View(), "\n"); len(f.disk.sent) != 0 || !strings.Contains(got, "2 messages came in below what you see") {
		t.Fatalf("sent %v:\n%s", f.disk.sent, got)
	}
	f.dialogs.Do(keymap.MenuDown)
	cmd, _ := f.dialogs.Do(keymap.MenuChoose)
	f.run(cmd)
	if len(f.disk.sent) != 1 {
		t.Error("it was not sent")
	}
}

// An edit takes the box while the draft waits, and is kept where it is left.
func TestEditLeavesTheDraft(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.write("my draft")
	message := api.Message{ID: api.MessageID{Account: "a", Remote: "m"}, Body: "helo"}
	f.run(f.Edit(message))
	f.write("!")
	if got := f.Draft().Body; got != "helo!" {
		t.Errorf("the box holds %q", got)
	}
	f.run(f.Do(keymap.Leave))
	if got := f.Draft().Body; got != "my draft" {
		t.Errorf("the draft is %q", got)
	}
	f.run(f.Edit(message))
	if got := f.Draft().Body; got != "helo!" {
		t.Errorf("the edit is %q", got)
	}
}

// pad keeps edits of messages, and takes changes.
type pad struct {
	env.Changes
	texts   map[env.Edit]string
	full    error
	changes []state.Change
	// submitted runs when a change was taken.
	submitted func()
}

func (p *pad) Submit(_ context.Context, ch state.Change) error {
	p.changes = append(p.changes, ch)
	if p.submitted != nil {
		p.submitted()
	}
	return nil
}

func (p *pad) KeptEdit(_ context.Context, of env.Edit) (string, error) { return p.texts[of], nil }

func (p *pad) KeepEdit(_ context.Context, of env.Edit, was, body string) (string, error) {
	if p.full != nil {
		return body, p.full
	}
	if stored := p.texts[of]; stored != was && stored != body && stored != "" {
		body = state.MergeText(was, body, stored)
	}
	p.texts[of] = body
	return body, nil
}

// An edit is on disk before it is sent off: after a kill it is there again, once it was sent off
// it is not.
func TestAnEditOutlivesTheSession(t *testing.T) {
	kept := &pad{texts: map[env.Edit]string{}}
	message := api.Message{ID: api.MessageID{Account: "a", Remote: "m"}, Body: "helo"}
	session := func() *fixture {
		f := newBox(t)
		f.env.Edits, f.env.Changes = kept, kept
		f.run(f.Open(anna, nil))
		f.run(f.Edit(message))
		return f
	}
	f := session()
	f.write("!")
	f.run(f.saveDue()) // what comes a moment after a key
	f = session()      // the first one was killed
	if got := f.Draft().Body; got != "helo!" {
		t.Errorf("the edit is %q", got)
	}
	f.write("?")
	f.Note()
	if err := f.Flush(t.Context()); err != nil { // it was ended
		t.Fatal(err)
	}
	f = session()
	if got := f.Draft().Body; got != "helo!?" {
		t.Errorf("the edit is %q", got)
	}
	f.run(f.saveEdit())
	if f = session(); f.Draft().Body != "helo" || len(kept.changes) != 1 || kept.changes[0].Arg != "helo!?" {
		t.Errorf("after it was sent off: %q, %+v", f.Draft().Body, kept.changes)
	}
	kept.full = errors.New("the disk is full")
	f.write("?")
	f.Note()
	if err := f.Flush(t.Context()); err == nil || f.Unsaved() != 1 {
		t.Errorf("%v, %d unsaved", err, f.Unsaved())
	}
	path, err := f.Rescue(t.TempDir())
	if text, failed := os.ReadFile(path); err != nil || failed != nil || !strings.Contains(string(text), "helo?") || f.Unsaved() != 0 {
		t.Errorf("%v: %q, %d unsaved", err, text, f.Unsaved())
	}
}

// Two sessions of an agent edit a message at once: each text is there once, in both boxes, and
// what one sends off is not left of it.
func TestTwoSessionsEditOneMessage(t *testing.T) {
	kept := &pad{texts: map[env.Edit]string{}}
	message := api.Message{ID: api.MessageID{Account: "a", Remote: "m"}, Body: "helo"}
	session := func() *fixture {
		f := newBox(t)
		f.env.Edits, f.env.Changes = kept, kept
		f.run(f.Open(anna, nil))
		f.run(f.Edit(message))
		return f
	}
	one, two := session(), session()
	one.write(" one")
	one.run(one.saveDue())
	for _, letter := range " two" {
		two.write(string(letter))
		two.run(two.saveDue())
	}
	if got := two.Draft().Body; strings.Count(got, "one") != 1 || strings.Count(got, "two") != 1 {
		t.Errorf("the second box holds %q", got)
	}
	one.write("!")
	one.run(one.saveDue())
	if got := one.Draft().Body; strings.Count(got, "one!") != 1 || strings.Count(got, "two") != 1 {
		t.Errorf("the first box holds %q", got)
	}
	two.text.SetValue("hello")
	two.run(two.saveDue())
	if got := two.Draft().Body; got != "hello!" {
		t.Errorf("the second box holds %q: the first one's last letter goes behind its text", got)
	}
	two.text.SetValue("hello to you") // the agent takes the other text out
	two.run(two.saveDue())
	if got := two.Draft().Body; got != "hello to you" {
		t.Errorf("the second box holds %q", got)
	}
	two.run(two.saveEdit())
	if got := kept.texts[env.Edit{Conversation: anna, Message: message.ID}]; got != "" || kept.changes[0].Arg != "hello to you" {
		t.Errorf("%q is left after %+v", got, kept.changes)
	}
}

// What the disk has of an edit counts where a message is edited again: another session may have
// gone on with it, or sent it off.
func TestAnEditIsReadFromTheDiskAgain(t *testing.T) {
	kept := &pad{texts: map[env.Edit]string{}}
	message := api.Message{ID: api.MessageID{Account: "a", Remote: "m"}, Body: "helo"}
	f := newBox(t)
	f.env.Edits, f.env.Changes = kept, kept
	f.run(f.Open(anna, nil))
	f.run(f.Edit(message))
	f.write("!")
	f.run(f.Do(keymap.Leave))
	for _, text := range []string{"hello there", ""} {
		kept.texts[env.Edit{Conversation: anna, Message: message.ID}] = text
		f.run(f.Edit(message))
		if got, want := f.Draft().Body, cmp.Or(text, "helo"); got != want {
			t.Errorf("the edit is %q, want %q", got, want)
		}
		f.run(f.Do(keymap.Leave))
	}
}

// An edit that was sent off is saved, also where what was kept of it cannot be removed; what was
// typed into the next edit of the message meanwhile stays.
func TestAnEditThatWasSentOffIsSaved(t *testing.T) {
	kept := &pad{texts: map[env.Edit]string{}}
	message := api.Message{ID: api.MessageID{Account: "a", Remote: "m"}, Body: "helo"}
	f := newBox(t)
	var said []string
	f.env.Edits, f.env.Changes = kept, kept
	f.env.Notify = func(s string, _ bool) tea.Cmd { said = append(said, s); return nil }
	f.run(f.Open(anna, nil))
	f.run(f.Edit(message))
	f.write("!")
	kept.submitted = func() { kept.full = errors.New("the disk is full") }
	f.run(f.saveEdit())
	if len(kept.changes) != 1 || f.Unsaved() != 0 || !slices.Equal(said, []string{"the edit is saved"}) {
		t.Errorf("%+v, %d unsaved, said %q", kept.changes, f.Unsaved(), said)
	}
	kept.full = nil
	if err := f.Flush(t.Context()); err != nil || kept.texts[env.Edit{Conversation: anna, Message: message.ID}] != "" {
		t.Errorf("%v, left is %q", err, kept.texts)
	}
	f.run(f.Edit(message))
	f.write("!")
	kept.submitted = func() {
		f.run(f.Edit(message))
		f.write("?")
		f.Note()
	}
	f.run(f.saveEdit())
	if got := f.Draft().Body; got != "helo!?" || kept.texts[env.Edit{Conversation: anna, Message: message.ID}] != got {
		t.Errorf("the box holds %q, kept is %q", got, kept.texts)
	}
}

// What is typed while an edit is read goes to no other conversation that is opened meanwhile.
func TestWhatIsTypedForAnEditGoesNowhereElse(t *testing.T) {
	f := newBox(t)
	var did []string
	f.screen.Hold = func() { did = append(did, "hold") }
	f.screen.Release = func() tea.Cmd { did = append(did, "release"); return nil }
	f.screen.Drop = func() tea.Cmd { did = append(did, "drop"); return nil }
	message := api.Message{ID: api.MessageID{Account: "a", Remote: "m"}, Body: "helo"}
	f.run(f.Open(anna, nil))
	read := f.Edit(message)
	f.run(f.Open(api.ConversationID{Account: "a", Remote: "ben"}, nil))
	f.run(read)
	f.run(f.Open(anna, nil))
	f.run(f.Edit(message))
	if want := []string{"hold", "drop", "hold", "release"}; !slices.Equal(did, want) {
		t.Errorf("%q, want %q", did, want)
	}
}

// choose moves down in the open dialog and chooses, and returns what it said.
func (f *fixture) choose(down int) string {
	said := ansi.Strip(strings.Join(f.dialogs.View(), "\n"))
	for range down {
		f.dialogs.Do(keymap.MenuDown)
	}
	cmd, _ := f.dialogs.Do(keymap.MenuChoose)
	f.run(cmd)
	return said
}

// A file that may do harm is attached after a yes alone.
func TestDangerousFilesAskFirst(t *testing.T) {
	key := state.LocalFile{File: state.File{Path: "/k/id_rsa", Name: "id_rsa", Size: 400}, Link: "innocent.jpg", Dangers: []string{"It holds a private key."}}
	large := state.LocalFile{File: state.File{Path: "/b/tool", Name: "tool", Size: 18_000_000}}
	for _, file := range []state.LocalFile{key, large} {
		f := newBox(t)
		f.run(f.Open(anna, nil))
		f.disk.files.says = file
		f.run(f.attach([]string{"/k/innocent.jpg"}))
		said := f.choose(0)
		if len(f.files) != 0 {
			t.Fatal("it was attached without a yes")
		}
		f.run(f.attach([]string{"/k/innocent.jpg"}))
		f.choose(1)
		if len(f.files) != 1 || f.files[0] != file.File {
			t.Errorf("attached %+v", f.files)
		}
		want := []string{"Attach tool?", "It is 18 MB. How large a file Chat takes is not known"}
		if file.Link != "" {
			want = []string{"Attach id_rsa?", "innocent.jpg is a link to /k/id_rsa.", "It holds a private key."}
		}
		for _, words := range want {
			if !strings.Contains(said, words) {
				t.Errorf("%q is missing in:\n%s", words, said)
			}
		}
	}
}

func TestRefusedFilesAreNotAttached(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.disk.files.err = errors.New("config.toml is a file of unibox itself")
	f.run(f.attach([]string{"/c/config.toml"}))
	if len(f.files) != 0 || !f.dialogs.Empty() {
		t.Errorf("attached %+v", f.files)
	}
}

func TestBoxFitsItsPane(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.write(strings.Repeat("wide 日本 ", 200))
	f.files = []state.File{{Name: "a.pdf", Path: "/a", Size: 5}, {Name: "b.pdf", Path: "/b", Size: 5}}
	for w := 1; w < 90; w++ {
		for _, h := range []int{4, 5, 9, 24} {
			f.Resize(w, h)
			if n := f.Height(); h >= 5 && (n < 2 || n > h-2) {
				t.Errorf("%d rows in a pane of %d", n, h)
			}
			for _, row := range f.View() {
				if got := f.env.Look.Mode.Width(row); got != w {
					t.Fatalf("%dx%d: %d cells: %q", w, h, got, ansi.Strip(row))
				}
			}
		}
	}
}

// What is on its way into the outbox counts also once the agent is with somebody else: whoever
// quits then is asked.
func TestAReplyIsOnItsWayWhereverTheAgentIs(t *testing.T) {
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.write("hello")
	submit := f.Do(keymap.Send)
	f.Depart()
	f.Open(api.ConversationID{Account: "a", Remote: "another"}, nil)
	if !f.Sending() {
		t.Error("nothing is on its way")
	}
	if f.run(submit); f.Sending() || len(f.disk.sent) != 1 {
		t.Errorf("on its way: %v, %d sent", f.Sending(), len(f.disk.sent))
	}
}

// takenBack is an outbox that notes what is taken back.
type takenBack struct {
	*disk
	ids []int64
}

func (o *takenBack) Takeback(_ context.Context, seen state.Outbound) (state.Draft, error) {
	o.ids = append(o.ids, seen.ID)
	return state.Draft{Conversation: seen.Conversation, Body: seen.Body}, nil
}

// What is taken back is the reply that was sent last, also while the thread shows what was read
// before it: else an older one that waits would come back, and the wrong one go out.
func TestTheReplyThatWasSentLastIsTakenBack(t *testing.T) {
	for _, shows := range []bool{false, true} {
		f := newBox(t)
		out := &takenBack{disk: f.disk}
		f.env.Outbox = out
		f.thread.queued, f.thread.shown, f.thread.asked = state.Outbound{ID: 90, Conversation: anna, Body: "the older one"}, 4, 5
		f.run(f.Open(anna, nil))
		f.write("the newer one")
		f.run(f.Do(keymap.Send))
		f.thread.shown = 5 // began before it was sent
		want := int64(1)
		if shows {
			f.thread.shown, want = 6, 90 // and it has gone out by then
		}
		if f.run(f.Do(keymap.Unsend)); !slices.Equal(out.ids, []int64{want}) {
			t.Errorf("taken back are %d, want %d", out.ids, want)
		}
	}
}

// What another session saves while the draft is read comes into the box, though it was said
// before there was anything to refresh.
func TestADraftThatChangesWhileItIsReadIsReadAgain(t *testing.T) {
	f := newBox(t)
	f.disk.drafts[anna] = state.Draft{Conversation: anna, Body: "hello", Rev: 1}
	read := f.Open(anna, nil)()
	f.disk.drafts[anna] = state.Draft{Conversation: anna, Body: "hello from maya", Rev: 2}
	f.run(f.Refresh())
	_, cmd := f.Update(read)
	if f.run(cmd); f.Draft().Body != "hello from maya" {
		t.Errorf("the box holds %q", f.Draft().Body)
	}
}

// What came into the box before the editor had the terminal stays beside what was edited.
func TestTheEditorTakesNothingAwayThatItDidNotHave(t *testing.T) {
	for now, want := range map[string]string{"hello": "hello Anna", "hello\nand theirs": "hello Anna\nand theirs", "": "hello Anna"} {
		f := newBox(t)
		f.run(f.Open(anna, nil))
		f.text.SetValue(now)
		f.Update(editedMsg{id: anna, began: "hello", text: "hello Anna"})
		if got := f.Draft().Body; got != want {
			t.Errorf("%q: the box holds %q, want %q", now, got, want)
		}
	}
}
