package textus

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api"
)

// lists is a service that has lists alone: pages by path and query.
type lists map[string]string

func (l lists) client(t *testing.T) *Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := l[r.URL.RequestURI()]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
		}
		fmt.Fprint(w, page)
	}))
	t.Cleanup(server.Close)
	return connect(t, server.URL, secret)
}

// rows makes a page of "id@minute" conversations; the minute can be left out.
func rows(next string, list ...string) string {
	var members []string
	for _, one := range list {
		id, minute, said := strings.Cut(one, "@")
		latest := "null"
		if said {
			latest = `{"@type":"Message","id":"/messages/x","timelinePosition":"2031-02-11T09:` + minute + `:00.000Z"}`
		}
		members = append(members, fmt.Sprintf(`{"slug":%q,"latestPreviewableItem":%s}`, id, latest))
	}
	if next != "" {
		next = fmt.Sprintf(`,"view":{"next":%q}`, next)
	}
	return `{"members":[` + strings.Join(members, ",") + `]` + next + `}`
}

// twoAccounts has an account with the filter "all", and one without it.
func twoAccounts(more lists) lists {
	l := lists{
		"/accounts":               `{"members":[{"id":"/accounts/a","name":"A"},{"slug":"b","conversationFilters":"/b/conversation_filters"}]}`,
		"/a/conversation_filters": `{"members":[{"slug":"you"},{"id":"/a/conversation_filters/all","slug":"all"}]}`,
		"/b/conversation_filters": `{"members":[{"slug":"x 1"},{"slug":"y2"}]}`,
	}
	for k, v := range more {
		l[k] = v
	}
	return l
}

const (
	listA = "/a/conversation_filters/all/conversations"
	listX = "/b/conversation_filters/x%201/conversations"
	listY = "/b/conversation_filters/y2/conversations"
)

func merged(t *testing.T, c *Client, limit int) ([]string, error) {
	t.Helper()
	var out []string
	for req := (api.PageRequest{Limit: limit}); ; {
		p, err := c.Conversations(t.Context(), req)
		if err != nil {
			return out, err
		}
		if limit > 0 && len(p.Items) > limit {
			t.Errorf("a page of %d, asked for %d", len(p.Items), limit)
		}
		for _, v := range p.Items {
			out = append(out, v.ID.Remote)
		}
		if req = (api.PageRequest{Cursor: p.Next}); p.Next == "" {
			return out, nil
		}
	}
}

func TestListsAreMerged(t *testing.T) {
	l := twoAccounts(lists{
		listA:          rows(listA+"?c=1", "a1@50", "a2@40"),
		listA + "?c=1": rows("", "a3@30", "a4", "a5@10"),
		listX:          rows("", "b1@45", "b2@35", "b3@05"),
		listY:          rows(listY+"?c=1", "b1@45", "b4@42"),
		listY + "?c=1": rows("", "b2@35", "b5@20"),
	})
	const want = "a1 b1 b4 a2 b2 a3 a4 b5 a5 b3"
	for _, limit := range []int{0, 1, 2, 3, 7, 100} {
		got, err := merged(t, l.client(t), limit)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("in pages of %d: %v, %v", limit, got, err)
		}
	}
}

// A conversation that moves to the top between two pages hides no other one.
func TestListsThatMove(t *testing.T) {
	l := twoAccounts(lists{
		listA: rows("", "a1@50", "a2@40", "a3@30"), listX: rows("", "b1@45", "b2@35"), listY: rows(""),
	})
	c := l.client(t)
	p, err := c.Conversations(t.Context(), api.PageRequest{Limit: 2})
	if err != nil || len(p.Items) != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	l[listA] = rows("", "a9@59", "a1@50", "a2@40", "a3@30") // one came
	l[listX] = rows("", "b1@58", "b2@35")                   // the last one passed on moved up
	var rest []string
	for p.Next != "" {
		if p, err = c.Conversations(t.Context(), api.PageRequest{Cursor: p.Next}); err != nil {
			t.Fatal(err)
		}
		for _, v := range p.Items {
			rest = append(rest, v.ID.Remote)
		}
	}
	if strings.Join(rest, " ") != "a2 b2 a3" {
		t.Errorf("the rest is %v", rest)
	}
}

func TestListsThatLeadNowhere(t *testing.T) {
	for name, more := range map[string]lists{
		"to itself":    {listA: rows(listA, "a1@50"), listX: rows(""), listY: rows("")},
		"in a circle":  {listA: rows(listA+"?c=1", "a1@50"), listA + "?c=1": rows(listA+"?c=2", "a2@40"), listA + "?c=2": rows(listA+"?c=1", "a3@30"), listX: rows(""), listY: rows("")},
		"page one":     {listA: rows(listA+"?c=1", "a1@50", "a2@40"), listA + "?c=1": rows(listA+"?c=2", "a1@50", "a8@45"), listX: rows(""), listY: rows("")},
		"empty pages":  {listA: rows(listA + "?c=1"), listA + "?c=1": rows(listA + "?c=2"), listA + "?c=2": rows(listA + "?c=1"), listX: rows(""), listY: rows("")},
		"a lost place": {listA: rows(listA+"?c=1", "a1@50"), listX: rows(""), listY: rows("")},
	} {
		if got, err := merged(t, twoAccounts(more).client(t), 0); api.KindOf(err) != api.ErrCursor || len(got) > 4 {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestConversationsOfAnAccountOutOfReach(t *testing.T) {
	l := twoAccounts(lists{listX: rows("", "b1@45"), listY: rows("")})
	delete(l, "/a/conversation_filters")
	if got, err := merged(t, l.client(t), 0); err != nil || !slices.Equal(got, []string{"b1"}) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestMomentsAreThoseOfTheList(t *testing.T) {
	c := twoAccounts(lists{listA: rows("", "a1@50"), listX: rows(""), listY: rows("")}).client(t)
	p, err := c.Conversations(t.Context(), api.PageRequest{})
	if err != nil || len(p.Items) != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	got := p.Items[0]
	if at := got.Active.Or(time.Time{}); !at.Equal(time.Date(2031, 2, 11, 9, 50, 0, 0, time.UTC)) || got.Channel.Or(api.ChannelID{}) != c.ChannelID("a") {
		t.Errorf("%+v", got)
	}
}

// What the lists say of their number is passed on while it can be added up.
func TestTotalOfTheLists(t *testing.T) {
	of := func(total string, page string) string {
		return strings.Replace(page, "{", `{"totalItems":`+total+`,`, 1)
	}
	one := lists{"/accounts": `{"members":[{"id":"/accounts/a","name":"A"}]}`, "/a/conversation_filters": `{"members":[{"slug":"all"}]}`}
	for name, c := range map[string]struct {
		accounts lists
		list     string
		want     int
	}{
		"one list":            {one, of("40", rows(listA+"?c=1", "a1@50")), 40},
		"it does not say":     {one, rows(listA+"?c=1", "a1@50"), 0},
		"it says something":   {one, of(`"many"`, rows(listA+"?c=1", "a1@50")), 0},
		"lists with the same": {twoAccounts(lists{listX: of("7", rows("")), listY: of("9", rows(""))}), of("40", rows(listA+"?c=1", "a1@50")), 0},
	} {
		l := lists{listA: c.list, listA + "?c=1": of("40", rows("", "a2@40"))}
		for k, v := range c.accounts {
			l[k] = v
		}
		client := l.client(t)
		p, err := client.Conversations(t.Context(), api.PageRequest{})
		if err != nil || p.Total != c.want {
			t.Errorf("%s: %d, want %d, %v", name, p.Total, c.want, err)
		}
		if p.Next == "" {
			continue
		}
		if p, err = client.Conversations(t.Context(), api.PageRequest{Cursor: p.Next}); err != nil || p.Total != 0 {
			t.Errorf("%s: the second page says %d, %v", name, p.Total, err)
		}
	}
}

// A reply that failed has answered nobody, though the list calls it an answer.
func TestAFailedReplyIsNoAnswer(t *testing.T) {
	for latest, want := range map[string]bool{
		`{"@type":"Message","id":"/messages/x","direction":"out","deliveryState":"failed"}`:    false,
		`{"@type":"Message","id":"/messages/x","direction":"out","deliveryState":"delivered"}`: true,
		`null`: true,
	} {
		l := lists{"/accounts": `{"members":[{"id":"/accounts/a","name":"A"}]}`, "/a/conversation_filters": `{"members":[{"slug":"all"}]}`,
			listA: `{"members":[{"slug":"a1","unanswered":false,"latestPreviewableItem":` + latest + `}]}`}
		p, err := l.client(t).Conversations(t.Context(), api.PageRequest{})
		if err != nil || len(p.Items) != 1 || p.Items[0].Answered.Or(!want) != want {
			t.Errorf("%s: %+v, %v", latest, p.Items, err)
		}
	}
}
