package textus

import (
	"encoding/json"
	"errors"
	"strings"

	"unibox/api/rest"
)

// What any client reads leniently.
type (
	text   = rest.Text
	flag   = rest.Flag
	ident  = rest.ID
	moment = rest.Moment
	count  = rest.Count
)

// link says whether an action is possible: absent (not said), null (not now),
// or the path to ask (REFERENCE.md "Links as abilities").
type link struct {
	said bool
	path string
}

// UnmarshalJSON never fails. It is not called for what is absent. What is no link
// says nothing either.
func (l *link) UnmarshalJSON(b []byte) error {
	*l = link{said: string(b) == "null"}
	if to, err := rest.Following(b); err == nil && isLink(to) {
		*l = link{said: true, path: to}
	}
	return nil
}

func isLink(s string) bool { return strings.HasPrefix(s, "/") || strings.Contains(s, "://") }

// ref is a property that can be null, a link or the whole object (REFERENCE.md
// "Shapes that vary").
type ref[T any] struct {
	link  string
	value *T
}

// UnmarshalJSON never fails.
func (r *ref[T]) UnmarshalJSON(b []byte) error {
	*r = ref[T]{}
	if len(b) > 0 && b[0] == '"' {
		r.link = rest.Scalar(b)
	}
	if len(b) > 0 && (b[0] == '{' || b[0] == '[') {
		if v := new(T); rest.Into(b, v) {
			r.value = v
		}
	}
	return nil
}

// page is an answer that is a collection. Its type varies, so whatever has members
// is one (REFERENCE.md "Shapes that vary", "Lists").
type page[T any] struct {
	Members []T
	// Next is the link to the next page; cut is set where it makes no sense.
	Next string
	cut  error
	// total is how many there are by the platform's word, 0 for unsaid.
	total int
}

// UnmarshalJSON also takes a bare list. It fails on anything else: an answer
// without a list is not an empty one.
func (p *page[T]) UnmarshalJSON(b []byte) (err error) {
	*p = page[T]{}
	var w struct {
		Members json.RawMessage `json:"members"`
		View    json.RawMessage `json:"view"`
		Total   rest.Count      `json:"totalItems"`
	}
	if len(b) > 0 && b[0] == '[' {
		w.Members = b
	} else if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	if p.Members, err = rest.Members[T](w.Members); err != nil {
		return err
	}
	p.Next, p.cut = nextOf(w.View)
	p.total = int(w.Total)
	return nil
}

// nextOf reads the link to the next page from a view. Without a view the collection
// is complete (REFERENCE.md "Lists").
func nextOf(view json.RawMessage) (string, error) {
	var w struct {
		Next json.RawMessage `json:"next"`
	}
	switch string(view) {
	case "", "null", "[]", `""`:
		return "", nil
	}
	if !rest.Into(view, &w) {
		return "", errors.New("the view of the list makes no sense")
	}
	return rest.Following(w.Next)
}

// collection is a collection inside an object: with members, a bare list, or what
// would be its only member.
type collection[T any] struct{ Members rest.List[T] }

// UnmarshalJSON never fails.
func (c *collection[T]) UnmarshalJSON(b []byte) error {
	*c = collection[T]{}
	var w map[string]json.RawMessage
	if json.Unmarshal(b, &w) != nil {
		return c.Members.UnmarshalJSON(b)
	}
	for _, name := range []string{"members", "totalItems", "view"} {
		if _, ok := w[name]; ok {
			return c.Members.UnmarshalJSON(w["members"])
		}
	}
	return c.Members.UnmarshalJSON(b)
}

// lastSegment is the slug in an id, which is a path (REFERENCE.md "Ids and links").
func lastSegment(id string) string {
	id = strings.TrimRight(id, "/")
	return id[strings.LastIndex(id, "/")+1:]
}

// wireAccount is an account (REFERENCE.md "Accounts").
type wireAccount struct {
	ID             ident `json:"id"`
	Slug           ident `json:"slug"`
	Name           text  `json:"name"`
	Filters        text  `json:"conversationFilters"`
	ContactFilters text  `json:"contactFilters"`
	Contacts       text  `json:"contacts"`
	Users          text  `json:"users"`
	Send           text  `json:"sendMessages"`
	Schedule       text  `json:"scheduleMessages"`
	Restricted     flag  `json:"messagingRestricted"`
}

type wireUser struct {
	ID   ident `json:"id"`
	Name text  `json:"name"`
}

// wireFilter selects conversations or contacts (REFERENCE.md "Filters").
type wireFilter struct {
	ID   ident `json:"id"`
	Slug ident `json:"slug"`
}

// wireConversation is a conversation (REFERENCE.md "Conversations").
type wireConversation struct {
	ID           ident                          `json:"id"`
	Slug         ident                          `json:"slug"`
	Phone        text                           `json:"phoneNumber"`
	Formatted    text                           `json:"formattedPhoneNumber"`
	State        text                           `json:"currentState"`
	Unanswered   flag                           `json:"unanswered"`
	Unsubscribed flag                           `json:"unsubscribed"`
	Blocked      flag                           `json:"blocked"`
	Account      ref[wireAccount]               `json:"account"`
	Latest       ref[wireItem]                  `json:"latestPreviewableItem"`
	Scheduled    ref[wireItem]                  `json:"nextScheduledMessage"`
	Info         ref[wireInfo]                  `json:"requestingUserInfo"`
	Contact      ref[wireContact]               `json:"assignedContact"`
	Associated   ref[collection[wireContact]]   `json:"associatedContacts"`
	Participants ref[collection[ref[wireUser]]] `json:"participants"`

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
	if !isLink(w.Account.link) {
		return ""
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
	ID     ident                      `json:"id"`
	Name   text                       `json:"name"`
	Phones ref[collection[wirePhone]] `json:"phones"`
	Notes  ref[collection[wireNote]]  `json:"notes"`
	// Conversations are those of the contact in all accounts.
	Conversations ref[collection[wireConversation]] `json:"conversations"`
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
	Type         text                                 `json:"@type"`
	ID           ident                                `json:"id"`
	Direction    text                                 `json:"direction"`
	Body         text                                 `json:"body"`
	State        text                                 `json:"deliveryState"`
	Status       text                                 `json:"status"`
	Friendly     text                                 `json:"friendlyStateDescription"`
	FriendlyText text                                 `json:"friendlyDescription"`
	Description  text                                 `json:"description"`
	Title        text                                 `json:"title"`
	Duration     text                                 `json:"duration"`
	Display      moment                               `json:"displayTimestamp"`
	Position     moment                               `json:"timelinePosition"`
	Changed      moment                               `json:"latestEventAt"`
	Conversation text                                 `json:"conversation"`
	Sender       ref[wireUser]                        `json:"sender"`
	Attachments  ref[collection[ref[wireAttachment]]] `json:"attachments"`
	RetryAllowed flag                                 `json:"retryAllowed"`
	Retry        link                                 `json:"retry"`
}

// wireAttachment is a file of a message. Its fields are published nowhere, so
// several names are tried for each (REFERENCE.md "Attachments").
type wireAttachment struct {
	ID          ident `json:"id"`
	URL         text  `json:"url"`
	ContentURL  text  `json:"contentUrl"`
	MediaURL    text  `json:"mediaUrl"`
	Href        text  `json:"href"`
	Link        text  `json:"link"`
	ContentType text  `json:"contentType"`
	MIMEType    text  `json:"mimeType"`
	MediaType   text  `json:"mediaType"`
	Filename    text  `json:"filename"`
	Name        text  `json:"name"`
	Size        count `json:"size"`
	ByteSize    count `json:"byteSize"`
}

type wireAssignment struct {
	ID       ident         `json:"id"`
	Assignee ref[wireUser] `json:"assignee"`
}

type wireReply struct {
	Title text `json:"title"`
	Name  text `json:"name"`
	Body  text `json:"body"`
}
