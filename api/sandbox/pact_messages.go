package sandbox

import (
	"fmt"
	"path"
	"strconv"
	"strings"
)

// pactUpload is an uploaded file, to be sent once in its conversation.
type pactUpload struct {
	file
	conversation int64
	sum          string
	used         bool
}

// maxFiles is how many files one message carries (pact.md §7, 10).
func maxFiles(kind string) int {
	if kind == "vkontakte" {
		return 10
	}
	return 1
}

func (p *pact) listMessages(c *call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	w, err := windowOf(c.params)
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
			out = append(out, v.wireMessage(messages[i-lo], c.origin))
		}
	}
	return list("messages", out, next), nil
}

// send takes a message in and answers the job of its delivery.
func (p *pact) send(c *call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	text := c.params.Get("message")
	files, err := p.attached(v, c.params.Values["attachments_ids"])
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" && len(files) == 0 {
		return nil, bad("message: there must be a text or an attachment")
	}
	h := v.company.carrying(v.kind)
	if h == nil {
		return nil, bad("the channel of this conversation is gone")
	}
	for _, f := range files {
		f.used = true
	}
	return ok(p.accept(c.now, &pactJob{company: v.company, channel: h, conversation: v, text: text, files: files}).wire()), nil
}

// attached returns the uploads of some ids, which all have to be fit to go
// out with one message.
func (p *pact) attached(v *pactConversation, ids []string) ([]*pactUpload, error) {
	var files []*pactUpload
	seen := map[int64]bool{}
	for _, text := range ids {
		id, err := strconv.ParseInt(text, 10, 64)
		f := p.uploads[id]
		switch {
		case err != nil || f == nil:
			return nil, bad("attachments_ids: there is no attachment " + text)
		case f.conversation != v.id:
			return nil, bad("attachments_ids: " + text + " was uploaded to another conversation")
		case f.used || seen[id]:
			return nil, bad("attachments_ids: " + text + " was used already")
		}
		seen[id] = true
		files = append(files, f)
	}
	if len(files) > maxFiles(v.kind) {
		return nil, bad("attachments_ids: " + v.kind + " takes one attachment in a message")
	}
	return files, nil
}

// upload takes exactly one of a file and the address of one, which is noted
// and never fetched.
func (p *pact) upload(c *call) (any, error) {
	v, err := p.pathConversation(c)
	if err != nil {
		return nil, err
	}
	up, given := c.params.file("file")
	address := c.params.Get("file_url")
	switch {
	case given && address != "":
		return nil, bad("file, file_url: only one of them may be given")
	case !given && c.params.has("file"):
		return nil, bad("file: must be a File")
	case !given && address == "":
		return nil, bad("file, file_url: one of them is required")
	case !given && !isURL(address):
		return nil, bad("file_url: must be a url (http or https)")
	}
	p.uploadID++
	f := file{id: p.uploadID, name: up.name, mime: up.mime, size: up.size}
	if given {
		f.where = p.media.keep(strconv.FormatInt(f.id, 10), f.name, f.mime, up.content)
	} else {
		f.name, f.where = path.Base(address), address
		f.mime = typeOf(f.name, "", nil)
	}
	p.uploads[f.id] = &pactUpload{file: f, conversation: v.id, sum: up.sum}
	return ok(wireID{f.id}), nil
}
