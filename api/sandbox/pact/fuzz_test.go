package pact

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

// FuzzRequests sends any request: the answer is JSON and has a known status.
func FuzzRequests(f *testing.F) {
	f.Add("POST", of8741+"/messages", "", "application/json", `{"message":"a","attachments_ids":[1]}`)
	f.Add("POST", of8741+"/messages/attachments", "", `multipart/form-data; boundary="x"`, "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nb\r\n--x--\r\n")
	f.Add("GET", of8741+"/messages", "from=AAAA&per=3&sort_direction=desc", "", "")
	f.Add("GET", "/api/p2/conversations/8741/messages", "company_id=154&page=2&per_page=3", "application/json", `{"page":1}`)
	f.Add("PUT", "//p1/companies/154/", "name=%zz", "application/x-www-form-urlencoded", "template[id]=1&a[]=2")
	m := kit.NewMedia()
	s := kit.NewServer(m, New(kit.Options{Messages: 100, Quiet: true}, m))
	f.Fuzz(func(t *testing.T, method, path, query, kind, body string) {
		r := &http.Request{
			Method: method, URL: &url.URL{Path: path, RawQuery: query}, Body: io.NopCloser(strings.NewReader(body)),
			Header: http.Header{"Content-Type": {kind}, "X-Private-Api-Token": {privateToken}},
		}
		if !strings.HasPrefix(kit.CleanPath(path), "/p1/") && !strings.HasPrefix(kit.CleanPath(path), p2Prefix) {
			return
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if !slices.Contains([]int{200, 400, 404, 405}, w.Code) || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
