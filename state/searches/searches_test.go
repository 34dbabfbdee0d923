package searches

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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

// What two sessions add at once, one of them while the other writes the file anew, is all
// there.
func TestTwoSessionsLoseNothing(t *testing.T) {
	dir := t.TempDir()
	const each = 60
	var all sync.WaitGroup
	for who := range 2 {
		all.Go(func() {
			for i := range each {
				text := fmt.Sprintf("%d %d %s", who, i, strings.Repeat("x", 900))
				if err := Add(dir, Search{Text: text, Kept: true, At: time.Unix(int64(i), 0)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if got := texts(t, dir); len(got) != 2*each {
		t.Errorf("%d searches are kept, want %d", len(got), 2*each)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("in the folder are %v", left)
	}
}

// A line that was cut by a full disk takes no other with it.
func TestATornLineIsEnded(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(`{"text":"ca`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Add(dir, Search{Text: "tea"}); err != nil {
		t.Fatal(err)
	}
	if got := texts(t, dir); !slices.Equal(got, []string{"tea"}) {
		t.Errorf("%q", got)
	}
}

// O6: what was searched for leaves with the messages that it may be about, and all of it,
// leftovers too, when asked to.
func TestSearchesGo(t *testing.T) {
	dir, day := t.TempDir(), 24*time.Hour
	if err := Expire(dir, time.Now()); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Fatalf("a file was made: %v", left)
	}
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for _, s := range []Search{{Text: "old", At: noon}, {Text: "old but kept", Kept: true, At: noon}, {Text: "young", At: noon.Add(2 * day)}, {Text: "old", At: noon.Add(time.Hour)}} {
		if err := Add(dir, s); err != nil {
			t.Fatal(err)
		}
	}
	if err := Expire(dir, noon.Add(day)); err != nil {
		t.Fatal(err)
	}
	if got, want := texts(t, dir), []string{"* old but kept", "young"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if raw, _ := os.ReadFile(filepath.Join(dir, name)); strings.Contains(string(raw), `"old"`) {
		t.Errorf("the file still says %s", raw)
	}
	for _, leftover := range []string{name + ".part", name + ".123456", "notes.txt"} {
		if err := os.WriteFile(filepath.Join(dir, leftover), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Clear(dir); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 || left[0].Name() != "notes.txt" {
		t.Errorf("left are %v", left)
	}
}
