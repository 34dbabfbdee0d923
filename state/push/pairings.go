package push

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"

	"unibox/api"
	"unibox/state/osfile"
)

// pairingFile holds what an event said last of a channel that is being connected: one
// process takes the event, and the person may sit at another.
const pairingFile = "pairing.json"

// sharedPairing is what is in it.
type sharedPairing struct {
	api.Pairing
	At time.Time
}

// share lets the other sessions know of channels that are being connected.
func (t *Taker) share(list []api.Pairing, at time.Time) {
	for _, p := range list {
		if err := writeFile(filepath.Join(filepath.Dir(t.file), pairingFile), encoded(sharedPairing{p, at})); err != nil {
			t.log.Warn("tell other sessions of a channel that is being connected", "err", err)
		}
	}
}

// forgetPairing removes what no longer works.
func (t *Taker) forgetPairing(now time.Time) {
	path := filepath.Join(filepath.Dir(t.file), pairingFile)
	if at, err := os.Stat(path); err == nil && now.Sub(at.ModTime()) > pairingLife {
		os.Remove(path)
	}
}

// WatchPairings tells what an event said of a channel that is being connected, also where
// another process took the event, until ctx ends. It does nothing where the system does not
// say when files change.
func WatchPairings(ctx context.Context, dir string, hear func(api.Pairing)) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil
	}
	defer w.Close()
	if osfile.MakeFolder(folder(dir)) != nil || w.Add(folder(dir)) != nil {
		return nil
	}
	path := filepath.Join(folder(dir), pairingFile)
	for {
		var said sharedPairing
		if known, err := readJSON(path, &said); known && err == nil && time.Since(said.At) <= pairingLife {
			hear(said.Pairing)
		}
		for fresh := false; !fresh; {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case e, open := <-w.Events:
				if !open {
					return nil
				}
				fresh = e.Has(fsnotify.Create) && e.Name == path
			case <-w.Errors: // which may hide that
				fresh = true
			}
		}
	}
}
