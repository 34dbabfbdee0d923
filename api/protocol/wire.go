package protocol

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"unibox/api"
	"unibox/api/rest"
	"unibox/api/special"
)

// The objects of the platform (REFERENCE.md "Contacts", "Conversations",
// "Messages", "Groups", "Attachments"). Published samples leave fields out, so
// any can be missing.
type (
	wireContact struct {
		ID           ident    `json:"id"`
		Username     text     `json:"username"`
		Phone        text     `json:"phone_number"`
		Display      text     `json:"display_name"`
		Conversation ident    `json:"conversation_id"`
		Active       unixTime `json:"last_active_at"`
		Created      unixTime `json:"created_at"`
	}
	wireConversation struct {
		ID            ident      `json:"id"`
		Contact       ident      `json:"contact_id"`
		Group         ident      `json:"group_id"`
		PinnedMessage optionalID `json:"pinned_message_id"`
		Pinned        flag       `json:"is_pinned"`
		Muted         flag       `json:"is_muted"`
		Active        unixTime   `json:"last_active_at"`
		Opened        unixTime   `json:"last_opened_at"`
		Created       unixTime   `json:"created_at"`
		Archived      unixTime   `json:"archived_at"`
	}
	wireMessage struct {
		ID           ident     `json:"id"`
		Conversation ident     `json:"conversation_id"`
		Contact      member    `json:"contact"`
		Message      text      `json:"message"`
		Reactions    reactions `json:"reactions"`
		Attachments  files     `json:"attachments"`
		Read         unixTime  `json:"read_at"`
		Created      unixTime  `json:"created_at"`
		Updated      unixTime  `json:"updated_at"`
		special.Fields
	}
	wireGroup struct {
		ID           ident             `json:"id"`
		Name         text              `json:"name"`
		Description  text              `json:"description"`
		Conversation ident             `json:"conversation_id"`
		Contacts     rest.List[member] `json:"contacts"`
		Created      unixTime          `json:"created_at"`
		Archived     unixTime          `json:"archived_at"`
	}
	wireFile struct {
		ID      ident    `json:"id"`
		Name    text     `json:"filename"`
		URL     text     `json:"file_url"`
		MIME    text     `json:"file_type"`
		Size    count    `json:"file_size"`
		Message ident    `json:"message_id"`
		Created unixTime `json:"created_at"`
	}
	wireList struct {
		HasMore json.RawMessage `json:"has_more"`
		Data    json.RawMessage `json:"data"`
	}
)

func (w wireContact) id() string      { return string(w.ID) }
func (w wireConversation) id() string { return string(w.ID) }
func (w wireMessage) id() string      { return string(w.ID) }
func (w wireGroup) id() string        { return string(w.ID) }
func (w wireFile) id() string         { return string(w.ID) }

// at is the time by which a list is expected to be sorted (REFERENCE.md "Order of
// lists").
func (w wireConversation) at() time.Time { return w.Active.Time }
func (w wireMessage) at() time.Time {
	return rest.FirstTime(w.Created.Moment, w.Updated.Moment, w.Read.Moment)
}
func (w wireContact) at() time.Time { return w.Created.Time }
func (w wireFile) at() time.Time    { return w.Created.Time }
func (w wireGroup) at() time.Time   { return w.Created.Time }

// member is a contact inside another object: whole, in part, or its id alone
// (REFERENCE.md "Contacts").
type member struct{ wireContact }

// UnmarshalJSON never fails.
func (m *member) UnmarshalJSON(b []byte) error {
	m.wireContact = wireContact{}
	if !rest.Into(b, &m.wireContact) {
		_ = m.ID.UnmarshalJSON(b) // which never fails
	}
	return nil
}

// UnmarshalJSON reads a file, of which only the id or the address may be given. It
// never fails.
func (w *wireFile) UnmarshalJSON(b []byte) error {
	type object wireFile
	var o object
	switch s := rest.Scalar(b); {
	case rest.Into(b, &o):
		*w = wireFile(o)
	case strings.Contains(s, "/"):
		*w = wireFile{URL: text(s)}
	default:
		*w = wireFile{}
		_ = w.ID.UnmarshalJSON(b) // which never fails
	}
	return nil
}

// files are the files of a message: a list, one file, or files by their ids or
// numbers. One of which nothing is known is shown all the same.
type files []wireFile

// UnmarshalJSON never fails.
func (f *files) UnmarshalJSON(b []byte) error {
	*f = nil
	var list rest.List[wireFile]
	var keyed map[string]json.RawMessage
	if json.Unmarshal(b, &keyed) == nil && !describesFile(keyed) {
		for _, name := range slices.Sorted(maps.Keys(keyed)) {
			var one rest.List[wireFile] // of one, or of all
			_ = one.UnmarshalJSON(keyed[name])
			list = append(list, one...)
		}
	} else {
		_ = list.UnmarshalJSON(b)
	}
	*f = files(list)
	return nil
}

// describesFile reports whether an object has a field of a file.
func describesFile(object map[string]json.RawMessage) bool {
	for _, name := range []string{"id", "filename", "file_url", "file_type", "file_size"} {
		if _, ok := object[name]; ok {
			return true
		}
	}
	return false
}

// optionalID is an id that can be absent or null, which mean different things.
type optionalID struct {
	ident
	said bool
}

// UnmarshalJSON never fails.
func (s *optionalID) UnmarshalJSON(b []byte) error {
	s.said = true
	return s.ident.UnmarshalJSON(b)
}

// unixTime is a time, in whole unix seconds as documented, zero for null (REFERENCE.md
// "Ids and times"). said is set if the field was there as a time or as null.
type unixTime struct {
	rest.Moment
	said bool
}

// UnmarshalJSON never fails.
func (s *unixTime) UnmarshalJSON(b []byte) error {
	_ = s.Moment.UnmarshalJSON(b) // which never fails
	s.Time = s.Truncate(time.Second)
	s.said = !s.IsZero() || string(b) == "null" || string(b) == "0"
	return nil
}

// What any client reads leniently. An id has 16 letters and digits, case-sensitive
// (REFERENCE.md "Ids and times").
type (
	text  = rest.Text
	flag  = rest.Flag
	ident = rest.ID
	count = rest.Count
)

// reactions come as a list of objects of one key each: the reaction's name, with
// the users who reacted. One object with all of them is read too (REFERENCE.md
// "Reactions").
type reactions []api.Reaction

// UnmarshalJSON never fails.
func (r *reactions) UnmarshalJSON(b []byte) error {
	*r = nil
	var list rest.List[map[string]json.RawMessage]
	_ = list.UnmarshalJSON(b) // which never fails
	for _, object := range list {
		for _, name := range slices.Sorted(maps.Keys(object)) {
			*r = append(*r, api.Reaction{Name: name, Who: people(object[name])})
		}
	}
	return nil
}

// people reads names: a list, or a single one.
func people(b json.RawMessage) []string {
	var names rest.List[text]
	_ = names.UnmarshalJSON(b) // which never fails
	var out []string
	for _, n := range names {
		if n != "" && !slices.Contains(out, string(n)) {
			out = append(out, string(n))
		}
	}
	return out
}
