package handover

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"unibox/state/note"
	"unibox/state/osfile"
)

// version is the format of the file. It rises when an older unibox would take something
// over wrongly.
const version = 1

// What is taken of a file at most.
const (
	largest           = 32 << 20
	mostConversations = 20_000
	mostNotes         = 500
	mostLabels        = 20
	mostLater         = 100
	longestName       = 1 << 10
	longestDraft      = 64 << 10
)

// envelope is the file as it is written: what is in it, and the checksum of that.
type envelope struct {
	Version       int             `json:"unibox_handover"`
	Made          time.Time       `json:"made"`
	By            string          `json:"by"`
	Sum           string          `json:"sum"`
	Conversations json.RawMessage `json:"conversations"`
}

// JSON is the file for another unibox.
func (f File) JSON() ([]byte, error) {
	inner, err := json.Marshal(append([]Conversation{}, f.Conversations...))
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(envelope{version, f.Made.UTC(), f.By, sum(inner), inner}, "", " ")
	return append(text, '\n'), err
}

// sum is the checksum of JSON, whatever its spaces.
func sum(text []byte) string {
	var compact bytes.Buffer
	if json.Compact(&compact, text) != nil {
		return ""
	}
	of := sha256.Sum256(compact.Bytes())
	return hex.EncodeToString(of[:])
}

// ReadFile reads a file that Write wrote as JSON.
func ReadFile(path string) (File, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return File{}, errors.New("the handover cannot be read: this is no file; type the path of its .json file")
	}
	f, err := os.Open(path)
	if err != nil {
		return File{}, fmt.Errorf("the handover cannot be read: %w", err)
	}
	defer f.Close()
	return Read(f)
}

// Read reads what JSON wrote, from whomever it comes. The error is one sentence.
func Read(from io.Reader) (File, error) {
	text, err := io.ReadAll(io.LimitReader(from, largest+1))
	if err != nil {
		return File{}, fmt.Errorf("the handover cannot be read: %w", err)
	}
	if len(text) > largest {
		return File{}, fmt.Errorf("the handover is larger than %d MB: nothing of it was taken", largest>>20)
	}
	var e envelope
	if err := json.Unmarshal(text, &e); err != nil {
		if e.Version == 0 {
			return File{}, errors.New("this is no handover of unibox, or it is damaged: choose the .json file that & or unibox handover write made")
		}
		return File{}, errors.New("the handover is damaged: ask for it again")
	}
	switch {
	case e.Version <= 0:
		return File{}, errors.New("this is no handover of unibox: choose the .json file that & or unibox handover write made")
	case e.Version > version:
		return File{}, fmt.Errorf("the handover was written by a newer version of unibox (format %d, this one reads %d): update this one", e.Version, version)
	case e.Sum != sum(e.Conversations):
		return File{}, errors.New("the handover is damaged or was changed by hand: ask for it again")
	}
	f := File{Made: e.Made, By: clean(e.By, longestName)}
	if err := json.Unmarshal(e.Conversations, &f.Conversations); err != nil {
		return File{}, errors.New("the handover is damaged: ask for it again")
	}
	if len(f.Conversations) > mostConversations {
		return File{}, fmt.Errorf("the handover has more than %d conversations: nothing of it was taken", mostConversations)
	}
	for i := range f.Conversations {
		f.Conversations[i].clean()
	}
	return f, nil
}

// clean bounds what a conversation says and takes out what nobody types. Ids stay as they
// are: they are compared and never drawn.
func (c *Conversation) clean() {
	c.Name, c.Handle, c.Channel, c.Named, c.Last = line(c.Name), line(c.Handle), line(c.Channel), line(c.Named), line(c.Last)
	c.Later = c.Later[:min(len(c.Later), mostLater)]
	for i := range c.Later {
		c.Later[i].Body = line(c.Later[i].Body)
	}
	c.Draft = clean(c.Draft, longestDraft)
	c.Labels = c.Labels[:min(len(c.Labels), mostLabels)]
	for i := range c.Labels {
		c.Labels[i] = line(c.Labels[i])
	}
	var kept []Note
	for _, n := range c.Notes[:min(len(c.Notes), mostNotes)] {
		n.Author, n.Body = line(n.Author), clean(n.Body, note.Longest)
		if n.Key != "" && len(n.Key) <= 64 && n.Author != "" && note.Wrong(n.Body) == "" {
			kept = append(kept, n)
		}
	}
	c.Notes = kept
}

func line(s string) string { return strings.Join(strings.Fields(clean(s, longestName)), " ") }

// sequence is one of those with which a terminal is told colours and the like.
var sequence = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]`) })

// clean is a text without controls, invisible characters that turn the direction of text,
// and what is longer than most bytes.
func clean(s string, most int) string {
	if len(s) > most {
		s = s[:most]
	}
	s = sequence().ReplaceAllString(s, "")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0x61c, r == 0xfeff, r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// Write writes the file as Markdown and as JSON into a folder, which it makes, for the
// owner alone, and says where. Nothing is overwritten.
func (f File) Write(folder string) (markdown, data string, err error) {
	text, err := f.JSON()
	if err != nil {
		return "", "", err
	}
	if err := osfile.MakeFolder(folder); err != nil {
		return "", "", fmt.Errorf("the folder for the handover cannot be made: %w", err)
	}
	base := filepath.Join(folder, "handover-"+f.Made.Format("2006-01-02-150405")+"-"+fileName(f.By))
	if markdown, err = writeNew(base, ".md", []byte(f.Markdown())); err != nil {
		return "", "", err
	}
	data, err = writeNew(base, ".json", text)
	return markdown, data, err
}

func fileName(s string) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' {
			return r
		}
		return '-'
	}, s)
	if len(name) > 40 || name == "" {
		return "shift"
	}
	return name
}

func writeNew(base, suffix string, text []byte) (path string, err error) {
	for n := 1; ; n++ {
		path = base + suffix
		if n > 1 {
			path = fmt.Sprintf("%s-%d%s", base, n, suffix)
		}
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, os.ErrExist) && n < 100 {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("the handover cannot be written: %w", err)
		}
		_, err = f.Write(text)
		return path, errors.Join(err, f.Sync(), f.Close())
	}
}

// NewestFile is the path of the newest file for another unibox in a folder, "" if it has
// none.
func NewestFile(folder string) string {
	all, _ := os.ReadDir(folder) // one that cannot be read offers nothing
	for _, e := range slices.Backward(all) {
		if name := e.Name(); e.Type().IsRegular() && strings.HasPrefix(name, "handover-") && strings.HasSuffix(name, ".json") {
			return filepath.Join(folder, name)
		}
	}
	return ""
}
