package push

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"unibox/api"
)

// Kept reports whether a state folder keeps anything of events.
func Kept(dir string) bool {
	_, err := os.Stat(folder(dir))
	return err == nil
}

// Clear removes what a state folder keeps of an account: events that were not taken,
// what they said, its address with its secrets. With an empty name it removes all of
// every account, and the folder.
func Clear(dir string, account api.AccountID) error {
	if account == "" {
		return os.RemoveAll(folder(dir))
	}
	spool := SpoolIn(dir)
	var err error
	for e, unread := range spool.Events() {
		if err = errors.Join(err, unread); unread == nil && e.Account == account {
			err = errors.Join(err, spool.Remove(e))
		}
	}
	file := filepath.Join(AddressesIn(dir).dir, "account-"+hex.EncodeToString([]byte(account))+".json")
	if gone := os.Remove(file); !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return errors.Join(err, forget(filepath.Join(folder(dir), knownFile), account))
}

// forget removes what events of an account have said.
func forget(path string, account api.AccountID) error {
	var k known
	there, err := readJSON(path, &k)
	if err != nil || !there {
		return err
	}
	delete(k.Channels, account)
	var acks []waitingAck
	for _, w := range k.Acks {
		if w.Conversation.Account != account {
			acks = append(acks, w)
		}
	}
	k.Acks = acks
	return writeFile(path, encoded(k))
}
