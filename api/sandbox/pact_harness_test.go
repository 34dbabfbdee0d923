package sandbox

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// pactService is a running server of Pact and a client that knows the token.
type pactService struct {
	*service
	pact *pact
}

// pactReply is an answer of Pact.
type pactReply struct{ reply }

func startPact(t *testing.T, o Options) *pactService {
	t.Helper()
	return startPactAt(t, o, noon)
}

func startPactAt(t *testing.T, o Options, at time.Time) *pactService {
	t.Helper()
	s := &pactService{}
	s.service = start(t, o, at, func(o Options, m *media) platform {
		s.pact = newPact(o, m)
		return s.pact
	})
	return s
}

func (s *pactService) ask(method, path, body string, headers ...string) pactReply {
	s.Helper()
	return pactReply{s.do(method, path, body, headers...)}
}

// received returns the messages that were taken in.
func (s *pactService) received() []map[string]any { s.Helper(); return s.taken("pact") }

const tokenHeader = "X-Private-Api-Token: " + pactToken

func (s *pactService) get(path string) pactReply {
	s.Helper()
	return s.ask("GET", path, "", tokenHeader)
}

func (s *pactService) post(path, form string) pactReply {
	s.Helper()
	return s.ask("POST", path, form, tokenHeader, formHeader)
}

// refused checks for an error in Pact's shape.
func (r pactReply) refused(t *testing.T, status int, about string) {
	t.Helper()
	r.want(t, status, "status", "errored")
	if !strings.Contains(fmt.Sprint(r.at("errors")), about) {
		t.Errorf("errors %v, want something about %q", r.at("errors"), about)
	}
}

// all walks a list to its end and returns its elements.
func (s *pactService) all(path, name string, query string) []map[string]any {
	s.Helper()
	var out []map[string]any
	from := ""
	for {
		r := s.get(path + "?" + query + "&from=" + url.QueryEscape(from))
		r.want(s.T, 200, "status", "ok")
		out = append(out, r.items("data."+name)...)
		next, more := r.at("data.next_page").(string)
		if !more {
			return out
		}
		from = next
	}
}

func idsOf(list []map[string]any) []int64 {
	var ids []int64
	for _, one := range list {
		n, _ := one["external_id"].(float64)
		ids = append(ids, int64(n))
	}
	return ids
}
