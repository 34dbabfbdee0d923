package script

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
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

// ends is an empty input that does something when it is read.
type ends struct{ do func() }

func (e ends) Read([]byte) (int, error) {
	e.do()
	return 0, io.EOF
}
