package outbox_test

import (
	"cmp"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox"
)

var runs = flag.Int("runs", 0, "how many seeded runs TestRandomFaults plays; 0 is 6, or 150 with -full")

// tally is what a campaign came to.
type tally struct {
	runs, messages, effects, colleagues, crashes, decisions int
	status                                                  map[state.Status]int
	harmed                                                  map[fault]int
}

// TestRandomFaults lets an agent write to several conversations while requests
// come to harm and processes die, one or two of them on one store; then all is
// well again, and every message is held against what the platform took in. A
// failing seed plays again with -args -runs=1 -seed=N.
func TestRandomFaults(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("hundreds of stores on disk")
	}
	found, err := towns()
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t)
	var mu sync.Mutex
	sum := tally{status: map[state.Status]int{}, harmed: map[fault]int{}}
	t.Run("seed", func(t *testing.T) {
		for n := range uint64(cmp.Or(*runs, outbox.Some(150, 6))) {
			if outbox.Raced && n%6 != 0 {
				continue
			}
			seed := *outbox.Seed + n
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				own := filepath.Join(dir, fmt.Sprint(seed))
				defer os.RemoveAll(own)
				synctest.Test(t, func(t *testing.T) {
					r := newRun(t, seed, found, own)
					r.play()
					mu.Lock()
					defer mu.Unlock()
					r.add(&sum)
				})
			})
		}
	})
	t.Logf("%d runs, %d messages, %d effects at the platforms, %d of them of colleagues, %d crashes, %d decisions of a person", sum.runs, sum.messages, sum.effects, sum.colleagues, sum.crashes, sum.decisions)
	t.Logf("before the last decisions: done %d, failed %d, unknown %d, held %d, waiting behind those %d",
		sum.status[state.Done], sum.status[state.Failed], sum.status[state.Uncertain], sum.status[state.Held], sum.status[state.Queued])
	t.Logf("harm done: %v", sum.harmed)
	if !t.Failed() {
		t.Log("lost 0, twice 0, out of order 0, untrue 0, hidden 0, tied to another's message 0")
	}
}

// run is one seeded run.
type run struct {
	*stage
	seed uint64
	// r is the agent's chance; that of a request hangs on what it asks and
	// how often that was asked, so that it is the same whoever comes first.
	r      *rand.Rand
	asked  map[string]int
	person bool
	pair   bool
	opened api.ConversationID
	// before is how it stood when only a person could bring news.
	before                map[state.Status]int
	decisions, colleagues int
}

func newRun(t *testing.T, seed uint64, found map[string]town, dir string) *run {
	of := services[seed%uint64(len(services))]
	w := newWorld(t, of, dir)
	w.town = found[of.name]
	r := &run{
		stage: &stage{world: w, folder: t.TempDir()}, seed: seed, r: rand.New(rand.NewPCG(seed, 3)),
		asked: map[string]int{}, before: map[state.Status]int{},
	}
	r.person, r.pair = r.r.IntN(2) == 0, r.r.IntN(2) == 0
	w.choose = r.luck
	return r
}

// luck harms two requests in five.
func (r *run) luck(req *http.Request) harm {
	key := req.Method + req.URL.Path
	r.asked[key]++
	h := fnv.New64a()
	fmt.Fprint(h, r.seed, key, r.asked[key])
	dice := rand.New(rand.NewPCG(h.Sum64(), 5))
	if dice.IntN(5) >= 2 {
		return harm{}
	}
	what := faults[dice.IntN(len(faults))]
	where := possible[what]
	one := harm{where[dice.IntN(len(where))], what}
	if one.at == body && req.Method == "GET" {
		one.at = header
	}
	return one
}

func (r *run) play() {
	defer r.end()
	r.start()
	for range 3 + r.r.IntN(7) {
		if r.pair && len(r.procs) < 2 {
			r.start()
		}
		r.write()
		r.beside()
		pass(time.Duration(r.r.IntN(60)) * time.Second / 2)
		r.read()
		r.live()
	}
	r.heal()
	r.settle(time.Hour)
	for _, o := range r.all() {
		r.before[o.Status]++
	}
	r.audit()
	for range 4 {
		r.decisions += r.decide()
		r.settle(time.Hour)
	}
	r.audit()
	r.finished()
	if r.t.Failed() {
		r.t.Logf("seed %d on %s\n%s", r.seed, r.of.name, strings.Join(r.log, "\n"))
	}
}

// write is what the agent does: mostly a reply, now and then with a file, to
// somebody new, or one that the platform will not be able to deliver.
func (r *run) write() {
	chat := r.r.IntN(len(r.town.chats))
	switch n := r.r.IntN(12); {
	case n == 0 && r.of.upload != nil:
		r.texts++
		name := fmt.Sprintf("list %d.pdf", r.texts)
		r.submit(state.Draft{Conversation: r.town.chats[chat].ID, Files: []state.File{document(r.t, r.folder, name)}}, nil)
	case n < 2 && r.of.upload != nil:
		r.show(chat)
	case n == 2 && r.opened.Remote == "":
		first := r.town.first
		if rows := r.submit(state.Draft{Body: r.text()}, &first); rows != nil {
			r.opened = rows[0].Conversation
		}
	case n < 5 && r.opened.Remote != "":
		r.follow()
	case n == 5 && r.of.name != "protocol":
		r.submit(state.Draft{Conversation: r.town.chats[chat].ID, Body: r.text() + doomed}, nil)
	case n < 8:
		r.careful(chat)
	case n == 8:
		r.submit(state.Draft{Conversation: r.town.chats[chat].ID, Body: repeated + r.town.chats[chat].Contact.Handle}, nil)
	default:
		r.say(chat)
	}
}

// beside is a colleague who now and then writes what looks like ours at the same
// time: a text, or a file of the same size without one.
func (r *run) beside() {
	id, n := r.town.chats[r.r.IntN(len(r.town.chats))].ID, r.r.IntN(4)
	switch {
	case n == 0:
		r.colleague(id, fmt.Sprint("text ", 1000+r.texts), "")
	case n == 1 && r.of.upload != nil:
		r.colleague(id, "", fmt.Sprintf("list %d.pdf", 1000+r.texts))
	default:
		return
	}
	r.colleagues++
}

// careful writes having seen what is stored; the customer may write meanwhile.
func (r *run) careful(chat int) {
	id := r.town.chats[chat].ID
	r.look(id)
	seen := r.shown(id)
	if r.r.IntN(2) == 0 {
		r.inbound(id)
	}
	r.submit(state.Draft{Conversation: id, Body: r.text(), Seen: seen}, nil)
}

// follow writes on to whom the first message went, wherever that is by now.
func (r *run) follow() {
	for _, o := range r.all() {
		if o.First != nil {
			r.submit(state.Draft{Conversation: o.Conversation, Body: r.text()}, nil)
		}
	}
}

// read is the engine, which reads a conversation while messages are sent.
func (r *run) read() {
	if r.r.IntN(2) == 0 {
		r.look(r.town.chats[r.r.IntN(len(r.town.chats))].ID)
	}
}

// live ends a process in an orderly way now and then, and lets a person decide.
func (r *run) live() {
	r.removeDead()
	r.hides()
	r.failures()
	if r.r.IntN(6) == 0 {
		r.procs[0].quit()
		r.procs = r.procs[1:]
	}
	if r.person && r.r.IntN(3) == 0 {
		r.decisions += r.decide()
	}
}

// finished checks that a person's decisions brought everything out.
func (r *run) finished() {
	for _, o := range r.all() {
		if o.Status != state.Done && !strings.Contains(o.Body, doomed) {
			r.t.Errorf("%q is %s in the end: %s", o.Body, words[o.Status], o.Reason)
		}
	}
}

func (r *run) add(sum *tally) {
	sum.runs++
	sum.messages += len(r.rows)
	sum.effects += len(r.received())
	sum.crashes += r.crashes
	sum.decisions += r.decisions
	sum.colleagues += r.colleagues
	for s, n := range r.before {
		sum.status[s] += n
	}
	for f, n := range r.harmed {
		sum.harmed[f] += n
	}
}
