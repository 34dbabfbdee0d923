//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDownloadInTheDemo: a file that a customer sent is in the folder with mode
// 0600 and the bytes that were sent, is reported for what it is, and stays when the
// demo goes.
func TestDownloadInTheDemo(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	w := open(t, command(t, home, "demo", "--quiet"), 120, 40)
	w.visit("invoice")
	w.wait(seenAttached + "photo.jpg") // it is in the index then
	w.press("S", "slatipac")
	w.wait("▸ see slatipac")
	w.press("enter")
	w.wait("▌       " + seenAttached + "photo.jpg")
	w.press("d")
	w.wait("All 8 that are not saved", "Download photo.jpg")
	w.press("down", "down", "down", "enter")
	w.wait("saved as ~/Downloads/photo.jpg · named .jpg, is a", "careful: named .jpg, is a program")
	w.press("q")
	w.ended(0)
	path := filepath.Join(home, "Downloads", "photo.jpg")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info, err)
	}
	if b, _ := os.ReadFile(path); !strings.HasPrefix(string(b), "\x7fELF") || len(b) != 71 {
		t.Errorf("it holds %q", b)
	}
	if names, _ := filepath.Glob(filepath.Join(home, "Downloads", "*")); len(names) != 1 {
		t.Errorf("the folder holds %q", names)
	}
}
