package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unibox/state/config"
)

// C11: forgotten.txt beside the config adds its words, and says at the start what is wrong
// with it.
func TestOwnWordsBesideTheConfig(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config.toml")
	for name, text := range map[string]string{"config.toml": "", "forgotten.txt": "ek bulunan\n- anbei\nbad\x1b[2J"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, _, err := config.Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := Session{Config: c}
	words := s.fileWords()
	if words.Promise(nil, "Ek bulunan fatura") == "" || words.Promise(nil, "anbei") != "" || words.Promise(nil, "attached") == "" {
		t.Error("the file does not count")
	}
	if len(s.Notices) != 1 || !strings.Contains(s.Notices[0], "forgotten.txt, line 3 is left out") {
		t.Errorf("%q", s.Notices)
	}
	if err := os.Truncate(filepath.Join(dir, "forgotten.txt"), largestWords+1); err != nil {
		t.Fatal(err)
	}
	s.Notices = nil
	if s.fileWords().Promise(nil, "attached") == "" || len(s.Notices) != 1 || !strings.Contains(s.Notices[0], "larger than 64 KB") {
		t.Errorf("%q", s.Notices)
	}
}
