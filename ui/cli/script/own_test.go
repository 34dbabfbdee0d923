package script

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/spf13/cobra"

	"unibox/state/osfile"
)

// Of a file that could not be read to its end nothing stays, and its name is free.
func TestAFileIsPutWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	cut := errors.New("cut")
	if _, err := put(t.Context(), root, "bill.pdf", io.MultiReader(strings.NewReader("half"), iotest.ErrReader(cut)), 100); !errors.Is(err, cut) {
		t.Errorf("%v", err)
	}
	if _, err := put(t.Context(), root, "bill.pdf", strings.NewReader("more than ten"), 10); err == nil {
		t.Error("a file that is too large was kept")
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if n, err := put(t.Context(), root, "bill.pdf", strings.NewReader("all of it"), 100); n != 9 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := put(t.Context(), root, "bill.pdf", strings.NewReader("another"), 100); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("%v", err)
	}
	if text, err := os.ReadFile(dir + "/bill.pdf"); string(text) != "all of it" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}

// What comes after the session ended is not the rest of a file, and what came before is not all
// of it.
func TestAFileIsNotPutOnceTheSessionEnded(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	gone := errors.New("gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	if _, err := put(ctx, root, "bill.pdf", io.MultiReader(strings.NewReader("half"), ends{func() { cancel(gone) }}), 100); !errors.Is(err, gone) {
		t.Errorf("%v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// What a process that was killed had begun takes no room for ever; what another still writes, or
// has begun a moment ago, stays.
func TestWhatWasBegunIsSwept(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	long := time.Now().Add(-time.Hour)
	for _, name := range []string{"left", "written", "just", "bill.pdf"} {
		path, at := dir+"/"+beginning+name, long
		switch name {
		case "just":
			at = time.Now()
		case "bill.pdf":
			path = dir + "/" + name
		}
		if err := errors.Join(os.WriteFile(path, []byte("half"), 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.OpenFile(dir+"/"+beginning+"written", os.O_WRONLY, 0)
	if err != nil || osfile.TryLock(f) != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if left, err := room(root, true); err != nil || left != mostOwn-3*int64(len("half")) {
		t.Errorf("room for %d, %v", left, err)
	}
	if _, err := os.Stat(dir + "/" + beginning + "left"); err == nil {
		t.Error("it is there still")
	}
}

// Of a file nothing more is printed once the session ended, and that is no success.
func TestAFileIsTakenUntilTheSessionEnds(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	whole := strings.Repeat("x", 1<<20)
	if err := os.WriteFile(dir+"/bill.pdf", []byte(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	removed := errors.New("removed")
	ctx, cancel := context.WithCancelCause(t.Context())
	out := &cutting{after: 100_000, do: func() { cancel(removed) }}
	if err := take(ctx, root, "bill.pdf", out); !errors.Is(err, removed) || out.n == len(whole) {
		t.Errorf("%d bytes, %v", out.n, err)
	}
	out = &cutting{after: 2 << 20}
	if err := take(t.Context(), root, "bill.pdf", out); err != nil || out.n != len(whole) {
		t.Errorf("%d bytes, %v", out.n, err)
	}
}

// cutting counts what is written to it, and does something after so many bytes.
type cutting struct {
	n, after int
	do       func()
}

func (c *cutting) Write(p []byte) (int, error) {
	if c.n += len(p); c.n >= c.after {
		c.do()
	}
	return len(p), nil
}

// Of a name that is refused it is said what is wrong with it.
func TestWhyANameIsRefused(t *testing.T) {
	for name, want := range map[string]string{
		"a/b": "leave out folders", "..": "leave out folders", ".": "leave out folders", "/": "leave out folders", "": "leave out folders", "../.ssh": "leave out folders",
		".ssh":  "begins with a dot",
		" a.go": "has spaces", "a.go ": "has spaces", "a  b": "has spaces", "a\tb": "has spaces",
		"a\x1b[2Jb": "cannot be shown", "a\x00b": "cannot be shown", "a\u202eb": "cannot be shown", "a\xffb": "cannot be shown",
		"bill of may.pdf": "", "счёт.pdf": "", "חשבון.pdf": "",
	} {
		err := oneName(&cobra.Command{}, []string{name})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", name, err, want)
		}
	}
}

// ends is an empty input that does something when it is read.
type ends struct{ do func() }

func (e ends) Read([]byte) (int, error) {
	e.do()
	return 0, io.EOF
}
