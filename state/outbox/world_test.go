package outbox_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/api/sandbox"
	"unibox/state"
)

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
	// engine: the processes read by themselves, as the program does.
	engine bool
	// procs are the processes that live.
	procs []*proc
	rows  []int64
	// choose is asked about every request; nil harms none.
	choose  func(*http.Request) harm
	crashes int
	harmed  map[fault]int
	mu      sync.Mutex
	// foreign are the messages of colleagues.
	foreign map[api.MessageID]bool
	// again are the rows that a person decided to send again.
	again map[int64]bool
	// wished are those that carry what is to happen when they are sent.
	wished map[int64]bool
	log    []string
}

func newWorld(t *testing.T, of service, dir string) *world {
	w := &world{t: t, of: of, dir: dir, in: newExchange(), harmed: map[fault]int{}, again: map[int64]bool{}, wished: map[int64]bool{}, foreign: map[api.MessageID]bool{}}
	w.served = sandbox.New(sandbox.Options{Seed: 7, Conversations: 30, Messages: 40, Quiet: true})
	for _, at := range slices.Backward(w.served.Accounts("http://127.0.0.1")) {
		if at.Platform == of.platform() {
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

// removeDead closes what is left of dead processes and starts one anew where none
// lives.
func (w *world) removeDead() {
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
	w.removeDead()
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

// inbound lets a customer write.
func (w *world) inbound(id api.ConversationID) {
	body, _ := json.Marshal(map[string]string{"platform": w.of.platform(), "conversation": id.Remote, "text": "are you there?"})
	r := httptest.NewRecorder()
	w.served.ServeHTTP(r, httptest.NewRequest("POST", "/control/inbound", bytes.NewReader(body)))
	if r.Code != http.StatusOK {
		w.t.Fatalf("inbound: %s", r.Body)
	}
}

// shown is the newest position that an agent has seen who looks at a conversation.
func (w *world) shown(id api.ConversationID) api.Opt[state.Pos] {
	shown, err := w.any().db.Timeline(context.Background(), state.TimelineQuery{Conversation: id, Before: 1})
	if err != nil {
		w.t.Fatal(err)
	}
	seen := state.Pos(0)
	for _, it := range shown.Items {
		seen = max(seen, it.Pos)
	}
	return api.Known(seen)
}

// look reads the head of a conversation and files it under the moment when it
// was asked for.
func (w *world) look(id api.ConversationID) {
	p, began := w.any(), time.Now()
	page, err := p.client.Messages(context.Background(), id, api.PageRequest{Limit: 20})
	if err == nil {
		_, err = mortal{p.db, p}.SaveHead(context.Background(), id, page, began)
	}
	var harmed *api.Error
	if err != nil && !p.life.gone() && !errors.As(err, &harmed) {
		w.t.Error(err)
	}
}

// heal ends all harm.
func (w *world) heal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.choose = nil
}

// submit is an agent who writes. What a dying process refused was never sent off.
func (w *world) submit(d state.Draft, first *state.First) []state.Outbound {
	if first == nil {
		d.WhenSent = w.wishFor(d)
	}
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
		if o.WhenSent.Pending() {
			w.wished[o.ID] = true
		}
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
		case o.Status == state.Held:
			d = state.SendAnyway
		case o.Status == state.Uncertain && hopeless && o.Attempts > 1:
			d = state.Leave
		case o.Status == state.Uncertain && !hopeless && w.count(o) > 0:
			d = state.Arrived
		case o.Status == state.Uncertain:
			d = state.SendAgain
		case o.Status != state.Failed, hopeless && o.Attempts > 1:
			continue
		}
		delete(w.wished, o.ID) // it was dropped, and does not come back
		w.again[o.ID] = w.again[o.ID] || d == state.Retry || d == state.SendAgain
		if err := w.any().Decide(context.Background(), o, d); err != nil && w.still(o) {
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
		w.removeDead()
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
	case state.Done, state.Failed, state.Held:
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
		stuck := (ahead.Status == state.Uncertain || ahead.Status == state.Held) && ahead.Conversation == o.Conversation
		return ahead.ID < o.ID && (stuck || ahead.Status == state.Failed && reply(ahead) == reply(o))
	})
}

// reply names the reply that a message is a part of.
func reply(o state.Outbound) string { return o.Key[:strings.LastIndexByte(o.Key, '-')] }

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
