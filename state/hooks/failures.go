package hooks

import (
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"unibox/state/osfile"
)

// FailuresFile is in the state folder, and there alone while a hook fails: sessions that do
// not run hooks, and unibox doctor, read there what is wrong with them.
const FailuresFile = "hooks.failed"

// Failure is a hook that does not work.
type Failure struct {
	// Event is what it runs on.
	Event string `json:"event"`
	// Since is when it began to fail for this reason.
	Since time.Time `json:"since"`
	// Why is a sentence.
	Why string `json:"why"`
}

// Failures lists what fails of the hooks whose FailuresFile is in dir, in the order of their
// events. It is nothing without a file.
func Failures(dir string) ([]Failure, error) {
	all, err := readFailures(filepath.Join(dir, FailuresFile))
	list := make([]Failure, 0, len(all))
	for _, f := range all {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b Failure) int {
		return cmp.Or(strings.Compare(a.Event, b.Event), strings.Compare(a.Why, b.Why))
	})
	return list, err
}

// failures are those in a file, by the hook, or that events of it were dropped. Without a path
// they are kept nowhere.
type failures struct {
	path string
	mu   sync.Mutex
	all  map[string]Failure
}

func readFailures(path string) (all map[string]Failure, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	return all, err
}

// load takes what an earlier session left of hooks that there still are. Where it cannot be
// read it begins anew.
func (f *failures) load(run map[string][]string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.path == "" {
		return nil
	}
	before, err := readFailures(f.path)
	for what, failure := range before {
		if _, known := f.all[what]; !known && len(run[failure.Event]) > 0 {
			f.set(what, failure)
		}
	}
	if err == nil && len(before) > len(f.all) {
		err = f.write()
	}
	return err
}

func (f *failures) set(what string, failure Failure) {
	if f.all == nil {
		f.all = map[string]Failure{}
	}
	f.all[what] = failure
}

// note keeps that something fails, or with nil that it does not. What was known is not written
// again.
func (f *failures) note(what, event string, why error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	was, known := f.all[what]
	switch {
	case f.path == "", why == nil && !known, why != nil && was.Why == why.Error():
		return nil
	case why == nil:
		delete(f.all, what)
	default:
		f.set(what, Failure{event, time.Now().UTC().Truncate(time.Second), why.Error()})
	}
	return f.write()
}

func (f *failures) write() error {
	if len(f.all) == 0 {
		return os.Remove(f.path)
	}
	text, err := json.MarshalIndent(f.all, "", "  ")
	if err != nil {
		return err
	}
	next, err := os.CreateTemp(filepath.Dir(f.path), FailuresFile+".")
	if err != nil {
		return err
	}
	defer os.Remove(next.Name()) // where it did not take its place
	_, err = next.Write(append(text, '\n'))
	if err = errors.Join(err, next.Close()); err != nil {
		return err
	}
	return osfile.Replace(next.Name(), f.path)
}
