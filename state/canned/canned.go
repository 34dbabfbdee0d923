// Package canned reads an agent's saved replies: plain text files in folders, each with
// a front matter in TOML if there is something to say about it.
//
//	+++
//	title = "Opening hours"
//	tags = ["hours"]
//	language = "en"
//	channels = ["sms"]        # left out: all
//	files = ["map.pdf"]       # beside the file
//	+++
//	Hello {{first or "there"}}, order {{order}} is ready until 20:00.
//
// What is between double braces is filled in: from what is known of the customer, else
// with the words after "or", else by asking the agent.
package canned

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"

	"unibox/api"
)

const (
	// largest is the size in bytes of a file that is read.
	largest = 64 << 10
	// most is how many files of a folder are read.
	most = 5000
)

// Reply is a saved reply.
type Reply struct {
	// Name is the file's name without its ending; Title is for people, the name if
	// the file says none.
	Name, Title string
	Tags        []string
	// Language is a tag such as "de", empty for none.
	Language string
	// Channels are the kinds of channel that it is for; none means all.
	Channels []api.ChannelKind
	// Files are the paths of what is attached with it.
	Files []string
	Body  string
	// Path is the file that it was read from.
	Path string
}

// Called reports whether it goes by a name: its title, or that of its file.
func (r Reply) Called(name string) bool {
	return strings.EqualFold(r.Title, name) || strings.EqualFold(r.Name, name)
}

// For reports whether a reply is meant for a kind of channel.
func (r Reply) For(kind api.ChannelKind) bool {
	return len(r.Channels) == 0 || slices.Contains(r.Channels, kind)
}

// Load reads the replies of folders, sorted by title. A folder that is not there has
// none. What is wrong with a file is a sentence with its path; the others are read all
// the same. It touches the disk.
func Load(folders ...string) (all []Reply, problems []string) {
	for _, folder := range folders {
		paths, err := texts(folder)
		if err != nil {
			problems = append(problems, err.Error())
		}
		for _, path := range paths {
			r, err := Read(path)
			if err != nil {
				problems = append(problems, err.Error())
				continue
			}
			all = append(all, r)
		}
	}
	files := attached(all)
	all = slices.DeleteFunc(all, func(r Reply) bool { return files[r.Path] })
	slices.SortStableFunc(all, func(a, b Reply) int { return strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)) })
	return all, problems
}

// attached are the files that belong to a reply, and so are none themselves.
func attached(all []Reply) map[string]bool {
	files := map[string]bool{}
	for _, r := range all {
		for _, f := range r.Files {
			files[f] = true
		}
	}
	return files
}

// texts lists the text files below a folder.
func texts(folder string) (paths []string, err error) {
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && path == folder:
			return fs.SkipAll
		case err != nil:
			return err
		case strings.HasPrefix(d.Name(), ".") && path != folder && d.IsDir():
			return fs.SkipDir
		case d.IsDir() || strings.HasPrefix(d.Name(), ".") || !slices.Contains([]string{".md", ".txt"}, filepath.Ext(path)):
			return nil
		case len(paths) == most:
			return fmt.Errorf("there are more than %d", most)
		}
		paths = append(paths, path)
		return nil
	})
	if err != nil {
		return paths, fmt.Errorf("the saved replies in %s cannot all be read: %w", folder, err)
	}
	return paths, nil
}

// matter is the front matter of a file.
type matter struct {
	Title    string   `toml:"title"`
	Tags     []string `toml:"tags"`
	Language string   `toml:"language"`
	Channels []string `toml:"channels"`
	Files    []string `toml:"files"`
}

// fence is the line around a front matter.
const fence = "+++"

// Read reads one file. Its error is a sentence with the path.
func Read(path string) (r Reply, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("the saved reply %s is left out: %w", path, err)
		}
	}()
	info, err := os.Stat(path)
	if err != nil {
		return r, err
	}
	if info.Size() > largest || !info.Mode().IsRegular() {
		return r, fmt.Errorf("it is no text file of up to %d KB", largest>>10)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return r, err
	}
	if !utf8.Valid(b) {
		return r, errors.New("it is not UTF-8")
	}
	return parse(path, strings.ReplaceAll(strings.TrimPrefix(string(b), "\ufeff"), "\r\n", "\n"))
}

func parse(path, text string) (Reply, error) {
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	r := Reply{Name: name, Path: path, Body: text}
	if head, ok := strings.CutPrefix(text, fence+"\n"); ok {
		front, body, ended := strings.Cut("\n"+head, "\n"+fence+"\n")
		if !ended {
			return r, fmt.Errorf("its front matter has no end: a line %s", fence)
		}
		if err := r.describe(front); err != nil {
			return r, err
		}
		r.Body = body
	}
	if r.Title == "" {
		r.Title = name
	}
	r.Body = strings.Trim(r.Body, "\n")
	if strings.TrimSpace(r.Body) == "" && len(r.Files) == 0 {
		return r, errors.New("there is nothing in it to send")
	}
	_, err := pieces(r.Body)
	return r, err
}

// describe takes over a front matter.
func (r *Reply) describe(front string) error {
	var m matter
	dec := toml.NewDecoder(strings.NewReader(front))
	if err := dec.DisallowUnknownFields().Decode(&m); err != nil {
		var unknown *toml.StrictMissingError
		if errors.As(err, &unknown) {
			return fmt.Errorf("its front matter has the key %q: there are title, tags, language, channels and files", strings.Join(unknown.Errors[0].Key(), "."))
		}
		return fmt.Errorf("its front matter is no TOML: %w", err)
	}
	r.Title, r.Tags, r.Language = strings.TrimSpace(m.Title), m.Tags, m.Language
	for _, c := range m.Channels {
		r.Channels = append(r.Channels, api.ChannelKind(c))
	}
	for _, f := range m.Files {
		if !filepath.IsAbs(f) {
			f = filepath.Join(filepath.Dir(r.Path), f)
		}
		r.Files = append(r.Files, f)
	}
	return nil
}
