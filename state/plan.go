package state

import (
	"fmt"
	"strings"

	"unibox/api"
)

// Part is one message that a reply becomes.
type Part struct {
	Body  string
	Files []File
	// Why says, in words, why it does not go with the others; empty on a
	// reply that stays whole.
	Why string
}

// Plan cuts a reply into the messages that a kind of channel can carry, in
// the order in which they go. It refuses, with a sentence for a person, what
// the channel cannot carry at all.
func Plan(d Draft, r api.ChannelRules) ([]Part, error) {
	if err := Sendable(d, r); err != nil {
		return nil, err
	}
	body := strings.TrimSpace(d.Body)
	parts := fileParts(d.Files, r.MaxFiles)
	switch {
	case body == "":
	case len(parts) == 1 && captioned(parts[0], r.Caption) && r.FitsCaption(body):
		parts[0].Body = body
	default:
		parts = append([]Part{{Body: body}}, parts...)
	}
	for i := range parts {
		parts[i].Why = why(parts, i, r)
	}
	return parts, nil
}

// Sendable is Plan's refusal alone: nil if a kind of channel can carry the reply,
// else a sentence for a person.
func Sendable(d Draft, r api.ChannelRules) error {
	body, files := strings.TrimSpace(d.Body), d.Files
	if body == "" && len(files) == 0 {
		return fmt.Errorf("there is nothing to send yet: write something or attach a file")
	}
	if n, unit := r.Length(body); r.TooLong(body) && !r.Guessed {
		return fmt.Errorf("the text is %d %s, %s takes %d: shorten it", n, unit, r.Title, r.MaxBody)
	}
	if len(files) > 0 && r.MaxFiles == 0 {
		return fmt.Errorf("%s takes no files: remove them and send the text", r.Title)
	}
	for _, f := range files {
		if why := r.RefusesFile(f.MIME, f.Size); why != "" && !r.Guessed {
			return fmt.Errorf("%s %s", f.Name, why)
		}
	}
	return nil
}

func fileParts(files []File, most int) []Part {
	var parts []Part
	for len(files) > 0 {
		n := min(len(files), most)
		parts = append(parts, Part{Files: files[:n:n]})
		files = files[n:]
	}
	return parts
}

func captioned(p Part, rule api.Caption) bool {
	switch rule {
	case api.CaptionAlways:
		return true
	case api.CaptionImages:
		return len(p.Files) == 1 && strings.HasPrefix(p.Files[0].MIME, "image/")
	}
	return false
}

func why(parts []Part, i int, r api.ChannelRules) string {
	switch {
	case len(parts) == 1 || len(parts[i].Files) == 0:
		return ""
	case i > 0 && len(parts[i-1].Files) > 0 && r.MaxFiles == 1:
		return r.Title + " takes one file in a message"
	case i > 0 && len(parts[i-1].Files) > 0:
		return fmt.Sprintf("%s takes %d files in a message", r.Title, r.MaxFiles)
	case r.Caption == api.CaptionImages && !strings.HasPrefix(parts[i].Files[0].MIME, "image/"):
		return r.Title + " takes a caption on an image only"
	case r.Caption == api.CaptionNever:
		return r.Title + " takes no text with a file"
	case r.MaxCaption > 0 && parts[0].Body != "" && !r.FitsCaption(parts[0].Body):
		return fmt.Sprintf("%s takes up to %d characters under a file", r.Title, r.MaxCaption)
	}
	return ""
}
