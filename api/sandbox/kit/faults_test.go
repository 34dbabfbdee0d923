package kit

import "testing"

func TestFaultMatches(t *testing.T) {
	for _, c := range []struct {
		match, method, path string
		hit                 bool
	}{
		{"", "GET", "/p1/companies", true},
		{"/messages", "GET", "/p1/companies/1/conversations/2/messages", true},
		{"POST /messages", "GET", "/p1/companies/1/conversations/2/messages", false},
		{"POST /messages", "POST", "/p1/companies/1/conversations/2/messages/attachments", true},
		{"POST /messages$", "POST", "/p1/companies/1/conversations/2/messages/attachments", false},
		{"POST /messages$", "POST", "/p1/companies/1/conversations/2/messages", true},
		{"GET /conversations/*/messages", "GET", "/p1/companies/1/conversations/2/messages", true},
		{"/companies/*/messages", "GET", "/p1/companies/1/conversations/2/messages", false},
		{"/p1/companies/*/channels/*/jobs/", "GET", "/p1/companies/1/channels/2/jobs/3", true},
		{"/conversations/2/", "GET", "/p1/companies/1/conversations/22/messages", false},
		{"DELETE", "DELETE", "/p1/x", false},
		{"DELETE ", "DELETE", "/p1/x", true},
	} {
		f := &fault{Kind: "html", Match: c.match}
		if err := f.prepare(); err != nil {
			t.Fatal(err)
		}
		if got := f.hits("pact", c.method, c.path); got != c.hit {
			t.Errorf("%q hits %s %s: %v", c.match, c.method, c.path, got)
		}
	}
}

// A fault that is alone takes the place of those before it at once: no request gets through.
func TestAFaultThatStandsAlone(t *testing.T) {
	var all faults
	for _, f := range []*fault{{Kind: "status", Status: 429, Calls: -1}, {Kind: "status", Status: 422, Calls: -1, Alone: true}, {Kind: "status", Status: 500, Calls: -1}} {
		if err := f.prepare(); err != nil {
			t.Fatal(err)
		}
		all.add(f)
	}
	if f, ok := all.take("shop", "POST", "/messages"); !ok || f.Status != 422 || len(all.list) != 2 {
		t.Errorf("%+v of %d faults hits", f, len(all.list))
	}
}
