package textus

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api/sandbox/kit"
	"unibox/api/sandbox/kittest"
)

// runActivity runs TextUs on a fake clock while during runs.
func runActivity(t *testing.T, o kit.Options, during func(p *Server)) {
	t.Helper()
	var p *Server
	kittest.RunActivity(t, o, func(o kit.Options, m *kit.Media) kit.Platform {
		p = New(o, m)
		return p
	}, func() { during(p) })
}

// texts returns what customers wrote since the start.
func (p *Server) texts() (all []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.threads {
		for _, m := range t.extra {
			if m.income {
				all = append(all, m.text)
			}
		}
	}
	return all
}

func TestCustomersWriteUnprompted(t *testing.T) {
	runActivity(t, kit.Options{}, func(p *Server) {
		time.Sleep(10 * time.Minute)
		all := p.texts()
		if len(all) < 15 || len(all) > 50 {
			t.Errorf("%d texts in ten minutes", len(all))
		}
		for _, text := range all {
			if text == "" || strings.ContainsAny(text, "{}") {
				t.Errorf("a customer wrote %q", text)
			}
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, v := range p.moved {
			if s := p.state(v, p.options.Now()); s.blocked || s.optedOut {
				t.Errorf("a customer wrote who is blocked or has opted out: %+v", s)
			}
		}
	})
	runActivity(t, kit.Options{Quiet: true}, func(p *Server) {
		if time.Sleep(10 * time.Minute); len(p.texts()) != 0 {
			t.Errorf("quiet customers wrote %q", p.texts())
		}
	})
}

func TestCustomersAnswer(t *testing.T) {
	runActivity(t, kit.Options{JobTime: time.Second}, func(p *Server) {
		p.mu.Lock()
		c := &kit.Call{Params: kit.Params{Values: url.Values{}}, Now: p.options.Now().UTC()}
		var asked []*conversation
		for i := range p.tree[1].base {
			v := p.conversation(p.tree[1], i)
			if s := p.state(v, c.Now); !s.blocked && !s.optedOut {
				p.outgoing(v.account, v.phone, "are you coming?", time.Time{}, c)
				asked = append(asked, v)
			}
		}
		p.mu.Unlock()
		time.Sleep(30 * time.Second)
		p.mu.Lock()
		defer p.mu.Unlock()
		answered := 0
		for _, v := range asked {
			if last, _ := p.newestMessage(v); last.income {
				answered++
			}
		}
		if answered < len(asked)/3 || len(asked) < 5 {
			t.Errorf("%d of %d answered", answered, len(asked))
		}
	})
}

// A page costs the same wherever it is in the list.
func TestSizeCostsNothing(t *testing.T) {
	p := New(kit.Options{Conversations: 20_000, Messages: 1_000_000, Now: func() time.Time { return kittest.Noon }}, kit.NewMedia())
	list := p.byActivity(p.tree[1], func(*conversation) bool { return true })
	n := testing.AllocsPerRun(3, func() {
		for range list(accountSpace - 3000) {
			break
		}
	})
	if n > 100 {
		t.Errorf("a conversation deep in the list costs %v allocations", n)
	}
	v := p.conversation(p.tree[1], p.tree[1].base/7)
	if n := testing.AllocsPerRun(3, func() { p.items(v, 500_000, 500_010) }); v.Size != 1_000_000 || n > 1500 {
		t.Errorf("ten messages in the middle of %d cost %v allocations", v.Size, n)
	}
}

// FuzzRequests sends any request: the answer has a known status, and is JSON or empty.
func FuzzRequests(f *testing.F) {
	f.Add("POST", "/textus/harbor_dental/messages", "", mediaType, `{"to":["+14155550142"],"body":"a"}`)
	f.Add("POST", "/textus/harbor_dental/messages/schedule", "", "application/json", `{"to":"+14155550142","body":"a","scheduled_at":"2090-01-01T00:00:00Z"}`)
	f.Add("GET", "/textus/harbor_dental/conversation_filters/all/conversations", "cursor=AAAA&q=%00", "", "")
	f.Add("PUT", "/textus/conversations/Ykmcg7F/assign_contact", "", mediaType, `{"assigned_contact":{"a":[null]}}`)
	f.Add("DELETE", "/textus/assignments/Ykmcg7F-Nq4dTza", "", "", "")
	f.Add("POST", "/textus/messages/0000000000/retry", "", "", "")
	m := kit.NewMedia()
	s := kit.NewServer(m, New(kit.Options{Seed: 1, Messages: 100, Quiet: true}, m))
	f.Fuzz(func(t *testing.T, method, path, query, kind, body string) {
		r := &http.Request{
			Method: method, URL: &url.URL{Path: path, RawQuery: query}, Body: io.NopCloser(strings.NewReader(body)),
			Header: http.Header{"Content-Type": {kind}, "Accept": {mediaType}, "Authorization": {"Bearer " + bearerToken}},
		}
		if !strings.HasPrefix(kit.CleanPath(path), "/textus/") {
			return
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if !slices.Contains([]int{200, 201, 202, 400, 403, 404, 405, 415, 422, 429}, w.Code) || w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
