//go:build unix

package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Of changes at the same time none is lost: each is written, or says that it was not.
func TestChangesAtOnceAreAllWrittenOrRefused(t *testing.T) {
	file := written(t, "")
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for {
				e, err := Change(file, platforms, "delay", fmt.Sprint("a", i), `"5s"`)
				if err == nil {
					err = e.Write()
				}
				if !errors.Is(err, ErrChanged) {
					if err != nil {
						t.Error(err)
					}
					return
				}
			}
		})
	}
	all.Wait()
	if got := contents(t, file); strings.Count(got, " = ") != 8 {
		t.Errorf("it is\n%s", got)
	}
	if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 1 {
		t.Errorf("beside it there is %v", left)
	}
}

// A pipe in place of a config would be waited for.
func TestAPipeIsNoConfig(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "p")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	if _, _, err := Load(pipe, nil); !errors.Is(err, errNoFile) {
		t.Errorf("error %v", err)
	}
	if c, problems, err := Load(os.DevNull, nil); err != nil || len(c.Accounts)+len(problems) > 0 {
		t.Errorf("%v: %v, %v", os.DevNull, problems, err)
	}
}

func TestWriteKeepsTheModeAndWhatIsReadOnly(t *testing.T) {
	secret := account + "token = 't'\n"
	for _, tt := range []struct {
		text      string
		was, want os.FileMode
		refused   bool
		note      bool
	}{
		{"", 0o400, 0o400, true, false}, {"", 0o440, 0o440, true, false}, {"", 0o640, 0o640, false, false}, {"", 0o644, 0o644, false, false}, {"", 0o600, 0o600, false, false},
		{secret, 0o644, 0o600, false, true}, {secret, 0o600, 0o600, false, false}, {secret + "token = [\n", 0o640, 0o600, false, false},
	} {
		file := written(t, tt.text)
		if err := os.Chmod(file, tt.was); err != nil {
			t.Fatal(err)
		}
		e, err := Open(file)
		if err != nil {
			t.Fatal(err)
		}
		err = e.With(slices.Concat([]byte(tt.text), []byte("\n# more\n"))).Write()
		info, _ := os.Stat(file)
		if (err != nil) != tt.refused || info.Mode() != tt.want || (e.Note() != "") != tt.note || tt.refused != (contents(t, file) == tt.text) {
			t.Errorf("%04o with %q: %04o, %v, %q", tt.was, tt.text, info.Mode(), err, e.Note())
		}
	}
}

// Who moves a config away does not get another one in its place.
func TestWriteMakesNothingWhereAFileWas(t *testing.T) {
	file := written(t, "")
	e, _ := Open(file)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := e.With([]byte("[ui]\n")).Write(); err == nil || !strings.Contains(err.Error(), "not there any more") {
		t.Errorf("error %v", err)
	}
}
