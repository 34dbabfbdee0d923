package catalog

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// English is the language of the source.
const English = "en"

// files are the translations, one file for each language.
//
//go:embed *.po
var files embed.FS

// languages are those that have a file. One is parsed when it is chosen first, and once for
// the process: all sessions share it.
var languages = sync.OnceValue(func() map[string]func() (*Language, error) {
	all := map[string]func() (*Language, error){}
	entries, err := files.ReadDir(".")
	if err != nil {
		return all
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".po")
		all[name] = sync.OnceValues(func() (*Language, error) {
			file, err := files.ReadFile(name + ".po")
			if err != nil {
				return nil, err
			}
			return Read(name, string(file))
		})
	}
	return all
})

// Tags are the languages that there are, English first.
func Tags() []string {
	return append([]string{English}, slices.Sorted(maps.Keys(languages()))...)
}

// For returns a language by its tag, such as "ru", "ru-RU" or "ru_RU.UTF-8"; known is false,
// and the language English, where there is no such.
func For(tag string) (w *Language, known bool) {
	for _, name := range names(tag) {
		if name == English {
			return nil, true
		}
		if read, there := languages()[name]; there {
			w, err := read()
			return w, err == nil
		}
	}
	return nil, false
}

// names are the files in which a language may be, the closest first: "pt_BR" and "pt".
func names(tag string) []string {
	tag, _, _ = strings.Cut(tag, ".")
	tag, _, _ = strings.Cut(tag, "@")
	base, region, has := strings.Cut(strings.ReplaceAll(tag, "-", "_"), "_")
	base = strings.ToLower(base)
	if !has {
		return []string{base}
	}
	return []string{base + "_" + strings.ToUpper(region), base}
}

// Choose returns the language of a session. chosen is what a flag or the config says, "" or
// "auto" for nothing; then the environment counts, as gettext reads it.
func Choose(chosen string, getenv func(string) string) *Language {
	if chosen != "" && chosen != Auto {
		w, _ := For(chosen)
		return w
	}
	for _, tag := range wanted(getenv) {
		if w, known := For(tag); known {
			return w
		}
	}
	return nil
}

// Auto leaves the choice to the environment.
const Auto = "auto"

// wanted are the languages that the environment asks for: LANGUAGE is a list, and counts
// unless the locale is that of programs.
func wanted(getenv func(string) string) []string {
	locale := ""
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale = getenv(name); locale != "" {
			break
		}
	}
	if base := names(locale)[0]; base == "" || base == "c" || base == "posix" {
		return nil
	}
	return append(strings.FieldsFunc(getenv("LANGUAGE"), func(r rune) bool { return r == ':' }), locale)
}

// Read makes a language of its file, which is in gettext's format.
func Read(tag, file string) (*Language, error) {
	all, err := parse(file)
	if err != nil {
		return nil, fmt.Errorf("%s.po: %w", tag, err)
	}
	list, err := forms(all)
	if err != nil {
		return nil, fmt.Errorf("%s.po: %w", tag, err)
	}
	w := &Language{tag: tag, rules: language.Make(strings.ReplaceAll(tag, "_", "-")), forms: list, texts: make(map[string][]string, len(all))}
	for _, e := range all {
		if e.text != "" && e.done(len(list)) {
			w.texts[e.key()] = e.said
		}
	}
	return w, nil
}
