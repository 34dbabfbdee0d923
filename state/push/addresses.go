package push

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"unibox/api"
)

// Address is where the events of an account go to. It is a secret.
type Address struct {
	// Path is the path, without its slash, which nobody can guess.
	Path string `json:"path"`
	// Secrets are what the platform signs with; none where it does not, or where they
	// are not known.
	Secrets []string `json:"secrets,omitempty"`
	// Registered is the whole address that the platform was told, empty if unibox
	// has told it none.
	Registered string `json:"registered,omitempty"`
	// Parts are the parts of the account that know Begun, the whole address, while
	// not all of them do.
	Begun string   `json:"begun,omitempty"`
	Parts []string `json:"parts,omitempty"`
}

// Whole is the address below that of the machine: "https://hooks.example.org/unibox".
func (a Address) Whole(public string) string { return strings.TrimRight(public, "/") + "/" + a.Path }

// Addresses are kept in a state folder, each in a file of its own that only its owner
// reads.
type Addresses struct{ dir string }

// AddressesIn returns the addresses that a state folder keeps.
func AddressesIn(state string) Addresses {
	return Addresses{filepath.Join(folder(state), "accounts")}
}

// Of returns the address of an account, which it makes once and for all processes.
func (a Addresses) Of(account api.AccountID) (Address, error) {
	return a.read("account-" + hex.EncodeToString([]byte(account)))
}

// test is the address to which unibox itself sends what shows that the way is open.
func (a Addresses) test() (Address, error) { return a.read("test") }

func (a Addresses) read(name string) (at Address, err error) {
	path := filepath.Join(a.dir, name+".json")
	known, err := readJSON(path, &at)
	if err != nil || known && at.Path != "" {
		return at, err
	}
	at.Path = strings.ToLower(rand.Text())
	err = makeFile(path, encoded(at))
	if errors.Is(err, fs.ErrExist) { // by another process, just now
		at = Address{}
		_, err = readJSON(path, &at)
		if err == nil && at.Path == "" {
			err = fmt.Errorf("%s has no path; remove it", path)
		}
	}
	if err != nil {
		return Address{}, fmt.Errorf("make an address for events: %w", err)
	}
	return at, nil
}

// Change changes the address of an account.
func (a Addresses) Change(account api.AccountID, change func(*Address)) error {
	at, err := a.Of(account)
	if err != nil {
		return err
	}
	change(&at)
	return writeFile(filepath.Join(a.dir, "account-"+hex.EncodeToString([]byte(account))+".json"), encoded(at))
}

func encoded(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil { // plain structs of text and numbers
		panic(err)
	}
	return text
}
