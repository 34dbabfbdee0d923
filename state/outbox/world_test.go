package outbox_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/api/pact"
	"unibox/api/protocol"
	"unibox/api/sandbox"
	"unibox/api/textus"
	"unibox/state"
)

// service is one platform as the campaign sees it.
type service struct {
	name   string
	client func(at sandbox.Account, over http.RoundTripper) (api.Provider, error)
	// The requests of sending; nil where the platform has no such thing.
	send, first, open, upload, track, look *regexp.Regexp
	// file is one that goes apart from its text, or with it, as it may be.
	file string
}

var services = []service{
	{
		name: "pact", file: "bill.pdf",
		client: func(at sandbox.Account, over http.RoundTripper) (api.Provider, error) {
			return pact.New(pact.Config{Account: "acc", BaseURL: at.BaseURL, Token: at.Token, Company: at.Company, Pace: at.Pace, Transport: over})
		},
		send:   regexp.MustCompile(`^POST .*/messages$`),
		first:  regexp.MustCompile(`^POST .*/channels/\d+/conversations$`),
		open:   regexp.MustCompile(`^POST .*/154/conversations$`),
		upload: regexp.MustCompile(`^POST .*/attachments$`),
		track:  regexp.MustCompile(`^GET .*/jobs/`),
		look:   regexp.MustCompile(`^GET .*/messages$`),
	},
	{
		name: "textus",
		client: func(at sandbox.Account, over http.RoundTripper) (api.Provider, error) {
			return textus.New(textus.Config{Account: "acc", BaseURL: at.BaseURL, Token: at.Token, Pace: at.Pace, Transport: over})
		},
		send:  regexp.MustCompile(`^POST .*/messages$`),
		first: regexp.MustCompile(`^POST .*/messages$`),
		track: regexp.MustCompile(`^GET .*/timeline$`),
		look:  regexp.MustCompile(`^GET .*/timeline$`),
	},
	{
		name: "protocol", file: "bill.pdf",
		client: func(at sandbox.Account, over http.RoundTripper) (api.Provider, error) {
			return protocol.New(protocol.Config{Account: "acc", BaseURL: at.BaseURL, Token: at.Token, Pace: at.Pace, Transport: over})
		},
		send:   regexp.MustCompile(`^POST .*/messages$`),
		first:  regexp.MustCompile(`^POST .*/messages$`),
		open:   regexp.MustCompile(`^POST .*/conversations$`),
		upload: regexp.MustCompile(`^POST .*/attachments$`),
		look:   regexp.MustCompile(`^GET .*/messages$`),
	},
}

// town is what a platform of the campaign holds: two conversations and
// somebody to write to first. It is the same in every world.
type town struct {
	chats []api.Conversation
	first state.First
}

// world is a platform at one end of a line and processes on one store at the
// other. It lives in a bubble, on its clock.
type world struct {
	t       *testing.T
	of      service
	town    town
	dir     string
	served  *sandbox.Server
	server  *http.Server
	in      *exchange
	account sandbox.Account
	// procs are the processes that live.
	procs []*proc
	rows  []int64
	// choose is asked about every request; nil harms none.
	choose  func(*http.Request) harm
	crashes int
	harmed  map[fault]int
	mu      sync.Mutex
	// again are the rows that a person decided to send again.
	again map[int64]bool
	log   []string
}

func newWorld(t *testing.T, of service, dir string) *world {
	w := &world{t: t, of: of, dir: dir, in: newExchange(), harmed: map[fault]int{}, again: map[int64]bool{}}
	w.served = sandbox.New(sandbox.Options{Seed: 7, Conversations: 30, Messages: 40, Quiet: true})
	for _, at := range slices.Backward(w.served.Accounts("http://127.0.0.1")) {
		if at.Platform == of.name {
			w.account = at
		}
	}
	w.server = &http.Server{Handler: w.served}
	go w.server.Serve(w.in)
	return w
}

// start adds a process.
func (w *world) start() {
	w.procs = append(w.procs, launch(w))
}

// end stops everything, and the server with it.
func (w *world) end() {
	for _, p := range w.procs {
		p.quit()
	}
	w.procs = nil
	w.in.detained.Wait()
	w.server.Close()
}

// bury closes what is left of dead processes and starts one anew where none
// lives.
func (w *world) bury() {
	w.procs = slices.DeleteFunc(w.procs, func(p *proc) bool {
		if !p.life.gone() {
			return false
		}
		w.crashes++
		p.quit()
		return true
	})
	if len(w.procs) == 0 {
		w.start()
	}
}

// any is a process that lives.
func (w *world) any() *proc {
	w.bury()
	return w.procs[len(w.procs)-1]
}

func (w *world) harm(r *http.Request) harm {
	w.mu.Lock()
	defer w.mu.Unlock()
	h := harm{}
	if w.choose != nil {
		h = w.choose(r)
	}
	if h.what != "" {
		w.harmed[h.what]++
	}
	w.log = append(w.log, strings.TrimSpace(fmt.Sprint(time.Now().Format("15:04:05.000 "), r.Method, " ", r.URL.Path, " ", h.what, " ", h.at)))
	return h
}

// heal ends all harm.
func (w *world) heal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.choose = nil
}

// submit is an agent who writes. What a dying process refused was never sent off.
func (w *world) submit(d state.Draft, first *state.First) []state.Outbound {
	rows, err := w.any().Submit(context.Background(), d, first)
	if err != nil {
		moved := state.Provisional(d.Conversation) // the screen follows it, with the draft
		if !moved && !w.procs[len(w.procs)-1].life.gone() {
			w.t.Fatal(err)
		}
		return nil
	}
	for _, o := range rows {
		w.rows = append(w.rows, o.ID)
	}
	return rows
}

// all reads every message of the outbox as it is on disk.
func (w *world) all() []state.Outbound {
	db := w.any().db
	out := make([]state.Outbound, 0, len(w.rows))
	for _, id := range w.rows {
		o, err := db.Outbound(context.Background(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, o)
	}
	return out
}

// decide lets a person who sees the customer's phone decide what waits, and
// returns how much that was. What can never be delivered is given up in time.
func (w *world) decide() (n int) {
	w.in.detained.Wait()
	for _, o := range w.all() {
		hopeless := strings.Contains(o.Body, doomed)
		d := state.Retry
		switch {
		case o.Status == state.Uncertain && hopeless && o.Attempts > 1:
			d = state.Leave
		case o.Status == state.Uncertain && !hopeless && w.count(o) > 0:
			d = state.Arrived
		case o.Status == state.Uncertain:
			d = state.SendAgain
		case o.Status != state.Failed, hopeless && o.Attempts > 1:
			continue
		}
		w.again[o.ID] = w.again[o.ID] || d != state.Arrived
		if err := w.any().Decide(context.Background(), o.ID, d); err != nil && w.still(o) {
			w.t.Errorf("decide %d: %v", d, err)
		}
		n++
	}
	return n
}

// still reports whether a message is as it was.
func (w *world) still(o state.Outbound) bool {
	now, err := w.any().db.Outbound(context.Background(), o.ID)
	return err == nil && now.Status == o.Status
}

// settle lets time pass until nothing but a person can bring news, for at
// most so long.
func (w *world) settle(most time.Duration) {
	for end := time.Now().Add(most); time.Now().Before(end); {
		pass(5 * time.Second)
		w.bury()
		if rows := w.all(); !slices.ContainsFunc(rows, func(o state.Outbound) bool { return w.moves(o) && !behind(o, rows) }) {
			return
		}
	}
}

// quick is how often a lost message is looked for before a person is asked.
const quick = 8

// moves reports whether something may still become of a message. One that did
// not arrive is looked for until a person is asked.
func (w *world) moves(o state.Outbound) bool {
	switch o.Status {
	case state.Done, state.Failed:
		return false
	case state.Uncertain:
		there := w.count(o) > 0 && !strings.Contains(o.Body, doomed)
		return there || o.Checks < quick
	}
	return true
}

// behind reports whether a message waits for an earlier one that a person has
// to decide about.
func behind(o state.Outbound, rows []state.Outbound) bool {
	return o.Status == state.Queued && slices.ContainsFunc(rows, func(ahead state.Outbound) bool {
		unknown := ahead.Status == state.Uncertain && ahead.Conversation == o.Conversation
		return ahead.ID < o.ID && (unknown || ahead.Status == state.Failed && reply(ahead) == reply(o))
	})
}

// reply names the reply that a message is a part of.
func reply(o state.Outbound) string { return o.Key[:strings.LastIndexByte(o.Key, '-')] }

// received lists what the platform took in, in order.
func (w *world) received() []sandbox.Received {
	r := httptest.NewRecorder()
	w.served.ServeHTTP(r, httptest.NewRequest("GET", "/control/received?platform="+w.of.name, nil))
	var all []struct {
		Text        string
		Attachments []struct {
			Name string `json:"file_name"`
		}
	}
	if err := json.Unmarshal(r.Body.Bytes(), &all); err != nil {
		w.t.Fatal(err)
	}
	out := make([]sandbox.Received, len(all))
	for i, m := range all {
		out[i].Text = m.Text
		for _, f := range m.Attachments {
			out[i].Attachments = append(out[i].Attachments, sandbox.ReceivedFile{Name: f.Name})
		}
	}
	return out
}

// same tells whether a message that the platform took in is this one. Texts
// and names of files are each used once.
func same(o state.Outbound, r sandbox.Received) bool {
	names := func(n int, name func(int) string) string {
		var all []string
		for i := range n {
			all = append(all, name(i))
		}
		return strings.Join(all, "|")
	}
	return r.Text == o.Body &&
		names(len(o.Files), func(i int) string { return o.Files[i].Name }) == names(len(r.Attachments), func(i int) string { return r.Attachments[i].Name })
}

func (w *world) count(o state.Outbound) int {
	n := 0
	for _, r := range w.received() {
		if same(o, r) {
			n++
		}
	}
	return n
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
	w.order()
}

var words = map[state.Status]string{
	state.Queued: "queued", state.Uploading: "uploading", state.InFlight: "in flight", state.Accepted: "accepted",
	state.Done: "done", state.Failed: "failed", state.Uncertain: "unknown",
}

// doomed in a text is what the platforms take in and cannot deliver.
const doomed = " #fail"

// lie says what is wrong with what an agent is told of a message that the
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
	case (o.Status == state.Failed || o.Status == state.Queued) && n == 1:
		return "the platform has it"
	case o.Status == state.Uncertain && n == 1:
		return "it is there to be found"
	case o.Status != state.Done && o.Status != state.Failed && o.Status != state.Uncertain:
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
		at := slices.IndexFunc(all, func(r sandbox.Received) bool { return same(o, r) })
		if at < 0 || w.again[o.ID] {
			continue
		}
		if at < last[o.Conversation] {
			w.t.Errorf("%q overtook another message", o.Body)
		}
		last[o.Conversation] = at
	}
}

// pass lets time go by until nothing moves but by time.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// folder is a place for stores where a sync to the disk costs nothing: what a
// disk keeps is not what is tested here.
func folder(t *testing.T) string {
	dir, err := os.MkdirTemp(cmp.Or(memory(), t.TempDir()), "campaign-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func memory() string {
	const shm = "/dev/shm"
	if info, err := os.Stat(shm); err != nil || !info.IsDir() {
		return ""
	}
	return shm
}

// document writes a file to be sent, under a name of its own.
func document(t *testing.T, dir, name string) state.File {
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, bytes.Repeat([]byte("%PDF-1.4 "), 2000), 0o600); err != nil {
		t.Fatal(err)
	}
	return state.File{Path: path, Name: name, MIME: "application/pdf"}
}
