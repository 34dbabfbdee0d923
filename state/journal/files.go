package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"unibox/state/osfile"

	"unibox/api"
	"unibox/state/lockfile"
)

// A file is named after its month, in UTC.
const (
	prefix = "activity-"
	suffix = ".jsonl"
)

func month(at time.Time) string { return at.UTC().Format("2006-01") }

// Files lists the log's files in a state folder, the oldest first.
func Files(dir string) ([]string, error) {
	all, err := filepath.Glob(filepath.Join(dir, prefix+"[0-9][0-9][0-9][0-9]-[0-9][0-9]"+suffix))
	slices.Sort(all)
	return all, err
}

// longestLine is how much of a line is read: a reply may be long.
const longestLine = 4 << 20

// Read returns the newest entries of a state folder that keep accepts, oldest first, n at
// most; 0 for all. Lines that are none are left out and counted.
func Read(dir string, n int, keep func(Entry) bool) (all []Entry, damaged int, err error) {
	files, err := Files(dir)
	for i := len(files) - 1; i >= 0 && (n == 0 || len(all) < n); i-- {
		some, bad, failed := readFile(files[i], keep)
		damaged += bad
		err = errors.Join(err, failed)
		all = append(some, all...)
	}
	if n > 0 && len(all) > n {
		all = all[len(all)-n:]
	}
	return all, damaged, err
}

func readFile(path string, keep func(Entry) bool) (all []Entry, damaged int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		var e Entry
		switch {
		case len(bytes.TrimSpace(lines.Bytes())) == 0:
		case json.Unmarshal(lines.Bytes(), &e) != nil || e.Did == "":
			damaged++
		case keep == nil || keep(e):
			all = append(all, e)
		}
	}
	return all, damaged, lines.Err()
}

// Clear removes what the log says of an account, or all of it with an empty name. A line
// that cannot be read may be about it, and goes too.
func Clear(dir string, account api.AccountID) error {
	files, err := Files(dir)
	if account == "" {
		parts, failed := filepath.Glob(filepath.Join(dir, prefix+"*"+suffix+partSuffix)) // of a rewriting that was cut short
		err = errors.Join(err, failed)
		for _, path := range append(files, parts...) {
			err = errors.Join(err, os.Remove(path))
		}
		return err
	}
	for _, path := range files {
		err = errors.Join(err, rewrite(path, true, func(e Entry) bool { return e.Account != string(account) }))
	}
	return err
}

// Expire removes what is older than the log is kept of its account; 0 is for ever.
func Expire(dir string, now time.Time, kept func(api.AccountID) time.Duration) error {
	files, err := Files(dir)
	for _, path := range files {
		err = errors.Join(err, rewrite(path, false, func(e Entry) bool {
			keep := kept(api.AccountID(e.Account))
			return keep <= 0 || !e.At.Before(now.Add(-keep))
		}))
	}
	return err
}

// partSuffix ends the name of a file that is being written anew.
const partSuffix = ".part"

// rewrite writes a file anew without what keep refuses, and without lines that cannot be
// read: where there is any to be left out, or damaged ones alone are reason enough. Nobody
// adds to the file meanwhile.
func rewrite(path string, damagedToo bool, keep func(Entry) bool) error {
	lock, err := lockfile.Open(path, os.O_RDWR)
	if errors.Is(err, fs.ErrNotExist) { // another session was first
		return nil
	}
	if err != nil {
		return err
	}
	defer lock.Close()
	refused := 0
	kept, damaged, err := readFile(path, func(e Entry) bool {
		if keep(e) {
			return true
		}
		refused++
		return false
	})
	if err != nil || refused == 0 && (damaged == 0 || !damagedToo) {
		return err
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	for _, e := range kept {
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	if text.Len() == 0 {
		return os.Remove(path)
	}
	if err := os.WriteFile(path+partSuffix, text.Bytes(), 0o600); err != nil {
		return err
	}
	return osfile.Replace(path+partSuffix, path)
}
