package outbox

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// work submits a little of everything: a text, a reply with a file, a first
// message and what follows it.
func (d *session) work(file string) {
	ctx := context.Background()
	d.Submit(ctx, state.Draft{Conversation: chat(1), Body: "one"}, nil)
	draft := attach(chat(1), file)
	draft.Body = "two"
	d.Submit(ctx, draft, nil)
	first := &state.First{Channel: api.ChannelID{Account: "acc", Remote: "77"}, Kind: "whatsapp", To: "79250000001"}
	if rows, err := d.Submit(ctx, state.Draft{Body: "three"}, first); err == nil {
		d.Submit(ctx, state.Draft{Conversation: rows[0].Conversation, Body: "four"}, nil)
	}
}

// audit holds every message against what the platform took.
func (d *session) audit(t *testing.T) {
	t.Helper()
	for _, o := range d.disk.rows {
		sends, good := d.platform.took(o)
		if err := honest(o, sends, good); err != nil {
			t.Errorf("%q is %s: %v\n%v", o.Body+names(o), words[o.Status], err, d.disk.log[o.Key])
		}
	}
}

// ties checks that messages are tied to what the platform made of them, and
// that none which arrived is left unknown.
func (d *session) ties(t *testing.T) {
	t.Helper()
	tied := map[api.MessageID]bool{}
	for _, o := range d.disk.rows {
		found := false
		for i, s := range d.platform.sends {
			j := d.platform.jobs[i]
			ours := s.body == o.Body && s.files == names(o)
			found = found || ours && !j.fails && !j.never
			if j.message.ID == o.Receipt.Message && !ours {
				t.Errorf("%q is tied to %q", o.Body+names(o), s.body+s.files)
			}
		}
		if found && o.Status == state.Uncertain {
			t.Errorf("%q is in the history and is unknown\n%v", o.Body+names(o), d.disk.log[o.Key])
		}
		if id := o.Receipt.Message; id.Remote != "" && tied[id] {
			t.Errorf("two messages are tied to %v", id)
		}
		tied[o.Receipt.Message] = true
	}
}

// took counts how often a message took effect, and how often it did so
// without failing afterwards.
func (p *platform) took(o state.Outbound) (sends, good int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, s := range p.sends {
		if s.body == o.Body && s.files == names(o) {
			sends++
			if !p.jobs[i].fails {
				good++
			}
		}
	}
	return sends, good
}

// names lists the files of a message as the platform took them.
func names(o state.Outbound) string {
	var out []string
	for _, f := range o.Files {
		out = append(out, f.Name)
	}
	return strings.Join(out, " ")
}

// honest checks a message at rest: at the platform exactly once if we say so,
// never twice, and not at all if we say that it failed.
func honest(o state.Outbound, sends, good int) error {
	decided := o.Attempts > 1
	switch {
	case good > 1, sends > 1 && !decided:
		return fmt.Errorf("sent %d times, %d of them well, in %d attempts", sends, good, o.Attempts)
	case (o.Status == state.Done || o.Status == state.Accepted) && good != 1:
		return fmt.Errorf("the platform has it %d times", good)
	case (o.Status == state.Failed || o.Status == state.Queued) && good != 0:
		return fmt.Errorf("but the platform has it")
	case o.Status == state.InFlight, o.Status == state.Uploading:
		return fmt.Errorf("still, after hours")
	}
	return nil
}

func TestACrashAtEveryWrite(t *testing.T) {
	file, dir := filepath.Join(t.TempDir(), "bill.txt"), t.TempDir()
	write(t, file, "bill")
	crash := func(n int, after bool) (writes, sends int) {
		synctest.Test(t, func(t *testing.T) {
			d := newSessionIn(t, filepath.Join(dir, fmt.Sprint(n, after)))
			d.process.crash, d.process.after = n, after
			d.run()
			d.work(file)
			pass(time.Hour)
			writes = d.process.writes
			if d.process.gone() {
				d.relaunch()
				d.work(file + ".gone")
				pass(time.Hour)
			}
			d.auditTwins(t)
			sends = len(d.platform.sends)
			d.halt()
		})
		return writes, sends
	}
	writes, sends := crash(0, false)
	if sends != 5 {
		t.Fatalf("%d sends without a crash", sends)
	}
	for n := 1; n <= writes; n++ {
		crash(n, false)
		crash(n, true)
	}
	t.Logf("%d crashes, one before and one after each of %d writes", 2*writes, writes)
}

// auditTwins audits when texts were submitted once before a crash and once
// after: each text is at the platform as often as its messages say.
func (d *session) auditTwins(t *testing.T) {
	t.Helper()
	most, least := map[string]int{}, map[string]int{}
	for _, o := range d.disk.rows {
		k := o.Body + names(o)
		switch o.Status {
		case state.Done:
			most[k]++
			least[k]++
		case state.Uncertain:
			most[k]++
		case state.InFlight, state.Uploading:
			t.Errorf("%q is still %s", o.Body, words[o.Status])
		}
	}
	for _, o := range d.disk.rows {
		k := o.Body + names(o)
		if sends, _ := d.platform.took(o); sends < least[k] || sends > most[k] {
			t.Errorf("%q is at the platform %d times, want %d to %d\n%v", k, sends, least[k], most[k], d.disk.log[o.Key])
		}
	}
}

func TestStoppingDuringEveryCall(t *testing.T) {
	file, dir := filepath.Join(t.TempDir(), "bill.txt"), t.TempDir()
	write(t, file, "bill")
	stop := func(n int, effect bool) (calls int) {
		synctest.Test(t, func(t *testing.T) {
			d := newSessionIn(t, filepath.Join(dir, fmt.Sprint(n, effect)))
			d.platform.fault = func(string) fault {
				calls++
				switch {
				case calls == n && effect:
					time.AfterFunc(time.Second, d.stop)
					return hang
				case calls == n:
					d.stop()
				}
				return fine
			}
			d.run()
			d.work(file)
			pass(time.Hour)
			if n > 0 {
				d.relaunch()
				pass(time.Hour)
			}
			d.audit(t)
			for _, o := range d.disk.rows {
				if o.Status != state.Done && o.Status != state.Uncertain && n == 0 {
					t.Errorf("%q is %s", o.Body, words[o.Status])
				}
				if effect && o.Status == state.Uncertain {
					t.Errorf("%q took effect but was not found in the history", o.Body)
				}
			}
			d.halt()
		})
		return calls
	}
	calls := stop(0, false)
	for n := 1; n <= calls; n++ {
		stop(n, false)
		stop(n, true)
	}
	t.Logf("stopped twice in each of %d calls", calls)
}
