package postgres_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"unibox/state"
	"unibox/state/postgres/pgtest"
)

// A file comes as it went, once all of it is there, and goes with its message.
func TestAFileGoesFromBoxToBox(t *testing.T) {
	database := pgtest.Database(t)
	one, two := open(t, database), open(t, database)
	content := make([]byte, 900<<10)
	for i := range content {
		content[i] = byte(rand.Uint32())
	}
	var got bytes.Buffer
	if err := two.GetFile(t.Context(), "K-1", "1-photo.jpg", &got); !errors.Is(err, state.ErrNoSuch) {
		t.Errorf("before: %v", err)
	}
	if err := one.PutFile(t.Context(), "K-1", "1-photo.jpg", int64(len(content))+1, bytes.NewReader(content)); err == nil {
		t.Error("a file that became shorter was taken")
	}
	if has, err := two.HasFile(t.Context(), "K-1", "1-photo.jpg"); has || err != nil {
		t.Errorf("a part counts as the file: %v, %v", has, err)
	}
	must(t, one.PutFile(t.Context(), "K-1", "1-photo.jpg", int64(len(content)), bytes.NewReader(content)))
	must(t, one.PutFile(t.Context(), "K-2", "1-empty.txt", 0, strings.NewReader("")))
	must(t, two.GetFile(t.Context(), "K-1", "1-photo.jpg", &got))
	if !bytes.Equal(got.Bytes(), content) {
		t.Error("it is another one")
	}
	got.Reset()
	if err := two.GetFile(t.Context(), "K-2", "1-empty.txt", &got); err != nil || got.Len() != 0 {
		t.Errorf("an empty one: %v", err)
	}
	pgtest.Exec(t, database, "UPDATE unibox.chunk SET bytes = '\\x00' || substring(bytes FROM 2) WHERE nth = 1")
	if err := two.GetFile(t.Context(), "K-1", "1-photo.jpg", &got); err == nil || !strings.Contains(err.Error(), "checksum") {
		t.Errorf("a damaged one: %v", err)
	}
	must(t, one.DropFiles(t.Context(), []string{"K-1"}))
	if has, _ := two.HasFile(t.Context(), "K-2", "1-empty.txt"); !has {
		t.Error("what has just come was dropped")
	}
	pgtest.Exec(t, database, "UPDATE unibox.file SET at = at - interval '1 hour'")
	waits := state.FleetRow{Kind: "outbox", Key: "[7]", Conversation: conv(1), Columns: []byte(fmt.Sprintf(`{"id":7,"key":"K-2","status":%d}`, state.Held))}
	must(t, one.Write(t.Context(), state.FleetWrite{Layout: 1, Rows: []state.FleetRow{waits}}))
	must(t, one.DropFiles(t.Context(), []string{"K-1"}))
	if has, err := two.HasFile(t.Context(), "K-2", "1-empty.txt"); !has || err != nil {
		t.Errorf("that of a message which waits at the database was dropped: %v", err)
	}
	_, upTo := since(t, one, state.FleetPos{})
	waits.Columns = []byte(fmt.Sprintf(`{"id":7,"key":"K-2","status":%d}`, state.Done))
	must(t, one.Write(t.Context(), state.FleetWrite{Base: upTo.Pos, Layout: 1, Rows: []state.FleetRow{waits}}))
	must(t, one.DropFiles(t.Context(), []string{"K-1"}))
	for name, want := range map[string]bool{"K-1": true, "K-2": false} {
		has, err := two.HasFile(t.Context(), name, map[string]string{"K-1": "1-photo.jpg", "K-2": "1-empty.txt"}[name])
		if has != want || err != nil {
			t.Errorf("%s: %v, %v", name, has, err)
		}
	}
}
