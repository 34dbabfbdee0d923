package pact

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api/sandbox/kit"
	"unibox/api/sandbox/kittest"
)

// newServer returns a server of Pact that is not served.
func newServer(o kit.Options) *Server {
	o.Now = func() time.Time { return kittest.Noon }
	return New(o, kit.NewMedia())
}

func TestWorldFollowsFromTheSeed(t *testing.T) {
	first, again, other := newServer(kit.Options{Seed: 7}), newServer(kit.Options{Seed: 7}), newServer(kit.Options{Seed: 8})
	same := 0
	for i := range 60 {
		a, b, c := first.conversation(first.companies[0], i), again.conversation(again.companies[0], i), other.conversation(other.companies[0], i)
		a.company, b.company = nil, nil
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("conversation %d is %+v and %+v", i, a, b)
		}
		if a.name == c.name && a.Size == c.Size {
			same++
		}
	}
	if same > 10 {
		t.Errorf("another seed has %d of the same conversations", same)
	}
}

// A message is the same in every window of the history.
func TestHistoryDoesNotDependOnTheWindow(t *testing.T) {
	p := newServer(kit.Options{Messages: 500})
	v := p.conversation(p.companies[0], 60/7)
	whole := p.history(v, 0, v.Size)
	for _, w := range [][2]int{{0, 1}, {47, 49}, {499, 500}, {100, 300}, {480, 500}, {7, 7}} {
		if got := p.history(v, w[0], w[1]); len(got) != w[1]-w[0] || len(got) > 0 && !reflect.DeepEqual(got, whole[w[0]:w[1]]) {
			t.Errorf("window %v differs", w)
		}
	}
}

func TestSizes(t *testing.T) {
	for _, o := range []kit.Options{{}, {Conversations: 1, Messages: 1}, {Conversations: 3, Messages: 2}, {Conversations: 500, Messages: 40}, {Conversations: 20_000, Messages: 1_000_000}} {
		p := newServer(o)
		longest, inKinds := 0, map[string]bool{}
		for i := range p.companies[0].conversations() {
			v := p.conversation(p.companies[0], i)
			inKinds[v.kind] = true
			if v.Size == p.options.Messages {
				longest++
			}
			if v.Size < 1 || v.Size > p.options.Messages {
				t.Fatalf("%+v: conversation %d has %d messages", o, i, v.Size)
			}
		}
		if n := p.companies[0].conversations(); n != p.options.Conversations || n >= 60 && len(inKinds) != 6 {
			t.Errorf("%+v: %d conversations over %d kinds", o, n, len(inKinds))
		}
		if longest != 1 {
			t.Errorf("%+v: %d conversations of the full length", o, longest)
		}
	}
}

// A conversation with a greater id was made later, whatever the time of the start,
// also at night.
func TestConversationsAreMadeInOrder(t *testing.T) {
	for hour := range 24 {
		p := New(kit.Options{Now: func() time.Time { return kittest.Noon.Add(time.Duration(hour) * time.Hour) }}, kit.NewMedia())
		for _, c := range p.companies {
			made := time.Time{}
			for i := range c.conversations() {
				v := p.conversation(c, i)
				if v.created.Before(made) || v.created.After(v.Last) || kit.OpenBefore(v.Last, v.Open).Before(v.created) {
					t.Errorf("%d hours after noon: conversation %d was made at %v, the one before at %v, its last message is of %v", hour, i, v.created, made, v.Last)
				}
				made = v.created
			}
		}
	}
}

func TestTimesIncrease(t *testing.T) {
	for seed := range uint64(3) {
		p := newServer(kit.Options{Seed: seed, Messages: 3000})
		sameSecond, waiting, newest := 0, 0, time.Time{}
		for i := range 60 {
			v := p.conversation(p.companies[0], i)
			at := v.created.Add(-time.Second)
			for _, m := range p.history(v, 0, v.Size) {
				if m.at.Before(at) || m.at.After(kittest.Noon) {
					t.Fatalf("conversation %d: %v after %v", i, m.at, at)
				}
				if m.at.Unix() == at.Unix() {
					sameSecond++
				}
				at = m.at
			}
			if !at.Equal(v.Last) {
				t.Errorf("conversation %d ends at %v, not %v", i, at, v.Last)
			}
			newest = kit.Latest(newest, at)
			last, _ := p.newest(v)
			if last.income != v.Waiting {
				t.Errorf("conversation %d ends with a message of the wrong side", i)
			}
			if since := kittest.Noon.Sub(last.at); last.income {
				waiting++
				if since < time.Minute || since > 2*kit.Day+time.Minute {
					t.Errorf("conversation %d waits for %v", i, since)
				}
			}
		}
		if waiting < 18 || waiting > 24 || sameSecond == 0 || kittest.Noon.Sub(newest) > 5*time.Minute {
			t.Errorf("seed %d: %d wait, %d in one second, newest at %v", seed, waiting, sameSecond, newest)
		}
	}
}

func TestPeopleWriteByDay(t *testing.T) {
	p := newServer(kit.Options{Messages: 5000})
	v := p.conversation(p.companies[0], 60/7)
	for _, m := range p.history(v, 0, v.Size) {
		if h := m.at.Hour(); h < 8 || h > 21 {
			t.Fatalf("written at %v", m.at)
		}
	}
}

func TestHardCasesAreThere(t *testing.T) {
	p := newServer(kit.Options{})
	names, longest, files, all := map[string]bool{}, 0, map[string]int{}, strings.Builder{}
	for i := range 60 {
		v := p.conversation(p.companies[0], i)
		names[v.name] = true
		for _, m := range p.history(v, max(0, v.Size-300), v.Size) {
			longest = max(longest, len(m.text))
			all.WriteString(m.text)
			for _, f := range m.files {
				files[f.MIME]++
			}
		}
	}
	hard := 0
	for i := range 60 {
		if r := kit.HardCaseOf(i, 60); r != nil {
			hard++
			if !names[r.Name] {
				t.Errorf("no customer has the name %q", r.Name)
			}
		}
	}
	if hard != 16 {
		t.Errorf("%d hard cases, want 16", hard)
	}
	for _, part := range []string{"\x1b]52;", "\u009b", "\u202e", "👨‍👩‍👧‍👦", "\x00", "заказ", "订单", "pedido"} {
		if !strings.Contains(all.String(), part) {
			t.Errorf("no message contains %q", part)
		}
	}
	if longest < 100_000 {
		t.Errorf("the longest text has %d bytes", longest)
	}
	if kinds := slices.Sorted(maps.Keys(files)); fmt.Sprint(kinds) != "[application/pdf audio/ogg image/jpeg]" {
		t.Errorf("files are %v", kinds)
	}
	if strings.Contains(strings.ReplaceAll(all.String(), "{{.}}", ""), "{") && strings.Contains(all.String(), "{order}") {
		t.Error("a blank was not filled")
	}
}

func TestFilesAreServedWithoutToken(t *testing.T) {
	s := start(t, kit.Options{Messages: 2000})
	seen := map[string]bool{}
	for _, m := range s.all(pathOf(8741+60/7)+"/messages", "messages", "per=100") {
		for _, raw := range m["attachments"].([]any) {
			a := raw.(map[string]any)
			if seen[a["mime_type"].(string)] {
				continue
			}
			seen[a["mime_type"].(string)] = true
			resp, err := http.Get(a["attachment_url"].(string))
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != 200 || float64(len(body)) != a["size"] || resp.Header.Get("Content-Type") != a["mime_type"] {
				t.Errorf("%v: %d, %d bytes", a, resp.StatusCode, len(body))
			}
			if sniffed := http.DetectContentType(body); !strings.HasPrefix(sniffed, "image/jpeg") && sniffed != "application/pdf" && sniffed != "application/ogg" {
				t.Errorf("%v looks like %s", a["file_name"], sniffed)
			}
		}
	}
	if len(seen) != 3 {
		t.Errorf("saw %v", seen)
	}
	for path, status := range map[string]int{"/avatars/original/missing.png": 200, "/files/sample/99/photo.jpg": 404, "/files/upload/5/x": 404, "/files/x": 404} {
		if r := s.ask("GET", path, ""); r.Status != status {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
}

func TestPlainCompanyHasNoNulls(t *testing.T) {
	s := start(t, kit.Options{})
	plain := "/p1/companies/155"
	for _, h := range s.all(plain+"/channels", "channels", "") {
		if h["provider"] == "vkontakte" {
			t.Error("the official SDK cannot read vkontakte")
		}
	}
	for _, v := range s.all(plain+"/conversations", "conversations", "") {
		for _, m := range s.all(fmt.Sprintf("%s/conversations/%.0f/messages", plain, v["external_id"]), "messages", "") {
			for _, field := range []string{"channel_id", "message", "created_at_timestamp", "attachments"} {
				if m[field] == nil {
					t.Fatalf("%s is null in %v", field, m)
				}
			}
		}
		for _, field := range []string{"channel_id", "avatar", "sender_external_id", "created_at_timestamp"} {
			if v[field] == nil {
				t.Fatalf("%s is null in %v", field, v)
			}
		}
	}
}

func TestRoughCompanyLeavesFieldsOut(t *testing.T) {
	s := start(t, kit.Options{})
	odd := "/p1/companies/156"
	missing := map[string]int{}
	note := func(what string, object map[string]any, fields ...string) {
		for _, f := range fields {
			if object[f] == nil {
				missing[what+" "+f]++
			}
		}
	}
	for _, v := range s.all(odd+"/conversations", "conversations", "") {
		note("conversation", v, "channel_id", "avatar", "sender_external_id", "created_at_timestamp")
		if v["channel_type"] == "odnoklassniki" {
			missing["known provider"]++
		}
		for _, m := range s.all(fmt.Sprintf("%s/conversations/%.0f/messages", odd, v["external_id"]), "messages", "per=100") {
			note("message", m, "channel_id", "message", "created_at_timestamp", "attachments")
		}
	}
	if len(missing) != 9 {
		t.Errorf("left out only %v", missing)
	}
}

// Making the data takes no time, whatever its size, nor does a page of it.
func BenchmarkWorld(b *testing.B) {
	huge := kit.Options{Conversations: 20_000, Messages: 1_000_000, Quiet: true}
	b.Run("new", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			New(huge, kit.NewMedia())
		}
	})
	m := kit.NewMedia()
	s := kit.NewServer(m, New(huge, m))
	page := func(path string) func(*testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest("GET", path, nil)
				r.Header.Set("X-Private-Api-Token", privateToken)
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				if w.Code != 200 {
					b.Fatal(w.Body)
				}
			}
		}
	}
	b.Run("conversations", page(bakery+"/conversations?per=100&sort_direction=desc"))
	b.Run("p2 conversations", page("/api/p2/conversations?company_id=154"))
	b.Run("p2 search", page("/api/p2/conversations?company_id=154&search_string=maria"))
	b.Run("p2 messages", page(fmt.Sprintf("/api/p2/conversations/%d/messages?company_id=154&page=3000", 8741+20_000/7)))
	b.Run("messages", page(pathOf(8741+20_000/7)+"/messages?per=100&sort_direction=desc"))
}

// Reading keeps nothing in memory.
func TestReadingCostsNoMemory(t *testing.T) {
	p := newServer(kit.Options{Conversations: 20_000, Messages: 1_000_000})
	for i := 0; i < 20_000; i += 100 {
		v := p.conversation(p.companies[0], i)
		p.history(v, max(0, v.Size-100), v.Size)
	}
	if len(p.threads) != 0 || len(p.companies[0].made) != 0 {
		t.Errorf("%d threads and %d conversations are kept", len(p.threads), len(p.companies[0].made))
	}
	v := p.conversation(p.companies[0], 20_000/7)
	if n := testing.AllocsPerRun(5, func() { p.history(v, 500_000, 500_001) }); n > 1000 {
		t.Errorf("a message in the middle of a million costs %v allocations", n)
	}
}

// A client with a local store must not take a thing of this run for one of an
// earlier run.
func TestRunsShareNoNewIDs(t *testing.T) {
	given := map[string]bool{}
	for run := range 2 {
		s := startAt(t, kit.Options{}, kittest.Noon.Add(time.Duration(run)*time.Hour))
		sent := s.post(pathOf(viberID)+"/messages", "message=hello")
		made := s.post(bakery+"/conversations", "provider=whatsapp&phone=79250000001")
		for _, id := range []string{
			fmt.Sprint("job ", sent.ID("data.id")), fmt.Sprint("message ", sent.ID("data.message_id")),
			fmt.Sprint("upload ", s.uploaded(8741, "a.jpg")), fmt.Sprint("conversation ", made.ID("data.conversation.external_id")),
		} {
			if given[id] {
				t.Errorf("%s was given twice", id)
			}
			given[id] = true
		}
	}
}

func TestCustomersSendFilesOnRequest(t *testing.T) {
	s := start(t, kit.Options{})
	s.Control("POST", "inbound", `{"platform":"pact","conversation":8741,"files":[{"name":"../a.jpg","mime":"image/jpeg","url":"/files/trap/gone/a.jpg","size":5},{"name":"b","url":"ftp://elsewhere.example/b"}]}`)
	files := s.last(8741)["attachments"].([]any)
	one, two := files[0].(map[string]any), files[1].(map[string]any)
	if one["attachment_url"] != s.Origin+"/files/trap/gone/a.jpg" || one["file_name"] != "../a.jpg" || two["attachment_url"] != "ftp://elsewhere.example/b" {
		t.Errorf("attachments are %v", files)
	}
}
