package outbox_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"

	"unibox/api"
	"unibox/state"
)

// received lists what the platform took in, in order: texts with the names of
// their files.
func (w *world) received() []string {
	r := httptest.NewRecorder()
	w.served.ServeHTTP(r, httptest.NewRequest("GET", "/control/received?platform="+w.of.platform(), nil))
	var all []struct {
		Text        string
		Attachments []struct {
			Name string `json:"file_name"`
		}
	}
	if err := json.Unmarshal(r.Body.Bytes(), &all); err != nil {
		w.t.Fatal(err)
	}
	out := make([]string, len(all))
	for i, m := range all {
		out[i] = m.Text
		for _, f := range m.Attachments {
			out[i] += "|" + f.Name
		}
	}
	return out
}

// content is a message as received lists it.
func content(o state.Outbound) string {
	s := o.Body
	for _, f := range o.Files {
		s += "|" + f.Name
	}
	return s
}

// repeated marks the texts that are written more than once.
const repeated = "ok, "

// count is how often the platform took a message in. Of a text that was
// written more than once, those that other messages lay claim to are not
// counted: the unknown ones come before what waits behind them.
func (w *world) count(o state.Outbound) int {
	n := 0
	for _, one := range w.received() {
		if one == content(o) {
			n++
		}
	}
	if !strings.HasPrefix(o.Body, repeated) {
		return n
	}
	for _, other := range w.all() {
		first := other.Status == state.Uncertain && o.Status != state.Uncertain && o.Status != state.Done && o.Status != state.Accepted
		if other.ID != o.ID && other.Body == o.Body && (other.Status == state.Done || other.Status == state.Accepted || first) {
			n--
		}
	}
	return max(n, 0)
}

// audit holds every message against what the platform took in.
func (w *world) audit() {
	w.t.Helper()
	w.in.detained.Wait()
	ids := map[api.MessageID]bool{}
	rows := w.all()
	for _, o := range rows {
		n := w.count(o)
		if why := lie(o, n); why != "" && !(n == 0 && behind(o, rows)) {
			w.t.Errorf("%q (%s) is %s: %s: %q", o.Body, o.Conversation.Remote, words[o.Status], why, o.Reason)
		}
		if id := o.Receipt.Message; id.Remote != "" && ids[id] {
			w.t.Errorf("two messages are tied to %s", id.Remote)
		}
		ids[o.Receipt.Message] = true
	}
	w.ties()
	w.order()
	w.hides()
	w.failures()
}

var words = map[state.Status]string{
	state.Queued: "queued", state.Uploading: "uploading", state.InFlight: "in flight", state.Accepted: "accepted",
	state.Done: "done", state.Failed: "failed", state.Uncertain: "unknown", state.Held: "held",
}

// doomed in a text is what the platforms take in and cannot deliver.
const doomed = " #fail"

// lie says what is wrong with what an agent reads of a message that the
// platform took in n times.
func lie(o state.Outbound, n int) string {
	fails := strings.Contains(o.Body, doomed)
	switch {
	case fails && (n > o.Attempts || o.Status == state.Done):
		return fmt.Sprintf("it cannot be delivered, and the platform has it %d times", n)
	case fails && o.Status != state.InFlight && o.Status != state.Accepted:
	case n > 1:
		return fmt.Sprintf("the platform has it %d times", n)
	case (o.Status == state.Done || o.Status == state.Accepted) && n == 0:
		return "the platform does not have it"
	case (o.Status == state.Failed || o.Status == state.Queued || o.Status == state.Held) && n == 1:
		return "the platform has it"
	case o.Status == state.Uncertain && n == 1:
		return "it is there to be found"
	case o.Status == state.Queued || o.Status == state.Uploading || o.Status == state.InFlight || o.Status == state.Accepted:
		return "nothing becomes of it"
	}
	return ""
}

// order checks that each conversation's messages arrived as they were written,
// but for those that a person sent again.
func (w *world) order() {
	w.t.Helper()
	last := map[api.ConversationID]int{}
	all := w.received()
	for _, o := range w.all() {
		at := slices.Index(all, content(o))
		if at < 0 || w.again[o.ID] || strings.HasPrefix(o.Body, repeated) {
			continue
		}
		if at < last[o.Conversation] {
			w.t.Errorf("%q overtook another message", o.Body)
		}
		last[o.Conversation] = at
	}
}
