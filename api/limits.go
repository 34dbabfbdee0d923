package api

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// FileRule is a sort of file that a kind of channel takes, and up to which size.
type FileRule struct {
	// Name is the sort for people, "images", and Forms its forms: "JPEG, PNG". No forms
	// means all.
	Name, Forms string
	// Types are its media types; none: all that no other rule is about.
	Types []string
	// Max is the size in bytes, 0 if no limit is known.
	Max int64
}

// family is the first half of a media type where that says what a file is for.
func family(mime string) string {
	for _, f := range []string{"image/", "video/", "audio/"} {
		if strings.HasPrefix(mime, f) {
			return f
		}
	}
	return ""
}

// about reports whether a rule is about files like one: of its type, or of another type of
// a family that it names, which then is not taken.
func (f FileRule) about(mime string) (named, related bool) {
	named = slices.Contains(f.Types, mime)
	of := family(mime)
	related = of != "" && slices.ContainsFunc(f.Types, func(t string) bool { return family(t) == of })
	return named, related
}

func (f FileRule) String() string {
	s := f.Name
	if f.Forms != "" {
		s += " (" + f.Forms + ")"
	}
	if f.Max > 0 {
		s += " up to " + megabytes(f.Max)
	}
	return s
}

// megabytes is a limit for people: platforms state them in whole ones.
func megabytes(n int64) string {
	if n >= 1<<30 && n%(1<<30) == 0 {
		return fmt.Sprintf("%d GB", n>>30)
	}
	return fmt.Sprintf("%d MB", n>>20)
}

// fileRule is the rule for a media type. ok is false where files of that type are not
// taken.
func (r ChannelRules) fileRule(mime string) (rule FileRule, ok bool) {
	others, family := FileRule{Max: r.MaxFile}, false
	open := len(r.Files) == 0
	for _, f := range r.Files {
		named, related := f.about(mime)
		switch {
		case named:
			return f, true
		case len(f.Types) == 0:
			others, open = f, true
		}
		family = family || related
	}
	return others, open && !family
}

// RefusesFile says why a kind of channel does not take a file, in words that follow the
// file's name: "is PDF, 30 MB: Instagram Business takes PDF up to 25 MB". It returns ""
// for one that it takes as far as is known. A file of no known type or size is not
// refused for it.
func (r ChannelRules) RefusesFile(mime string, size int64) string {
	mime, _, _ = strings.Cut(mime, ";")
	if r.MaxFiles == 0 {
		return "cannot go: " + r.Title + " takes no files"
	}
	unknown := mime == "" || mime == "application/octet-stream"
	rule, ok := r.fileRule(mime)
	most := rule.Max
	if unknown {
		ok, most = true, r.largest()
	}
	what := formOf(mime)
	switch {
	case !ok:
		return fmt.Sprintf("is %s: %s takes %s", what, r.Title, r.TakesFiles())
	case most > 0 && size > most && unknown || rule.Name == "" && most > 0 && size > most:
		return fmt.Sprintf("is %s: %s takes files up to %s", sized(what, size), r.Title, megabytes(most))
	case most > 0 && size > most:
		return fmt.Sprintf("is %s: %s takes %s", sized(what, size), r.Title, rule)
	}
	return ""
}

// largest is the largest file of any sort, 0 where a sort has no known limit.
func (r ChannelRules) largest() int64 {
	most := r.MaxFile
	for _, f := range r.Files {
		if f.Max == 0 {
			return r.MaxFile
		}
		most = max(most, f.Max)
	}
	return most
}

// sized is a file in words: its form and its size, in tenths of a megabyte, rounded up so
// that what is too large never looks as if it fitted.
func sized(what string, size int64) string {
	tenths := (size*10 + 1<<20 - 1) >> 20
	if tenths%10 == 0 || tenths >= 1000 {
		return fmt.Sprintf("%s, %d MB", what, (tenths+9)/10)
	}
	return fmt.Sprintf("%s, %d.%d MB", what, tenths/10, tenths%10)
}

// formOf is a media type for people: "PDF".
func formOf(mime string) string {
	_, form, _ := strings.Cut(mime, "/")
	form = strings.TrimPrefix(strings.TrimPrefix(form, "x-"), "vnd.")
	switch {
	case mime == "" || mime == "application/octet-stream":
		return "a file"
	case form == "quicktime":
		return "MOV video"
	case form == "matroska":
		return "MKV video"
	case len(form) > 12:
		return "a document"
	}
	if of := strings.TrimSuffix(family(mime), "/"); of != "" {
		return strings.ToUpper(form) + " " + of
	}
	return strings.ToUpper(form)
}

// TakesFiles says what files a kind of channel takes, "" if nothing is known: "images
// (JPEG, PNG) up to 5 MB; other files up to 100 MB".
func (r ChannelRules) TakesFiles() string {
	if r.MaxFiles == 0 {
		return "no files"
	}
	var all []string
	for _, f := range r.Files {
		all = append(all, f.String())
	}
	if len(all) == 0 && r.MaxFile > 0 {
		return "files up to " + megabytes(r.MaxFile)
	}
	return strings.Join(all, "; ")
}

// Length is the length of a text as the channel counts it, and the unit for people.
func (r ChannelRules) Length(text string) (n int, unit string) {
	if r.BodyBytes {
		return len(text), "bytes"
	}
	return utf8.RuneCountInString(text), "characters"
}

// TooLong reports whether a text is longer than one message may be.
func (r ChannelRules) TooLong(text string) bool {
	n, _ := r.Length(text)
	return r.MaxBody > 0 && n > r.MaxBody
}

// FitsCaption reports whether a text is short enough to stand under a file.
func (r ChannelRules) FitsCaption(text string) bool {
	n, _ := r.Length(text)
	return r.MaxCaption == 0 || n <= r.MaxCaption
}
