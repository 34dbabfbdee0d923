package script

import (
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
	if _, err := put(root, "bill.pdf", io.MultiReader(strings.NewReader("half"), iotest.ErrReader(cut)), 100); !errors.Is(err, cut) {
		t.Errorf("%v", err)
	}
	if _, err := put(root, "bill.pdf", strings.NewReader("more than ten"), 10); err == nil {
		t.Error("a file that is too large was kept")
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if n, err := put(root, "bill.pdf", strings.NewReader("all of it"), 100); n != 9 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := put(root, "bill.pdf", strings.NewReader("another"), 100); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("%v", err)
	}
	if text, err := os.ReadFile(dir + "/bill.pdf"); string(text) != "all of it" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}
