package download

import (
	"os"
	"strings"
	"testing"
)

// T8: a file is read without being saved, under the same rules; one that was saved is read
// from the disk, and from its address where it is gone.
func TestT8PeekSavesNothing(t *testing.T) {
	d := newFixture(t, nil)
	const where = "/files/sample/1/photo.jpg"
	peek := func(name, address string, most int64) (string, error) {
		data, err := d.Peek(t.Context(), idOf(name), d.attachment(name, address), most)
		return string(data), err
	}
	whole, err := peek("x", where, 1<<20)
	if err != nil || len(whole) < 1000 || len(d.files()) > 0 {
		t.Fatalf("%d bytes, %v, on disk: %q", len(whole), err, d.files())
	}
	for address, why := range map[string]string{where: "larger than 1 KB", "https://127.0.0.1:9/x": "private network", "http://a.example/x": "not encrypted", "/files/trap/gone/x": "410 Gone", "/files/trap/endless/x": "larger than"} {
		if data, err := peek("x", address, 1000); err == nil || !strings.Contains(err.Error(), why) || data != "" {
			t.Errorf("%s: %d bytes, %v, want %q", address, len(data), err, why)
		}
	}
	saved := d.saved("y", where)
	if err := os.WriteFile(saved.Path, []byte("here"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := peek("y", where, 1000); got != "here" || err != nil {
		t.Errorf("one that was saved: %q, %v", got, err)
	}
	if _, err := peek("y", where, 3); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("one that was saved and is too large: %v", err)
	}
	if err := os.Remove(saved.Path); err != nil {
		t.Fatal(err)
	}
	if got, err := peek("y", where, 1<<20); got != whole || err != nil {
		t.Errorf("one that was saved and is gone: %d bytes, %v", len(got), err)
	}
}
