package pact

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"unibox/api/sandbox/kit"
)

// send accepts a message and shows it as sent, without an id of the messenger. See
// api/pact/REFERENCE.md "p2 webhooks".
func (a p2) send(c *kit.Call) (any, error) {
	v, err := a.conversation(c)
	if err != nil {
		return nil, err
	}
	quoted := c.Params.Get("replied_to_id")
	if _, known := a.world.messageByExternalID(v, quoted); quoted != "" && !known {
		return nil, kit.BadRequest("replied_to_id: there is no such message in this conversation")
	}
	m := &message{text: c.Params.Get("text"), quotes: quoted}
	return a.dispatch(c, v, m, false)
}

// dispatch accepts a message with the files of the request, and begins its delivery.
func (a p2) dispatch(c *kit.Call, v *conversation, m *message, template bool) (any, error) {
	files, err := a.world.attached(v, "attachment_ids", c.Params.Values["attachment_ids"])
	h := v.company.carrying(v.kind)
	switch {
	case err != nil:
		return nil, err
	case len(files) > 1:
		return nil, kit.BadRequest("attachment_ids: a message takes one attachment")
	case strings.TrimSpace(m.text) == "" && len(files) == 0:
		return nil, kit.BadRequest("text: there must be a text or an attachment")
	case h == nil:
		return nil, kit.BadRequest("the channel of this conversation is gone")
	}
	for _, f := range files {
		f.used = true
		m.files = append(m.files, f.File)
	}
	t := a.world.thread(v)
	m.id, m.accepted, m.at, m.pending = a.world.takeID(v), c.Now, c.Now, true
	t.unsent, t.updated = append(t.unsent, m), c.Now
	a.post(v.company, "create", "message", func() object { return a.eventMessage(v, *m) })
	a.world.accept(c.Now, &job{company: v.company, channel: h, conversation: v, text: m.text, files: files, sent: m, template: template})
	now, _ := a.world.messageByID(v, m.id)
	return object{"message": a.wireMessage(v, now, c.Origin)}, nil
}

// erase deletes messages for everyone, where the messenger can. The body of the
// answer is not published; here it is empty.
func (a p2) erase(c *kit.Call) (any, error) {
	v, err := a.conversation(c)
	if err != nil {
		return nil, err
	}
	given := c.Params.Values["message_ids"]
	switch {
	case !slices.Contains([]string{"whatsapp", "telegram_personal", "max"}, v.kind):
		return nil, kit.BadRequest("message_ids: " + v.kind + " does not delete messages")
	case len(given) == 0 || len(given) > 100:
		return nil, kit.BadRequest("message_ids: there must be 1 to 100")
	}
	var ids []int64
	for _, text := range given {
		id, err := strconv.ParseInt(text, 10, 64)
		if _, known := a.world.messageByID(v, id); err != nil || !known {
			return nil, kit.BadRequest("message_ids: there is no message " + text)
		}
		ids = append(ids, id)
	}
	t := a.world.thread(v)
	for _, id := range ids {
		t.erased[id] = true
	}
	t.updated = c.Now
	for _, id := range ids {
		a.post(v.company, "update", "message", func() object { m, _ := a.world.messageByID(v, id); return a.eventMessage(v, m) })
	}
	return nil, nil
}

// firstMessage writes to somebody who has not written yet. See
// api/pact/REFERENCE.md "Rules per provider".
func (a p2) firstMessage(c *kit.Call) (any, error) {
	company, err := a.company(c)
	if err != nil {
		return nil, err
	}
	kind := c.Params.Get("provider")
	address, err := addressOf(kind, c.Params)
	if err != nil {
		return nil, err
	}
	if h := company.carrying(kind); h == nil || !h.works() {
		return nil, kit.BadRequest("provider: no " + kind + " channel is connected")
	}
	m := &message{text: c.Params.Get("text")}
	if kind == "whatsapp_business" {
		m.text, err = a.world.filled(company, "waba_id", c.Params.Get("waba_id"), c.Params.Values["substitutions"])
	}
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(m.text) == "" && len(c.Params.Values["attachment_ids"]) == 0 {
		return nil, kit.BadRequest("text: there must be a text or an attachment")
	}
	return a.dispatch(c, a.world.openConversation(company, kind, address, c.Now), m, kind == "whatsapp_business")
}

// nickname matches an account name of a messenger.
var nickname = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^@?[A-Za-z][A-Za-z0-9_.]{2,31}$`) })

// addressOf returns the parameter that says to whom a first message goes.
func addressOf(kind string, p kit.Params) (string, error) {
	id, domain, nick := p.Get("vkontakte_id"), p.Get("vkontakte_domain"), p.Get("nickname")
	switch {
	case kind == "telegram_personal" && nick != "":
		if p.Filled("phone") || !nickname().MatchString(nick) {
			return "", kit.BadRequest("phone, nickname: exactly one of them, and a nickname has at least three letters")
		}
		return strings.TrimPrefix(nick, "@"), nil
	case kind == "vkontakte_direct":
		_, err := strconv.ParseUint(id, 10, 63)
		switch {
		case (id == "") == (domain == ""):
			return "", kit.BadRequest("vkontakte_id, vkontakte_domain: exactly one of them is required")
		case id != "" && err != nil:
			return "", kit.BadRequest("vkontakte_id: must be a number")
		}
		return id + domain, nil
	case slices.Contains([]string{"max", "whatsapp", "telegram_personal", "whatsapp_business"}, kind):
		return phoneOf(p)
	}
	return "", kit.BadRequest("provider: must be max, whatsapp, telegram_personal, whatsapp_business or vkontakte_direct")
}

// upload accepts either a file or the URL of one, for any conversation of a company.
// The URL is never fetched.
func (a p2) upload(c *kit.Call) (any, error) {
	company, err := a.company(c)
	if err != nil {
		return nil, err
	}
	f, err := a.world.receive(c.Params)
	if err != nil {
		return nil, err
	}
	f.company = company
	f.annotate(c.Params)
	return object{"attachment": a.wireAttachment(f.File, 0, false, c.Origin)}, nil
}

// annotate reads the metadata of an upload, which comes as an object or, in a form,
// as one JSON text.
func (f *upload) annotate(p kit.Params) {
	if text := p.Get("metadata"); strings.HasPrefix(text, "{") {
		inner := kit.Params{Values: map[string][]string{}}
		if inner.ReadJSON([]byte(text)) == nil {
			for name, values := range inner.Values {
				head, rest, _ := strings.Cut(name+"[", "[")
				p.Values["metadata["+head+"]"+strings.TrimSuffix("["+rest, "[")] = values
			}
		}
	}
	first := func(names ...string) string {
		for _, name := range names {
			if p.Filled(name) {
				return p.Get(name)
			}
		}
		return ""
	}
	f.voice = first("metadata[push_to_talk]", "push_to_talk") == "true"
	f.width, _ = strconv.Atoi(first("metadata[data][width]"))
	f.height, _ = strconv.Atoi(first("metadata[data][height]"))
}

// receive keeps the file, or the address of one, of a request.
func (p *Server) receive(given kit.Params) (*upload, error) {
	up, hasFile := given.File("file")
	address := given.Get("file_url")
	switch {
	case hasFile && address != "":
		return nil, kit.BadRequest("file, file_url: only one of them may be given")
	case !hasFile && given.Filled("file"):
		return nil, kit.BadRequest("file: must be a File")
	case !hasFile && address == "":
		return nil, kit.BadRequest("file, file_url: one of them is required")
	case !hasFile && !isURL(address):
		return nil, kit.BadRequest("file_url: must be a url (http or https)")
	}
	p.uploadID++
	f := kit.File{ID: p.uploadID, Name: up.Name, MIME: up.MIME, Size: up.Size}
	if hasFile {
		f.Location = p.media.Put(strconv.FormatInt(f.ID, 10), f.Name, f.MIME, up.Content)
	} else {
		f.Name, f.Location = path.Base(address), address
		f.MIME = kit.TypeOf(f.Name, "", nil)
	}
	kept := &upload{File: f, sum: up.Sum}
	p.uploads[f.ID] = kept
	return kept, nil
}
