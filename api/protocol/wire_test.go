package protocol

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"unibox/api"
)

func TestUnixTimesTakeWhatThereIs(t *testing.T) {
	noon := time.Unix(1714979289, 0).UTC()
	for in, want := range map[string]time.Time{
		`1714979289`: noon, `"1714979289"`: noon, `1714979289.7`: noon, `null`: {}, `0`: {}, `-5`: {}, `""`: {}, `"soon"`: {},
		`{"a":1}`: {}, `[1]`: {}, `true`: {}, `1e300`: {}, `"NaN"`: {},
	} {
		var s unixTime
		said := !want.IsZero() || in == "null" || in == "0"
		if err := json.Unmarshal([]byte(in), &s); err != nil || !s.Equal(want) || s.said != said {
			t.Errorf("%s: %+v, want %v (%v)", in, s, want, err)
		}
	}
}

func TestReactionsInBothForms(t *testing.T) {
	want := reactions{{Name: "heart", Who: []string{"A", "B"}}, {Name: "tada", Who: []string{"C"}}}
	for in, want := range map[string]reactions{
		`[{"heart":["A","B"]},{"tada":["C"]}]`:           want,
		`[{"tada":["C"],"heart":["A","B","A",null,{}]}]`: want,
		`{"heart":["A","B"],"tada":["C"]}`:               want,
		`[{"heart":null}]`:                               {{Name: "heart"}},
		`null`:                                           nil,
		`[]`:                                             nil,
		`"heart"`:                                        nil,
		`[1,{"heart":["A"]},null,"x"]`:                   {{Name: "heart", Who: []string{"A"}}},
		`[{"heart":"A","tada":{"x":1}}]`:                 {{Name: "heart", Who: []string{"A"}}, {Name: "tada"}},
	} {
		var got reactions
		if err := json.Unmarshal([]byte(in), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v (%v)", in, got, want, err)
		}
	}
}

func TestMembersWholeInPartAndByID(t *testing.T) {
	var g wireGroup
	err := json.Unmarshal([]byte(`{"id":"g","contacts":[{"id":"a","username":"Ada"},{"username":"Bo"},"c",null,7]}`), &g)
	if err != nil || len(g.Contacts) != 4 || g.Contacts[0].Username != "Ada" || g.Contacts[1].Username != "Bo" || g.Contacts[2].ID != "c" {
		t.Errorf("%+v, %v", g.Contacts, err)
	}
}

func TestFilesAndTheirAddresses(t *testing.T) {
	c := talking(t)
	for in, want := range map[string]api.Attachment{
		`{"id":"f","filename":"a.png","file_url":"https://assets.example/x/a.png","file_type":"image/png","file_size":12}`: {
			Remote: "f", Name: "a.png", URL: "https://assets.example/x/a.png", MIME: "image/png", Size: 12},
		`{"id":"f","filename":null,"file_url":"/x/b.pdf","file_size":"9"}`: {
			Remote: "f", Name: "b.pdf", URL: "https://api.protocol.chat/x/b.pdf", Size: 9},
		`{"id":"f","file_url":"javascript:alert(1)","file_size":-1}`: {Remote: "f", Name: "file"},
		`{"id":"f"}`: {Remote: "f", Name: "file"},
	} {
		var w wireFile
		if err := json.Unmarshal([]byte(in), &w); err != nil {
			t.Fatal(err)
		}
		if got := c.file(w); got != want {
			t.Errorf("%s: %+v, want %+v", in, got, want)
		}
	}
}

func TestOrders(t *testing.T) {
	for times, want := range map[string]order{
		"": unclear, "5": unclear, "555": unclear, "50505": unclear, "9553": descending, "3559": ascending, "9505": descending,
		"353": mixed, "939": mixed, "3093": mixed,
	} {
		var list []wireMessage
		for _, r := range times {
			var at unixTime
			if r != '0' {
				at.Time = time.Unix(int64(r), 0)
			}
			list = append(list, wireMessage{Created: at})
		}
		if got := orderOf(list); got != want {
			t.Errorf("%s: %d, want %d", times, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		contact wireContact
		want    api.Contact
	}{
		{wireContact{ID: "a", Username: "ada", Display: "Ada L.", Phone: "1-555-010-7788"}, api.Contact{Remote: "a", Name: "Ada L.", Handle: "15550107788"}},
		{wireContact{ID: "a", Username: "ada", Phone: "ask her"}, api.Contact{Remote: "a", Name: "ada", Handle: "ada"}},
		{wireContact{ID: "a", Phone: "1-555-010-7788"}, api.Contact{Remote: "a", Name: "1-555-010-7788", Handle: "15550107788"}},
		{wireContact{ID: "a"}, api.Contact{Remote: "a", Name: "a"}},
	} {
		if got := tt.contact.contact(); got != tt.want {
			t.Errorf("%+v, want %+v", got, tt.want)
		}
	}
}

// FuzzPage decodes random bytes as a page of a history. Every message with an id
// is kept, and the newest comes first in any order of the page.
func FuzzPage(f *testing.F) {
	f.Add(page(true, line("m1", "c1", 9, `,"reactions":[{"a":["b"]}]`), line("m2", "us", 5, `,"attachments":[{"id":"f"}]`)))
	f.Add(`{"has_more":"true","data":[{"id":5,"contact":"c1","created_at":"7"},null,{},{"id":"x","created_at":1e99}]}`)
	f.Add(`{"data":null}`)
	f.Fuzz(func(t *testing.T, body string) {
		if strings.HasPrefix(strings.TrimSpace(body), "<") {
			return // somebody else's web page, which is asked again
		}
		c := talking(t, exchange{"GET", "messages?conversation_id=v1&limit=20&starting_after=m0", "", 0, body})
		p, err := c.Messages(t.Context(), conversation("v1"), api.PageRequest{Cursor: "d:20:m0"})
		var raw struct{ Data []struct{ ID ident } }
		readable := json.Unmarshal([]byte(body), &raw) == nil
		if err != nil {
			if k := api.KindOf(err); k != api.ErrUnavailable && k != api.ErrCursor {
				t.Fatalf("%v", err)
			}
			return
		}
		ids := map[string]bool{}
		for i, m := range p.Items {
			if m.ID.Remote == "" || ids[m.ID.Remote] || i > 0 && p.Items[i-1].At.Before(m.At) {
				t.Fatalf("%d: %+v", i, m)
			}
			ids[m.ID.Remote] = true
		}
		if readable && p.Next == "" && len(raw.Data) <= 20 {
			for _, one := range raw.Data {
				if id := string(one.ID); id != "" && id != "m0" && !ids[id] {
					t.Fatalf("%q is lost", one.ID)
				}
			}
		}
	})
}
