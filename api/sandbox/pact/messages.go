package pact

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"unibox/api/sandbox/kit"
)

// upload is an uploaded file. It can be sent once, in its conversation.
type upload struct {
	kit.File
	conversation int64
	sum          string
	used         bool
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
	files, err := p.attached(v, c.Params.Values["attachments_ids"])
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

// attached returns the uploads with some ids, if they can be sent in one message.
func (p *Server) attached(v *conversation, ids []string) ([]*upload, error) {
	var files []*upload
	seen := map[int64]bool{}
	for _, text := range ids {
		id, err := strconv.ParseInt(text, 10, 64)
		f := p.uploads[id]
		switch {
		case err != nil || f == nil:
			return nil, kit.BadRequest("attachments_ids: there is no attachment " + text)
		case f.conversation != v.id:
			return nil, kit.BadRequest("attachments_ids: " + text + " was uploaded to another conversation")
		case f.used || seen[id]:
			return nil, kit.BadRequest("attachments_ids: " + text + " was used already")
		}
		seen[id] = true
		files = append(files, f)
	}
	if len(files) > maxFiles(v.kind) {
		return nil, kit.BadRequest("attachments_ids: " + v.kind + " takes one attachment in a message")
	}
	return files, nil
}

// upload accepts either a file or the URL of one. The URL is never fetched.
func (p *Server) upload(c *kit.Call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	up, given := c.Params.File("file")
	address := c.Params.Get("file_url")
	switch {
	case given && address != "":
		return nil, kit.BadRequest("file, file_url: only one of them may be given")
	case !given && c.Params.Filled("file"):
		return nil, kit.BadRequest("file: must be a File")
	case !given && address == "":
		return nil, kit.BadRequest("file, file_url: one of them is required")
	case !given && !isURL(address):
		return nil, kit.BadRequest("file_url: must be a url (http or https)")
	}
	p.uploadID++
	f := kit.File{ID: p.uploadID, Name: up.Name, MIME: up.MIME, Size: up.Size}
	if given {
		f.Location = p.media.Put(strconv.FormatInt(f.ID, 10), f.Name, f.MIME, up.Content)
	} else {
		f.Name, f.Location = path.Base(address), address
		f.MIME = kit.TypeOf(f.Name, "", nil)
	}
	p.uploads[f.ID] = &upload{File: f, conversation: v.id, sum: up.Sum}
	return ok(wireID{f.ID}), nil
}
