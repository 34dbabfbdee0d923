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
	"ssh":    text(func(f *Files) *string { return &f.SSH }).takes("`\"user@host\"`, or `\"user@host:port\"`").says("how this machine is reached by scp").leftOut("it is found out"),
	"folder": folder(func(f *Files) *string { return &f.Folder }).says("where files of customers are saved").leftOut("your own folder for downloads"),
	"drop":   folder(func(f *Files) *string { return &f.Drop }).says("files to be sent come here, as by scp: where you attach one, the newest is offered first"),
	"max":    sizeIn(func(f *Files) *int64 { return &f.Max }).says("no file larger than this is saved, whatever it says of itself"),
	"open":   command(func(f *Files) *[]string { return &f.Open }).says("what opens a file, which comes last").leftOut("`open` on macOS, `xdg-open` where there is a display"),
}

// repliesFields are the keys of [replies].
var repliesFields = fields[Config]{
	"folders": {values: "a list of folders", means: "saved replies, besides those in the folder `replies` beside the config", set: func(c *Config, value any) error {
		names, ok := texts(value)
		if !ok || slices.Contains(names, "") {
			return fmt.Errorf(`must be a list of folders, such as ["~/team/replies"]`)
		}
		c.Replies = names
		return nil
	}},
}

// File is where the config was read from, "" if from no file.
func (c Config) File() string { return c.doc.file }

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

// SettingProblem is a problem with a key of a section, with its line. The key is left out.
func (c Config) SettingProblem(section, key, text string) Problem {
	return Problem{File: c.doc.file, Line: c.doc.line(path{section, key}), Text: text, Instead: "it is left out"}
}

// folder takes the name of a folder.
func folder[T any](at func(*T) *string) field[T] {
	return field[T]{values: "a folder", get: func(from *T) any { return optional(*at(from)) }, set: func(into *T, value any) error {
		v, ok := value.(string)
		if !ok || v == "" || strings.Contains(v, "\x00") {
			return fmt.Errorf("must be the name of a folder in quotes")
		}
		*at(into) = v
		return nil
	}}
}

var units = []struct {
	name  string
	bytes float64
}{{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}}

// sizeIn takes a size above zero such as "200MB".
func sizeIn[T any](at func(*T) *int64) field[T] {
	return field[T]{values: "a size such as `\"200MB\"` or `\"1.5GB\"`", get: func(from *T) any { return fmt.Sprintf("%gMB", float64(*at(from))/1e6) }, set: func(into *T, value any) error {
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
	}}
}
