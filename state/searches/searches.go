// Package searches keeps what was searched for in the messages: the last searches, and
// those that an agent wants to have at hand. They are lines of one file of this machine,
// each appended by itself, so that two sessions lose nothing of each other.
package searches

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	// name is that of the file.
	name = "searches.jsonl"
	// Most is how many of the last searches are kept, besides those that are wanted.
	Most = 50
	// longest is the longest search that is kept, in bytes.
	longest = 1000
	// large is from which size on the file is written anew.
	large = 64 << 10
)

// Search is one that was made.
type Search struct {
	Text string `json:"text"`
	// Kept: it is wanted at hand until somebody says otherwise.
	Kept bool      `json:"kept"`
	At   time.Time `json:"at"`
}

// Read lists the searches of a folder, those that are kept first, then the newest first. A
// line that makes no sense is left out; without a file there are none.
func Read(dir string) ([]Search, error) {
	raw, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return fold(raw), nil
}

func fold(raw []byte) []Search {
	var all []Search
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var s Search
		if json.Unmarshal(lines.Bytes(), &s) != nil || !fits(s.Text) {
			continue
		}
		all = slices.DeleteFunc(all, func(was Search) bool { return was.Text == s.Text })
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(a, b Search) int {
		if a.Kept != b.Kept {
			return map[bool]int{true: -1, false: 1}[a.Kept]
		}
		return cmp.Compare(b.At.UnixNano(), a.At.UnixNano())
	})
	last := 0
	return slices.DeleteFunc(all, func(s Search) bool {
		if !s.Kept {
			last++
		}
		return !s.Kept && last > Most
	})
}

func fits(text string) bool {
	return strings.TrimSpace(text) != "" && len(text) <= longest && utf8.ValidString(text)
}

// Add notes a search, whether it is kept too. One that is too long is not noted.
func Add(dir string, s Search) error {
	if s.Text = strings.TrimSpace(s.Text); dir == "" || !fits(s.Text) {
		return nil
	}
	line, err := json.Marshal(s)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, name)
	if st, err := os.Stat(path); err == nil && st.Size() > large {
		if err := shorten(dir, path); err != nil {
			return err
		}
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}

// shorten writes the file anew with what still counts.
func shorten(dir, path string) error {
	all, err := Read(dir)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	for _, s := range slices.Backward(all) {
		line, err := json.Marshal(s)
		if err != nil {
			return err
		}
		b.Write(append(line, '\n'))
	}
	f, err := os.CreateTemp(dir, name+".*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(b.Bytes())
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
