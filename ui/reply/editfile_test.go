package reply

import (
	"os"
	"path/filepath"
	"testing"

	"unibox/api"
	"unibox/state"
)

func editing(t *testing.T, dir, began string) editFile {
	t.Helper()
	file, err := newEditFile(dir, anna, began)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// What was written in an editor when unibox was killed is in the draft after the next
// start, beside what was typed elsewhere meanwhile, and leaves no file.
func TestAnEditorsFileOutlivesUnibox(t *testing.T) {
	dir := t.TempDir()
	d := newBox(t).disk
	d.drafts[anna] = state.Draft{Conversation: anna, Body: "Hello Anna, see you", Rev: 3}
	file := editing(t, dir, "Hello Anna")
	put(t, file.path, "Dear Anna, hello\n")
	if got := AdoptEdits(t.Context(), nil, dir, d); len(got) != 0 || d.drafts[anna].Body != "Hello Anna, see you" {
		t.Errorf("taken from an editor that is open: %q, %+v", got, d.drafts[anna])
	}
	file.release() // as a kill does
	got := AdoptEdits(t.Context(), nil, dir, d)
	if want := "Dear Anna, hello, see you"; len(got) != 1 || d.drafts[anna].Body != want {
		t.Errorf("%q, %q, want %q", got, d.drafts[anna].Body, want)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

func TestAnUnchangedEditorsFileIsRemoved(t *testing.T) {
	dir := t.TempDir()
	d := newBox(t).disk
	file := editing(t, dir, "as it was")
	file.release()
	if got := AdoptEdits(t.Context(), nil, dir, d); len(got) != 0 || len(d.drafts) != 0 {
		t.Errorf("%q, %+v", got, d.drafts)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

func TestClearingEditorsFiles(t *testing.T) {
	dir := t.TempDir()
	file := editing(t, dir, "secret of a customer")
	file.release()
	for _, c := range []struct {
		account api.AccountID
		left    int
	}{{"b", 1}, {"a", 0}} {
		if err := ClearEdits(dir, c.account); err != nil {
			t.Error(err)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, editsName, "*")); len(left) != c.left {
			t.Errorf("after clearing %s: left %q", c.account, left)
		}
	}
}
