// Package record is how unibox shows conversations and messages to other programs: the
// JSON that commands print with --json, that unibox watch and hooks are told events in, and
// that exports are made of. Its schema is versioned ([Schema]) and documented in README.md
// beside this file: fields are added, none is renamed or removed without a new version.
//
// It holds plain values alone. Texts of customers are in it as they were written; [Write]
// escapes in them what a terminal would obey.
package record

import (
	"cmp"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
)

// Schema is the version of what is written. It rises when a reader of the version before
// would take something wrongly.
const Schema = 1

// Conversation is one conversation as a list shows it. What a platform does not say is
// left out, and so is what is false, empty or zero.
type Conversation struct {
	// ID is what commands take: the account and the platform's id, parted by a slash.
	ID      string `json:"id"`
	Account string `json:"account"`
	Channel string `json:"channel,omitempty"`
	Name    string `json:"name,omitempty"`
	Handle  string `json:"handle,omitempty"`
	Group   bool   `json:"group,omitempty"`
	// Active is when the newest message came, Newest how it reads.
	Active time.Time `json:"active,omitzero"`
	Newest *Newest   `json:"newest,omitempty"`
	// Waiting is since when the customer waits, Unread how many of their messages are unread.
	Waiting time.Time `json:"waiting_since,omitzero"`
	Unread  int       `json:"unread,omitempty"`
	// Back says why it came back after it was put off.
	Back string `json:"back,omitempty"`
	// FreeUntil is when only templates may be sent any more.
	FreeUntil time.Time `json:"free_until,omitzero"`
	Snoozed   time.Time `json:"snoozed_until,omitzero"`
	// SnoozedFor is the agent for whom alone it is, left out for all.
	SnoozedFor string `json:"snoozed_for,omitempty"`
	// PutOff is the snooze that nobody has acted on yet, also one that hides nothing.
	PutOff   *PutOff `json:"put_off,omitempty"`
	Done     bool    `json:"done,omitempty"`
	Starred  bool    `json:"starred,omitempty"`
	Pinned   bool    `json:"pinned,omitempty"`
	Muted    bool    `json:"muted,omitempty"`
	Closed   bool    `json:"closed,omitempty"`
	Blocked  bool    `json:"blocked,omitempty"`
	OptedOut bool    `json:"opted_out,omitempty"`
	// Mine and Assigned are left out where the platform does not say.
	Mine     *bool    `json:"mine,omitempty"`
	Assigned *bool    `json:"assigned,omitempty"`
	Labels   []string `json:"labels,omitempty"`
	Draft    string   `json:"draft,omitempty"`
	// Queued and the others count messages of ours that are not out.
	Queued  int `json:"queued,omitempty"`
	Failed  int `json:"failed,omitempty"`
	Unknown int `json:"unknown,omitempty"`
	Held    int `json:"held,omitempty"`
	Notes   int `json:"notes,omitempty"`
	// Opening: the platform has not made it yet, its first message is on its way.
	Opening bool `json:"opening,omitempty"`
}

// PutOff is a snooze that is not over: one that hides its conversation, one that has come back, or
// a promise after which the customer wrote.
type PutOff struct {
	Until time.Time `json:"until"`
	// Kind is what ends it, one of SnoozeKinds.
	Kind string `json:"kind"`
	// For is the agent for whom alone it is, left out for all.
	For string `json:"for,omitempty"`
}

// SnoozeKinds are the words for what ends a snooze, those of the flags of unibox snooze.
var SnoozeKinds = map[state.SnoozeKind]string{state.SnoozePlain: "plain", state.SnoozeFirm: "firm", state.SnoozeSilent: "if-silent", state.SnoozePromise: "remind"}

// Newest is the newest message, as far as a list shows it.
type Newest struct {
	At    time.Time `json:"at,omitzero"`
	From  string    `json:"from"`
	Text  string    `json:"text,omitempty"`
	Files int       `json:"files,omitempty"`
}

// The sides of a conversation.
const (
	Customer = "customer"
	Us       = "us"
)

// Message is one message.
type Message struct {
	// ID is the platform's; left out while it is not known.
	ID           string    `json:"id,omitempty"`
	Conversation string    `json:"conversation"`
	At           time.Time `json:"at,omitzero"`
	// From is customer or us.
	From   string `json:"from"`
	Author string `json:"author,omitempty"`
	// Kind is text, event, unknown or deleted.
	Kind  string `json:"kind"`
	Text  string `json:"text,omitempty"`
	Files []File `json:"files,omitempty"`
	// Delivery is scheduled, accepted, sent, delivered, read, failed or unknown.
	Delivery string `json:"delivery,omitempty"`
	// Reason is why it failed, waits or is not known.
	Reason string `json:"reason,omitempty"`
	// Outbox is the number of the message in the outbox, Status where it stands there:
	// queued, uploading, sending, accepted, done, failed, unknown or held.
	Outbox int64  `json:"outbox,omitempty"`
	Status string `json:"status,omitempty"`
	// Due is when it goes out.
	Due       time.Time  `json:"due,omitzero"`
	Quotes    string     `json:"quotes,omitempty"`
	Edited    time.Time  `json:"edited,omitzero"`
	Reactions []Reaction `json:"reactions,omitempty"`
	// By is who of our side sent a message of the outbox off: the name of an agent or a login.
	By string `json:"by,omitempty"`
}

// File is a file of a message. Number counts those of the message from 1.
type File struct {
	Number int    `json:"number"`
	Name   string `json:"name,omitempty"`
	Type   string `json:"type,omitempty"`
	Size   int64  `json:"size,omitempty"`
	URL    string `json:"url,omitempty"`
	// Saved is where an export keeps it, from the folder of the export.
	Saved string `json:"saved,omitempty"`
}

// Reaction is a reaction to a message.
type Reaction struct {
	Name string   `json:"name"`
	Who  []string `json:"who,omitempty"`
}

// Note is a private note.
type Note struct {
	Key    string    `json:"key"`
	Author string    `json:"author"`
	Text   string    `json:"text"`
	Made   time.Time `json:"made"`
	Edited time.Time `json:"edited,omitzero"`
}

// Hole says of a history that messages between two others were not read.
type Hole struct {
	// After is the id of the message before it, empty where it begins the history.
	After string `json:"after,omitempty"`
}

// ID is the name of a conversation to commands.
func ID(id api.ConversationID) string { return string(id.Account) + "/" + id.Remote }

// ParseID is the conversation that a name means, of the account among accounts with the
// longest name that it begins with. False means that it names none of them.
func ParseID(name string, accounts []api.AccountID) (id api.ConversationID, ok bool) {
	for _, a := range accounts {
		remote, begins := strings.CutPrefix(name, string(a)+"/")
		if begins && remote != "" && len(a) >= len(id.Account) {
			id, ok = api.ConversationID{Account: a, Remote: remote}, true
		}
	}
	return id, ok
}

// Of is a row of a list.
func Of(row state.Row) Conversation {
	c := row.Conversation
	r := Conversation{
		ID: ID(c.ID), Account: string(c.ID.Account), Channel: string(c.Kind), Name: c.Contact.Name, Handle: c.Contact.Handle, Group: c.Group,
		Active: row.Active, Waiting: row.WaitingSince, Unread: row.Unread, Back: back(row.Back), FreeUntil: row.FreeUntil,
		Snoozed: row.Flags.Snoozed, SnoozedFor: row.Flags.SnoozeFor, Done: row.Flags.Done, Starred: row.Flags.Starred, Pinned: row.Flags.Pinned, Muted: row.Flags.Muted,
		Closed: c.Closed.Or(false), Blocked: c.Blocked.Or(false), OptedOut: c.OptedOut.Or(false), Mine: said(c.Mine), Assigned: said(c.Assigned),
		Labels: row.Labels, Draft: row.DraftText, Queued: row.Pending, Failed: row.Failed, Unknown: row.Uncertain, Held: row.Held, Notes: row.Notes, Opening: row.Provisional,
	}
	if off := row.PutOff; off.Is() {
		r.PutOff = &PutOff{inUTC(off.At), SnoozeKinds[off.Kind], off.For}
	}
	if p, ok := row.Preview.Get(); ok {
		r.Newest = &Newest{At: p.At, From: side(p.Direction), Text: p.Body, Files: p.Attachments}
	}
	return r.utc()
}

func (c Conversation) utc() Conversation {
	for _, t := range []*time.Time{&c.Active, &c.Waiting, &c.FreeUntil, &c.Snoozed} {
		*t = inUTC(*t)
	}
	if c.Newest != nil {
		c.Newest.At = inUTC(c.Newest.At)
	}
	return c
}

// inUTC leaves a zero time zero, whatever its zone.
func inUTC(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

func said(o api.Opt[bool]) *bool {
	if v, ok := o.Get(); ok {
		return &v
	}
	return nil
}

func side(d api.Direction) string {
	if d == api.Outbound {
		return Us
	}
	return Customer
}

// back says why a conversation came back, "" if it did not.
func back(b state.Back) string {
	switch {
	case !b.Is():
		return ""
	case b.Kind == state.SnoozeSilent:
		return "no answer came"
	case b.Kind == state.SnoozePromise:
		return "something was promised"
	}
	return "its snooze is over"
}

var kinds = map[api.MessageKind]string{api.KindText: "text", api.KindEvent: "event", api.KindDeleted: "deleted"}

var deliveries = map[api.Delivery]string{
	api.DeliveryScheduled: "scheduled", api.DeliveryAccepted: "accepted", api.DeliverySent: "sent", api.DeliveryDelivered: "delivered",
	api.DeliveryRead: "read", api.DeliveryFailed: "failed", api.DeliveryUncertain: "unknown",
}

var statuses = map[state.Status]string{
	state.Queued: "queued", state.Uploading: "uploading", state.InFlight: "sending", state.Accepted: "accepted", state.Done: "done",
	state.Failed: "failed", state.Uncertain: "unknown", state.Held: "held",
}

// OfMessage is a message of a history.
func OfMessage(m api.Message) Message {
	r := Message{
		ID: m.ID.Remote, Conversation: ID(m.Conversation), At: inUTC(m.At), From: side(m.Direction), Author: m.Author, Kind: cmp.Or(kinds[m.Kind], "unknown"),
		Text: m.Body, Delivery: deliveries[m.Delivery], Reason: m.Reason, Quotes: m.Quotes.Remote, Edited: inUTC(m.Edited),
	}
	for i, a := range m.Attachments {
		r.Files = append(r.Files, File{Number: i + 1, Name: a.Name, Type: a.MIME, Size: a.Size, URL: a.URL})
	}
	for _, reaction := range m.Reactions {
		r.Reactions = append(r.Reactions, Reaction(reaction))
	}
	return r
}

// OfOutbound is a message of the outbox.
func OfOutbound(o state.Outbound) Message {
	r := Message{
		ID: o.Receipt.Message.Remote, Conversation: ID(o.Conversation), At: inUTC(o.Submitted), From: Us, Kind: "text", Text: o.Body,
		Delivery: deliveries[o.Receipt.Delivery], Reason: cmp.Or(o.Reason, o.Receipt.Reason), Outbox: o.ID, Status: statuses[o.Status], Due: inUTC(o.At), Quotes: o.Quote.Message, By: o.By,
	}
	for i, f := range o.Files {
		r.Files = append(r.Files, File{Number: i + 1, Name: f.Name, Type: f.MIME, Size: f.Size, URL: f.URL})
	}
	return r
}

// OfItem is an item of a timeline that is not a hole.
func OfItem(it state.Item) Message {
	if it.Message.ID.Remote == "" && it.Sending != nil {
		return OfOutbound(*it.Sending)
	}
	m := OfMessage(it.Message)
	if o := it.Sending; o != nil {
		m.Outbox, m.Status, m.By = o.ID, statuses[o.Status], o.By
		m.Reason = cmp.Or(m.Reason, o.Reason)
	}
	return m
}

// OfNote is a private note.
func OfNote(n note.Note) Note {
	return Note{Key: n.Key, Author: n.Author, Text: n.Body, Made: inUTC(n.Made), Edited: inUTC(n.Edited)}
}
