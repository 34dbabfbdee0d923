package cli

import (
	"os"
	"path/filepath"
	"testing"
)

// O6: a wipe takes what the screen keeps with it.
func TestAWipeTakesWhatTheScreenKeeps(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"place", "palette", "waiting"} {
		os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600)
	}
	if err := clearScreen(dir, "Bakery"); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("of one account %v are left", left)
	}
	if err := clearScreen(dir, ""); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%v are left", left)
	}
}
