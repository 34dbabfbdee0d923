package sqlite

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// The lists, counts and positions of several sessions are held against what the rules
// say of all rows of both files, read anew and sorted plainly: after writes of every
// kind by either session, commits of one file without the other's, clock jumps, ends,
// and kills, which are copies of the files at that moment.
func TestListsAreWhatTheRulesSay(t *testing.T) {
	for seed := range uint64(cases(4, 30)) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(noon)) // positions begin in 2010, this clock before
				p := &listPlay{t: t, dir: t.TempDir(), r: rand.New(rand.NewPCG(seed, 11))}
				p.play(cases(100, 300))
			})
		})
	}
}

// listPlay is one seeded run.
type listPlay struct {
	t   *testing.T
	dir string
	r   *rand.Rand
	// db are the sessions; the first one holds the lease.
	db      []*DB
	release func()
	n       int // of messages and keys
	// did is what was done, for a failure.
	did []string
}

const playConversations = 9

func (p *listPlay) play(steps int) {
	p.open()
	for range steps {
		does := p.does()
		name := slices.Sorted(maps.Keys(does))[p.r.IntN(len(does))]
		p.did = append(p.did, name)
		does[name]()
		p.check(p.db[p.r.IntN(len(p.db))])
	}
	for _, db := range p.db {
		p.check(db)
	}
	p.end()
}

func (p *listPlay) openOne(dir string) *DB {
	db, err := Open(p.t.Context(), dir, state.NewFeed(), PollEvery(10*time.Minute), Due(playService), Thanks(func(body string) bool { return body < "Где заказ 2" }))
	must(p.t, err)
	db.SetWindows(playWindows)
	db.SetSaved(playFilters)
	db.inbox.every = 4 // so that many a start finds a stored list, and changes since
	return db
}

// playService has targets as long as the play is, and hours of which not all is in them.
var playService = state.Service{Accounts: map[api.AccountID]time.Duration{"other": 20 * time.Second}, All: 5 * time.Second,
	Hours: state.Hours{Zone: time.UTC, Week: func() (week [7][]state.Period) {
		for day := range week {
			for minute := 0; minute < 24*60; minute += 2 {
				week[day] = append(week[day], state.Period{From: minute, To: minute + 1})
			}
		}
		return week
	}()}}

// playWindows closes at the rate at which the play lets customers write.
func playWindows(account api.AccountID, _ api.ChannelKind) time.Duration {
	if account == "shop" {
		return state.ClosesWithin + time.Minute
	}
	return 0
}

func (p *listPlay) open() {
	for range 2 {
		p.db = append(p.db, p.openOne(p.dir))
	}
	ctx, cancel := context.WithCancel(p.t.Context())
	has, ended := make(chan struct{}), make(chan struct{})
	taken := sync.OnceFunc(func() { close(has) })
	go func() {
		defer close(ended)
		_ = p.db[0].WithLease(ctx, "test", func(ctx context.Context) error {
			taken()
			<-ctx.Done()
			return nil
		})
	}()
	<-has
	p.release = func() {
		cancel()
		<-ended
	}
}

func (p *listPlay) end() {
	p.release()
	for _, db := range p.db {
		must(p.t, db.Close())
	}
	p.db = nil
}

func (p *listPlay) any() *DB  { return p.db[p.r.IntN(len(p.db))] }
func (p *listPlay) yes() bool { return p.r.IntN(2) == 0 }
func (p *listPlay) opt() (o api.Opt[bool]) {
	return []api.Opt[bool]{{}, api.Known(true), api.Known(false)}[p.r.IntN(3)]
}
func (p *listPlay) conv() api.ConversationID { return conv(p.r.IntN(playConversations)) }
func (p *listPlay) soon() time.Time {
	return time.Now().Add(time.Duration(p.r.IntN(90)-30) * time.Second)
}

// fine fails at an error that is not one of those that a random write may meet.
func (p *listPlay) fine(err error) {
	p.t.Helper()
	if err != nil && !errors.Is(err, state.ErrNoSuch) && !errors.Is(err, state.ErrDraftMoved) {
		p.t.Fatal(err)
	}
}

// does are the writes.
func (p *listPlay) does() map[string]func() {
	ctx := p.t.Context()
	return map[string]func(){
		"list conversations": func() {
			var some []api.Conversation
			for range 1 + p.r.IntN(4) {
				c := api.Conversation{ID: p.conv(), Kind: "whatsapp", Contact: api.Contact{Name: fmt.Sprint("Ольга ", p.r.IntN(9)), Handle: fmt.Sprint(7900000 + p.r.IntN(9))},
					Channel: api.Known(api.ChannelID{Account: "shop", Remote: fmt.Sprint(p.r.IntN(2))}), Active: api.Known(p.soon()),
					Read: p.opt(), Answered: p.opt(), Starred: p.opt(), Pinned: p.opt(), Muted: p.opt(), Archived: p.opt(), Mine: p.opt(), Assigned: p.opt()}
				if p.r.IntN(4) == 0 {
					c.Closed, c.Blocked, c.OptedOut = p.opt(), p.opt(), p.opt()
				}
				some = append(some, c)
			}
			must(p.t, p.any().SaveConversations(ctx, some))
		},
		"a message":  func() { p.message("in") },
		"an answer":  func() { p.message("out") },
		"a message ": func() { p.message("in") },
		"an answer fails": func() {
			id := p.conv()
			m := says(id, max(1, p.n-p.r.IntN(5)), "out", "failed", time.Now())
			m.Delivery = api.DeliveryFailed
			must(p.t, p.any().SaveMessage(ctx, m))
		},
		"a message is deleted": func() {
			must(p.t, p.any().DeleteMessage(ctx, p.conv(), api.MessageID{Account: "shop", Remote: fmt.Sprint(p.n - p.r.IntN(5))}))
		},
		"flags": func() {
			c := state.FlagChange{}
			switch p.r.IntN(7) {
			case 0:
				c.Starred, c.Pinned, c.Muted = p.opt(), p.opt(), p.opt()
			case 1:
				c.Done = api.Known(p.yes())
			case 2:
				c.Snoozed = api.Known(p.soon())
			case 3:
				c.Snoozed = api.Known(time.Time{})
			case 4:
				c.ReadUpTo = api.Known(positionOf(stamp(p.soon())))
			case 5:
				c.Skipped = api.Known(p.r.IntN(4) > 0)
			case 6:
				c.Snoozed, c.SnoozeKind, c.Handled = api.Known(p.soon()), state.SnoozeKind(p.r.IntN(4)), p.yes()
			}
			must(p.t, p.any().SetFlags(ctx, p.conv(), c))
		},
		"labels": func() {
			all := []string{"VIP", "vip", "refund", "срочно"}
			must(p.t, p.any().SetLabels(ctx, p.conv(), []string{all[p.r.IntN(4)]}, []string{all[p.r.IntN(4)]}))
		},
		"read, killed between the files": func() {
			db, id := p.any(), p.conv()
			must(p.t, db.setFlag(ctx, id, state.FlagChange{ReadUpTo: api.Known(positionOf(stamp(p.soon())))}, 0, 0))
		},
		"a draft": func() {
			db, id := p.any(), p.conv()
			d, err := db.Draft(ctx, id)
			must(p.t, err)
			d.Body = []string{"", "draft"}[p.r.IntN(2)]
			_, err = db.SaveDraft(ctx, d)
			p.fine(err)
		},
		"submit": func() { p.submit(p.conv(), nil) },
		"first message": func() {
			p.n++
			id := state.ProvisionalID("shop", fmt.Sprint("k", p.n))
			p.submit(id, &state.First{Channel: api.ChannelID{Account: "shop", Remote: "1"}, Kind: "whatsapp", To: fmt.Sprint(7999 + p.n)})
		},
		"adopt": func() {
			for _, o := range p.unsent() {
				if state.Provisional(o.Conversation) {
					p.fine(p.db[0].Adopt(ctx, o.Conversation, p.conv()))
					return
				}
			}
		},
		"a step of sending": func() {
			if rows := p.unsent(); len(rows) > 0 {
				o := rows[p.r.IntN(len(rows))]
				was := o.Status
				all := []state.Status{state.Queued, state.InFlight, state.Accepted, state.Done, state.Failed, state.Uncertain, state.Held}
				o.Status, o.Left = all[p.r.IntN(len(all))], p.r.IntN(4) == 0
				_, err := p.db[0].SaveOutbound(ctx, o, was)
				p.fine(err)
			}
		},
		"discard": func() {
			if rows := p.unsent(); len(rows) > 0 {
				o := rows[p.r.IntN(len(rows))]
				_, err := p.any().DeleteOutbound(ctx, o, o.Status)
				p.fine(err)
			}
		},
		"a change": func() {
			all := []api.Caps{api.CapRead, api.CapStar, api.CapPin, api.CapMute, api.CapArchive, api.CapClose}
			_, err := p.any().SubmitChange(ctx, state.Change{Conversation: p.conv(), Cap: all[p.r.IntN(len(all))], On: p.yes(), Made: time.Now()})
			p.fine(err)
		},
		"what became of a change": func() {
			if all, err := p.db[0].Changes(ctx, ""); err == nil && len(all) > 0 {
				ch := all[p.r.IntN(len(all))]
				switch p.r.IntN(3) {
				case 0:
					ch.Refused, ch.Reason = true, "no"
				case 1:
					ch.Until = time.Now().Add(time.Duration(p.r.IntN(60)) * time.Second)
				case 2:
					p.fine(p.db[0].DropChange(ctx, ch.ID))
					return
				}
				_, err := p.db[0].SaveChange(ctx, ch)
				p.fine(err)
			}
		},
		"the platform removes one": func() { p.fine(p.db[0].RemoveConversation(ctx, p.conv())) },
		"time passes":              func() { p.pass(time.Duration(p.r.IntN(20)) * time.Second) },
		"time passes ":             func() { p.pass(time.Duration(p.r.IntN(20)) * time.Second) },
		"snooze": func() {
			must(p.t, p.any().SetFlags(ctx, p.conv(), state.FlagChange{Snoozed: api.Known(p.soon())}))
		},
		"an hour passes": func() {
			if *allCases && p.r.IntN(4) == 0 { // an hour has many heartbeats
				p.pass(recent + time.Minute)
			}
		},
		"what came back is noted": func() {
			_, err := p.db[0].noteBack(ctx, time.Now())
			must(p.t, err)
		},
		"the list is stored": func() { must(p.t, p.any().storeList(ctx, p.r.IntN(2))) },
		"all end and come back": func() {
			p.end()
			p.open()
		},
		"killed": p.kill,
		"purge": func() {
			if p.r.IntN(3) == 0 {
				must(p.t, p.db[0].purgeCache(ctx, "shop"))
				must(p.t, p.db[0].durable.purgeState(ctx, "shop"))
				must(p.t, p.db[0].publishPurge(ctx, "shop"))
			}
		},
	}
}

func (p *listPlay) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// message stores a page with a new message.
func (p *listPlay) message(who string) {
	p.n++
	id := p.conv()
	_, err := p.any().SaveHead(p.t.Context(), id, page("more", says(id, p.n, who, fmt.Sprint("Где заказ ", p.r.IntN(20), "?"), p.soon())), time.Now())
	must(p.t, err)
}

func (p *listPlay) submit(id api.ConversationID, first *state.First) {
	p.n++
	db := p.any()
	d, err := db.Draft(p.t.Context(), id)
	must(p.t, err)
	o := queued(id, fmt.Sprint("key ", p.n), "reply")
	o.Submitted, o.First = time.Now(), first
	if p.r.IntN(4) == 0 {
		o.At = p.soon()
	}
	if p.r.IntN(3) == 0 {
		o.WhenSent = state.WhenSent{Done: true}
	}
	_, err = db.Submit(p.t.Context(), d, []state.Outbound{o})
	p.fine(err)
}

func (p *listPlay) unsent() []state.Outbound {
	rows, err := p.db[0].Unsent(p.t.Context())
	must(p.t, err)
	return rows
}

// kill looks at what a start would find now: at a copy of the files.
func (p *listPlay) kill() {
	dir := p.t.TempDir()
	for _, name := range []string{"state.db", "state.db-wal", "cache.db", "cache.db-wal"} {
		body, err := os.ReadFile(filepath.Join(p.dir, name)) // of a copy of our own, with no lock on it
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		must(p.t, err)
		must(p.t, os.WriteFile(filepath.Join(dir, name), body, 0o600))
	}
	db := p.openOne(dir)
	p.check(db)
	must(p.t, db.Close())
}

// check holds what a session answers against the rules.
func (p *listPlay) check(db *DB) {
	p.t.Helper()
	if err := p.differs(db); err != "" {
		p.t.Fatalf("%s\nafter %s", err, strings.Join(p.did, "; "))
	}
}

func (p *listPlay) differs(db *DB) string {
	ctx := p.t.Context()
	plain := readPlainly(p.t, db)
	for view, name := range state.Views {
		q := state.ListQuery{View: name, Limit: 1 + p.r.IntN(playConversations), Offset: p.r.IntN(6)}
		switch p.r.IntN(5) {
		case 0:
			q.Account = []api.AccountID{"shop", "other"}[p.r.IntN(2)]
		case 1:
			q.Channel = api.ChannelID{Account: "shop", Remote: fmt.Sprint(p.r.IntN(2))}
		case 2:
			q.Text = []string{"ольга 1", "заказ", "790000", "5", "nobody", "7999"}[p.r.IntN(6)]
			if p.yes() {
				q.Text = playFilters[p.r.IntN(len(playFilters))]
			}
		case 3:
			if view != waitingView { // where one that waits no longer was, only its session knows
				q.Keep = p.conv()
			}
		}
		if p.yes() {
			q.Around = p.conv()
		}
		got, err := db.List(ctx, q)
		must(p.t, err)
		if want := plain.list(view, q); !sameList(got, want) {
			return fmt.Sprintf("%+v\ngot  %+v\nwant %+v", q, got, want)
		}
	}
	side, err := db.Sidebar(ctx)
	must(p.t, err)
	if want := plain.closing(); side.Closing != want {
		return fmt.Sprintf("%d are closing and wait, want %d", side.Closing, want)
	}
	if want := plain.counts(); !reflect.DeepEqual(side.Views, want) {
		return fmt.Sprintf("counted %v, want %v", side.Views, want)
	}
	if err := plain.savedDiffer(side); err != "" {
		return err
	}
	for _, row := range plain.list(allView, state.ListQuery{Limit: 1000}).Rows {
		got, err := db.Row(ctx, row.Conversation.ID)
		got.Checked, row.Checked = time.Time{}, time.Time{}
		if err != nil || !reflect.DeepEqual(got, row) {
			return fmt.Sprintf("row %+v, %v\nwant %+v", got, err, row)
		}
	}
	return plain.channelsDiffer(db)
}

func sameList(x, y state.List) bool {
	for _, l := range []state.List{x, y} {
		for i := range l.Rows {
			l.Rows[i].Checked = time.Time{}
		}
	}
	return x.Offset == y.Offset && x.Total == y.Total && len(x.Rows) == len(y.Rows) && (len(x.Rows) == 0 || reflect.DeepEqual(x.Rows, y.Rows))
}

// plainly is every conversation of both files, with what the rules say of it now.
type plainly struct {
	all    []*entry
	labels map[*entry][]string
	now    time.Time
}

// readPlainly reads all rows without the list in memory and the stored one.
func readPlainly(t *testing.T, db *DB) plainly {
	t.Helper()
	p := plainly{now: time.Now(), labels: map[*entry][]string{}}
	byID := map[api.ConversationID]*entry{}
	rows, err := db.readSome(t.Context(), true, "1")
	must(t, err)
	for _, r := range rows {
		byID[r.id] = &entry{id: r.id, summary: r.summary, shown: r.shown, text: r.text}
	}
	locals, err := db.localsSince(t.Context(), 0, nil)
	must(t, err)
	for id, m := range locals {
		if byID[id] == nil {
			byID[id] = &entry{id: id}
		}
		byID[id].flag, byID[id].local = m.flag, &m.local
		p.labels[byID[id]] = m.labels
	}
	for _, e := range byID {
		if upTo := e.flag.readUpTo; e.cached && upTo.Valid && e.readUpTo.Valid {
			th := thread{id: e.row, readUpTo: upTo, lastIn: e.lastIn}
			must(t, db.cache.Read(t.Context(), func(l *dbfile.Conn) error { return th.countUnread(t.Context(), l) }))
			e.readUpTo, e.unread = upTo, int(th.unread)
		}
		if e.lastIn > lowest {
			if window := playWindows(e.id.Account, ""); window > 0 {
				e.freeUntil = (int64(e.lastIn)+epoch)*1000 + window.Microseconds()
			}
		}
		if e.cached && e.flag.kind == state.SnoozeFirm && e.flag.snoozed != 0 && e.lastIn > e.flag.snoozedAt {
			only, err := db.onlyThanks(t.Context(), e.row, e.flag.snoozedAt)
			must(t, err)
			e.thanked = state.Pos(bit(only)) * e.lastIn
		}
		e.settle(p.now, db.inbox.due)
		p.all = append(p.all, e)
	}
	return p
}

// list is the answer to a query, from its words.
func (p plainly) list(view int, q state.ListQuery) (out state.List) {
	var in []*entry
	for _, e := range p.all {
		channel := api.ChannelID{Account: e.id.Account, Remote: e.channelRemote()}
		there := (q.Account == "" || e.id.Account == q.Account) && (q.Channel == (api.ChannelID{}) || channel == q.Channel)
		if there && (e.classify(p.now)>>view&1 != 0 && p.wants(e, q.Text) || e.id == q.Keep && e.listed(p.now)) {
			in = append(in, e)
		}
	}
	slices.SortFunc(in, func(x, y *entry) int {
		first := cmp.Compare(bit(y.pinnedNow(p.now)), bit(x.pinnedNow(p.now)))
		switch view {
		case waitingView:
			first = x.place.Compare(y.place)
		case closingView:
			first = cmp.Or(cmp.Compare(bit(x.freeUntil == 0), bit(y.freeUntil == 0)), cmp.Compare(x.freeUntil, y.freeUntil))
		}
		return cmp.Or(first, cmp.Compare(y.lastActive, x.lastActive), cmp.Compare(y.row, x.row), strings.Compare(x.id.Remote, y.id.Remote))
	})
	at := q.Offset
	for i, e := range in {
		if e.id == q.Around {
			at = i - q.Limit/2
		}
	}
	out.Offset, out.Total = max(min(at, len(in)-q.Limit), 0), len(in)
	for _, e := range in[out.Offset:min(out.Offset+q.Limit, len(in))] {
		row := e.stateRow(p.now)
		row.Labels = p.labels[e]
		out.Rows = append(out.Rows, row)
	}
	return out
}

func (p plainly) counts() map[state.View]int {
	n := map[state.View]int{}
	for i, v := range state.Views {
		n[v] = 0
		for _, e := range p.all {
			n[v] += int(e.classify(p.now) >> i & 1)
		}
	}
	return n
}

func (p plainly) closing() (n int) {
	for _, e := range p.all {
		in := e.classify(p.now)
		if until := moment(e.freeUntil); in&inClosing != 0 && in&inWaiting != 0 && until.Sub(p.now) <= state.ClosingWarns {
			n++
		}
	}
	return n
}

// channelsDiffer holds the counts of channels against the rules.
func (p plainly) channelsDiffer(db *DB) string {
	want := map[api.ChannelID]channelCount{}
	for _, e := range p.all {
		if in := e.classify(p.now); in != 0 {
			id := api.ChannelID{Account: e.id.Account, Remote: e.channelRemote()}
			c := want[id]
			want[id] = channelCount{c.total + 1, c.waiting + int(bit(in&inWaiting != 0))}
		}
	}
	if got := db.inbox.sorted.channels; !maps.Equal(got, want) {
		return fmt.Sprintf("channels %v, want %v", got, want)
	}
	return ""
}
