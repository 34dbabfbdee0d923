// Package authkeys keeps the lines of an authorized_keys file by which agents log in:
// each lets one key run unibox as one agent, and nothing else. All other lines stay as
// they are.
//
// Whoever could smuggle a word into such a line could have a shell. So nothing of a key's
// file gets into it but the key itself, made anew from what was parsed, and the name of an
// agent is a word (config.WrongAgentName).
package authkeys

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"github.com/mattn/go-shellwords"

	"unibox/state/lockfile"
	"unibox/state/osfile"
	"unibox/ui/catalog"
)

// Line is one of ours in the file.
type Line struct {
	Agent string
	// Key is the key's fingerprint, Type its sort.
	Key, Type string
}

// File is an authorized_keys file, which need not exist.
type File struct {
	Path string
	// Dry: nothing is written, and Add and Remove say what would be.
	Dry bool
}

// longestKey is how long the file of a key may be, in bytes.
const longestKey = 16 << 10

// leastRSA is how many bits an RSA key has at least.
const leastRSA = 2048

// ReadKey reads the file of one public key. The error is a sentence for a person.
func ReadKey(path string) (ssh.PublicKey, error) {
	info, err := os.Stat(path)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > longestKey) {
		return nil, catalog.Errorf("%s is not the file of a public key: name one such as id_ed25519.pub", path)
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, catalog.Errorf("the key cannot be read: %w", err)
	}
	key, err := ParseKey(text)
	if err != nil {
		return nil, catalog.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// ParseKey reads one public key, with a comment behind it that is not looked at.
func ParseKey(text []byte) (ssh.PublicKey, error) {
	if bytes.Contains(text, []byte("PRIVATE KEY")) {
		return nil, catalog.Errorf("this is a private key, which stays with its owner: ask for the file that ends in .pub")
	}
	var lines [][]byte
	for _, line := range bytes.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	switch {
	case len(lines) == 0:
		return nil, catalog.Errorf("there is no key in it")
	case len(lines) > 1:
		return nil, catalog.Errorf("there are %d keys in it: give them one by one", len(lines))
	case bytes.IndexByte(lines[0], 0) >= 0:
		return nil, catalog.Errorf("it is no text")
	}
	key, _, options, _, err := ssh.ParseAuthorizedKey(lines[0])
	switch {
	case err != nil:
		return nil, catalog.Errorf("it is not a public key of OpenSSH")
	case len(options) > 0:
		return nil, catalog.Errorf("there are options before the key, and only unibox writes those: take them away")
	}
	return key, strong(key)
}

// strong refuses keys by which nobody should be let in.
func strong(key ssh.PublicKey) error {
	if _, is := key.(*ssh.Certificate); is {
		return catalog.Errorf("it is a certificate: give the key itself")
	}
	if key.Type() == "ssh-dss" {
		return catalog.Errorf("it is a DSA key, which nobody takes any more: make one with ssh-keygen -t ed25519")
	}
	crypto, ok := key.(ssh.CryptoPublicKey)
	if !ok {
		return nil
	}
	if r, is := crypto.CryptoPublicKey().(*rsa.PublicKey); is && r.N.BitLen() < leastRSA {
		return catalog.Errorf("it is an RSA key of %d bits, and %d are the least: make one with ssh-keygen -t ed25519", r.N.BitLen(), leastRSA)
	}
	return nil
}

// Command is what a line runs: the program and its flags, as words.
type Command []string

// quoted is the command for the shell that sshd runs it by.
func (c Command) quoted() (string, error) {
	words := make([]string, len(c))
	for i, w := range c {
		if strings.ContainsAny(w, "\x00\n\r\"\\") {
			return "", catalog.Errorf("%q cannot stand in authorized_keys: use a path without quotes, backslashes and line ends", w)
		}
		words[i] = w
		if strings.ContainsFunc(w, func(r rune) bool { return !strings.ContainsRune(plainRunes, r) }) {
			words[i] = "'" + strings.ReplaceAll(w, "'", "") + "'"
			if strings.Contains(w, "'") {
				return "", catalog.Errorf("%q cannot stand in authorized_keys: use a path without quotes", w)
			}
		}
	}
	return strings.Join(words, " "), nil
}

// plainRunes are those that mean themselves in every shell.
const plainRunes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:@+,"

// line is what lets a key in as an agent.
func line(agent string, key ssh.PublicKey, run Command) (string, error) {
	command, err := run.quoted()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`restrict,pty,command="%s" %s unibox:%s`, command, strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))), agent), nil
}

// Add lets a key run a command as an agent, and reports whether it did not already. A key
// that lets somebody in otherwise is refused: sshd goes by the first line.
func (f File) Add(agent string, key ssh.PublicKey, run Command) (added bool, err error) {
	want, err := line(agent, key, run)
	if err != nil {
		return false, err
	}
	err = f.change(func(lines []string) ([]string, error) {
		for _, has := range lines {
			other, _, _, _, err := ssh.ParseAuthorizedKey([]byte(has))
			if err != nil || !bytes.Equal(other.Marshal(), key.Marshal()) {
				continue
			}
			switch of := agentOf(has); {
			case has == want:
				return lines, nil
			case of == "":
				return nil, catalog.Errorf("this key opens a shell already, by another line of %s: take that away first", f.Path)
			case of != agent:
				return nil, catalog.Errorf("this key is that of the agent %s already: unibox agents remove %[1]s takes it away", of)
			}
			return nil, catalog.Errorf("this key lets %s in already, by another command: unibox agents remove %[1]s takes it away", agent)
		}
		added = true
		return append(lines, want), nil
	})
	return added, err
}

// Remove takes away all lines of an agent, and says how many those were.
func (f File) Remove(agent string) (removed int, err error) {
	err = f.change(func(lines []string) ([]string, error) {
		rest := slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return agentOf(l) == agent })
		removed = len(lines) - len(rest)
		return rest, nil
	})
	return removed, err
}

// Lines are those of agents.
func (f File) Lines() ([]Line, error) {
	text, err := os.ReadFile(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var all []Line
	for l := range strings.Lines(string(text)) {
		if agent := agentOf(l); agent != "" {
			key, _, _, _, _ := ssh.ParseAuthorizedKey([]byte(l)) // it was parsed before
			all = append(all, Line{agent, ssh.FingerprintSHA256(key), key.Type()})
		}
	}
	return all, err
}

// agentOf is the agent of a line that is ours, "" for any other line.
func agentOf(line string) string {
	_, _, options, _, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil || !slices.Contains(options, "restrict") {
		return ""
	}
	for _, o := range options {
		command, ok := strings.CutPrefix(o, `command="`)
		if !ok {
			continue
		}
		words, err := shellwords.Parse(strings.TrimSuffix(command, `"`))
		if i := slices.Index(words, "--agent"); err == nil && i > 0 && i+1 < len(words) {
			return words[i+1]
		}
	}
	return ""
}

// change writes the file anew, in one step and under its lock: nobody sees half of it, and
// of two that change it none is lost. Lines that change leaves stay byte by byte.
func (f File) change(change func(lines []string) ([]string, error)) error {
	path, err := f.target()
	if err != nil {
		return err
	}
	if why := foreignHome(filepath.Dir(path)); why != nil {
		return why
	}
	if f.Dry {
		before, err := f.lines(path)
		if err == nil {
			_, err = change(before)
		}
		return err
	}
	if err := osfile.MakeFolder(filepath.Dir(path)); err != nil {
		return catalog.Errorf("the folder of %s cannot be made: %w", f.Path, err)
	}
	lock := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock")
	held, err := lockfile.Open(lock, os.O_CREATE|os.O_RDWR)
	if err != nil {
		return catalog.Errorf("%s cannot be written: %w", f.Path, err)
	}
	defer func() { _, _ = os.Remove(lock), held.Close() }()
	before, err := f.lines(path)
	if err != nil {
		return err
	}
	after, err := change(before)
	if err != nil || slices.Equal(after, before) {
		return err
	}
	text := ""
	for _, l := range after {
		text += l + "\n"
	}
	return f.replace(path, []byte(text))
}

// lines are those of the file as it is, none where there is none.
func (f File) lines(path string) ([]string, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, catalog.Errorf("%s cannot be read: %w", f.Path, err)
	}
	all := []string{}
	for l := range strings.Lines(string(text)) {
		all = append(all, strings.TrimSuffix(l, "\n"))
	}
	return all, nil
}

// foreignHome refuses to make a folder in that of somebody else, who could not read it.
func foreignHome(folder string) error {
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if info, err := os.Stat(filepath.Dir(folder)); err == nil && osfile.Foreign(info) {
		return catalog.Errorf("%s is not there, and its place belongs to another user: make it as that user first", folder)
	}
	return nil
}

// target is the file itself where the path is a link.
func (f File) target() (string, error) {
	info, err := os.Lstat(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return f.Path, nil
	case err != nil:
		return "", catalog.Errorf("%s cannot be read: %w", f.Path, err)
	case info.Mode()&fs.ModeSymlink != 0:
		path, err := filepath.EvalSymlinks(f.Path)
		if err == nil {
			info, err = os.Stat(path)
		}
		if err != nil {
			return "", catalog.Errorf("%s is a link that leads nowhere: %w", f.Path, err)
		}
		if !info.Mode().IsRegular() {
			return "", catalog.Errorf("%s is not a plain file", f.Path)
		}
		return path, nil
	case !info.Mode().IsRegular():
		return "", catalog.Errorf("%s is not a plain file", f.Path)
	}
	return f.Path, nil
}

// keepOwner gives the new file to the owner of the old one, or of the folder: sshd reads it
// as that user.
func keepOwner(next *os.File, path string) error {
	old, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		old, err = os.Stat(filepath.Dir(path))
	}
	if err != nil {
		return err
	}
	return osfile.KeepOwner(next, old)
}

// replace writes beside the file and renames; it is for its owner alone afterwards.
func (f File) replace(path string, text []byte) (err error) {
	next, err := osfile.CreateTemp(filepath.Dir(path), ".authorized_keys-*")
	if err != nil {
		return catalog.Errorf("%s cannot be written: %w", f.Path, err)
	}
	defer func() {
		if err != nil {
			os.Remove(next.Name())
		}
	}()
	_, err = next.Write(text)
	if err = errors.Join(err, keepOwner(next, path), next.Chmod(0o600), next.Sync(), next.Close()); err == nil {
		err = osfile.Replace(next.Name(), path)
	}
	if err != nil {
		return catalog.Errorf("%s cannot be written: %w", f.Path, err)
	}
	return osfile.SyncFolder(filepath.Dir(path))
}
