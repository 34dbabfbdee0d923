package pact

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"unibox/api/sandbox/kit"
)

func TestPagesMeetWithoutGapsInBothDirections(t *testing.T) {
	s := start(t, kit.Options{Conversations: 130, Messages: 1234})
	history := pathOf(8741+130/7) + "/messages"
	for _, c := range []struct {
		path, name string
		n          int
	}{
		{bakery + "/conversations", "conversations", 130},
		{history, "messages", 1234},
		{bakery + "/channels", "channels", 6},
	} {
		for _, per := range []string{"", "per=1", "per=7", "per=100"} {
			if per == "per=1" && c.n > 200 {
				continue
			}
			up := idsOf(s.all(c.path, c.name, per))
			down := idsOf(s.all(c.path, c.name, per+"&sort_direction=desc"))
			slices.Reverse(down)
			if len(up) != c.n || !slices.IsSorted(up) || !slices.Equal(up, down) || len(slices.Compact(slices.Clone(up))) != c.n {
				t.Errorf("%s %s: %d up, %d down, of %d", c.name, per, len(up), len(down), c.n)
			}
		}
	}
}

func TestPageSize(t *testing.T) {
	s := start(t, kit.Options{Messages: 300})
	history := pathOf(8741+60/7) + "/messages"
	for query, n := range map[string]int{"": 50, "?per=1": 1, "?per=100": 100, "?per=": 50, "?from=&per=3": 3} {
		if got := len(s.get(history + query).Items("data.messages")); got != n {
			t.Errorf("%q: %d messages, want %d", query, got, n)
		}
	}
	for _, per := range []string{"0", "101", "-1", "x", "1.5"} {
		s.get(history+"?per="+per).refused(t, 400, "per")
	}
	s.get(history+"?sort_direction=up").refused(t, 400, "sort_direction")
}

func TestUnknownTokenGivesTheFirstPage(t *testing.T) {
	s := start(t, kit.Options{Messages: 300})
	history := pathOf(8741+60/7) + "/messages?per=2"
	first := s.get(history)
	foreign := s.get(bakery + "/conversations?per=2").At("data.next_page").(string)
	own := first.At("data.next_page").(string)
	for _, token := range []string{"", "nonsense", "%%%", foreign, own + "A", strings.Repeat("я", 255)} {
		r := s.get(history + "&from=" + url.QueryEscape(token))
		if r.Status != 200 || r.Body != first.Body {
			t.Errorf("token %.20q: %d, not the first page", token, r.Status)
		}
	}
	s.get(history+"&from="+strings.Repeat("x", 256)).refused(t, 400, "255")
	if r := s.get(history + "&from_=" + own); r.Body != first.Body {
		t.Error("an unknown parameter was not ignored")
	}
}

// New messages arrive while a client reads the history.
func TestNewMessagesDoNotMoveATokensPage(t *testing.T) {
	s := start(t, kit.Options{Messages: 300})
	longest := int64(8741 + 60/7)
	before := idsOf(s.all(pathOf(longest)+"/messages", "messages", "sort_direction=desc"))
	r := s.get(pathOf(longest) + "/messages?sort_direction=desc&per=10")
	got := idsOf(r.Items("data.messages"))
	for r.At("data.next_page") != nil {
		s.Control("POST", "inbound", fmt.Sprintf(`{"platform":"pact","conversation":%d,"text":"and one more"}`, longest))
		r = s.get(pathOf(longest) + "/messages?sort_direction=desc&per=10&from=" + r.At("data.next_page").(string))
		got = append(got, idsOf(r.Items("data.messages"))...)
	}
	if !slices.Equal(got, before) {
		t.Errorf("read %d messages, want the %d of the start", len(got), len(before))
	}
	last := s.get(pathOf(longest) + "/messages?per=100&from=" + s.lastToken(pathOf(longest)+"/messages?per=100"))
	if next := last.At("data.next_page"); next != nil {
		t.Errorf("the last page names a next one: %v", next)
	}
}

// lastToken reads a list up to the token of the last page.
func (s *service) lastToken(path string) string {
	token := ""
	for {
		next, more := s.get(path + "&from=" + token).At("data.next_page").(string)
		if !more {
			return token
		}
		token = next
	}
}
