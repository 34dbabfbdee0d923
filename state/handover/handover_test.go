package handover

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
	"unibox/state/sqlite"
)

var now = time.Now().Truncate(time.Second)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func id(n string) api.ConversationID { return api.ConversationID{Account: "shop", Remote: n} }

// opened is a store on a file with three conversations, who wrote an hour ago.
func opened(t *testing.T) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), t.TempDir(), state.NewFeed())
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	for _, n := range []string{"1", "2", "3"} {
		must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: id(n), Kind: "whatsapp", Contact: api.Contact{Name: "Anna " + n}}}))
		_, err := db.SaveHead(t.Context(), id(n), api.Page[api.Message]{Items: []api.Message{{ID: api.MessageID{Account: "shop", Remote: "m" + n}, Conversation: id(n),
			Direction: api.Inbound, Kind: api.KindText, Body: "hello", At: now.Add(-time.Hour)}}}, now)
		must(t, err)
	}
	return db
}

// shift is a store in which an agent has worked.
func shift(t *testing.T) *sqlite.DB {
	db, ctx := opened(t), t.Context()
	must(t, db.SetFlags(ctx, id("1"), state.FlagChange{Snoozed: api.Known(now.Add(time.Hour)), Starred: api.Known(true)}))
	_, err := db.SaveDraft(ctx, state.Draft{Conversation: id("2"), Body: "We will call you", Edited: now})
	must(t, err)
	must(t, db.SetLabels(ctx, id("2"), []string{"VIP"}, nil))
	must(t, db.AddNote(ctx, note.New(id("3"), "olga", "@maya calls back\nat noon", now), []string{"maya"}))
	return db
}

func collected(t *testing.T, db *sqlite.DB) File {
	t.Helper()
	f, err := Collect(t.Context(), db, "olga", now)
	must(t, err)
	return f
}

// taken writes a file and reads it again.
func taken(t *testing.T, f File) File {
	t.Helper()
	text, err := f.JSON()
	must(t, err)
	out, err := Read(bytes.NewReader(text))
	must(t, err)
	return out
}

func applied(t *testing.T, f File, into *sqlite.DB) (Plan, int) {
	t.Helper()
	p, err := f.Plan(t.Context(), into, now)
	must(t, err)
	n, err := p.Apply(t.Context())
	must(t, err)
	return p, n
}

// The next agent has the same queue, on another machine, and a second import changes
// nothing.
func TestAShiftIsTakenOver(t *testing.T) {
	from, into := shift(t), opened(t)
	f := taken(t, collected(t, from))
	p, n := applied(t, f, into)
	if n != 5 || len(p.Left) != 0 {
		t.Errorf("%d done of %+v, left %q", n, p.Steps, p.Left)
	}
	ctx := t.Context()
	one, err := into.Row(ctx, id("1"))
	must(t, err)
	two, err := into.Row(ctx, id("2"))
	must(t, err)
	d, err := into.Draft(ctx, id("2"))
	must(t, err)
	notes, err := into.Notes(ctx, id("3"))
	must(t, err)
	named, err := into.Mentions(ctx, "maya", 9)
	must(t, err)
	if !one.Flags.Snoozed.Equal(now.Add(time.Hour)) || !one.Flags.Starred || d.Body != "We will call you" || len(two.Labels) != 1 ||
		len(notes) != 1 || notes[0].Author != "olga" || len(named) != 1 {
		t.Errorf("%+v, %+v, %+v, %+v, %+v", one.Flags, d, two.Labels, notes, named)
	}
	if unsent, err := into.Unsent(ctx); err != nil || len(unsent) != 0 {
		t.Errorf("something is to be sent: %+v, %v", unsent, err)
	}
	if p, err := f.Plan(ctx, into, now); err != nil || len(p.Steps) != 0 {
		t.Errorf("a second time it would do %+v, %v", p.Steps, err)
	}
	markdown := f.Markdown()
	for _, words := range []string{"# Handover by olga", "## Waiting (2)", "## Snoozed (1)", "## Drafts (1)", "We will call you", "labels VIP", "olga, ", "@maya calls back at noon"} {
		if !strings.Contains(markdown, words) {
			t.Errorf("no %q in\n%s", words, markdown)
		}
	}
}

// What the next agent has of their own stays: a text beside it, a snooze, and a customer
// who wrote since is not put off.
func TestNothingOfOnesOwnIsReplaced(t *testing.T) {
	from, into := shift(t), opened(t)
	ctx := t.Context()
	_, err := into.SaveDraft(ctx, state.Draft{Conversation: id("2"), Body: "My own words", Edited: now})
	must(t, err)
	must(t, into.SetFlags(ctx, id("1"), state.FlagChange{Snoozed: api.Known(now.Add(5 * time.Hour))}))
	f := taken(t, collected(t, from))
	f.Conversations = append(f.Conversations, Conversation{Account: "shop", ID: "3", Name: "Anna 3", Newest: now.Add(-2 * time.Hour), Snoozed: now.Add(time.Hour)},
		Conversation{Account: "other", ID: "9", Draft: "x"}, Conversation{Account: "shop", ID: "unread", Snoozed: now.Add(time.Hour)})
	p, _ := applied(t, f, into)
	d, err := into.Draft(ctx, id("2"))
	must(t, err)
	one, err := into.Row(ctx, id("1"))
	must(t, err)
	three, err := into.Row(ctx, id("3"))
	must(t, err)
	if !strings.Contains(d.Body, "My own words") || !strings.Contains(d.Body, "We will call you") || !one.Flags.Snoozed.Equal(now.Add(5*time.Hour)) || !three.Flags.Snoozed.IsZero() {
		t.Errorf("%q, %v, %v", d.Body, one.Flags.Snoozed, three.Flags.Snoozed)
	}
	left := strings.Join(p.Left, "\n")
	for _, why := range []string{"you have put it off yourself", "something was written since", "other, which is not in this inbox", "not read here yet"} {
		if !strings.Contains(left, why) {
			t.Errorf("it does not say %q: %s", why, left)
		}
	}
}

// wrote has the customer write again.
func wrote(t *testing.T, db *sqlite.DB, n string) {
	t.Helper()
	_, err := db.SaveHead(t.Context(), id(n), api.Page[api.Message]{Items: []api.Message{{ID: api.MessageID{Account: "shop", Remote: "again" + n}, Conversation: id(n),
		Direction: api.Inbound, Kind: api.KindText, Body: "ok", At: now.Add(-time.Second)}}}, now)
	must(t, err)
}

// answered has our side write last.
func answered(t *testing.T, db *sqlite.DB, n string) {
	t.Helper()
	_, err := db.SaveHead(t.Context(), id(n), api.Page[api.Message]{Items: []api.Message{{ID: api.MessageID{Account: "shop", Remote: "ours" + n}, Conversation: id(n),
		Direction: api.Outbound, Kind: api.KindText, Body: "we call you", At: now}}}, now)
	must(t, err)
}

// N10: every promise is taken over: one that has come back, one after which the customer
// wrote and was answered, and one that falls due before the file is read. One of the next
// agent's own stays.
func TestPromisesAreTakenOver(t *testing.T) {
	from, into, own := opened(t), opened(t), opened(t)
	promise := func(db *sqlite.DB, n string, in time.Duration) {
		t.Helper()
		must(t, db.SetFlags(t.Context(), id(n), state.FlagChange{Snoozed: api.Known(now.Add(in)), SnoozeKind: state.SnoozePromise}))
	}
	promise(from, "1", -time.Minute)
	promise(from, "2", time.Hour)
	promise(from, "3", 5*time.Hour)
	wrote(t, from, "3")
	answered(t, from, "3")
	f := taken(t, collected(t, from))
	for _, db := range []*sqlite.DB{into, own} {
		if db == own {
			for _, n := range []string{"1", "2", "3"} {
				promise(db, n, 9*time.Hour)
				wrote(t, db, n)
			}
		}
		p, err := f.Plan(t.Context(), db, now.Add(2*time.Hour))
		must(t, err)
		_, err = p.Apply(t.Context())
		must(t, err)
		for n, in := range map[string]time.Duration{"1": -time.Minute, "2": time.Hour, "3": 5 * time.Hour} {
			if db == own {
				in = 9 * time.Hour
			}
			row, err := db.Row(t.Context(), id(n))
			if must(t, err); !row.PutOff.At.Equal(now.Add(in)) || row.PutOff.Kind != state.SnoozePromise {
				t.Errorf("%s: %+v, not %v; planned %+v, left %q", n, row.PutOff, now.Add(in), p.Steps, p.Left)
			}
		}
		if said := strings.Count(strings.Join(p.Left, "\n"), "you have put it off yourself"); db == own && said != 3 {
			t.Errorf("left: %q", p.Left)
		}
	}
	if again, err := f.Plan(t.Context(), into, now); err != nil || len(again.Steps)+len(again.Left) != 0 {
		t.Errorf("a second time it would do %+v, leave %q, %v", again.Steps, again.Left, err)
	}
}

// A file that is damaged, newer, of something else or too large is refused in one
// sentence.
func TestBadFilesAreRefused(t *testing.T) {
	text, err := collected(t, shift(t)).JSON()
	must(t, err)
	for name, c := range map[string]struct{ file, says string }{
		"nothing":  {"", "no handover"},
		"text":     {"# Handover", "no handover"},
		"other":    {`{"a": 1}`, "no handover"},
		"cut":      {string(text[:len(text)/2]), "damaged"},
		"changed":  {strings.Replace(string(text), "call you", "kill you", 1), "damaged or was changed"},
		"newer":    {strings.Replace(string(text), `"unibox_handover": 1`, `"unibox_handover": 2`, 1), "newer version"},
		"large":    {strings.Repeat(" ", largest+1), "larger than"},
		"no list":  {`{"unibox_handover": 1, "sum": "` + sum([]byte(`{"a":1}`)) + `", "conversations": {"a":1}}`, "damaged"},
		"negative": {`{"unibox_handover": -1}`, "no handover"},
	} {
		_, err := Read(strings.NewReader(c.file))
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Hostile texts are cleaned and bounded on the way in, and end no line of the Markdown.
func TestHostileFilesAreHarmless(t *testing.T) {
	evil := "\x1b]0;x\x07\u202eevil\x00 line\nnext <script> [a](b) \u200f"
	f := File{Made: now, By: evil, Conversations: []Conversation{{Account: "shop", ID: "1", Name: evil, Handle: evil, Channel: evil, Waiting: now, Draft: evil + strings.Repeat("d", 2*longestDraft),
		Labels: []string{evil, "", strings.Repeat("l", 5000)}, Kind: 99, Snoozed: now.Add(time.Hour),
		Notes: []Note{{Key: "k", Author: evil, Body: evil, Made: now}, {Key: "", Author: "a", Body: "b"}, {Key: strings.Repeat("k", 100), Author: "a", Body: "b"}, {Key: "e", Author: "a", Body: " "}}}}}
	got := taken(t, f)
	text, err := json.Marshal(got.Conversations)
	must(t, err)
	for _, bad := range []string{"\\u001b", "\\u0007", "\u202e", "\\u0000", "\u200f"} {
		if strings.Contains(string(text), bad) {
			t.Errorf("%q came through", bad)
		}
	}
	c := got.Conversations[0]
	if len(c.Notes) != 1 || len(c.Draft) > longestDraft || strings.Contains(c.Name, "\n") {
		t.Errorf("%+v", c)
	}
	for _, row := range strings.Split(strings.TrimSpace(got.Markdown()), "\n") {
		if row != "" && !strings.HasPrefix(row, "#") && !strings.HasPrefix(row, "- ") || strings.Contains(row, "<script") {
			t.Errorf("the row %q", row)
		}
	}
	into := opened(t)
	applied(t, got, into)
	if row, err := into.Row(t.Context(), id("1")); err != nil || !row.Flags.Snoozed.IsZero() {
		t.Errorf("a snooze of no kind was taken: %+v, %v", row.Flags, err)
	}
}

// The files are their owner's alone, and none is overwritten.
func TestFilesAreWrittenBesideEachOther(t *testing.T) {
	dir := t.TempDir() + "/shifts"
	f := File{Made: now, By: "ol/../ga"}
	one, data, err := f.Write(dir)
	must(t, err)
	two, _, err := f.Write(dir)
	must(t, err)
	if one == two || !strings.HasPrefix(data, dir+"/handover-") {
		t.Errorf("%s, %s, %s", one, two, data)
	}
	for _, path := range []string{one, two, data} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Nothing that takes a shift over can send.
func TestATargetCannotSend(t *testing.T) {
	target := reflect.TypeFor[Target]()
	for i := range target.NumMethod() {
		switch name := target.Method(i).Name; name {
		case "Accounts", "Row", "Draft", "SaveDraft", "SetFlags", "SetLabels", "Notes", "AddNote":
		default:
			t.Errorf("a target has %s", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	text, _ := File{Made: now, By: "olga", Conversations: []Conversation{{Account: "shop", ID: "1", Draft: "x"}}}.JSON()
	f.Add(text)
	f.Add([]byte(`{"unibox_handover": 1, "sum": "", "conversations": null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if got, err := Read(bytes.NewReader(text)); err == nil {
			got.Markdown()
		}
	})
}

// Who takes over reads the number and the last words of who waits, and what goes out when;
// a name cannot colour the terminal.
func TestWhatThePersonReads(t *testing.T) {
	db, ctx := opened(t), t.Context()
	must(t, db.SaveConversations(ctx, []api.Conversation{{ID: id("1"), Kind: "whatsapp", Contact: api.Contact{Name: "\x1b[31mEve\x1b[0m", Handle: "+79991112233"}}}))
	at := now.Add(100 * time.Hour)
	_, err := db.Submit(ctx, state.Draft{Conversation: id("2")}, []state.Outbound{{Key: "k-1", Conversation: id("2"), Body: "See you", Part: 1, Parts: 1, At: at, NotBefore: at, Submitted: now}})
	must(t, err)
	f := collected(t, db)
	f.NameChannels(func(api.AccountID, api.ChannelKind) string { return "WhatsApp" })
	markdown := taken(t, f).Markdown()
	for _, words := range []string{
		"- Eve (shop, WhatsApp): since " + f.stamp(now.Add(-time.Hour)) + ", +79991112233: hello\n",
		"## Not out (1)\n\n- Anna 2 (shop, WhatsApp): goes out " + f.stamp(at) + ", if unibox runs then: See you\n",
	} {
		if !strings.Contains(markdown, words) {
			t.Errorf("no %q in\n%s", words, markdown)
		}
	}
}

func TestNewestFile(t *testing.T) {
	folder := t.TempDir()
	if got := NewestFile(folder); got != "" {
		t.Errorf("%q of none", got)
	}
	for _, hours := range []time.Duration{-48, -1, -30} {
		_, data, err := File{Made: now.Add(hours * time.Hour), By: "olga"}.Write(folder)
		must(t, err)
		if hours == -1 {
			defer func() {
				if got := NewestFile(folder); got != data {
					t.Errorf("%q, want %q", got, data)
				}
			}()
		}
	}
	must(t, os.WriteFile(folder+"/other.json", nil, 0o600))
}
