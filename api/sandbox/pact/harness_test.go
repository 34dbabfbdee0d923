package pact

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"unibox/api/sandbox/kit"
	"unibox/api/sandbox/kittest"
)

// service is a running server of Pact and a client that knows the token.
type service struct {
	*kittest.Service
	pact *Server
}

// reply is an answer of Pact.
type reply struct{ kittest.Reply }

func start(t *testing.T, o kit.Options) *service {
	t.Helper()
	return startAt(t, o, kittest.Noon)
}

func startAt(t *testing.T, o kit.Options, at time.Time) *service {
	t.Helper()
	s := &service{}
	s.Service = kittest.Start(t, o, at, func(o kit.Options, m *kit.Media) kit.Platform {
		s.pact = New(o, m)
		return s.pact
	})
	return s
}

func (s *service) ask(method, path, body string, headers ...string) reply {
	s.Helper()
	return reply{s.Do(method, path, body, headers...)}
}

// received returns the accepted messages.
func (s *service) received() []map[string]any { s.Helper(); return s.Received("pact") }

const tokenHeader = "X-Private-Api-Token: " + privateToken

func (s *service) get(path string) reply {
	s.Helper()
	return s.ask("GET", path, "", tokenHeader)
}

func (s *service) post(path, form string) reply {
	s.Helper()
	return s.ask("POST", path, form, tokenHeader, kittest.FormHeader)
}

// refused checks for an error in Pact's form, with a text in it.
func (r reply) refused(t *testing.T, status int, about string) {
	t.Helper()
	r.Want(t, status, "status", "errored")
	if !strings.Contains(fmt.Sprint(r.At("errors")), about) {
		t.Errorf("errors %v, want something about %q", r.At("errors"), about)
	}
}

// all reads a list to its end and returns its elements.
func (s *service) all(path, name string, query string) []map[string]any {
	s.Helper()
	var out []map[string]any
	from := ""
	for {
		r := s.get(path + "?" + query + "&from=" + url.QueryEscape(from))
		r.Want(s.T, 200, "status", "ok")
		out = append(out, r.Items("data."+name)...)
		next, more := r.At("data.next_page").(string)
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
