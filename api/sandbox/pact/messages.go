package pact

import (
	"fmt"
	"strconv"
	"strings"

	"unibox/api/sandbox/kit"
)

// upload is an uploaded file. It can be sent once, in its conversation.
type upload struct {
	kit.File
	// An upload of p1 belongs to a conversation, one of p2 to a company.
	conversation int64
	company      *company
	sum          string
	used         bool
	// What p2's metadata said about the file.
	voice         bool
	width, height int
}

// maxFiles returns how many files one message can have. See
// api/pact/REFERENCE.md "Contradictions".
func maxFiles(kind string) int {
	if kind == "vkontakte" {
		return 10
	}
	return 1
}

func (p *Server) listMessages(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	w, err := windowOf(c.Params)
	if err != nil {
		return nil, err
	}
	all := listing{fmt.Sprint("messages of ", v.id), p.historyLen(v), func(i int) int64 { return int64(i) }}
	page, next := all.cut(p.options.Seed, w)
	out := []wireMessage{}
	if len(page) > 0 {
		lo := min(page[0], page[len(page)-1])
		messages := p.history(v, lo, lo+len(page))
		for _, i := range page {
			out = append(out, v.wireMessage(messages[i-lo], c.Origin))
		}
	}
	return list("messages", out, next), nil
}

// send accepts a message and returns the job of its delivery.
func (p *Server) send(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	text := c.Params.Get("message")
	files, err := p.attached(v, "attachments_ids", c.Params.Values["attachments_ids"])
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" && len(files) == 0 {
		return nil, kit.BadRequest("message: there must be a text or an attachment")
	}
	h := v.company.carrying(v.kind)
	if h == nil {
		return nil, kit.BadRequest("the channel of this conversation is gone")
	}
	for _, f := range files {
		f.used = true
	}
	return ok(p.accept(c.Now, &job{company: v.company, channel: h, conversation: v, text: text, files: files}).wire()), nil
}

// attached returns the uploads with the ids of a parameter, if they can be sent in
// one message.
func (p *Server) attached(v *conversation, name string, ids []string) ([]*upload, error) {
	var files []*upload
	seen := map[int64]bool{}
	for _, text := range ids {
		id, err := strconv.ParseInt(text, 10, 64)
		f := p.uploads[id]
		switch {
		case err != nil || f == nil:
			return nil, kit.BadRequest(name + ": there is no attachment " + text)
		case f.conversation != v.id && f.company != v.company:
			return nil, kit.BadRequest(name + ": " + text + " was uploaded to another conversation")
		case f.used || seen[id]:
			return nil, kit.BadRequest(name + ": " + text + " was used already")
		}
		seen[id] = true
		files = append(files, f)
	}
	if len(files) > maxFiles(v.kind) {
		return nil, kit.BadRequest(name + ": " + v.kind + " takes one attachment in a message")
	}
	return files, nil
}

// upload accepts either a file or the URL of one. The URL is never fetched.
func (p *Server) upload(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	f, err := p.receive(c.Params)
	if err != nil {
		return nil, err
	}
	f.conversation = v.id
	f.annotate(c.Params)
	return ok(wireID{f.ID}), nil
}
