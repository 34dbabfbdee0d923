package special

import (
	"encoding/json"
	"strings"
	"time"

	"unibox/api/rest"
)

// Card is the card of a person that somebody passed on.
type Card struct {
	Name           string
	Phones, Emails []string
	Organisation   string
}

// Cards are those of a message: one or a list, each an object or the text of a vCard.
type Cards []Card

// mostCards bounds how many cards of one message are read.
const mostCards = 20

// UnmarshalJSON never fails.
func (c *Cards) UnmarshalJSON(b []byte) error {
	*c = nil
	var list []json.RawMessage
	if json.Unmarshal(b, &list) != nil {
		list = []json.RawMessage{b}
	}
	for _, one := range list[:min(len(list), mostCards)] {
		if card := readCard(one); card.Text() != "" {
			*c = append(*c, card)
		}
	}
	return nil
}

func readCard(b json.RawMessage) Card {
	if s := rest.Scalar(b); strings.Contains(s, "BEGIN:VCARD") {
		return vCard(s)
	}
	o := read(b)
	if o == nil {
		return Card{}
	}
	if s := rest.Scalar(o["vcard"]); strings.Contains(s, "BEGIN:VCARD") {
		return vCard(s)
	}
	card := Card{Name: o.text("formatted_name", "display_name", "name", "full_name"), Organisation: o.text("company", "organization", "org")}
	if name := read(o["name"]); name != nil {
		card.Name = name.text("formatted_name", "full_name", "first_name")
	}
	if first := o.text("first_name"); card.Name == "" && first != "" {
		card.Name = strings.TrimSpace(first + " " + o.text("last_name"))
	}
	card.Phones = values(o, "phone_number", "phone", "phones", "number")
	card.Emails = values(o, "email", "emails")
	return card
}

// values are what fields hold: a text, or a list of texts or of objects around one.
func values(o object, names ...string) []string {
	var out []string
	for _, name := range names {
		var list []json.RawMessage
		if json.Unmarshal(o[name], &list) != nil {
			list = []json.RawMessage{o[name]}
		}
		for _, v := range list[:min(len(list), mostCards)] {
			s := oneLine(rest.Scalar(v))
			if inner := read(v); inner != nil {
				s = inner.text("phone", "number", "email", "value", "wa_id")
			}
			if s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

// vCard reads name, numbers and addresses of a vCard; what else it holds is left out.
func vCard(s string) Card {
	var card Card
	for _, line := range strings.Split(s, "\n") {
		field, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if value = oneLine(value); !ok || value == "" {
			continue
		}
		field, _, _ = strings.Cut(strings.ToUpper(field), ";")
		if at := strings.LastIndex(field, "."); at >= 0 { // item1.TEL
			field = field[at+1:]
		}
		switch {
		case field == "FN":
			card.Name = value
		case field == "TEL" && len(card.Phones) < mostCards:
			card.Phones = append(card.Phones, strings.TrimPrefix(value, "tel:"))
		case field == "EMAIL" && len(card.Emails) < mostCards:
			card.Emails = append(card.Emails, value)
		case field == "ORG":
			card.Organisation = strings.Trim(strings.ReplaceAll(value, ";", ", "), ", ")
		}
	}
	return card
}

// Text says who it is, and how to reach them.
func (c Card) Text() string {
	var parts []string
	for _, s := range append(append([]string{c.Name, c.Organisation}, c.Phones...), c.Emails...) {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "Contact: " + strings.Join(parts, ", ")
}

// Text has a line for each card.
func (c Cards) Text() string {
	var lines []string
	for _, card := range c {
		lines = append(lines, card.Text())
	}
	return strings.Join(lines, "\n")
}

// Sticker is a sticker, with the emoji or the name that it stands for.
type Sticker struct {
	Is         bool
	Emoji, Set string
}

// UnmarshalJSON never fails.
func (s *Sticker) UnmarshalJSON(b []byte) error {
	*s = Sticker{}
	switch o := read(b); {
	case o != nil:
		*s = Sticker{true, o.text("emoji", "name", "title"), o.text("set_name", "set", "pack")}
	case rest.Scalar(b) == "true":
		s.Is = true
	case len(b) > 0 && b[0] == '"' && rest.Scalar(b) != "":
		*s = Sticker{Is: true, Emoji: oneLine(rest.Scalar(b))}
	}
	return nil
}

// Text says that it is a sticker, and which.
func (s Sticker) Text() string {
	switch {
	case !s.Is:
		return ""
	case s.Emoji == "" || webAddress(s.Emoji):
		return "Sticker"
	case s.Set == "":
		return "Sticker " + s.Emoji
	}
	return "Sticker " + s.Emoji + " of " + s.Set
}

// Call is a call.
type Call struct {
	Is, Video, Missed bool
	Length            time.Duration
}

// UnmarshalJSON never fails.
func (c *Call) UnmarshalJSON(b []byte) error {
	*c = Call{}
	o := read(b)
	if o == nil {
		return nil
	}
	c.Is = true
	c.Video = string(o["video"]) == "true" || string(o["is_video"]) == "true" || strings.Contains(strings.ToLower(o.text("type", "kind", "media")), "video")
	state := strings.ToLower(o.text("status", "state", "result", "reason", "discard_reason"))
	for _, word := range []string{"missed", "busy", "no_answer", "no-answer", "declined", "rejected", "cancel"} {
		c.Missed = c.Missed || strings.Contains(state, word)
	}
	c.Missed = c.Missed || string(o["missed"]) == "true"
	for _, name := range []string{"duration", "seconds", "length"} {
		if c.Length == 0 {
			c.Length = Length(o[name])
		}
	}
	return nil
}

// Text says what became of the call.
func (c Call) Text() string {
	name := "call"
	if c.Video {
		name = "video call"
	}
	switch {
	case !c.Is:
		return ""
	case c.Missed:
		return "Missed " + name
	case c.Length > 0:
		return strings.ToUpper(name[:1]) + name[1:] + ", " + Clock(c.Length)
	}
	return strings.ToUpper(name[:1]) + name[1:]
}
