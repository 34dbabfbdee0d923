package dbfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// A file that is replaced while it is being opened is opened again: what is
// written goes to the one at the path.
func TestAFileReplacedWhileItIsOpened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	f := newFile(path, Schema{Name: "state", Synchronous: "FULL"})
	must(t, Create(path))
	before, err := os.Stat(path)
	must(t, err)
	links, err := f.pools.connect(t.Context(), 3, dsn(path, "FULL", 1024, ""))
	must(t, err)
	defer func() { closeConns(links, f.pools) }()
	must(t, os.Rename(path, path+".old"))
	must(t, os.WriteFile(path, nil, 0o600))
	if err := f.ready(links, before); !errors.Is(err, ErrMoved) {
		t.Errorf("got %v", err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
