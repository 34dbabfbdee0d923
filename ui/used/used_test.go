package used

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCountsAreKept(t *testing.T) {
	dir := t.TempDir()
	c := New(dir, false)
	for range 3 {
		c.Chose("conversation.star")()
	}
	c.Chose("app.quit")()
	text, err := os.ReadFile(filepath.Join(dir, "palette"))
	if err != nil || string(text) != "3 conversation.star\n1 app.quit\n" {
		t.Errorf("%q, %v", text, err)
	}
	if info, _ := os.Stat(filepath.Join(dir, "palette")); info.Mode().Perm() != 0o600 {
		t.Error(info.Mode())
	}
	next := New(dir, false)
	if !next.Update(next.Load()()) || next.Of("conversation.star") != 3 || next.Of("app.quit") != 1 || next.Of("x") != 0 {
		t.Errorf("%v", next.counts)
	}
	for range 60 {
		next.Chose("app.quit")
	}
	if next.Of("app.quit") > halveAt || next.Of("conversation.star") != 1 {
		t.Errorf("%v: what is used no more does not give way", next.counts)
	}
}

// Two choices, one right after the other, may be written in either order.
func TestTheLastChoiceIsKept(t *testing.T) {
	dir := t.TempDir()
	c := New(dir, false)
	first, second := c.Chose("app.quit"), c.Chose("app.quit")
	second()
	first()
	if text, _ := os.ReadFile(filepath.Join(dir, "palette")); string(text) != "2 app.quit\n" {
		t.Errorf("%q", text)
	}
}

// A file that is damaged or hostile costs nothing.
func TestAStrangeFileIsNoFile(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "palette"), []byte("x y\n-3 app.quit\n99999999 app.help\n\x00\n5\n"+strings.Repeat("1 a\n", 10000)+strings.Repeat("9", 1<<20)), 0o600)
	c := New(dir, false)
	c.Update(c.Load()())
	if c.Of("app.help") != halveAt || c.Of("app.quit") != 0 || len(c.counts) != 2 {
		t.Errorf("%v", c.counts)
	}
	if c := New("", false); c.Load() != nil || c.Chose("app.quit") != nil {
		t.Error("it is kept where nothing is")
	}
	if got := New(filepath.Join(dir, "none"), false); !got.Update(got.Load()()) {
		t.Error("no file is no answer")
	}
}

// X3: who is only to look has the order of before, and leaves the file as it is.
func TestX3OnlyLookingWritesNoCounts(t *testing.T) {
	dir := t.TempDir()
	New(dir, false).Chose("app.quit")()
	c := New(dir, true)
	if !c.Update(c.Load()()) || c.Of("app.quit") != 1 {
		t.Errorf("%v", c.counts)
	}
	if cmd := c.Chose("app.quit"); cmd != nil {
		cmd()
	}
	if text, _ := os.ReadFile(filepath.Join(dir, "palette")); string(text) != "1 app.quit\n" || c.Of("app.quit") != 2 {
		t.Errorf("%q, %v", text, c.counts)
	}
}
