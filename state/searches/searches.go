// Package searches keeps what was searched for in the messages: the last searches, and
// those that an agent wants to have at hand. They are lines of one file of this machine,
// each appended by itself. Whoever adds to it or writes it anew holds it alone, so that two
// sessions lose nothing of each other.
package searches

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"unibox/state/osfile"

	"unibox/state/lockfile"
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
	return alone(dir, os.O_CREATE, func(f *os.File, raw []byte) error {
		next := append(line, '\n')
		if len(raw) > 0 && raw[len(raw)-1] != '\n' { // a line that was cut by a full disk
			next = append([]byte{'\n'}, next...)
		}
		if len(raw) > large {
			return replace(dir, fold(append(raw, next...)))
		}
		_, err := f.Write(next)
		return err
	})
}

// Clear removes all searches of a folder: which account they are about is not known.
func Clear(dir string) error {
	err := alone(dir, 0, func(*os.File, []byte) error { return os.Remove(filepath.Join(dir, name)) })
	entries, failed := os.ReadDir(dir)
	for _, e := range entries { // of a writing that was cut short
		if strings.HasPrefix(e.Name(), name+".") {
			err = errors.Join(err, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	return errors.Join(err, failed)
}

// Expire removes the searches of before a time. Those that are kept stay.
func Expire(dir string, before time.Time) error {
	return alone(dir, 0, func(_ *os.File, raw []byte) error {
		all := fold(raw)
		left := slices.DeleteFunc(slices.Clone(all), func(s Search) bool { return !s.Kept && s.At.Before(before) })
		if len(left) == len(all) && bytes.Count(raw, []byte{'\n'}) == len(all) {
			return nil
		}
		return replace(dir, left)
	})
}

// alone calls fn with the file, open to be added to, and with what is in it, while no other
// session adds to it. Without the file, and without O_CREATE, it does nothing.
func alone(dir string, flag int, fn func(f *os.File, raw []byte) error) error {
	f, err := lockfile.Open(filepath.Join(dir, name), os.O_APPEND|os.O_RDWR|flag)
	if errors.Is(err, fs.ErrNotExist) && flag == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(f)
	if err == nil {
		err = fn(f, raw)
	}
	return errors.Join(err, f.Close())
}

// replace writes the file anew, in the order in which it was added to.
func replace(dir string, all []Search) error {
	var b bytes.Buffer
	for _, s := range slices.Backward(all) {
		line, err := json.Marshal(s)
		if err != nil {
			return err
		}
		b.Write(append(line, '\n'))
	}
	next := filepath.Join(dir, name+".part")
	if err := os.WriteFile(next, b.Bytes(), 0o600); err != nil {
		return errors.Join(err, os.Remove(next))
	}
	return osfile.Replace(next, filepath.Join(dir, name))
}
