package textus

import (
	"fmt"
	"html"
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

// typed returns an object of a type, with an id.
func typed(kind, id string) object {
	return object{"@type": kind, "@context": "/contexts/" + kind + ".jsonld", "id": id}
}

// collection returns a complete list. It has no view. See api/textus/REFERENCE.md "Lists".
func collection(kind, id string, members []object) object {
	c := typed(kind, id)
	c["members"], c["totalItems"] = orEmpty(members), len(members)
	return c
}

func orEmpty(members []object) []object {
	if members == nil {
		return []object{}
	}
	return members
}

// viewOf returns the view of a page. next is nil for the last page.
func viewOf(self, first string, next any) object {
	v := typed("hydra:PartialCollectionView", self)
	v["first"], v["next"], v["previous"] = first, next, nil
	return v
}

func stampOf(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func stampOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return stampOf(t)
}

// display returns a phone number in the form for people.
func display(phone string) string {
	if n := strings.TrimPrefix(phone, "+1"); len(n) == 10 {
		return fmt.Sprintf("(%s) %s-%s", n[:3], n[3:6], n[6:])
	}
	return phone
}

func (a *account) ref() object {
	o := typed("Account", "/accounts/"+a.slug)
	o["name"] = a.name
	return o
}

func (a *account) wire() object {
	o := a.ref()
	o["slug"], o["type"], o["effectiveRole"], o["multiUser"] = a.slug, "team", "admin", true
	o["parent"] = nil
	if a.parent != "" {
		o["parent"] = "/accounts/" + a.parent
	}
	o["phoneNumbers"] = []string{fmt.Sprintf("(%s) 555-0100", a.area)}
	o["messagingRestricted"] = false
	for link, path := range map[string]string{
		"conversationFilters": "conversation_filters", "contactFilters": "contact_filters", "users": "users",
		"sendMessages": "messages", "scheduleMessages": "messages/schedule",
	} {
		o[link] = "/" + a.slug + "/" + path
	}
	return o
}

func userOf(n int) object {
	u := typed("User", "/users/"+users[n].slug)
	u["name"] = users[n].name
	return u
}

// form is where a conversation appears. Some of its fields differ by it. See
// api/textus/REFERENCE.md "Shapes that vary".
type form uint8

const (
	inFilter form = iota
	inContact
	alone
)

// wireConversation returns a conversation with all its fields.
func (p *Server) wireConversation(v *conversation, c *kit.Call, where form) object {
	s := p.state(v, c.Now)
	path := p.path(v)
	o := typed("Conversation", path)
	if where == inContact {
		o = typed("ConversationWithAccount", path)
	}
	o["slug"], o["phoneNumber"], o["formattedPhoneNumber"] = p.slugOf(v), v.phone, display(v.phone)
	o["currentState"], o["unanswered"], o["unsubscribed"] = s.word(), s.unanswered, s.optedOut
	// Half of the blocked conversations say so in currentState only, as one of
	// the documents does.
	o["blocked"] = s.blocked && v.index%2 == 0
	o["account"] = "/accounts/" + v.account.slug
	if where == inContact {
		o["account"] = v.account.ref()
	}
	o["requestingUserInfo"] = p.info(v, s)
	if where == alone {
		o["requestingUserInfo"] = path + "/user_info"
	}
	o["latestPreviewableItem"], o["nextScheduledMessage"] = nil, p.nextScheduled(v, c)
	if m, ok := p.newestMessage(v); ok {
		o["latestPreviewableItem"] = p.wireItem(v, m, c)
	}
	p.people(o, v, s, path)
	for name, link := range s.links(path) {
		o[name] = link
	}
	o["timeline"], o["stats"], o["participants"] = path+"/timeline", path+"/stats", path+"/participants"
	return o
}

func (s state) word() string {
	switch {
	case s.blocked:
		return "blocked"
	case s.closed:
		return "closed"
	}
	return "open"
}

func (p *Server) info(v *conversation, s state) object {
	o := typed("ConversationUserInfo", p.path(v)+"/user_info")
	o["read"], o["starred"], o["assigned"] = s.read, s.starred, s.assigned[0]
	o["readToTimelinePosition"] = nil
	if s.read {
		o["readToTimelinePosition"] = stampOrNull(s.readTo)
	}
	return o
}

func (p *Server) people(o object, v *conversation, s state, path string) {
	o["assignedContact"] = nil
	var all []object
	for i := range v.names {
		all = append(all, p.contact(v, i))
	}
	if s.speaker < len(all) {
		o["assignedContact"] = all[s.speaker]
	}
	o["associatedContacts"] = path + "/associated_contacts"
	if v.index%3 == 0 {
		o["associatedContacts"] = collection("hydra:Collection", path+"/associated_contacts", all)
	}
}

// links returns the links of the actions that are possible, null for the others. See
// api/textus/REFERENCE.md "States and links".
func (s state) links(path string) object {
	when := func(possible bool, action string) any {
		if possible {
			return path + "/" + action
		}
		return nil
	}
	return object{
		"readConversation": path + "/read", "unreadConversation": path + "/read",
		"starConversation": path + "/star", "unstarConversation": path + "/star",
		"closeConversation":       when(!s.closed && !s.blocked, "close"),
		"reopenConversation":      when(s.closed || s.blocked, "reopen"),
		"blockConversation":       when(!s.blocked, "block"),
		"unblockConversation":     when(s.blocked, "block"),
		"unsubscribeConversation": when(!s.optedOut, "subscribe"),
		"subscribeConversation":   when(s.optedOut && !s.byContact, "subscribe"),
		"assignments":             path + "/assignments",
		"assignContact":           path + "/assign_contact",
	}
}

// wireItem returns a message, or an event with the few fields that are known.
func (p *Server) wireItem(v *conversation, m *item, c *kit.Call) object {
	slug := messageSlugs(p.options.Seed).of(m.id)
	if m.event != "" {
		o := typed(m.event, "/events/"+slug)
		o["timelinePosition"], o["displayTimestamp"] = stampOf(m.at), stampOf(m.at)
		if m.text != "" {
			o["description"] = m.text
		}
		return o
	}
	path := "/messages/" + slug
	o := typed("Message", path)
	o["direction"], o["body"], o["formattedBody"] = "out", m.text, "<div>"+html.EscapeString(m.text)+"</div>"
	if m.income {
		o["direction"] = "in"
	}
	o["deliveryState"], o["friendlyStateDescription"] = m.state, friendlyState[m.state]
	o["displayTimestamp"], o["timelinePosition"], o["latestEventAt"] = stampOf(m.at), stampOf(m.at), stampOf(m.changed)
	o["conversation"], o["sender"] = p.path(v), senderRef(m)
	o["attachments"] = m.attachments(path, c.Origin)
	o["retryAllowed"], o["retry"] = m.state == "failed_transient", nil
	if m.state == "failed_transient" {
		o["retry"] = path + "/retry"
	}
	o["flags"], o["source"] = m.flags(), "textus"
	return o
}

var friendlyState = map[string]string{
	"received": "Inbound Message Received", "created": "Created", "scheduled": "Scheduled", "queued": "Queued", "dispatched": "Sent to Carrier",
	"delivered": "Delivered", "failed_transient": "The carrier did not answer", "unknown": "The carrier did not say", "failed": "Not a mobile number",
}

// senderRef returns null, a link or a user: the documents have all three.
func senderRef(m *item) any {
	switch {
	case m.income:
		return nil
	case m.sender == 1:
		return userOf(m.sender)
	}
	return "/users/" + users[m.sender].slug
}

func (m *item) flags() []string {
	if m.state == "scheduled" {
		return []string{"scheduled"}
	}
	return []string{}
}

// attachments returns the files of a message. The fields are made up. See
// api/textus/REFERENCE.md "Attachments".
func (m *item) attachments(path, origin string) object {
	if m.file == nil {
		return collection("hydra:Collection", path+"/attachments", nil)
	}
	a := typed("Attachment", path+"/attachments/1")
	a["url"], a["contentType"], a["filename"], a["size"] = m.file.URL(origin), m.file.MIME, m.file.Name, m.file.Size
	return collection("hydra:Collection", path+"/attachments", []object{a})
}
