package sqlite

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

func queueOf(t *testing.T, db *DB) string {
	t.Helper()
	all, err := db.Queue(t.Context())
	must(t, err)
	var out []string
	for _, u := range all {
		if u.Message != nil {
			out = append(out, fmt.Sprintf("%s: %s", u.Conversation.Contact.Name, u.Message.Body))
		} else {
			out = append(out, fmt.Sprintf("%s: %v %s", u.Conversation.Contact.Name, u.Change.Cap, u.Change.Reason))
		}
	}
	return strings.Join(out, "\n")
}

func TestQueueGroupsByConversation(t *testing.T) {
	db := four(t)
	owning(t, db)
	first := submit(t, db, queued(conv(3), "a", "one"))[0]
	submit(t, db, queued(conv(1), "b", "two"))
	submit(t, db, queued(conv(3), "c", "three"))
	out := submit(t, db, queued(conv(2), "d", "out"))[0]
	advance(t, db, out, state.Done)
	change, err := db.SubmitChange(t.Context(), state.Change{Conversation: conv(1), Cap: api.CapArchive, On: true, Made: noon})
	must(t, err)
	if got, want := queueOf(t, db), "李雷: one\n李雷: three\nАлёна Ёлкина: two"; got != want {
		t.Errorf("holds\n%s\nwant\n%s", got, want)
	}
	change.Reason, change.Attempts, change.NotBefore = "no line", 1, noon.Add(time.Minute)
	if ok, err := db.SaveChange(t.Context(), change); !ok || err != nil {
		t.Fatal(ok, err)
	}
	advance(t, db, first, state.Failed)
	if got, want := queueOf(t, db), "李雷: one\n李雷: three\nАлёна Ёлкина: two\nАлёна Ёлкина: archiving no line"; got != want {
		t.Errorf("holds\n%s\nwant\n%s", got, want)
	}
	list := viewed(t, db, state.ListQuery{View: state.ViewOutbox})
	if len(list) != 2 || !slices.Contains(list, "1") || !slices.Contains(list, "3") {
		t.Errorf("the view lists %v", list)
	}
}

func BenchmarkQueueOfAThousand(b *testing.B) {
	db, _ := manyConversations(b, 1000)
	for i := range 1000 {
		submit(b, db, queued(conv(i), fmt.Sprint("k", i), strings.Repeat("text ", 20)))
	}
	for b.Loop() {
		if all, err := db.Queue(b.Context()); err != nil || len(all) != 1000 {
			b.Fatal(len(all), err)
		}
	}
}
