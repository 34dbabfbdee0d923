package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Files is the [files] table: attachments on this machine.
type Files struct {
	// Folder is where they are saved; empty is the user's folder for downloads.
	Folder string
	// Drop is where files come to be sent; the newest one is offered first. Empty is nowhere.
	Drop string
	// Max is how large one may be, in bytes.
	Max int64
	// Open is the program that shows them, with its arguments; none is the usual
	// one, where there is a display.
	Open []string
	// SSH is how this machine is reached by scp, as user@host or user@host:port; empty to
	// find it out.
	SSH string
}

// maxFile is the default of max, in bytes.
const maxFile = 200_000_000

var filesFields = fields[Files]{
	"ssh":    text(func(f *Files) *string { return &f.SSH }),
	"folder": folder(func(f *Files) *string { return &f.Folder }),
	"drop":   folder(func(f *Files) *string { return &f.Drop }),
	"max":    sizeIn(func(f *Files) *int64 { return &f.Max }),
	"open":   command(func(f *Files) *[]string { return &f.Open }),
}

// repliesFields are the keys of [replies].
var repliesFields = fields[Config]{
	"folders": func(c *Config, value any) error {
		names, ok := texts(value)
		if !ok || slices.Contains(names, "") {
			return fmt.Errorf(`must be a list of folders, such as ["~/team/replies"]`)
		}
		c.Replies = names
		return nil
	},
}

// Beside is the path of a file beside the config, empty where the config was not read from a
// file.
func (c Config) Beside(name string) string {
	if c.doc.file == "" {
		return ""
	}
	return filepath.Join(filepath.Dir(c.doc.file), name)
}

// ReplyFolders are the folders of saved replies: the one beside the file, and those of
// [replies]. A config that was not read from a file has none beside it.
func (c Config) ReplyFolders() []string {
	if own := c.Beside("replies"); own != "" {
		return append([]string{own}, c.Replies...)
	}
	return c.Replies
}

// PhraseFolder is the folder of one's own phrases beside the file, "" where the config
// was not read from a file.
func (c Config) PhraseFolder() string {
	if c.doc.file == "" {
		return ""
	}
	return filepath.Join(filepath.Dir(c.doc.file), "phrases")
}

// TargetProblem is a problem with a target, with its line.
func (c Config) TargetProblem(name, text string) Problem {
	return Problem{File: c.doc.file, Line: c.doc.line(path{"targets", name}), Text: text}
}

// folder takes the name of a folder.
func folder[T any](at func(*T) *string) func(*T, any) error {
	return func(into *T, value any) error {
		v, ok := value.(string)
		if !ok || v == "" || strings.Contains(v, "\x00") {
			return fmt.Errorf("must be the name of a folder in quotes")
		}
		*at(into) = v
		return nil
	}
}

var units = []struct {
	name  string
	bytes float64
}{{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}}

// sizeIn takes a size above zero such as "200MB".
func sizeIn[T any](at func(*T) *int64) func(*T, any) error {
	return func(into *T, value any) error {
		v, _ := value.(string)
		for _, unit := range units {
			number, ok := strings.CutSuffix(strings.ToUpper(v), unit.name)
			if !ok {
				continue
			}
			n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
			if n *= unit.bytes; err == nil && n >= 1 && n <= 1e15 {
				*at(into) = int64(n)
				return nil
			}
		}
		return fmt.Errorf(`must be a size in quotes, such as "200MB" or "1.5GB"`)
	}
}
