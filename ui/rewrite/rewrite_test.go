package rewrite

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// In whatever order the commands run, the file holds what was asked for last; after its end
// nothing brings it back.
func TestTheLastTextStays(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	read := func() string {
		text, _ := os.ReadFile(file)
		return string(text)
	}
	f := New(file)
	first, second, third := f.Write([]byte("1")), f.Write([]byte("2")), f.Write([]byte("3"))
	if second() != nil || first() != nil || read() != "2" {
		t.Errorf("an older text took the place of a newer one: %q", read())
	}
	if info, _ := os.Stat(file); info.Mode().Perm() != 0o600 {
		t.Error(info.Mode())
	}
	if f.End(nil) != nil || third() != nil || read() != "" {
		t.Errorf("it is back after its end: %q", read())
	}
	if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 0 {
		t.Errorf("%v are left", left)
	}
}

func TestManyWriteAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	f := New(file)
	var all sync.WaitGroup
	for range 20 {
		write := f.Write([]byte("x"))
		all.Go(func() {
			if err := write(); err != nil {
				t.Error(err)
			}
		})
	}
	if err := f.End([]byte("last")); err != nil {
		t.Error(err)
	}
	all.Wait()
	if text, _ := os.ReadFile(file); string(text) != "last" {
		t.Errorf("%q", text)
	}
	if f := New(filepath.Join(file, "none")); f.Write(nil)() == nil || f.End([]byte("x")) == nil {
		t.Error("what cannot be written is no error")
	}
}
