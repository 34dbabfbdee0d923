package pact

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"unibox/api/sandbox/kit"
	"unibox/api/sandbox/kittest"
)

func TestFaultsOnASend(t *testing.T) {
	for kind, c := range map[string]struct {
		answered bool
		effect   int
	}{
		"latency":     {true, 1},
		"status":      {false, 0},
		"html":        {false, 0},
		"drop_before": {false, 0},
		"drop_after":  {false, 1},
		"truncate":    {false, 1},
		"drip":        {true, 1},
		"date":        {true, 1},
	} {
		t.Run(kind, func(t *testing.T) {
			s := start(t, kit.Options{})
			s.Fault(fmt.Sprintf(`{"platform":"pact","match":"POST /messages","calls":1,"kind":%q,"ms":20}`, kind))
			s.get(of8741+"/messages").Want(t, 200, "status", "ok")
			sent := time.Now()
			r := s.post(of8741+"/messages", "message=once")
			if answered := r.Err == nil && r.Status == 200; answered != c.answered {
				t.Errorf("answered %v: %+v", answered, r)
			}
			if n := len(s.received()); n != c.effect {
				t.Errorf("%d effects, want %d", n, c.effect)
			}
			if kind == "latency" && time.Since(sent) < 20*time.Millisecond {
				t.Error("the answer came before its time")
			}
			s.post(of8741+"/messages", "message=again").Want(t, 200, "status", "ok")
		})
	}
}

func TestFaultAnswers(t *testing.T) {
	s := start(t, kit.Options{})
	s.Fault(`{"match":"","kind":"status","status":429,"retry_after":7}`)
	r := s.get("/p1/companies")
	r.refused(t, 429, "")
	if r.Header.Get("Retry-After") != "7" {
		t.Errorf("Retry-After is %q", r.Header.Get("Retry-After"))
	}
	s.Fault(`{"kind":"html"}`)
	if r := s.get("/p1/companies"); r.Status != 502 || !strings.Contains(r.Body, "<html>") || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	s.Fault(`{"kind":"truncate"}`)
	if r := s.get("/p1/companies"); r.Err == nil || len(r.Body) == 0 || fmt.Sprint(2*len(r.Body), 2*len(r.Body)+1) == r.Header.Get("Content-Length") {
		t.Errorf("got %d of %s bytes: %v", len(r.Body), r.Header.Get("Content-Length"), r.Err)
	}
	s.get("/p1/companies").Want(t, 200, "status", "ok")
}

func TestFaultsRunOut(t *testing.T) {
	s := start(t, kit.Options{})
	s.Fault(`{"platform":"pact","match":"/channels","calls":2,"kind":"status","status":503}`)
	s.Fault(`{"match":"GET /p1/companies$","calls":-1,"kind":"status","status":500}`)
	for i, want := range []int{503, 503, 200} {
		if r := s.get(bakery + "/channels"); r.Status != want {
			t.Errorf("call %d: %d", i, r.Status)
		}
	}
	for range 5 {
		s.get("/p1/companies").refused(t, 500, "")
	}
	s.Control("DELETE", "fault", "")
	s.get("/p1/companies").Want(t, 200, "status", "ok")
}

func TestAnswersThatWaitComeWhenTheFaultsAreDeleted(t *testing.T) {
	s := start(t, kit.Options{})
	s.Fault(`{"match":"","kind":"latency","ms":3600000,"calls":-1}`)
	const waiting = 3
	answers := make(chan int, waiting)
	for range waiting {
		go func() { answers <- s.post(of8741+"/messages", "message=late").Status }()
	}
	for len(s.received()) < waiting {
		runtime.Gosched()
	}
	s.Control("DELETE", "fault", "")
	for range waiting {
		if status := <-answers; status != 200 {
			t.Errorf("answered with %d", status)
		}
	}
}

func TestPausedJobs(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	s.Fault(`{"platform":"pact","kind":"pause_jobs","ms":10000}`)
	first := s.post(of8741+"/messages", "message=first")
	s.Clock.Advance(9 * time.Second)
	s.job(first).Want(t, 200, "data.state", "trying_deliver")
	s.Clock.Advance(2 * time.Second)
	s.job(first).Want(t, 200, "data.state", "delivered")

	s.Fault(`{"kind":"pause_jobs"}`)
	second := s.post(of8741+"/messages", "message=second")
	viber := s.post(pathOf(viberID)+"/messages", "message=even+this")
	viber.Want(t, 200, "data.state", "trying_deliver")
	s.Clock.Advance(time.Hour)
	s.job(second).Want(t, 200, "data.state", "trying_deliver")
	s.Control("DELETE", "fault", "")
	s.job(second).Want(t, 200, "data.state", "delivered")
	s.job(viber).Want(t, 200, "data.state", "delivered")
	if at := s.last(8741)["created_at"]; at != wireTime(s.Clock.Now()) {
		t.Errorf("delivered at %v, want the moment of the release", at)
	}
}

func TestControlRefuses(t *testing.T) {
	s := start(t, kit.Options{})
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", "/control/fault", `{"kind":"flood"}`, 400},
		{"POST", "/control/fault", `{"kind":"status","status":42}`, 400},
		{"POST", "/control/fault", `{"kind":"latency","ms":-1}`, 400},
		{"POST", "/control/fault", `{"kind":"html","platform":"pigeon"}`, 404},
		{"POST", "/control/fault", `nonsense`, 400},
		{"POST", "/control/inbound", `{"platform":"pact","conversation":1,"text":"a"}`, 404},
		{"POST", "/control/inbound", `{"platform":"pact","conversation":"x","text":"a"}`, 400},
		{"POST", "/control/inbound", `{"platform":"pact","conversation":8741}`, 400},
		{"POST", "/control/inbound", `{"platform":"pigeon","conversation":8741,"text":"a"}`, 404},
		{"GET", "/control/received?platform=pigeon", "", 404},
	} {
		r := s.ask(c.method, c.path, c.body)
		if r.Status != c.status || r.At("error") == nil {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, r.Status, r.Body)
		}
	}
}

func TestInbound(t *testing.T) {
	s := start(t, kit.Options{})
	for _, conversation := range []string{"8741", `"8741"`, "3000000", "4000001"} {
		r := s.Control("POST", "inbound", `{"platform":"pact","conversation":`+conversation+`,"text":"is it ready?"}`)
		if r.ID("message_id") == 0 {
			t.Errorf("%s: %s", conversation, r.Body)
		}
	}
	m := s.last(8741)
	if m["message"] != "is it ready?" || m["income"] != true || m["created_at"] != wireTime(kittest.Noon) {
		t.Errorf("newest is %v", m)
	}
}

func TestReceivedIsInOrder(t *testing.T) {
	s := start(t, kit.Options{})
	file := s.uploaded(8741, "a.jpg")
	s.post(of8741+"/messages", "message=one")
	s.Clock.Advance(time.Minute)
	s.post(of8741+"/messages", fmt.Sprintf("message=two&attachments_ids[]=%d", file))
	s.post(bakery+"/channels/399/conversations", "phone=79250000001&message=three")
	all := s.received()
	if len(all) != 3 || all[0]["text"] != "one" || all[1]["text"] != "two" || all[2]["text"] != "three" {
		t.Fatalf("received %v", all)
	}
	if all[0]["conversation"] != float64(8741) || all[2]["conversation"] != nil || all[2]["phone"] != "79250000001" || all[0]["job"] == all[1]["job"] {
		t.Errorf("received %v", all)
	}
	if all[0]["time"] == all[1]["time"] || len(all[1]["attachments"].([]any)) != 1 || len(all[0]["attachments"].([]any)) != 0 {
		t.Errorf("received %v", all)
	}
}

func TestRequestsAreCounted(t *testing.T) {
	s := start(t, kit.Options{Messages: 120})
	longest := int64(8741 + 60/7)
	s.all(pathOf(longest)+"/messages", "messages", "per=50")
	again := s.get(pathOf(longest) + "/messages?per=50").At("data.next_page").(string)
	s.get(pathOf(longest) + "/messages?per=50&from=" + again)
	s.get("/p1//companies/")
	s.ask("GET", "/p1/companies", "")
	s.get("/p1/nothing")
	s.get(pathOf(longest) + "/messages?per=0")
	s.Fault(`{"match":"/messages","kind":"status"}`)
	s.get(pathOf(longest) + "/messages?from=" + again)
	r := s.Control("GET", "requests", "")
	counts := r.JSON["counts"].(map[string]any)
	want := map[string]float64{"GET /p1/companies/{c}/conversations/{v}/messages": 7, "GET /p1/companies": 2, "GET (no such route)": 1}
	for label, n := range want {
		if counts[label] != n {
			t.Errorf("%s: %v, want %v", label, counts[label], n)
		}
	}
	if len(counts) != len(want) {
		t.Errorf("counts %v", counts)
	}
	r.Want(t, 200, fmt.Sprintf("conversations.%d.pages", longest), 5)
	r.Want(t, 200, fmt.Sprintf("conversations.%d.in_flight_max", longest), 1)
	r.Want(t, 200, fmt.Sprintf("conversations.%d.repeated", longest), map[string]any{again: 2})
}

func TestSimultaneousRequestsAreCounted(t *testing.T) {
	s := start(t, kit.Options{})
	s.Fault(`{"match":"/messages","calls":3,"kind":"stall"}`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for range 3 {
		s.stalled(ctx, of8741+"/messages")
	}
	cancel()
	s.get(of8741 + "/messages")
	r := s.Control("GET", "requests", "")
	r.Want(t, 200, "conversations.8741.in_flight_max", 3)
	r.Want(t, 200, "conversations.8741.pages", 1)
}

// stalled sends a request whose answer stalls, and returns once the answer began.
func (s *service) stalled(ctx context.Context, path string) *http.Response {
	s.Helper()
	req, _ := http.NewRequestWithContext(ctx, "GET", s.Origin+path, nil)
	req.Header.Set("X-Private-Api-Token", privateToken)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { res.Body.Close() })
	return res
}

func TestControlSideIsNotCounted(t *testing.T) {
	s := start(t, kit.Options{})
	if r := s.ask("GET", "/", ""); r.Status != http.StatusNotFound || r.JSON == nil {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	s.Fault(`{"match":"","calls":9,"kind":"drop_before"}`)
	r := s.Control("GET", "requests", "")
	if fmt.Sprint(r.JSON["counts"]) != "map[]" {
		t.Errorf("the control side was counted: %s", r.Body)
	}
}

func TestPercentIsTheShareOfRequests(t *testing.T) {
	s := start(t, kit.Options{})
	s.Fault(`{"kind":"status","percent":30,"calls":-1}`)
	failed := 0
	for range 200 {
		if s.get("/p1/companies").Status == 500 {
			failed++
		}
	}
	if failed < 40 || failed > 80 {
		t.Errorf("%d of 200 failed, want about 60", failed)
	}
}

func TestAnAnswerThatStalls(t *testing.T) {
	s := start(t, kit.Options{})
	s.Fault(`{"kind":"stall"}`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	res := s.stalled(ctx, "/p1/companies")
	if _, err := io.CopyN(io.Discard, res.Body, res.ContentLength/2); err != nil {
		t.Fatal(err)
	}
	cancel()
	if body, err := io.ReadAll(res.Body); err == nil || len(body) > 0 {
		t.Errorf("%d more bytes, %v", len(body), err)
	}
}
