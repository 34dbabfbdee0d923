// Package said finds words for what a message holds besides text: what sort of file one
// is, and what a message without text is. It draws nothing; the words that it takes from
// outside are returned as they are and have to be cleaned as any other.
package said

import (
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/kyokomi/emoji/v2"

	"unibox/api"
	"unibox/ui/catalog"
)

// sorts are what files are called, by the ending of the name, where the type says nothing.
var sorts = map[string]catalog.Text{
	".jpg": "picture", ".jpeg": "picture", ".png": "picture", ".gif": "picture", ".webp": "picture", ".heic": "picture", ".bmp": "picture", ".tiff": "picture",
	".ogg": "voice message", ".oga": "voice message", ".opus": "voice message", ".mp3": "sound", ".m4a": "sound", ".wav": "sound", ".amr": "voice message", ".aac": "sound",
	".mp4": "video", ".mov": "video", ".webm": "video", ".3gp": "video", ".mkv": "video", ".avi": "video",
	".vcf": "contact card", ".ics": "calendar entry",
	".pdf": "document", ".doc": "document", ".docx": "document", ".odt": "document", ".rtf": "document", ".txt": "text",
	".xls": "table", ".xlsx": "table", ".ods": "table", ".csv": "table", ".ppt": "slides", ".pptx": "slides", ".odp": "slides",
	".zip": "archive", ".rar": "archive", ".7z": "archive", ".gz": "archive", ".tar": "archive",
}

// types are what files are called by the beginning of their type.
var types = []struct {
	prefix string
	word   catalog.Text
}{
	{"audio/ogg", "voice message"}, {"audio/opus", "voice message"}, {"audio/amr", "voice message"}, {"audio/", "sound"}, {"image/", "picture"}, {"video/", "video"},
	{"text/vcard", "contact card"}, {"text/x-vcard", "contact card"}, {"text/calendar", "calendar entry"}, {"application/pdf", "document"}, {"application/msword", "document"},
	{"application/vnd.openxmlformats-officedocument.word", "document"}, {"application/vnd.ms-excel", "table"},
	{"application/vnd.openxmlformats-officedocument.spread", "table"}, {"text/csv", "table"}, {"application/zip", "archive"},
}

// Sort is what a file is called: "picture", "voice message", "document"; "" where
// neither its type nor its name tells.
func Sort(say *catalog.Language, a api.Attachment) string { return say.Of(sort(a)) }

const picture = catalog.Text("picture")

func sort(a api.Attachment) catalog.Text {
	if a.Voice {
		return "voice message"
	}
	kind := strings.ToLower(strings.TrimSpace(a.MIME))
	for _, t := range types {
		if strings.HasPrefix(kind, t.prefix) {
			return t.word
		}
	}
	return sorts[strings.ToLower(path.Ext(a.Name))]
}

// IsPicture reports whether a file may be a picture that can be shown.
func IsPicture(a api.Attachment) bool { return sort(a) == picture }

// File says what is known of a file besides its name: "voice message, 0:14, 24 KB"; size
// is its size in words, "" where it is not known.
func File(say *catalog.Language, a api.Attachment, size string) string {
	var parts []string
	for _, s := range []string{Sort(say, a), Length(a.Length), size} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

// Length is a length of time as 0:07, 12:30 or 1:02:03; "" for none.
func Length(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	if d <= 0 {
		return ""
	}
	s = max(s, 1)
	two := func(n int64) string { return strconv.FormatInt(n/10, 10) + strconv.FormatInt(n%10, 10) }
	if s >= 3600 {
		return strconv.FormatInt(s/3600, 10) + ":" + two(s/60%60) + ":" + two(s%60)
	}
	return strconv.FormatInt(s/60, 10) + ":" + two(s%60)
}

// Nothing is what is said in place of a message that has neither text nor files.
func Nothing(say *catalog.Language, kind api.MessageKind) string {
	switch kind {
	case api.KindDeleted:
		return say.T("(deleted)")
	case api.KindUnknown:
		return say.T("(neither text nor file: the platform does not say what it is)")
	}
	return say.T("(nothing that can be seen: spaces or invisible characters)")
}

// Reaction is a reaction as a sign: the emoji that the platform's word for it names; the
// word itself where none does, or where ascii is set.
func Reaction(name string, ascii bool) string {
	if ascii {
		return name
	}
	code := emoji.CodeMap()
	for _, alias := range []string{name, aliases[name]} {
		if sign, ok := code[":"+strings.ToLower(alias)+":"]; ok {
			return strings.TrimSpace(sign)
		}
	}
	return name
}

// aliases are names of reactions that the table of emoji has under another one.
var aliases = map[string]string{
	"thumbs_up": "thumbsup", "thumbs_down": "thumbsdown", "like": "thumbsup", "love": "heart", "haha": "joy", "laugh": "joy", "wow": "open_mouth", "sad": "cry", "angry": "angry", "party": "tada",
	"ok": "ok_hand", "thanks": "pray",
}
