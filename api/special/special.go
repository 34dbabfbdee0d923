// Package special reads messages that are neither text nor file: a place, a contact's
// card, a sticker, a call. The platforms publish that such messages exist and not what
// they hold, so the obvious forms are read, and what is found is said in words. Whatever
// is sent, nothing here fails.
//
// A client embeds [Fields] in its message and appends [Fields.Text] to the text of it.
package special

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"unibox/api/rest"
)

// Fields are the fields of a message that may hold something special.
type Fields struct {
	Type        rest.Text `json:"type"`
	MessageType rest.Text `json:"message_type"`
	Location    Place     `json:"location"`
	Contacts    Cards     `json:"contacts"`
	VCard       Cards     `json:"vcard"`
	Sticker     Sticker   `json:"sticker"`
	Call        Call      `json:"call"`
}

// Text says what is special about a message, in lines; "" where nothing is.
func (f Fields) Text() string {
	var lines []string
	for _, line := range []string{f.Location.Text(), f.Contacts.Text(), f.VCard.Text(), f.Sticker.Text(), f.Call.Text()} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// With is a message's text with what is special about it behind; bare is whether the
// message has neither text nor files, so that at least the name of its kind is said.
func (f Fields) With(body string, bare bool) string {
	said := f.Text()
	switch {
	case said == "" && bare:
		return f.kind()
	case said == "":
		return body
	case strings.TrimSpace(body) == "":
		return said
	}
	return body + "\n" + said
}

// kind names a message of which nothing but a type is known.
func (f Fields) kind() string {
	name := oneLine(string(f.MessageType))
	if name == "" {
		name = oneLine(string(f.Type))
	}
	switch strings.ToLower(name) {
	case "", "text", "message", "chat", "unknown":
		return ""
	}
	return "a message of the type “" + name + "”, which cannot be shown here"
}

// longest bounds what is taken of one field, in bytes.
const longest = 300

// oneLine is a text from outside as one line that is not too long.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "")
	}
	return s
}

// object is a JSON object by the lower-case names of its fields.
type object map[string]json.RawMessage

// read returns the object that b is; a text that holds one is read too. It is nil for
// anything else.
func read(b []byte) object {
	if s := rest.Scalar(b); strings.HasPrefix(strings.TrimSpace(s), "{") {
		b = []byte(s)
	}
	var raw map[string]json.RawMessage
	if json.Unmarshal(b, &raw) != nil || len(raw) == 0 {
		return nil
	}
	o := object{}
	for name, v := range raw {
		o[strings.ToLower(name)] = v
	}
	return o
}

// text is the first of these fields that says something.
func (o object) text(names ...string) string {
	for _, name := range names {
		if s := oneLine(rest.Scalar(o[name])); s != "" && s != "true" && s != "false" {
			return s
		}
	}
	return ""
}

// number is the first of these fields that is a number, or a text of one.
func (o object) number(names ...string) (float64, bool) {
	for _, name := range names {
		if n, err := strconv.ParseFloat(strings.TrimSpace(rest.Scalar(o[name])), 64); err == nil && n == n && n < 1e12 && n > -1e12 {
			return n, true
		}
	}
	return 0, false
}

// Clock is a length of time as it is shown: 0:07, 12:30, 1:02:03.
func Clock(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	if s >= 3600 {
		return strconv.FormatInt(s/3600, 10) + ":" + two(s/60%60) + ":" + two(s%60)
	}
	return strconv.FormatInt(s/60, 10) + ":" + two(s%60)
}

func two(n int64) string {
	if n < 10 {
		return "0" + strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(n, 10)
}

// Length reads a length of time: seconds as a number, or text such as 1:05. It is 0 for
// anything else and for more than a day.
func Length(b []byte) time.Duration {
	total := 0.0
	for _, part := range strings.Split(strings.TrimSpace(rest.Scalar(b)), ":") {
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || n != n || n < 0 || n > 86400 {
			return 0
		}
		total = total*60 + n
	}
	if total > 86400 {
		return 0
	}
	return time.Duration(total * float64(time.Second))
}
