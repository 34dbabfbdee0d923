// Package export writes conversations with their messages to files: as text, Markdown, JSON
// and HTML for whom they are handed to, and as CSV, a row for each conversation. What
// customers wrote is cleaned or escaped in each, so that neither a terminal, a browser nor a
// spreadsheet obeys it. JSON is in the schema of state/record, and [Read] reads it again.
//
// Text, Markdown and HTML are for people, in the language of whoever exports. JSON and CSV are
// for programs: their keys, heads and words are the same in every language.
package export

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"unibox/state"
	"unibox/state/handover"
	"unibox/state/record"
	"unibox/ui/catalog"
)

// version is the format of the JSON file, beside the schema of the records in it.
const version = 1

// Archive is what is exported.
type Archive struct {
	Version       int            `json:"unibox_export"`
	Schema        int            `json:"schema"`
	Made          time.Time      `json:"made"`
	By            string         `json:"by,omitempty"`
	Conversations []Conversation `json:"conversations"`
}

// Conversation is one with its history, oldest message first.
type Conversation struct {
	Conversation record.Conversation `json:"conversation"`
	Messages     []record.Message    `json:"messages"`
	Holes        []record.Hole       `json:"holes,omitempty"`
	// Older says what is before the first message: none, stored, or platform.
	Older string        `json:"older,omitempty"`
	Notes []record.Note `json:"notes,omitempty"`
	Draft string        `json:"draft,omitempty"`
}

// New is an archive of now.
func New(by string, now time.Time) Archive {
	return Archive{Version: version, Schema: record.Schema, Made: now.UTC().Truncate(time.Second), By: by, Conversations: []Conversation{}}
}

// Formats are those that an archive can be written in.
var Formats = []string{"text", "markdown", "json", "html", "csv"}

// Named is the format that a word names: its own name, or the ending of its files.
func Named(word string) string {
	for _, format := range Formats {
		if Ending(format) == word {
			return format
		}
	}
	return word
}

// Ending is what the name of a file of a format ends in.
func Ending(format string) string {
	return map[string]string{"text": "txt", "markdown": "md"}[format] + map[string]string{"json": "json", "html": "html", "csv": "csv"}[format]
}

// Write writes an archive in a format, for a reader.
func (a Archive) Write(to io.Writer, format string, by Reader) error {
	return a.Stream(to, format, by, len(a.Conversations), func(yield func(Conversation, error) bool) {
		for _, c := range a.Conversations {
			if !yield(c, nil) {
				return
			}
		}
	})
}

// Stream is Write with n conversations that are read while it writes, in place of those of the
// archive: each is on its way before the next is read, and no two are in memory.
func (a Archive) Stream(to io.Writer, format string, by Reader, n int, all iter.Seq2[Conversation, error]) error {
	s := stream{a, to, by, n, all}
	switch format {
	case "text":
		return s.each(by.text)
	case "markdown":
		return s.each(by.markdown)
	case "json":
		return s.json()
	case "html":
		return s.html()
	case "csv":
		if err := s.write(func(b *strings.Builder) { row(b, columns) }); err != nil {
			return err
		}
		return s.each(by.csv)
	}
	return catalog.Errorf("there is no format %q", format)
}

// stream is an archive that is being written.
type stream struct {
	archive Archive
	to      io.Writer
	by      Reader
	n       int
	all     iter.Seq2[Conversation, error]
}

// write writes what is put into a builder.
func (s stream) write(what func(b *strings.Builder)) error {
	var b strings.Builder
	what(&b)
	_, err := io.WriteString(s.to, b.String())
	return err
}

// each writes every conversation, of which i counts those before.
func (s stream) each(one func(b *strings.Builder, i int, c Conversation)) error {
	i := 0
	for c, err := range s.all {
		if err == nil {
			err = s.write(func(b *strings.Builder) { one(b, i, c) })
		}
		if err != nil {
			return err
		}
		i++
	}
	return nil
}

// within is how far a conversation stands in the JSON of an archive, none the end of one without
// any, and last that of others.
const within, none, last = "    ", "[]\n}\n", "\n  ]\n}\n"

func (s stream) json() error {
	a := s.archive
	a.Conversations = []Conversation{}
	var whole strings.Builder
	if err := record.Write(&whole, a, true); err != nil {
		return err
	}
	end, err := none, error(nil)
	begin := strings.TrimSuffix(whole.String(), none) + "["
	for c, failed := range s.all {
		if err = failed; err == nil {
			_, err = io.WriteString(s.to, begin+"\n"+within)
		}
		if err == nil {
			err = record.WriteWithin(s.to, c, within)
		}
		if err != nil {
			return err
		}
		begin, end = ",", last
	}
	if end == none {
		end = whole.String()
	}
	_, err = io.WriteString(s.to, end)
	return err
}

// largest is how large a file is that is read, in bytes.
const largest = 256 << 20

// ErrNone is what Read fails with where a file is no export.
var ErrNone = catalog.Errorf("this is no export of unibox as JSON, or it is damaged: make one with unibox export --format json")

// Read reads what Write wrote as JSON, from whomever it comes. The error is one sentence.
func Read(from io.Reader) (a Archive, err error) {
	b, err := io.ReadAll(io.LimitReader(from, largest+1))
	switch {
	case err != nil:
		return a, catalog.Errorf("the export cannot be read: %w", err)
	case len(b) > largest:
		return a, catalog.Errorf("the export is larger than %d MB: nothing of it was taken", largest>>20)
	}
	if err := json.Unmarshal(b, &a); err != nil || a.Version <= 0 {
		return Archive{}, ErrNone
	}
	if a.Version > version || a.Schema > record.Schema {
		return Archive{}, catalog.Errorf("the export was written by a newer version of unibox: update this one")
	}
	return a, nil
}

// Shift is what of an archive can be taken over by another store: labels, notes, drafts,
// snoozes and stars, as a handover. Messages come from the platforms alone.
func (a Archive) Shift() (handover.File, error) {
	f := handover.File{Made: a.Made, By: cmp.Or(a.By, "an export")}
	for _, c := range a.Conversations {
		r := c.Conversation
		remote, ok := cutPrefix(r.ID, r.Account+"/")
		if !ok {
			continue
		}
		one := handover.Conversation{Account: r.Account, ID: remote, Name: r.Name, Handle: r.Handle, Channel: r.Channel, Newest: r.Active,
			Waiting: r.Waiting, Starred: r.Starred, Draft: c.Draft, Labels: r.Labels}
		one.Snoozed, one.Kind = putOff(r)
		for _, n := range c.Notes {
			one.Notes = append(one.Notes, handover.Note{Key: n.Key, Author: n.Author, Body: n.Text, Made: n.Made, Edited: n.Edited})
		}
		f.Conversations = append(f.Conversations, one)
	}
	b, err := f.JSON() // what is read from a file is cleaned and bounded
	if err != nil {
		return handover.File{}, err
	}
	return handover.Read(bytes.NewReader(b))
}

// unknownKind is that of a snooze of a later version: whoever takes it over is told that it is left
// out.
const unknownKind = state.SnoozePromise + 1

// putOff is the snooze of a conversation that is everybody's: until when it is, and what ends it.
// That for one agent alone is not, unless all are to be reminded of it. Where only snoozed_until
// is said, an older version wrote the export, and the kind is not known: it is plain.
func putOff(r record.Conversation) (until time.Time, kind state.SnoozeKind) {
	of := r.SnoozedFor
	until = r.Snoozed
	if off := r.PutOff; off != nil {
		until, kind, of = off.Until, unknownKind, off.For
		for k, word := range record.SnoozeKinds {
			if word == off.Kind {
				kind = k
			}
		}
	}
	if of != "" && kind < state.SnoozeSilent {
		return time.Time{}, 0
	}
	return until, kind
}

func cutPrefix(s, prefix string) (string, bool) {
	if len(s) <= len(prefix) || s[:len(prefix)] != prefix {
		return "", false
	}
	return s[len(prefix):], true
}

// missing are the ids behind which messages are missing.
func (c Conversation) missing(after string) bool {
	return slices.ContainsFunc(c.Holes, func(h record.Hole) bool { return h.After == after })
}
