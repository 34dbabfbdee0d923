package protocol

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"unibox/api/sandbox/kit"
)

// FuzzRequests sends any request: the answer has a known status, and errors have
// their form. {v}, {m}, {c} and {g} are replaced by the ids of a conversation, a
// message, a contact and a group.
func FuzzRequests(f *testing.F) {
	f.Add("POST", "messages", "", "application/json", `{"conversation_id":"{v}","message":"a","attachments":[{"id":"x"}]}`)
	f.Add("PUT", "messages/{m}", "", "application/x-www-form-urlencoded", "reactions[a][]=b&message=c")
	f.Add("GET", "messages", "conversation_id={v}&starting_after={m}&limit=3", "", "")
	f.Add("PUT", "groups/{g}", "", "application/json", `{"contacts":["{c}",null,{"id":5}],"archived_at":null}`)
	f.Add("DELETE", "contacts/{c}", "", "", "")
	f.Fuzz(func(t *testing.T, method, path, query, kind, body string) {
		m := kit.NewMedia()
		p := New(kit.Options{Messages: 20, Conversations: 16, Quiet: true}, m)
		s := kit.NewServer(m, p)
		p.build()
		fill := strings.NewReplacer("{v}", p.id(*p.conversations[0].ref()), "{m}", p.id(reference{idMessage, 0, 0}),
			"{c}", p.id(*p.contacts[0].ref()), "{g}", p.id(p.groups[0].ref()))
		r := &http.Request{
			Method: method, URL: &url.URL{Path: "/protocol/v1/" + fill.Replace(path), RawQuery: fill.Replace(query)},
			Body:   io.NopCloser(strings.NewReader(fill.Replace(body))),
			Header: http.Header{"Content-Type": {kind}, "Authorization": {"Bearer " + bearerToken}},
		}
		if !strings.HasPrefix(kit.CleanPath(r.URL.Path), p.Prefixes()[0]) {
			return
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		var failed wireError
		switch {
		case !slices.Contains([]int{200, 201, 204, 400, 404, 405}, w.Code):
			t.Errorf("%d %s", w.Code, w.Body)
		case w.Code >= 400 && (json.Unmarshal(w.Body.Bytes(), &failed) != nil || failed.Type == "" || failed.Message == ""):
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
