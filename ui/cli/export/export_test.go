package export

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"unibox/state"
	"unibox/state/record"
	"unibox/ui/catalog"
)

var update = flag.Bool("update", false, "write the golden files anew")

// archive is one with what customers may write to harm who reads it.
func archive() Archive {
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	a := New("olga", at)
	a.Conversations = append(a.Conversations, Conversation{
		Conversation: record.Conversation{ID: "shop/1", Account: "shop", Channel: "sms", Name: "Eve\x1b[31m <b>&\u202e", Handle: "15551230003", Active: at, Waiting: at,
			Newest: &record.Newest{At: at, From: record.Customer, Text: "=HYPERLINK(\"http://x\")"}, Labels: []string{"vip"}, Starred: true, Notes: 1},
		Messages: []record.Message{
			{ID: "m1", Conversation: "shop/1", At: at, From: record.Customer, Kind: "text", Text: "# Hi\n<script>alert(1)</script> *x* [a](javascript:b)\n- `c` \x1b]0;t\x07",
				Files: []record.File{{Number: 1, Name: "../\"><img src=x onerror=y>.png", Type: "image/png", Size: 1200, URL: "javascript:alert(1)", Saved: "files/a b\"<>.png"}, {Number: 2, Name: "x.exe"}}},
			{ID: "m2", Conversation: "shop/1", At: at.Add(time.Minute), From: record.Us, Author: "Maya", Kind: "text", Text: "Hello", Delivery: "failed", Reason: "no <such> number"},
			{ID: "m3", Conversation: "shop/1", At: at.Add(2 * time.Minute), From: record.Customer, Kind: "deleted"},
		},
		Holes: []record.Hole{{After: "m1"}}, Older: "platform", Draft: "we will",
		Notes: []record.Note{{Key: "k1", Author: "olga", Text: "call > back", Made: at}},
	})
	return a
}

// O5: a conversation as text, Markdown, JSON, HTML and CSV, in which nothing that a customer
// wrote is obeyed.
func TestFormats(t *testing.T) {
	for _, format := range Formats {
		var b bytes.Buffer
		if err := archive().Write(&b, format, Reader{Zone: time.UTC}); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(b.String(), "\x1b\x07\u202e") {
			t.Errorf("%s: a terminal obeys something in %q", format, b.String())
		}
		path := filepath.Join("testdata", "archive."+format)
		if *update {
			if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(path); err != nil || b.String() != string(want) {
			t.Errorf("%s: %v\ngot\n%s\nwant\n%s", path, err, b.String(), want)
		}
	}
	if err := archive().Write(&bytes.Buffer{}, "pdf", Reader{Zone: time.UTC}); err == nil {
		t.Error("there is a format pdf")
	}
}

// O5: a browser runs nothing of it and loads nothing from elsewhere, a spreadsheet takes no
// cell for a formula, and Markdown shows signs as they were written.
func TestNothingInAnExportIsObeyed(t *testing.T) {
	page := written(t, "html")
	for _, tag := range regexp.MustCompile(`<[a-z!][^>]*>`).FindAllString(page, -1) {
		name, _, _ := strings.Cut(strings.Trim(tag, "<>"), " ")
		unquoted := regexp.MustCompile(`"[^"]*"`).ReplaceAllString(tag, "")
		if !strings.Contains(" !doctype html head meta title style body h1 h2 p div b bdi a img ", " "+name+" ") || strings.Contains(unquoted, " on") {
			t.Errorf("%s is in the page", tag)
		}
	}
	for _, link := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(link[1], "./files/") {
			t.Errorf("the page leads to %q", link[1])
		}
	}
	rows, err := csv.NewReader(strings.NewReader(written(t, "csv"))).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	for _, cell := range rows[1] {
		if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@") {
			t.Errorf("a spreadsheet takes %q for a formula", cell)
		}
	}
	a := archive()
	a.Conversations[0].Conversation.Newest.Text = "hi;=1+1"
	var b bytes.Buffer
	if err := a.Write(&b, "csv", Reader{Zone: time.UTC}); err != nil || !strings.Contains(b.String(), `,"hi;=1+1",`) {
		t.Errorf("a spreadsheet that parts at semicolons takes the end of a text for a formula: %v, %s", err, b.String())
	}
	if md := written(t, "markdown"); strings.Contains(md, "<script") || strings.Contains(md, "\n# Hi") || strings.Contains(md, "[a](") {
		t.Errorf("Markdown is marked up by the customer:\n%s", md)
	}
}

func written(t *testing.T, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := archive().Write(&b, format, Reader{Zone: time.UTC}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Of conversations that are read while they are written, each is out before the next is read; the
// whole is what is written of them together, also of none, and an error ends it.
func TestConversationsAreWrittenAsTheyAreRead(t *testing.T) {
	broken := errors.New("the store is gone")
	for _, format := range Formats {
		for n := range 3 {
			a := New("olga", time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
			for range n {
				a.Conversations = append(a.Conversations, archive().Conversations[0])
			}
			var whole, out bytes.Buffer
			if err := a.Write(&whole, format, Reader{Zone: time.UTC}); err != nil {
				t.Fatal(err)
			}
			var plain bytes.Buffer
			if err := record.Write(&plain, a, true); err != nil || format == "json" && plain.String() != whole.String() {
				t.Errorf("%d, %v: it is\n%s\nand not\n%s", n, err, whole.String(), plain.String())
			}
			head := a
			head.Conversations = nil
			before := -1
			read := func(yield func(Conversation, error) bool) {
				for _, c := range a.Conversations {
					if out.Len() <= before {
						t.Errorf("%s: nothing was written of the conversation before", format)
					}
					if before = out.Len(); !yield(c, nil) {
						return
					}
				}
				yield(Conversation{}, broken)
			}
			if err := head.Stream(&out, format, Reader{Zone: time.UTC}, n, read); !errors.Is(err, broken) || n > 0 && !strings.HasPrefix(whole.String(), out.String()) {
				t.Errorf("%s, %d: %v\n%s\nis no beginning of\n%s", format, n, err, out.String(), whole.String())
			}
		}
	}
}

// An export of a version that did not say what kind a snooze is says for whom it is; one of a
// later version may have kinds that are not known here.
func TestSnoozesOfOtherVersions(t *testing.T) {
	until := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		r    record.Conversation
		want time.Time
		kind state.SnoozeKind
	}{
		{record.Conversation{}, time.Time{}, 0},
		{record.Conversation{Snoozed: until}, until, state.SnoozePlain},
		{record.Conversation{Snoozed: until, SnoozedFor: "olga"}, time.Time{}, 0},
		{record.Conversation{Snoozed: until, PutOff: &record.PutOff{Until: until, Kind: "remind", For: "olga"}}, until, state.SnoozePromise},
		{record.Conversation{PutOff: &record.PutOff{Until: until, Kind: "when-it-rains"}}, until, unknownKind},
	} {
		if got, kind := putOff(c.r); !got.Equal(c.want) || kind != c.kind {
			t.Errorf("%+v: %v, %v", c.r, got, kind)
		}
	}
}

// O5: what was written as JSON is read again, and what another store can take over of it is a
// handover; what is damaged or newer is refused in a sentence.
func TestAnExportIsReadAgain(t *testing.T) {
	a, err := Read(strings.NewReader(written(t, "json")))
	if err != nil || len(a.Conversations) != 1 || a.Conversations[0].Messages[0].Text != archive().Conversations[0].Messages[0].Text {
		t.Fatalf("%+v, %v", a, err)
	}
	f, err := a.Shift()
	if err != nil || len(f.Conversations) != 1 {
		t.Fatal(f, err)
	}
	c := f.Conversations[0]
	if c.Account != "shop" || c.ID != "1" || c.Draft != "we will" || len(c.Notes) != 1 || len(c.Labels) != 1 || !c.Starred || strings.Contains(c.Name, "\x1b") {
		t.Errorf("%+v", c)
	}
	for text, want := range map[string]string{"": "no export", "{}": "no export", "x": "no export", `{"unibox_export":9}`: "newer version", `{"unibox_export":1,"schema":9}`: "newer version"} {
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// What people read is in the language of whoever exports; what programs read is the same in each.
func TestAnExportInAnotherLanguage(t *testing.T) {
	russian, ok := catalog.For("ru")
	if !ok {
		t.Fatal("there is no Russian")
	}
	a := archive()
	a.Conversations[0].Conversation.Name, a.Conversations[0].Conversation.Handle = "", ""
	a.Conversations[0].Messages[1].Reason = "" // the platform's words are its own
	in := func(format string, say *catalog.Language) string {
		var b strings.Builder
		if err := a.Write(&b, format, Reader{Say: say, Zone: time.UTC}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for format, all := range map[string][]string{
		"text":     {"(без имени)", "… более старые", "20 ноя 2026 12:00", "[не доставлено]", "[файл] x.exe", "(удалено)", "… здесь не хватает сообщений", "заметка, olga, 20 ноя 2026 12:00:", "1,2 КБ"},
		"markdown": {"# (без имени)", "*… более старые", "20 ноя 2026 12:01 (не доставлено)", "- файл: x", "> (удалено)", "*… здесь не хватает сообщений*", "заметка, **olga**, 20 ноя"},
		"html":     {`<html lang="ru">`, "<title>(без имени)</title>", "Выгружено из unibox", "… более старые", "(не доставлено)", "(удалено)", "здесь не хватает сообщений", "заметка, olga"},
	} {
		got := in(format, russian)
		for _, want := range all {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks %q", format, want)
			}
		}
		for _, english := range []string{"older", "missing", "note by", "deleted", "failed", " KB", "Nov", "Exported"} {
			if strings.Contains(got, english) {
				t.Errorf("%s says %q", format, english)
			}
		}
	}
	for _, format := range []string{"json", "csv"} {
		if in(format, russian) != in(format, nil) {
			t.Errorf("%s is another one in Russian", format)
		}
	}
}

// Every word of a record for what became of a message has words for people.
func TestEveryOutcomeIsSaid(t *testing.T) {
	for status := state.Queued; status <= state.Held; status++ {
		m := record.OfOutbound(state.Outbound{Status: status})
		if m.Status != "done" && Outcome(nil, m) == "" {
			t.Errorf("nothing is said of %q", m.Status)
		}
	}
	for _, word := range []string{"scheduled", "accepted", "sent", "delivered", "read", "failed", "unknown"} {
		if Outcome(nil, record.Message{From: record.Us, Delivery: word}) == "" {
			t.Errorf("nothing is said of %q", word)
		}
	}
}
