package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// towns looks round every platform, once, on the clock that all worlds begin at.
var towns = sync.OnceValues(func() (map[string]town, error) {
	found := map[string]town{}
	var failed error
	for _, s := range services {
		synctest.Test(new(testing.T), func(*testing.T) {
			w := newWorld(nil, s, "")
			defer w.server.Close()
			client, err := s.client(w.account, newLine(w.in, func(*http.Request) harm { return harm{} }))
			if err == nil {
				found[s.name], err = explore(client)
			}
			failed = errors.Join(failed, err)
		})
	}
	return found, failed
})

// explore chooses whom to write to.
func explore(client api.Provider) (t town, err error) {
	if _, err := client.Identify(context.Background()); err != nil { // channels are known from it
		return t, err
	}
	page, err := client.Conversations(context.Background(), api.PageRequest{Limit: 100})
	if err != nil {
		return t, err
	}
	known := map[string]bool{}
	for _, c := range page.Items {
		known[c.Contact.Remote] = true
		_, chosen := c.Channel.Get()
		if chosen && !c.Group && !c.Blocked.Or(false) && !c.OptedOut.Or(false) && len(t.chats) < 2 && slices.Contains([]api.ChannelKind{"whatsapp", "sms", "protocol"}, c.Kind) {
			t.chats = append(t.chats, c)
		}
	}
	if len(t.chats) < 2 {
		return t, fmt.Errorf("too few conversations")
	}
	t.first = state.First{Channel: t.chats[0].Channel.Or(api.ChannelID{}), Kind: t.chats[0].Kind, To: "79995550199"}
	if book, ok := client.(api.Directory); ok && t.first.Kind == "protocol" {
		people, err := book.Contacts(context.Background(), "", api.PageRequest{})
		if err != nil {
			return t, err
		}
		for _, p := range people.Items {
			if !known[p.Remote] {
				t.first.To = p.Remote
			}
		}
	}
	return t, nil
}

// scene is a step of sending: what happens before it, and which request is
// the one that comes to harm.
type scene struct {
	name string
	// harmed is the request; nil where the platform knows no such step.
	harmed func(service) *regexp.Regexp
	// before are the harms that lead up to it, on the same kind of request.
	before []harm
	play   func(*stage)
}

// stage is a world in which a scene is played.
type stage struct {
	*world
	folder string
	script []cue
	texts  int
}

// cue is a request waited for and what becomes of it.
type cue struct {
	when *regexp.Regexp
	harm harm
}

// prompt harms the requests of the script as they come.
func (s *stage) prompt(r *http.Request) harm {
	if len(s.script) == 0 || !s.script[0].when.MatchString(r.Method+" "+r.URL.Path) {
		return harm{}
	}
	next := s.script[0]
	s.script = s.script[1:]
	return next.harm
}

func (s *stage) text() string {
	s.texts++
	return fmt.Sprintf("text %d", s.texts)
}

// say writes to one of the conversations.
func (s *stage) say(i int) {
	s.submit(state.Draft{Conversation: s.town.chats[i].ID, Body: s.text()}, nil)
}

// show writes with a file.
func (s *stage) show(i int) {
	name := fmt.Sprintf("bill %d.pdf", s.texts)
	s.submit(state.Draft{Conversation: s.town.chats[i].ID, Body: s.text(), Files: []state.File{document(s.t, s.folder, name)}}, nil)
}

// greet writes first, and a word more.
func (s *stage) greet() {
	first := s.town.first
	if rows := s.submit(state.Draft{Body: s.text()}, &first); rows != nil {
		s.submit(state.Draft{Conversation: rows[0].Conversation, Body: s.text()}, nil)
	}
}

var (
	sendOf   = func(s service) *regexp.Regexp { return s.send }
	firstOf  = func(s service) *regexp.Regexp { return s.first }
	openOf   = func(s service) *regexp.Regexp { return s.open }
	uploadOf = func(s service) *regexp.Regexp { return s.upload }
	trackOf  = func(s service) *regexp.Regexp { return s.track }
	lookOf   = func(s service) *regexp.Regexp { return s.look }
)

var scenes = []scene{
	{name: "a reply", harmed: sendOf, play: func(s *stage) { s.say(0); s.say(0) }},
	{name: "an upload", harmed: uploadOf, play: func(s *stage) { s.show(0); s.say(0) }},
	{name: "a file", harmed: func(s service) *regexp.Regexp {
		if s.upload == nil {
			return nil
		}
		return s.send
	}, play: func(s *stage) { s.show(0); s.say(0) }},
	{name: "the second part", harmed: func(s service) *regexp.Regexp {
		if s.platform() != "pact" {
			return nil
		}
		return s.send
	}, before: []harm{{}}, play: func(s *stage) { s.show(0); s.say(0) }},
	{name: "a first message", harmed: firstOf, play: func(s *stage) { s.greet() }},
	{name: "finding a conversation", harmed: openOf, play: func(s *stage) {
		if s.of.name != "protocol" { // the others look for one only after a lost first message
			s.script = append([]cue{{s.of.first, harm{effect, reset}}}, s.script...)
		}
		s.greet()
	}},
	{name: "tracking", harmed: trackOf, play: func(s *stage) { s.say(0); s.say(0) }},
	{name: "looking", harmed: lookOf, play: func(s *stage) {
		s.script = append([]cue{{s.of.send, harm{effect, reset}}}, s.script...)
		s.say(0)
		s.say(0)
	}},
	{name: "a retry", harmed: sendOf, before: []harm{{between, forbidden}}, play: func(s *stage) {
		s.say(0)
		s.settle(time.Minute)
		s.decide()
	}},
	{name: "once more", harmed: sendOf, before: []harm{{between, broken}}, play: func(s *stage) {
		s.say(0)
		s.settle(5 * time.Minute)
		s.decide()
	}},
}
