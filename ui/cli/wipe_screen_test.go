package cli

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"unibox/keymap"
	userhooks "unibox/state/hooks"
	"unibox/state/searches"
	"unibox/ui/app"
	"unibox/ui/place"
	"unibox/ui/used"
)

// O6: a wipe takes what the packages of the screen keep with it, also what one that was
// killed left, and a folder that holds nothing else is no empty one.
func TestAWipeTakesWhatTheScreenKeeps(t *testing.T) {
	dir := t.TempDir()
	if there, err := screenKeeps(dir); there || err != nil {
		t.Errorf("an empty folder: %v, %v", there, err)
	}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(searches.Add(dir, searches.Search{Text: "from:anna", At: time.Now()}))
	if there, err := screenKeeps(dir); !there || err != nil {
		t.Errorf("one search: %v, %v", there, err)
	}
	used.New(dir, false).Chose(keymap.Search)()
	for _, name := range []string{place.FileName + ".71", place.FileName + ".71.71", "palette.71", "waiting", "waiting.71", "places.txt", userhooks.FailuresFile, userhooks.FailuresFile + ".71"} {
		check(os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600))
	}
	olga := filepath.Join(dir, app.AgentsFolder, "olga")
	check(os.MkdirAll(filepath.Join(olga, "files"), 0o700))
	check(os.WriteFile(filepath.Join(olga, place.FileName), []byte("x"), 0o600))
	check(searches.Add(olga, searches.Search{Text: "from:anna", At: time.Now()}))
	check(os.WriteFile(filepath.Join(dir, app.HooksFile), nil, 0o600))
	left := func() (names []string) {
		entries, err := os.ReadDir(dir)
		check(err)
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	if n := len(left()); n != 12 {
		t.Fatalf("there are %v", left())
	}
	check(clearScreen(dir, "Bakery"))
	if got, want := left(), []string{app.AgentsFolder, app.HooksFile, "palette", "palette.71", "places.txt", "waiting", "waiting.71"}; !slices.Equal(got, want) {
		t.Errorf("of one account %v are left", got)
	}
	if made, err := searches.Read(olga); err != nil || len(made) > 0 {
		t.Errorf("an agent's searches are left: %v, %v", made, err)
	}
	check(clearScreen(dir, ""))
	if got := left(); !slices.Equal(got, []string{"places.txt"}) {
		t.Errorf("%v are left", got)
	}
}
