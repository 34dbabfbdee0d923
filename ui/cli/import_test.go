package cli

import (
	"bytes"
	"errors"
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
	if _, err := imports(t, file, "--state", store, "--yes"); err == nil || !strings.Contains(err.Error(), "neither a handover nor an export") {
		t.Errorf("a file that is neither: %v", err)
	}
	if _, err := imports(t, file, "--state", store, "--yes", "--dry-run"); err == nil || err.Error() != "--dry-run and --yes do not go together: leave out one of them" || exitCode(err) != exitUsage {
		t.Errorf("two flags of which one only holds: %v", err)
	}
}

func imports(t *testing.T, args ...string) (string, error) {
	t.Helper()
	return prints(t, append([]string{"import"}, args...)...)
}

// What is put off comes over as what it is: a promise stays one, also where it hides nothing, and
// what one agent put off for themselves is hidden from nobody else.
func TestImportTakesSnoozesAsTheyAre(t *testing.T) {
	soon := time.Now().Add(48 * time.Hour).Truncate(time.Second)
	for name, c := range map[string]struct {
		flags state.FlagChange
		want  state.Back
	}{
		"plain":                  {state.FlagChange{Snoozed: api.Known(soon)}, state.Back{At: soon}},
		"firm":                   {state.FlagChange{Snoozed: api.Known(soon), SnoozeKind: state.SnoozeFirm}, state.Back{At: soon, Kind: state.SnoozeFirm}},
		"follow-up":              {state.FlagChange{Snoozed: api.Known(soon), SnoozeKind: state.SnoozeSilent}, state.Back{At: soon, Kind: state.SnoozeSilent}},
		"promise":                {state.FlagChange{Snoozed: api.Known(soon), SnoozeKind: state.SnoozePromise}, state.Back{At: soon, Kind: state.SnoozePromise}},
		"for one agent":          {state.FlagChange{Snoozed: api.Known(soon), For: "olga"}, state.Back{}},
		"follow-up of one agent": {state.FlagChange{Snoozed: api.Known(soon), SnoozeKind: state.SnoozeSilent, For: "olga"}, state.Back{At: soon, Kind: state.SnoozeSilent}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			id := api.ConversationID{Account: "shop", Remote: "7"}
			of := func(store string, do func(db *sqlite.DB)) {
				t.Helper()
				db, err := sqlite.Open(t.Context(), filepath.Join(dir, store), state.NewFeed())
				if err != nil {
					t.Fatal(err)
				}
				defer db.Close()
				if err := db.SaveConversations(t.Context(), []api.Conversation{{ID: id, Kind: "sms", Contact: api.Contact{Name: "Anna Vogel"}, Active: api.Known(soon.Add(-time.Hour))}}); err != nil {
					t.Fatal(err)
				}
				do(db)
			}
			file := filepath.Join(dir, "export.json")
			of("theirs", func(db *sqlite.DB) {
				db.SetAgent("olga") // who sees what is put off for her alone
				if err := db.SetFlags(t.Context(), id, c.flags); err != nil {
					t.Fatal(err)
				}
				row, err := db.Row(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				a := export.New("olga", time.Now())
				a.Conversations = []export.Conversation{{Conversation: record.Of(row)}}
				var b bytes.Buffer
				if err := errors.Join(a.Write(&b, "json", export.Reader{Zone: time.UTC}), os.WriteFile(file, b.Bytes(), 0o600)); err != nil {
					t.Fatal(err)
				}
			})
			of("ours", func(*sqlite.DB) {})
			if out, err := imports(t, file, "--state", filepath.Join(dir, "ours"), "--yes"); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			of("ours", func(db *sqlite.DB) {
				row, err := db.Row(t.Context(), id)
				if got := row.PutOff; err != nil || !got.At.Equal(c.want.At) || got.Kind != c.want.Kind || got.For != "" {
					t.Errorf("%+v, want %+v (%v)", got, c.want, err)
				}
			})
		})
	}
}
