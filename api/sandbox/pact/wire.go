package pact

import (
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

// The JSON of answers, as api/pact/REFERENCE.md "Conversations" and the sections
// around it describe it. A pointer is a field that may be null.
type (
	wireEnvelope struct {
		Status string `json:"status"`
		Data   any    `json:"data,omitempty"`
	}
	wireID struct {
		ExternalID int64 `json:"external_id"`
	}
	wireCompany struct {
		ExternalID  int64   `json:"external_id"`
		Name        string  `json:"name"`
		Phone       *string `json:"phone"`
		Description *string `json:"description"`
		WebhookURL  *string `json:"webhook_url"`
	}
	wireChannel struct {
		ExternalID int64  `json:"external_id"`
		Provider   string `json:"provider"`
	}
	wireConversation struct {
		ExternalID       int64    `json:"external_id"`
		Name             string   `json:"name"`
		ChannelID        *int64   `json:"channel_id"`
		ChannelType      string   `json:"channel_type"`
		CreatedAt        string   `json:"created_at"`
		CreatedTimestamp int64    `json:"created_at_timestamp,omitempty"`
		Avatar           *string  `json:"avatar"`
		Sender           *string  `json:"sender_external_id"`
		Meta             struct{} `json:"meta"`
	}
	wireMessage struct {
		ExternalID       int64      `json:"external_id"`
		ChannelID        *int64     `json:"channel_id"`
		ChannelType      string     `json:"channel_type"`
		Message          *string    `json:"message"`
		Income           bool       `json:"income"`
		CreatedAt        string     `json:"created_at"`
		CreatedTimestamp int64      `json:"created_at_timestamp,omitempty"`
		Attachments      []wireFile `json:"attachments"`
	}
	// wireFile has the names of p2, because p1 documents none. See
	// api/pact/REFERENCE.md "Messages".
	wireFile struct {
		ExternalID    int64   `json:"external_id"`
		AttachmentURL string  `json:"attachment_url"`
		PreviewURL    *string `json:"preview_url"`
		FileName      string  `json:"file_name"`
		MIMEType      string  `json:"mime_type"`
		Size          int64   `json:"size"`
	}
	wireJob struct {
		ID           int64        `json:"id"`
		CompanyID    int64        `json:"company_id"`
		Channel      wireOfJob    `json:"channel"`
		Conversation *int64       `json:"conversation_id"`
		State        string       `json:"state"`
		Message      *int64       `json:"message_id"`
		Details      *wireDetails `json:"details"`
		CreatedAt    int64        `json:"created_at"`
	}
	wireOfJob struct {
		ID   int64  `json:"id"`
		Type string `json:"type"`
	}
	wireDetails struct {
		Result string `json:"result"`
		Reason string `json:"reason,omitempty"`
	}
)

func ok(data any) wireEnvelope { return wireEnvelope{"ok", data} }

// list returns a page under its name.
func list(name string, page any, next *string) wireEnvelope {
	return ok(map[string]any{name: page, "next_page": next})
}

func wireTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

const noAvatar = "/avatars/original/missing.png"

func (v *conversation) wire() wireConversation {
	avatar, sender := noAvatar, v.sender
	w := wireConversation{
		ExternalID: v.id, Name: v.name, ChannelType: v.kind, CreatedAt: wireTime(v.created), CreatedTimestamp: v.created.Unix(),
		Avatar: &avatar, Sender: &sender, ChannelID: v.channelID(),
	}
	if v.company.style == rough {
		w.roughen()
	}
	return w
}

// channelID returns the id of the channel with the conversation's kind, or nil.
func (v *conversation) channelID() *int64 {
	h := v.company.carrying(v.kind)
	if h == nil {
		return nil
	}
	return &h.id
}

// roughen leaves out fields, as the real platform has been seen to do.
func (w *wireConversation) roughen() {
	absolute := "https://cdn.example/avatars/" + strings.Repeat("0", 8) + ".png"
	switch w.ExternalID % 5 {
	case 0:
		w.ChannelID = nil
	case 1:
		w.Avatar, w.Sender = nil, nil
	case 2:
		w.CreatedTimestamp = 0
	case 3:
		w.Avatar = &absolute
	}
}

func (v *conversation) wireMessage(m message, origin string) wireMessage {
	w := wireMessage{
		ExternalID: m.id, ChannelID: v.channelID(), ChannelType: v.kind, Message: &m.text, Income: m.income,
		CreatedAt: wireTime(m.at), CreatedTimestamp: m.at.Unix(), Attachments: []wireFile{},
	}
	for _, f := range m.files {
		w.Attachments = append(w.Attachments, wireFileOf(f, origin))
	}
	if v.company.style == rough {
		w.roughen()
	}
	return w
}

func (w *wireMessage) roughen() {
	if len(w.Attachments) > 0 && *w.Message == "" {
		w.Message = nil
	}
	switch w.ExternalID % 4 {
	case 0:
		w.CreatedTimestamp = 0
	case 1:
		w.ChannelID = nil
	case 2:
		if len(w.Attachments) == 0 {
			w.Attachments = nil
		}
	}
}

func wireFileOf(f kit.File, origin string) wireFile {
	w := wireFile{ExternalID: f.ID, AttachmentURL: f.URL(origin), FileName: f.Name, MIMEType: f.MIME, Size: f.Size}
	if strings.HasPrefix(f.MIME, "image/") {
		w.PreviewURL = &w.AttachmentURL
	}
	return w
}
