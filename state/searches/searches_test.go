package searches

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func texts(t *testing.T, dir string) (all []string) {
	t.Helper()
	list, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		all = append(all, map[bool]string{true: "* "}[s.Kept]+s.Text)
	}
	return all
}

// S2: the last searches are there again, those that are kept first.
func TestSearchesAreKept(t *testing.T) {
	dir, at := t.TempDir(), time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	if got := texts(t, dir); got != nil {
		t.Fatalf("at first there are %q", got)
	}
	add := func(text string, kept bool) {
		at = at.Add(time.Minute)
		if err := Add(dir, Search{Text: text, Kept: kept, At: at}); err != nil {
			t.Fatal(err)
		}
	}
	add("cake", false)
	add("from:anna refund", true)
	add(" tea ", false)
	add("cake", false)
	add("", false)
	add(strings.Repeat("x", 2000), true)
	if got, want := texts(t, dir), []string{"* from:anna refund", "cake", "tea"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	add("from:anna refund", false)
	if got := texts(t, dir); got[0] != "from:anna refund" {
		t.Errorf("no longer kept: %q", got)
	}
	st, err := os.Stat(filepath.Join(dir, name))
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", st.Mode(), err)
	}
}

// The file does not grow for ever, loses none that is kept, and is read past what
// makes no sense.
func TestTheFileStaysSmall(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte("no json\n{\"text\":\"wanted\",\"kept\":true}\n{\"text\":5}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range 1000 {
		if err := Add(dir, Search{Text: fmt.Sprint(strings.Repeat("long ", 20), i), At: time.Unix(int64(i), 0)}); err != nil {
			t.Fatal(err)
		}
	}
	got := texts(t, dir)
	if len(got) != Most+1 || got[0] != "* wanted" || !strings.HasSuffix(got[1], " 999") {
		t.Errorf("%d are kept, first %q", len(got), got[:2])
	}
	if st, err := os.Stat(path); err != nil || st.Size() > 2*large {
		t.Errorf("the file has %d bytes, %v", st.Size(), err)
	}
}
