package protocol

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"unibox/api"
	"unibox/api/rest"
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
		ID           ident           `json:"id"`
		Conversation ident           `json:"conversation_id"`
		Contact      member          `json:"contact"`
		Message      text            `json:"message"`
		Reactions    reactions       `json:"reactions"`
		Attachments  items[wireFile] `json:"attachments"`
		Read         unixTime        `json:"read_at"`
		Created      unixTime        `json:"created_at"`
		Updated      unixTime        `json:"updated_at"`
	}
	wireGroup struct {
		ID           ident         `json:"id"`
		Name         text          `json:"name"`
		Description  text          `json:"description"`
		Conversation ident         `json:"conversation_id"`
		Contacts     items[member] `json:"contacts"`
		Created      unixTime      `json:"created_at"`
		Archived     unixTime      `json:"archived_at"`
	}
	wireFile struct {
		ID   ident `json:"id"`
		Name text  `json:"filename"`
		URL  text  `json:"file_url"`
		MIME text  `json:"file_type"`
		Size count `json:"file_size"`
	}
	wireList[T any] struct {
		HasMore flag      `json:"has_more"`
		Data    *items[T] `json:"data"`
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
func (w wireMessage) at() time.Time      { return w.Created.Time }
func (w wireContact) at() time.Time      { return w.Created.Time }
func (w wireGroup) at() time.Time        { return w.Created.Time }

// member is a contact inside another object: whole, in part, or its id alone
// (REFERENCE.md "Contacts").
type member struct{ wireContact }

// UnmarshalJSON never fails.
func (m *member) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &m.wireContact) != nil {
		m.wireContact = wireContact{}
		_ = m.ID.UnmarshalJSON(b) // which never fails
	}
	return nil
}

// ident is an id: 16 letters and digits, case-sensitive (REFERENCE.md "Ids and
// times").
type ident string

// UnmarshalJSON never fails.
func (i *ident) UnmarshalJSON(b []byte) error {
	*i = ident(strings.TrimSpace(rest.Scalar(b)))
	return nil
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

// count is a size in bytes, 0 where it is not known.
type count int64

// UnmarshalJSON never fails.
func (n *count) UnmarshalJSON(b []byte) error {
	v, err := strconv.ParseInt(rest.Scalar(b), 10, 64)
	if err == nil && v > 0 {
		*n = count(v)
	}
	return nil
}

// unixTime is a time in whole unix seconds, zero for null (REFERENCE.md "Ids and
// times"). said is set if the field was there, even as null.
type unixTime struct {
	time.Time
	said bool
}

// UnmarshalJSON never fails.
func (s *unixTime) UnmarshalJSON(b []byte) error {
	s.said = true
	n, err := strconv.ParseFloat(rest.Scalar(b), 64)
	if err == nil && n > 0 && n < math.MaxInt32*100 {
		s.Time = time.Unix(int64(n), 0).UTC()
	}
	return nil
}

// What any client reads leniently.
type (
	text = rest.Text
	flag = rest.Flag
)

// items is a list in an answer. A member of another type is skipped.
type items[T any] []T

// UnmarshalJSON fails if it is neither a list nor null.
func (l *items[T]) UnmarshalJSON(b []byte) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	for _, r := range raw {
		var v T
		if !bytes.Equal(r, []byte("null")) && json.Unmarshal(r, &v) == nil {
			*l = append(*l, v)
		}
	}
	return nil
}

// reactions come as a list of objects of one key each: the reaction's name, with
// the users who reacted. One object with all of them is read too (REFERENCE.md
// "Reactions").
type reactions []api.Reaction

// UnmarshalJSON never fails.
func (r *reactions) UnmarshalJSON(b []byte) error {
	var list []map[string]json.RawMessage
	if json.Unmarshal(b, &list) != nil {
		list = make([]map[string]json.RawMessage, 1)
		if json.Unmarshal(b, &list[0]) != nil {
			return nil
		}
	}
	for _, object := range list {
		for _, name := range slices.Sorted(maps.Keys(object)) {
			*r = append(*r, api.Reaction{Name: name, Who: people(object[name])})
		}
	}
	return nil
}

// people reads names.
func people(b json.RawMessage) []string {
	var names items[text]
	if json.Unmarshal(b, &names) != nil {
		return nil
	}
	var out []string
	for _, n := range names {
		if n != "" && !slices.Contains(out, string(n)) {
			out = append(out, string(n))
		}
	}
	return out
}
