package textus

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"unibox/api/rest"
)

var null = []byte("null")

// What any client reads leniently.
type (
	text = rest.Text
	flag = rest.Flag
)

// moment is a time in ISO 8601 (REFERENCE.md "Ids and links"), zero for anything
// else.
type moment struct{ time.Time }

// UnmarshalJSON never fails.
func (m *moment) UnmarshalJSON(b []byte) error {
	m.Time = time.Time{}
	at, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(rest.Scalar(b)))
	if err == nil && at.Year() > 1970 && at.Year() < 2200 {
		m.Time = at.UTC()
	}
	return nil
}

// link says whether an action is possible: absent (not said), null (not now),
// or the path to ask (REFERENCE.md "Links as abilities").
type link struct {
	said bool
	path string
}

// UnmarshalJSON never fails. It is not called for what is absent.
func (l *link) UnmarshalJSON(b []byte) error {
	*l = link{said: true, path: rest.Scalar(b)}
	return nil
}

// ref is a property that can be null, a link or the whole object (REFERENCE.md
// "Shapes that vary").
type ref[T any] struct {
	link  string
	value *T
}

// UnmarshalJSON never fails.
func (r *ref[T]) UnmarshalJSON(b []byte) error {
	*r = ref[T]{link: rest.Scalar(b)}
	if len(b) > 0 && (b[0] == '{' || b[0] == '[') {
		v := new(T)
		if json.Unmarshal(b, v) == nil {
			r.value = v
		}
	}
	return nil
}

// page is a collection. Its type varies, so whatever has members is one
// (REFERENCE.md "Shapes that vary", "Lists").
type page[T any] struct {
	Members items[T] `json:"members"`
	View    struct {
		Next text `json:"next"`
	} `json:"view"`
}

// UnmarshalJSON also takes a bare list. It fails on anything else.
func (p *page[T]) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		return json.Unmarshal(b, &p.Members)
	}
	var w struct {
		Members items[T]        `json:"members"`
		View    json.RawMessage `json:"view"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*p = page[T]{Members: w.Members}
	// A view that cannot be read ends the list.
	_ = json.Unmarshal(w.View, &p.View)
	return nil
}

// items are members. A member of another type is skipped.
type items[T any] []T

// UnmarshalJSON fails if it is not a list.
func (l *items[T]) UnmarshalJSON(b []byte) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	for _, r := range raw {
		var v T
		if !bytes.Equal(r, null) && json.Unmarshal(r, &v) == nil {
			*l = append(*l, v)
		}
	}
	return nil
}

// lastSegment is the slug in an id, which is a path (REFERENCE.md "Ids and links").
func lastSegment(id string) string {
	id = strings.TrimRight(id, "/")
	return id[strings.LastIndex(id, "/")+1:]
}

// wireAccount is an account (REFERENCE.md "Accounts").
type wireAccount struct {
	ID             text          `json:"id"`
	Slug           text          `json:"slug"`
	Name           text          `json:"name"`
	Filters        text          `json:"conversationFilters"`
	ContactFilters text          `json:"contactFilters"`
	Users          text          `json:"users"`
	Send           text          `json:"sendMessages"`
	Schedule       text          `json:"scheduleMessages"`
	Restricted     flag          `json:"messagingRestricted"`
	Me             ref[wireUser] `json:"requestingUser"`
}

type wireUser struct {
	ID   text `json:"id"`
	Name text `json:"name"`
}

// wireFilter selects conversations or contacts (REFERENCE.md "Filters").
type wireFilter struct {
	ID   text `json:"id"`
	Slug text `json:"slug"`
}

// wireConversation is a conversation (REFERENCE.md "Conversations").
type wireConversation struct {
	ID           text                     `json:"id"`
	Slug         text                     `json:"slug"`
	Phone        text                     `json:"phoneNumber"`
	Formatted    text                     `json:"formattedPhoneNumber"`
	State        text                     `json:"currentState"`
	Unanswered   flag                     `json:"unanswered"`
	Unsubscribed flag                     `json:"unsubscribed"`
	Blocked      flag                     `json:"blocked"`
	Account      ref[wireAccount]         `json:"account"`
	Latest       ref[wireItem]            `json:"latestPreviewableItem"`
	Scheduled    ref[wireItem]            `json:"nextScheduledMessage"`
	Info         ref[wireInfo]            `json:"requestingUserInfo"`
	Contact      ref[wireContact]         `json:"assignedContact"`
	Associated   ref[page[wireContact]]   `json:"associatedContacts"`
	Participants ref[page[ref[wireUser]]] `json:"participants"`

	Read          link `json:"readConversation"`
	Unread        link `json:"unreadConversation"`
	Star          link `json:"starConversation"`
	Unstar        link `json:"unstarConversation"`
	Close         link `json:"closeConversation"`
	Reopen        link `json:"reopenConversation"`
	Block         link `json:"blockConversation"`
	Unblock       link `json:"unblockConversation"`
	Subscribe     link `json:"subscribeConversation"`
	Unsubscribe   link `json:"unsubscribeConversation"`
	Assignments   link `json:"assignments"`
	AssignContact link `json:"assignContact"`
	Stats         link `json:"stats"`
}

func (w *wireConversation) slug() string {
	if w.Slug != "" {
		return string(w.Slug)
	}
	return lastSegment(string(w.ID))
}

func (w *wireConversation) accountSlug() string {
	switch v := w.Account.value; {
	case v != nil && v.Slug != "":
		return string(v.Slug)
	case v != nil:
		return lastSegment(string(v.ID))
	}
	return lastSegment(w.Account.link)
}

// wireInfo is this user's view of a conversation (REFERENCE.md "Conversations").
type wireInfo struct {
	Read     flag `json:"read"`
	Starred  flag `json:"starred"`
	Assigned flag `json:"assigned"`
}

// wireContact is a contact (REFERENCE.md "Contacts").
type wireContact struct {
	ID     text                 `json:"id"`
	Name   text                 `json:"name"`
	Phones ref[page[wirePhone]] `json:"phones"`
	Notes  ref[page[wireNote]]  `json:"notes"`
}

type wirePhone struct {
	Number    text `json:"phoneNumber"`
	Formatted text `json:"formattedPhoneNumber"`
	Type      text `json:"type"`
}

type wireNote struct {
	Content text `json:"content"`
}

// wireItem is an item of a timeline: a message (REFERENCE.md "Messages"), or
// anything else (REFERENCE.md "Timelines").
type wireItem struct {
	Type         text                           `json:"@type"`
	ID           text                           `json:"id"`
	Direction    text                           `json:"direction"`
	Body         text                           `json:"body"`
	State        text                           `json:"deliveryState"`
	Status       text                           `json:"status"`
	Friendly     text                           `json:"friendlyStateDescription"`
	FriendlyText text                           `json:"friendlyDescription"`
	Description  text                           `json:"description"`
	Title        text                           `json:"title"`
	Display      moment                         `json:"displayTimestamp"`
	Position     moment                         `json:"timelinePosition"`
	Changed      moment                         `json:"latestEventAt"`
	Conversation text                           `json:"conversation"`
	Sender       ref[wireUser]                  `json:"sender"`
	Attachments  ref[page[ref[wireAttachment]]] `json:"attachments"`
	RetryAllowed flag                           `json:"retryAllowed"`
	Retry        link                           `json:"retry"`
}

// wireAttachment is a file of a message. Its fields are published nowhere, so
// several names are tried for each (REFERENCE.md "Attachments").
type wireAttachment struct {
	ID          text `json:"id"`
	URL         text `json:"url"`
	ContentURL  text `json:"contentUrl"`
	MediaURL    text `json:"mediaUrl"`
	Href        text `json:"href"`
	Link        text `json:"link"`
	ContentType text `json:"contentType"`
	MIMEType    text `json:"mimeType"`
	MediaType   text `json:"mediaType"`
	Filename    text `json:"filename"`
	Name        text `json:"name"`
	Size        text `json:"size"`
	ByteSize    text `json:"byteSize"`
}

type wireAssignment struct {
	ID       text          `json:"id"`
	Assignee ref[wireUser] `json:"assignee"`
}

type wireReply struct {
	Title text `json:"title"`
	Name  text `json:"name"`
	Body  text `json:"body"`
}
