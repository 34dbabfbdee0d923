package widths

import (
	"os"
	"path/filepath"
	"testing"

	"unibox/ui/layout"
)

func TestWidthsAreKept(t *testing.T) {
	dir := t.TempDir()
	want := layout.Widths{Channels: 24, List: 40}
	if saved := New(dir).Save(want)().(SavedMsg); saved.Err != nil {
		t.Fatal(saved.Err)
	}
	if got := New(dir).Load()(); got != (ReadMsg{want}) {
		t.Errorf("%+v", got)
	}
	info, err := os.Stat(filepath.Join(dir, FileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if New("").Load() != nil || New("").Save(want) != nil {
		t.Error("widths are kept without a folder")
	}
}

func TestWhatIsNoWidthIsLeftOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	if err := os.WriteFile(path, []byte("channels -3\n\x1b[2Jlist 9\nlist 99999999\nlist 33\nqueue 4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, ok := read(path); !ok || got != (layout.Widths{List: 33}) {
		t.Errorf("%+v, %v", got, ok)
	}
	if _, ok := read(path + "x"); ok {
		t.Error("a file that is not there was read")
	}
}
