//go:build unix

package app_test

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"unibox/api"
	"unibox/api/sandbox"
	"unibox/state"
	"unibox/state/postgres/pgtest"
)

var (
	boxSends  = flag.Int("boxsends", 0, "how many replies TestBoxesUnderFire sends; it is left out without")
	boxFaults = flag.Int("boxfaults", 8, "how many faults strike meanwhile")
	boxLosses = flag.Bool("boxlosses", false, "whether a standby may take over without the last commits, too")
	boxSeed   = flag.Uint64("boxseed", 1, "what is decided by chance follows from it")
)

const (
	boxes  = 5
	agents = 20
	// campaignPatience is how long all may take to come to rest.
	campaignPatience = 3 * time.Minute
)

// TestBoxesUnderFire has agents on several boxes answer customers on three platforms, while
// boxes are killed and stopped, their lines to the database cut, the server restarted, and
// standbys promoted, of which some lack the last commits. The times of day of the boxes
// differ. It counts at the platforms: no reply and no file is lost, none is there twice, and those
// of an agent in a conversation are in order. No customer is taken by two agents.
func TestBoxesUnderFire(t *testing.T) {
	pgtest.Socket(t)
	if *boxSends == 0 {
		t.Skip("a campaign: -args -boxsends=200")
	}
	c := newCampaign(t)
	t.Logf("seed %d: %d replies, %d faults", *boxSeed, *boxSends, *boxFaults)
	began := time.Now()
	c.play()
	c.rest()
	c.audit(time.Since(began).Round(time.Second))
}

// campaign is one seeded run.
type campaign struct {
	t       *testing.T
	r       *rand.Rand
	server  *pgtest.Server
	world   *sandbox.Server
	origin  string
	boxes   []*boxProcess
	convs   []api.ConversationID
	kinds   map[api.ConversationID]api.ChannelKind
	slow    atomic.Int64
	written atomic.Int64
	failed  atomic.Int64
	// wrong is what keeps an agent from sending a reply.
	wrong    sync.Map
	mu       sync.Mutex
	texts    map[api.ConversationID]map[int][]string
	files    map[string]string
	taken    map[api.ConversationID]int
	took     int
	shared   int
	again    map[string]bool
	struck   map[string]int
	deck     []int
	finished chan struct{}
}

func newCampaign(t *testing.T) *campaign {
	c := &campaign{t: t, r: rand.New(rand.NewPCG(*boxSeed, 5)), server: pgtest.NewServer(t), world: sandbox.New(sandbox.Options{Seed: *boxSeed, Conversations: 24, Messages: 30, Quiet: true, Plain: true, JobTime: 200 * time.Millisecond}),
		texts: map[api.ConversationID]map[int][]string{}, files: map[string]string{}, taken: map[api.ConversationID]int{}, kinds: map[api.ConversationID]api.ChannelKind{}, again: map[string]bool{}, struck: map[string]int{}, finished: make(chan struct{})}
	c.server.Database()
	web := httptest.NewServer(http.HandlerFunc(c.platform))
	t.Cleanup(web.Close)
	c.origin = web.URL
	accounts := c.world.Accounts(web.URL)
	for i := range accounts {
		accounts[i].Pace = 100
	}
	for i := range boxes {
		c.boxes = append(c.boxes, c.newBox(i, sandbox.Config(accounts)))
	}
	c.boxes[0].until("the conversations are listed", func(said outcome) bool {
		c.convs = said.Conversations
		for i, id := range c.convs {
			c.kinds[id] = said.Kinds[i]
		}
		return len(c.convs) >= 24
	}, order{Do: "list"})
	slices.SortFunc(c.convs, func(a, b api.ConversationID) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Remote, b.Remote))
	})
	return c
}

// platform serves the sandbox, at times slowly, so that kills strike requests under way.
func (c *campaign) platform(w http.ResponseWriter, r *http.Request) {
	if ms := c.slow.Load(); ms > 0 && r.Method == http.MethodPost {
		time.Sleep(time.Duration(rand.Int64N(ms)) * time.Millisecond)
	}
	c.world.ServeHTTP(w, r)
}

// boxProcess is a box: a process that may be killed, and its line to the database.
type boxProcess struct {
	c      *campaign
	name   string
	dir    string
	skew   int
	proxy  *pgtest.Proxy
	env    string
	mu     sync.Mutex
	cmd    *exec.Cmd
	in     io.WriteCloser
	ended  chan struct{}
	n      int
	asked  map[int]chan outcome
	killed bool
}

var errBoxDied = errors.New("the box died")

func (c *campaign) newBox(i int, text string) *boxProcess {
	b := &boxProcess{c: c, name: fmt.Sprint("box", i), dir: filepath.Join(c.t.TempDir(), fmt.Sprint("box", i)), skew: []int{0, 90, -60, 3, -20}[i%5]}
	var through string
	b.proxy, through = c.server.Proxy()
	b.env = "UNIBOX_TEST_DATABASE=" + through
	if err := errors.Join(os.MkdirAll(b.dir, 0o700), os.WriteFile(filepath.Join(b.dir, "config.toml"), []byte("[fleet]\ndatabase_env = \"UNIBOX_TEST_DATABASE\"\n\n"+text), 0o600)); err != nil {
		c.t.Fatal(err)
	}
	b.start()
	c.t.Cleanup(b.kill)
	return b
}

func (b *boxProcess) start() {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), boxFolder+"="+b.dir, fmt.Sprint(boxSkew, "=", b.skew), b.env, "HOME="+b.dir)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.c.t.Error(err)
		return
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		b.c.t.Error(err)
		return
	}
	ended := make(chan struct{})
	b.mu.Lock()
	b.cmd, b.in, b.ended, b.asked, b.killed = cmd, in, ended, map[int]chan outcome{}, false
	b.mu.Unlock()
	go func() {
		defer close(ended)
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 4<<20)
		for lines.Scan() {
			var said outcome
			if json.Unmarshal(lines.Bytes(), &said) != nil {
				continue
			}
			b.mu.Lock()
			answer := b.asked[said.N]
			delete(b.asked, said.N)
			b.mu.Unlock()
			if answer != nil {
				answer <- said
			}
		}
		err := cmd.Wait()
		b.mu.Lock()
		defer b.mu.Unlock()
		if !b.killed {
			b.c.t.Errorf("%s ended by itself: %v", b.name, err)
		}
	}()
}

// kill ends a box at once.
func (b *boxProcess) kill() {
	b.mu.Lock()
	b.killed = true
	cmd, ended := b.cmd, b.ended
	b.mu.Unlock()
	if cmd == nil {
		return
	}
	_ = cmd.Process.Signal(syscall.SIGCONT)
	_ = cmd.Process.Kill()
	<-ended
}

func (b *boxProcess) signal(s syscall.Signal) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_ = b.cmd.Process.Signal(s)
}

// ask has a box do something.
func (b *boxProcess) ask(what order) (outcome, error) {
	answer := make(chan outcome, 1)
	b.mu.Lock()
	b.n++
	what.N = b.n
	b.asked[what.N] = answer
	in, ended := b.in, b.ended
	b.mu.Unlock()
	line, _ := json.Marshal(what)
	if _, err := in.Write(append(line, '\n')); err != nil {
		return outcome{}, errBoxDied
	}
	select {
	case said := <-answer:
		if said.Err != "" {
			return said, errors.New(said.Err)
		}
		return said, nil
	case <-ended:
		return outcome{}, errBoxDied
	}
}

// until asks again and again until the answer is as ok wants it.
func (b *boxProcess) until(what string, ok func(outcome) bool, ask order) {
	b.c.t.Helper()
	said, err := outcome{}, error(nil)
	for deadline := time.Now().Add(campaignPatience); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if said, err = b.ask(ask); err == nil && ok(said) {
			return
		}
	}
	b.c.t.Fatalf("waiting for %s on %s: %+v, %v", what, b.name, said, err)
}

// play has the agents write while faults strike.
func (c *campaign) play() {
	var working sync.WaitGroup
	for a := range agents {
		working.Go(func() { c.work(a, *boxSends/agents) })
	}
	go func() { working.Wait(); close(c.finished) }()
	for n := range *boxFaults {
		due := int64(n+1) * int64(*boxSends) / int64(*boxFaults+1)
		for late := time.After(campaignPatience); c.written.Load() < due && !c.over(); time.Sleep(10 * time.Millisecond) {
			select {
			case <-late:
				c.stuck()
			default:
			}
		}
		c.strike()
	}
	select {
	case <-c.finished:
	case <-time.After(campaignPatience):
		c.stuck()
	}
}

// stuck fails a run whose agents come to no end.
func (c *campaign) stuck() {
	c.wrong.Range(func(token, err any) bool { c.t.Logf("%v: %v", token, err); return true })
	c.t.Fatalf("agents are still at work: %d replies are written", c.written.Load())
}

func (c *campaign) over() bool {
	select {
	case <-c.finished:
		return true
	default:
		return c.t.Failed()
	}
}

// work is what one agent does.
func (c *campaign) work(agent, replies int) {
	r := rand.New(rand.NewPCG(*boxSeed, uint64(100+agent)))
	box := c.boxes[agent%boxes]
	for n := range replies {
		id := c.convs[(agent+agents*r.IntN(3))%len(c.convs)]
		if r.IntN(5) == 0 { // where others write as well
			id = c.convs[r.IntN(len(c.convs))]
		}
		token := fmt.Sprintf("<%d.%d>", agent, n)
		reply := order{Do: "send", Conversation: id, Token: token}
		if r.IntN(8) == 0 && c.kinds[id] != "sms" { // which takes none
			reply.File = c.file(token)
		}
		took := r.IntN(3) == 0 && c.take(box, agent, id)
		for !c.over() {
			_, err := box.ask(reply)
			if err == nil {
				break
			}
			c.wrong.Store(token, err)
			if errors.Is(err, errBoxDied) {
				c.letGo(agent, id) // the agent has another screen now
			}
			c.failed.Add(1)
			time.Sleep(100 * time.Millisecond) // the agent reads what is wrong
		}
		c.wrong.Delete(token)
		if took {
			c.letGo(agent, id)
			_, _ = box.ask(order{Do: "give back", Conversation: id, Agent: agentName(agent)})
		}
		c.mu.Lock()
		if c.texts[id] == nil {
			c.texts[id] = map[int][]string{}
		}
		c.texts[id][agent] = append(c.texts[id][agent], token)
		c.mu.Unlock()
		c.written.Add(1)
		time.Sleep(time.Duration(r.IntN(1600)) * time.Millisecond) // the agent reads and writes
	}
}

// fault is something bad that happens, and is mended.
type fault struct {
	name string
	do   func()
}

// strike does something bad, and mends it.
func (c *campaign) strike() {
	all := []fault{
		{"kill the sender", func() { c.killBox(c.holder()) }},
		{"kill a box", func() { c.killBox(c.boxes[c.r.IntN(boxes)]) }},
		{"stop the sender", func() { c.stopBox(c.holder()) }},
		{"cut the sender off", func() { c.cut(c.holder(), (*pgtest.Proxy).Cut) }},
		{"cut a box off", func() { c.cut(c.boxes[c.r.IntN(boxes)], (*pgtest.Proxy).Cut) }},
		{"swallow what the sender says", func() { c.cut(c.holder(), (*pgtest.Proxy).Freeze) }},
		{"restart the server", func() { c.server.Restart() }},
		{"fail over", func() { c.failOver(false) }},
	}
	if *boxLosses {
		all = append(all, fault{"fail over, without the last commits", func() { c.failOver(true) }})
	}
	if len(c.deck) == 0 {
		c.deck = c.r.Perm(len(all))
	}
	bad := all[c.deck[0]]
	c.deck = c.deck[1:]
	c.struck[bad.name]++
	c.t.Logf("%s: %s, %d written", time.Now().Format("15:04:05.000"), bad.name, c.written.Load())
	c.slow.Store(c.r.Int64N(300))
	bad.do()
}

// holder is the box that sends, any if none does.
func (c *campaign) holder() *boxProcess {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	name := ""
	if db, err := pgx.Connect(ctx, c.server.Team()); err == nil {
		_ = db.QueryRow(ctx, "SELECT who FROM unibox.lease WHERE until > clock_timestamp() LIMIT 1").Scan(&name)
		_ = db.Close(ctx)
	}
	for _, b := range c.boxes {
		if b.name == name {
			return b
		}
	}
	return c.boxes[c.r.IntN(boxes)]
}

func (c *campaign) wait(least, most time.Duration) {
	time.Sleep(least + time.Duration(c.r.Int64N(int64(most-least))))
}

func (c *campaign) killBox(b *boxProcess) {
	b.kill()
	c.wait(0, 2*time.Second)
	b.start()
}

func (c *campaign) stopBox(b *boxProcess) {
	b.signal(syscall.SIGSTOP)
	c.wait(time.Second, 14*time.Second) // some of these outlast the lease
	b.signal(syscall.SIGCONT)
}

func (c *campaign) cut(b *boxProcess, how func(*pgtest.Proxy)) {
	how(b.proxy)
	c.wait(time.Second, 14*time.Second)
	b.proxy.Mend()
}

// failOver promotes a standby, which had all commits or, where lossy, not those of the last
// moment.
func (c *campaign) failOver(lossy bool) {
	standby := c.server.Standby()
	c.server.Wait("SELECT EXISTS (SELECT FROM pg_stat_replication WHERE state = 'streaming')")
	if lossy {
		standby.Exec("ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()")
		c.wait(200*time.Millisecond, 2*time.Second)
	} else {
		c.server.Exec("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
		c.server.Wait("SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync')")
		c.wait(200*time.Millisecond, time.Second)
	}
	c.server.Halt()
	standby.Exec("ALTER SYSTEM RESET synchronous_standby_names")
	standby.Promote()
	c.server = standby
	for _, b := range c.boxes {
		b.proxy.Turn(standby)
	}
}

// rest waits until nothing is left to send. A person who sees what arrived decides about what
// is unknown, and sends what is a draft.
func (c *campaign) rest() {
	c.slow.Store(0)
	deadline := time.Now().Add(campaignPatience)
	for {
		left, text := 0, ""
		for _, b := range c.boxes {
			said, err := b.ask(order{Do: "left"})
			if err != nil {
				left, text = left+1, text+fmt.Sprintf("\n%s: %v", b.name, err)
				continue
			}
			left += len(said.Rows) + len(said.Drafts)
			text += fmt.Sprintf("\n%s: %+v, drafts %v, %s", b.name, said.Rows, said.Drafts, said.Problem)
			if b == c.boxes[0] {
				c.decide(b, said)
			}
		}
		if left == 0 {
			return
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("it does not come to rest: %s", text)
		}
		time.Sleep(500 * time.Millisecond)
	}
}

func (c *campaign) decide(b *boxProcess, said outcome) {
	arrived := c.arrived()
	for _, o := range said.Rows {
		d := state.SendAnyway
		switch {
		case o.Status == state.Held:
		case o.Status == state.Failed:
			d = state.Retry
		case o.Status == state.Uncertain && o.Checks > 1 && isIn(arrived, o):
			d = state.Arrived
		case o.Status == state.Uncertain && o.Checks > 1:
			d = state.SendAgain
			for _, token := range tokens(o.Body) {
				c.again[token] = true
			}
		default:
			continue
		}
		if _, err := b.ask(order{Do: "decide", ID: o.ID, Decision: d}); err != nil {
			c.t.Log(err) // it moved just now
		}
	}
	for _, id := range said.Drafts {
		_, _ = b.ask(order{Do: "draft", Conversation: id})
	}
}
