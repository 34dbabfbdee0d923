package protocol

import (
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

// The JSON of answers: every field that api/protocol/REFERENCE.md "Contacts" and
// the sections after it document, and no other. A pointer is a field that may be
// null.
type (
	wireError struct {
		Type    string `json:"type"`
		Message string `json:"message"`
		URL     string `json:"documentation_url"`
	}
	wireList struct {
		HasMore bool `json:"has_more"`
		Data    any  `json:"data"`
	}
	// wireSender is the short form of a contact, inside messages and groups.
	wireSender struct {
		ID       string  `json:"id"`
		Username string  `json:"username"`
		Phone    string  `json:"phone_number"`
		Avatar   *string `json:"avatar_url"`
		Active   *int64  `json:"last_active_at"`
		Created  int64   `json:"created_at"`
	}
	wireContact struct {
		wireSender
		Display      *string `json:"display_name"`
		Conversation *string `json:"conversation_id"`
	}
	wireConversation struct {
		ID            string  `json:"id"`
		Contact       *string `json:"contact_id"`
		Group         *string `json:"group_id"`
		PinnedMessage *string `json:"pinned_message_id"`
		Pinned        bool    `json:"is_pinned"`
		Muted         bool    `json:"is_muted"`
		Active        *int64  `json:"last_active_at"`
		Opened        *int64  `json:"last_opened_at"`
		Created       int64   `json:"created_at"`
		Archived      *int64  `json:"archived_at"`
	}
	wireMessage struct {
		ID           string                `json:"id"`
		Conversation string                `json:"conversation_id"`
		Contact      wireSender            `json:"contact"`
		Message      string                `json:"message"`
		Reactions    []map[string][]string `json:"reactions"`
		Attachments  []wireFile            `json:"attachments"`
		Read         *int64                `json:"read_at"`
		Created      int64                 `json:"created_at"`
		Updated      *int64                `json:"updated_at"`
	}
	wireGroup struct {
		ID           string       `json:"id"`
		Name         string       `json:"name"`
		Description  *string      `json:"description"`
		Avatar       *string      `json:"avatar_url"`
		Conversation *string      `json:"conversation_id"`
		Contacts     []wireSender `json:"contacts"`
		Created      int64        `json:"created_at"`
		Archived     *int64       `json:"archived_at"`
	}
	wireFile struct {
		ID      string  `json:"id"`
		Message *string `json:"message_id"`
		Name    string  `json:"filename"`
		URL     string  `json:"file_url"`
		MIME    string  `json:"file_type"`
		Size    int64   `json:"file_size"`
		Created int64   `json:"created_at"`
	}
)

// unixOf returns a time in seconds, nil for none.
func unixOf(t *time.Time) *int64 {
	if t == nil {
		return nil
	}
	s := t.Unix()
	return &s
}

// idOf returns the id of a reference, nil for none.
func (p *Server) idOf(r *reference) *string {
	if r == nil {
		return nil
	}
	id := p.id(*r)
	return &id
}

func (c *contact) ref() *reference { return &reference{kind: idContact, first: c.serial} }

func (v *conversation) ref() *reference {
	if v == nil {
		return nil
	}
	return &reference{kind: idConversation, first: v.serial}
}

// sender returns the short form of a contact. The contact nil is this user.
func (p *Server) sender(c *contact, origin string) wireSender {
	if c == nil {
		begun := p.start.Add(-800 * kit.Day)
		c = &contact{serial: 1<<29 - 1, username: ourName, phone: "1-555-010-0001", created: begun, active: &p.start}
	}
	w := wireSender{ID: p.id(*c.ref()), Username: c.username, Phone: c.phone, Avatar: c.avatar, Active: unixOf(c.active), Created: c.created.Unix()}
	if c.avatar != nil && strings.HasPrefix(*c.avatar, "/") {
		avatar := origin + *c.avatar
		w.Avatar = &avatar
	}
	return w
}

func (p *Server) wireContact(c *contact, origin string) wireContact {
	return wireContact{p.sender(c, origin), c.display, p.idOf(c.conversation.ref())}
}

func (p *Server) wireConversation(v *conversation) wireConversation {
	w := wireConversation{
		ID: p.id(*v.ref()), PinnedMessage: p.idOf(v.pinnedMessage), Pinned: v.pinned, Muted: v.muted,
		Active: unixOf(v.active), Opened: unixOf(v.opened), Created: v.created.Unix(), Archived: unixOf(v.archived),
	}
	if v.group != nil {
		group := v.group.ref()
		w.Group = p.idOf(&group)
	} else {
		w.Contact = p.idOf(v.contact.ref())
	}
	return w
}

func (p *Server) wireGroup(g *group, origin string) wireGroup {
	w := wireGroup{
		ID: p.id(g.ref()), Name: g.name, Description: g.description, Avatar: g.avatar,
		Conversation: p.idOf(g.conversation.ref()), Contacts: []wireSender{}, Created: g.created.Unix(), Archived: unixOf(g.archived),
	}
	for _, c := range g.members {
		w.Contacts = append(w.Contacts, p.sender(c, origin))
	}
	return w
}

func (p *Server) wireMessage(v *conversation, m *message, origin string) wireMessage {
	w := wireMessage{
		ID: p.id(m.ref), Conversation: p.id(*v.ref()), Contact: p.sender(m.from, origin), Message: m.text,
		Reactions: []map[string][]string{}, Attachments: []wireFile{},
		Read: unixOf(m.read), Created: m.at.Unix(), Updated: unixOf(m.edited),
	}
	for _, s := range m.reactions {
		w.Reactions = append(w.Reactions, map[string][]string{s.name: s.who})
	}
	for _, f := range m.files {
		w.Attachments = append(w.Attachments, p.wireFile(f, origin))
	}
	return w
}

func (p *Server) wireFile(f *attachment, origin string) wireFile {
	return wireFile{p.id(f.ref), p.idOf(f.message), f.Name, f.URL(origin), f.MIME, f.Size, f.created.Unix()}
}
