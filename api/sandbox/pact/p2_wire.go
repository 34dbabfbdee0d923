package pact

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"unibox/api/sandbox/kit"
)

// phoneKinds are the providers whose contacts are phone numbers.
var phoneKinds = map[string]bool{"whatsapp": true, "whatsapp_business": true, "viber": true, "telegram_personal": true, "max": true}

// publicID returns the name by which other people find the contact: the phone
// number, or an account.
func (v *conversation) publicID() string {
	if phoneKinds[v.kind] {
		return v.sender
	}
	return "user_" + v.sender
}

// contactID returns the id of the contact of a conversation.
func (v *conversation) contactID() int64 { return v.id*10 + 5 }

// wireConversation is a conversation as api/pact/REFERENCE.md "p2 objects" shows it.
func (a p2) wireConversation(v *conversation, origin string) object {
	w := object{
		"id": v.id, "company_id": v.company.id, "sender_name": v.name, "sender_phone": nil,
		"sender_external_id": v.sender, "sender_external_public_id": v.publicID(), "provider": v.kind,
		"avatar_url": nil, "created_at": wireTime(v.created), "last_updated_at": nil, "last_message_id": nil,
		"operational_state": a.world.operationalState(v), "replied_state": a.world.repliedState(v), "group": v.group,
	}
	if phoneKinds[v.kind] && !v.group && strings.Trim(v.sender, "0123456789") == "" {
		w["sender_phone"] = v.sender
	}
	if v.id%3 > 0 {
		w["avatar_url"] = fmt.Sprintf("%s/avatars/original/%d.png", origin, v.id)
	}
	if last, ok := a.world.latest(v); ok {
		w["last_message_id"], w["last_updated_at"] = last.id, wireTime(kit.Latest(last.at, a.world.updated(v)))
	}
	if v.company.style == rough {
		leaveOut(w, v.id, "sender_phone", "sender_external_public_id", "avatar_url", "last_message_id", "replied_state")
	}
	return w
}

// leaveOut drops one field of an object, makes another null, and spells an unknown
// state, each in one of five objects.
func leaveOut(w object, id int64, fields ...string) {
	n := int64(len(fields))
	switch id % 5 {
	case 0:
		delete(w, fields[id/5%n])
	case 1:
		w[fields[id/5%n]] = nil
	case 2:
		if _, has := w["operational_state"]; has {
			w["operational_state"] = "active"
		}
	}
}

// wireMessage is a message as api/pact/REFERENCE.md "p2 objects" shows it.
func (a p2) wireMessage(v *conversation, m message, origin string) object {
	w := object{
		"id": m.id, "external_id": nil, "company_id": v.company.id, "conversation_id": v.id, "contact_id": v.contactID(),
		"replied_to_id": nil, "created_at": wireTime(m.created()), "external_created_at": wireTime(m.at), "income": m.income,
		"status": a.world.status(v, m), "message": nil, "reactions": a.world.reactions(v, m), "details": nil,
		"attachments": []object{}, "delivery": !m.income && m.id%53 == 0, "deleted": a.world.deleted(v, m.id),
	}
	if m.arrived() {
		w["external_id"] = v.externalID(m.id)
	}
	if quoted := a.world.quoted(v, m); quoted != "" {
		w["replied_to_id"] = quoted
	}
	if m.failed != "" {
		w["details"] = a.details(v, m.failed)
	}
	if v.group {
		w["contact_id"] = v.member(m)
	}
	if w["deleted"] == true {
		return w
	}
	if m.text != "" {
		w["message"] = m.text
	}
	files := []object{}
	for _, f := range m.files {
		files = append(files, a.wireAttachment(f, m.id, m.income, origin))
	}
	w["attachments"] = files
	if v.company.style == rough {
		leaveOut(w, m.id, "reactions", "contact_id", "attachments", "delivery", "external_created_at")
	}
	return w
}

// details is the reason of a failure. Its form is not published: here it is an
// object, in the rough company a text.
func (a p2) details(v *conversation, reason string) any {
	if v.company.style == rough {
		return reason
	}
	return object{"reason": reason}
}

// member returns the id of the member of a group who wrote a message; null for ours.
func (v *conversation) member(m message) any {
	if !m.income {
		return nil
	}
	return v.contactID() + m.id%4
}

var wamid = base32.StdEncoding.WithPadding(base32.NoPadding)

// externalID returns the id that a messenger gave to a message: a text for WhatsApp,
// a number as text elsewhere.
func (v *conversation) externalID(id int64) string {
	if strings.HasPrefix(v.kind, "whatsapp") {
		return "wamid." + wamid.EncodeToString(binary.BigEndian.AppendUint64(nil, uint64(id)))
	}
	return strconv.FormatInt(id, 10)
}

// wireAttachment is a file as api/pact/REFERENCE.md "p2 objects" shows it. message is
// 0 for an upload that was not sent.
func (a p2) wireAttachment(f kit.File, message int64, income bool, origin string) object {
	w := object{
		"id": f.ID, "message_id": nil, "file_name": f.Name, "mime_type": f.MIME, "size": f.Size, "attachment_url": f.URL(origin),
		"preview_url": nil, "aspect_ratio": nil, "data": object{}, "push_to_talk": nil,
	}
	if message != 0 {
		w["message_id"] = message
	}
	up := a.world.uploads[f.ID]
	switch {
	case !income && up != nil:
		up.describe(w)
	case strings.HasPrefix(f.MIME, "audio/"):
		w["push_to_talk"] = true
	case strings.HasPrefix(f.MIME, "image/"):
		w["preview_url"], w["aspect_ratio"], w["data"] = w["attachment_url"], 240.0/180, object{"width": 240, "height": 180}
	}
	return w
}

// ourID is the inverse of externalID.
func (v *conversation) ourID(external string) (int64, bool) {
	id, err := strconv.ParseInt(external, 10, 64)
	if code, ok := strings.CutPrefix(external, "wamid."); ok {
		raw, wrong := wamid.DecodeString(code)
		if wrong != nil || len(raw) != 8 {
			return 0, false
		}
		id, err = int64(binary.BigEndian.Uint64(raw)), nil
	}
	return id, err == nil && v.externalID(id) == external
}

// describe fills in what the upload of a file said about it.
func (f *upload) describe(w object) {
	w["push_to_talk"], w["data"] = f.voice, object{}
	if strings.HasPrefix(f.MIME, "image/") {
		w["preview_url"] = w["attachment_url"]
	}
	if f.width > 0 && f.height > 0 {
		w["data"], w["aspect_ratio"] = object{"width": f.width, "height": f.height}, float64(f.width)/float64(f.height)
	}
}
