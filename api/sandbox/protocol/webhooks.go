package protocol

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"unibox/api/sandbox/kit"
)

// listener is an address that gets events; all if events is empty.
type listener struct {
	kit.Hook
	events []string
}

// hookRepeats is how often an event that was not accepted is repeated. The documents
// say nothing of it.
const hookRepeats = 3

// Webhooks returns what delivers Protocol's events.
func (p *Server) Webhooks() *kit.Webhooks { return p.hooks }

// Register adds an address, as the dashboard does: there is no call for it. See
// api/protocol/REFERENCE.md "Webhooks".
func (p *Server) Register(h kit.Hook, events []string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	h.Header, h.Repeats = "x-protocol-signature", hookRepeats
	p.listeners = append(p.listeners, listener{h, events})
	return nil
}

// emit sends an event to those who want it. payload makes what the event is about.
func (p *Server) emit(kind string, payload func() any) {
	for _, l := range p.listeners {
		if len(l.events) > 0 && !slices.Contains(l.events, kind) {
			continue
		}
		p.emitted++
		id := fmt.Sprintf("evt%d%06d", p.run, p.emitted)
		p.hooks.Post(l.Hook, map[string]any{"id": id, "type": kind, "payload": payload()})
	}
}

// changeWords say what a method does to a resource.
var changeWords = map[string]string{http.MethodPost: "created", http.MethodPut: "updated", http.MethodDelete: "deleted"}

// emitChange tells what a request has changed. The payload of a deleted event is not
// documented; here it has the id alone.
func (p *Server) emitChange(method, pattern string, c *kit.Call, answer any) {
	resource := strings.TrimSuffix(strings.Split(strings.TrimPrefix(pattern, "/protocol/v1/"), "/")[0], "s")
	word := changeWords[method]
	if word == "" {
		return
	}
	p.emit(resource+"."+word, func() any {
		if word == "deleted" {
			return map[string]string{"id": c.Segments[0]}
		}
		return answer
	})
	if resource == "message" && word == "created" {
		if v := p.conversationByID(c.Params.Get("conversation_id")); v != nil {
			p.emit("conversation.updated", func() any { return p.wireConversation(v) })
		}
	}
}

// emitMessage tells of a message that somebody else wrote or read.
func (p *Server) emitMessage(word string, v *conversation, m *message) {
	p.emit("message."+word, func() any { return p.wireMessage(v, m, p.origin) })
	if word == "created" {
		p.emit("conversation.updated", func() any { return p.wireConversation(v) })
	}
}
