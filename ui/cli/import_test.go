package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/handover"
	"unibox/state/record"
	"unibox/state/sqlite"
	"unibox/ui/cli/export"
)

// O5: what was exported as JSON is taken over by another store as far as it is nobody's but
// an agent's; of a file that is neither an export nor a handover nothing is.
func TestImportTakesAnExportOver(t *testing.T) {
	dir := t.TempDir()
	store, file := filepath.Join(dir, "state"), filepath.Join(dir, "export.json")
	id := api.ConversationID{Account: "shop", Remote: "7"}
	db, err := sqlite.Open(t.Context(), store, state.NewFeed())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.SaveConversations(t.Context(), []api.Conversation{{ID: id, Kind: "sms", Contact: api.Contact{Name: "Anna Vogel"}, Active: api.Known(time.Now())}}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	a := export.New("olga", time.Now())
	a.Conversations = []export.Conversation{{Conversation: record.Conversation{ID: "shop/7", Account: "shop", Name: "Eve\x1b[2J", Handle: "another", Labels: []string{"vip"}}, Draft: "we will"}}
	var b bytes.Buffer
	if err := a.Write(&b, "json", export.Reader{Zone: time.UTC}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	looks := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(looks, []byte("[ui]\nread_only = true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := imports(t, file, "--state", store, "--config", looks, "--yes"); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Fatalf("where nothing may be changed: %v\n%s", err, out)
	}
	shift, made, err := (handover.File{By: "olga", Made: time.Now()}).Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := prints(t, "handover", "read", made, "--state", store, "--config", looks, "--yes"); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Fatalf("a shift %s, where nothing may be changed: %v\n%s", shift, err, out)
	}
	if out, err := prints(t, "handover", "read", made, "--state", store, "--config", filepath.Join(dir, "none.toml"), "--yes"); err != nil || !strings.Contains(out, "Nothing is to be changed") {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := imports(t, file, "--state", store, "--dry-run"); err != nil || !strings.Contains(out, "Anna Vogel (shop, sms)") || !strings.Contains(out, "Nothing was done.") {
		t.Fatalf("a dry run: %v\n%s", err, out)
	}
	out, err := imports(t, file, "--state", store, "--yes")
	if err != nil || !strings.Contains(out, "Nothing was sent") || strings.Contains(out, "\x1b") || strings.Contains(out, "Eve") || !strings.Contains(out, "Anna Vogel (shop, sms)") {
		t.Fatalf("%v\n%s", err, out)
	}
	if db, err = sqlite.Open(t.Context(), store, state.NewFeed()); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	row, err := db.Row(t.Context(), id)
	if d, _ := db.Draft(t.Context(), id); err != nil || len(row.Labels) != 1 || d.Body != "we will" {
		t.Errorf("%v: %q, %q", err, row.Labels, d.Body)
	}
	os.WriteFile(file, []byte(`{"unibox_export":9}`), 0o600)
	if _, err := imports(t, file, "--state", store, "--yes"); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("an export of a newer version: %v", err)
	}
	os.WriteFile(file, []byte("{}"), 0o600)
	if _, err := imports(t, file, "--state", store, "--yes"); err == nil {
		t.Error("a file that is neither was taken")
	}
}

func imports(t *testing.T, args ...string) (string, error) {
	t.Helper()
	return prints(t, append([]string{"import"}, args...)...)
}
