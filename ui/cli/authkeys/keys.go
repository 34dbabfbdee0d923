package authkeys

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-shellwords"
	"golang.org/x/crypto/ssh"

	"unibox/ui/catalog"
)

// Allowed is what a key lets somebody run.
type Allowed struct {
	Agent string
	// Config and State are those that its line names, empty for the usual ones.
	Config, State string
}

// Keys are those of agents in an authorized_keys file, for who lets agents in without sshd.
// They are read again once the file changed. They are safe for concurrent use.
type Keys struct {
	path string

	mu   sync.Mutex
	at   time.Time
	size int64
	all  map[string]Allowed
}

// NewKeys are the keys of a file, which need not be there.
func NewKeys(path string) *Keys { return &Keys{path: path} }

// Of is what a key allows; false for one that is no agent's. As for sshd its first line
// counts: one with a shell, or with conditions that only sshd knows, lets nobody in here. The
// error is why no key counts at all.
func (k *Keys) Of(key ssh.PublicKey) (Allowed, bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.refresh(); err != nil {
		return Allowed{}, false, err
	}
	a, ok := k.all[string(key.Marshal())]
	return a, ok && a.Agent != "", nil
}

func (k *Keys) refresh() error {
	info, err := os.Stat(k.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		k.all, k.at, k.size = nil, time.Time{}, 0
		return nil
	case err != nil:
		return err
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0:
		return catalog.Errorf("others can write %s, so no key in it counts: take their rights away", k.path)
	case k.all != nil && info.ModTime().Equal(k.at) && info.Size() == k.size:
		return nil
	}
	text, err := os.ReadFile(k.path)
	if err != nil {
		return err
	}
	k.all, k.at, k.size = allowedIn(text), info.ModTime(), info.Size()
	return nil
}

// allowedIn is what each key of a file allows. A line may have any length.
func allowedIn(text []byte) map[string]Allowed {
	all := map[string]Allowed{}
	for line := range bytes.Lines(text) {
		key, _, options, _, err := ssh.ParseAuthorizedKey(line)
		if err != nil {
			continue
		}
		if _, before := all[string(key.Marshal())]; !before {
			all[string(key.Marshal())] = allowedBy(options)
		}
	}
	return all
}

// allowedBy is what the options of a line allow: those that Add writes, and no others.
func allowedBy(options []string) (a Allowed) {
	command := ""
	for _, o := range options {
		run, is := strings.CutPrefix(o, `command="`)
		switch {
		case is && command == "":
			command = strings.TrimSuffix(run, `"`)
		case o != "restrict" && o != "pty":
			return Allowed{}
		}
	}
	words, err := shellwords.Parse(command)
	if err != nil || len(words)%2 == 0 || !slices.Contains(options, "restrict") {
		return Allowed{}
	}
	for flag := range slices.Chunk(words[1:], 2) {
		switch flag[0] {
		case "--agent":
			a.Agent = flag[1]
		case "--config":
			a.Config = flag[1]
		case "--state":
			a.State = flag[1]
		default:
			return Allowed{}
		}
	}
	return a
}
