package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
	"unibox/state/postgres"
	"unibox/state/postgres/pgtest"
	"unibox/state/sqlite"
)

// cutOff are two boxes, of which one can be cut off.
func cutOff(t *testing.T) (p *pgtest.Proxy, through, dir string, b, other *box) {
	t.Helper()
	database := pgtest.Database(t)
	p, through = pgtest.NewProxy(t, database)
	dir = t.TempDir()
	b, err := openBox(t, through, dir, state.NewFeed())
	must(t, err)
	other, err = openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	t.Cleanup(func() { _ = other.Close() })
	return p, through, dir, b, other
}

func (b *box) reply(t *testing.T, n int, text string) state.Outbound {
	t.Helper()
	rows, err := b.DB.Submit(t.Context(), state.Draft{Conversation: conv(n), Apart: true},
		[]state.Outbound{{Key: text, Conversation: conv(n), Body: text, Part: 1, Parts: 1, Submitted: time.Now()}})
	must(t, err)
	return rows[0]
}

// What is written while a box is cut off waits on its disk, and goes to the team once that
// answers: once, in order, and not before.
func TestWhatIsWrittenWhileCutOffWaits(t *testing.T) {
	p, through, dir, b, other := cutOff(t)
	other.reply(t, 9, "before")
	must(t, b.FollowFleet(t.Context()))
	p.Cut()
	b.reply(t, 1, "first")
	b.reply(t, 1, "second")
	taken := b.reply(t, 2, "taken back")
	_, ok, err := b.Takeback(t.Context(), taken, state.Queued)
	if must(t, err); !ok {
		t.Error("a reply that waits cannot be taken back")
	}
	must(t, b.SetLabels(t.Context(), conv(1), []string{"vip"}, nil))
	must(t, b.SetFlags(t.Context(), conv(1), state.FlagChange{Starred: api.Known(true)}))
	must(t, b.AddNote(t.Context(), note.Note{Key: "n", Conversation: conv(1), Body: "a note", Author: "olga", Made: time.Now()}, nil))
	other.reply(t, 8, "meanwhile") // it gets the next number
	must(t, b.Close())             // as a kill: all is on the disk
	f := open(t, through)
	b = reopen(t, dir, f)
	rows, err := b.DB.Unsent(t.Context())
	must(t, err)
	waiting := 0
	for _, o := range rows {
		if strings.HasPrefix(o.Reason, "waits for the team's database") {
			waiting++
		}
	}
	due, err := b.DB.Unsettled(t.Context(), "shop")
	if must(t, err); waiting != 2 || len(due) != 1 {
		t.Errorf("%d wait, of %+v; a sender sees %+v", waiting, rows, due)
	}
	p.Mend()
	for _, box := range []*box{b, other} {
		rows, err := box.Unsent(t.Context())
		must(t, err)
		var got []string
		for _, o := range rows {
			if got = append(got, o.Body); o.ID < 1 || o.Status != state.Queued || o.Reason != "" {
				t.Errorf("%+v", o)
			}
		}
		if strings.Join(got, ", ") != "before, meanwhile, first, second" {
			t.Errorf("%v", got)
		}
		if d, err := box.Draft(t.Context(), conv(2)); err != nil || d.Body != "taken back" {
			t.Errorf("%q, %v", d.Body, err)
		}
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || !d.Empty() {
			t.Errorf("what was submitted is a draft too: %q, %v", d.Body, err)
		}
		box.inform(t, nil)
	}
	labels, err := other.Labels(t.Context())
	if must(t, err); len(labels) != 1 {
		t.Errorf("%+v", labels)
	}
}

// A reply that is written after a start while cut off waits since the same time as those before it.
func TestAReplyAfterAStartWaitsSinceTheSameTime(t *testing.T) {
	p, through, dir, b, _ := cutOff(t)
	p.Cut()
	b.reply(t, 1, "first")
	must(t, b.Close())
	b = reopen(t, dir, open(t, through))
	b.reply(t, 2, "second")
	rows, err := b.DB.Unsent(t.Context())
	if must(t, err); len(rows) != 2 || rows[0].Reason != rows[1].Reason || !strings.HasPrefix(rows[1].Reason, "waits for the team's database since ") {
		t.Errorf("%+v", rows)
	}
}

// follows has a box follow by a connection that was not cut.
func (b *box) follows(t *testing.T) {
	t.Helper()
	for b.FollowFleet(t.Context()) != nil {
		must(t, t.Context().Err())
	}
}

// inform looks at what people are told.
func (b *box) inform(t *testing.T, want []string) {
	t.Helper()
	if got := b.Condition().News; !slices.Equal(got, want) {
		t.Errorf("people are told %q, want %q", got, want)
	}
}

// What is written first after the database answers again is behind what waited, and takes
// nothing back of it.
func TestWhatIsWrittenNextIsBehindWhatWaited(t *testing.T) {
	p, _, _, b, other := cutOff(t)
	defer b.Close()
	p.Cut()
	b.reply(t, 1, "first")
	p.Mend()
	_, err := b.DB.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "and"})
	must(t, err)
	b.reply(t, 1, "second")
	for _, box := range []*box{b, other} {
		if got := box.unsent(t); !slices.Equal(got, []string{"first", "second"}) {
			t.Errorf("to be sent: %q", got)
		}
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != "and" {
			t.Errorf("%q, %v", d.Body, err)
		}
		box.inform(t, nil)
	}
}

// A copy that is made anew meets what it had: no reply that waits is taken back for that,
// but for one to a customer whom another box has answered since.
func TestOldMessagesTakeNoReplyBack(t *testing.T) {
	p, through, dir, b, other := cutOff(t)
	other.reply(t, 1, "of long ago")
	d, err := other.Draft(t.Context(), conv(3))
	must(t, err)
	d.Body = "a colleague's draft"
	_, err = other.SaveDraft(t.Context(), d)
	must(t, err)
	other.reply(t, 2, "of before")
	must(t, b.FollowFleet(t.Context()))
	p.Cut()
	for n, text := range []string{"", "one", "two", "three"} {
		if text != "" {
			b.reply(t, n, text)
		}
	}
	must(t, b.Close())
	other.reply(t, 2, "since")
	p.Mend()
	pgtest.Exec(t, through, "UPDATE unibox.feed SET floor = pos") // as if it had been silent for long
	b = reopen(t, dir, open(t, through))
	for _, box := range []*box{b, other} {
		if got := box.unsent(t); !slices.Equal(got, []string{"of long ago", "of before", "since", "one", "three"}) {
			t.Errorf("to be sent: %q", got)
		}
		for n, want := range map[int]string{1: "", 2: "two", 3: "a colleague's draft"} {
			if d, err := box.Draft(t.Context(), conv(n)); err != nil || d.Body != want {
				t.Errorf("%d: %q, %v", n, d.Body, err)
			}
		}
	}
}

// A reply that is a draft again keeps when it was to go out, and what it is about.
func TestAReplyThatIsADraftAgainKeepsItsTime(t *testing.T) {
	p, _, _, b, other := cutOff(t)
	defer b.Close()
	p.Cut()
	at, quote := time.Now().Add(time.Hour).Truncate(time.Second), state.Quote{Message: "m", Author: "Mia", Text: "where is it?"}
	_, err := b.DB.Submit(t.Context(), state.Draft{Conversation: conv(1), Apart: true},
		[]state.Outbound{{Key: "k", Conversation: conv(1), Body: "tomorrow", Part: 1, Parts: 1, Submitted: time.Now(), At: at, Quote: quote}})
	must(t, err)
	other.reply(t, 1, "of another")
	p.Mend()
	for _, box := range []*box{b, other} {
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != "tomorrow" || !d.At.Equal(at) || d.Quote != quote {
			t.Errorf("%+v, %v", d, err)
		}
	}
}

// Marks that were set, or removed, while a box was cut off are kept, whatever others did with
// those of the same customer; and theirs are, where the box did nothing with them.
func TestMarksOfABoxThatWasCutOff(t *testing.T) {
	ctx := t.Context()
	p, through, _, b, other := cutOff(t)
	defer b.Close()
	must(t, other.SetFlags(ctx, conv(1), state.FlagChange{Starred: api.Known(true)}))
	must(t, other.SetLabels(ctx, conv(1), []string{"removed", "stays"}, nil))
	must(t, b.FollowFleet(ctx))
	p.Cut()
	until := time.Now().Add(time.Hour).Truncate(time.Second)
	must(t, b.SetFlags(ctx, conv(1), state.FlagChange{Starred: api.Known(false)}))
	must(t, b.SetFlags(ctx, conv(1), state.FlagChange{Done: api.Known(true), Seen: api.Known(state.Pos(5))}))
	must(t, b.SetFlags(ctx, conv(1), state.FlagChange{Skipped: api.Known(true), Seen: api.Known(state.Pos(5))}))
	must(t, b.SetFlags(ctx, conv(1), state.FlagChange{Snoozed: api.Known(until), SnoozeKind: state.SnoozeFirm}))
	must(t, b.SetFlags(ctx, conv(2), state.FlagChange{Done: api.Known(true), Seen: api.Known(state.Pos(7))}))
	must(t, b.SetLabels(ctx, conv(1), nil, []string{"removed"}))
	must(t, other.SetFlags(ctx, conv(1), state.FlagChange{Pinned: api.Known(true)}))
	must(t, other.SetFlags(ctx, conv(2), state.FlagChange{Muted: api.Known(true)}))
	must(t, other.SetLabels(ctx, conv(1), nil, []string{"removed"}))
	must(t, other.SetLabels(ctx, conv(1), []string{"removed"}, nil))
	p.Mend()
	must(t, b.FollowFleet(ctx))
	dir := t.TempDir()
	late, err := openBox(t, through, dir, state.NewFeed())
	must(t, err)
	labels, err := late.Labels(ctx)
	if must(t, err); len(labels) != 1 || labels[0].Name != "stays" {
		t.Errorf("labels: %+v", labels)
	}
	must(t, late.Close())
	got := flags(t, dir)
	if want := fmt.Sprintf("0 1 0 5 %d 1, 0 0 1 7 0 0", until.UnixMicro()); got != want {
		t.Errorf("the team has %q, want %q", got, want)
	}
}

// flags reads those of a store that is closed.
func flags(t *testing.T, dir string) (all string) {
	t.Helper()
	raw, err := sql.Open("sqlite", filepath.Join(dir, "state.db"))
	must(t, err)
	defer raw.Close()
	must(t, raw.QueryRow(`SELECT group_concat(starred || ' ' || pinned || ' ' || muted || ' ' || ifnull(done_at, '') || ' ' || snoozed || ' ' || skips, ', ' ORDER BY conv) FROM flag`).Scan(&all))
	return all
}

// Whoever answers a customer while a colleague does the same, cut off from each other, does
// not answer twice: the reply that waited is a draft again.
func TestAReplyThatMeetsAnotherIsADraftAgain(t *testing.T) {
	p, _, _, b, other := cutOff(t)
	defer b.Close()
	p.Cut()
	b.reply(t, 1, "of the box")
	_, err := b.DB.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "and more"})
	must(t, err)
	other.reply(t, 1, "of another")
	p.Mend()
	for _, box := range []*box{b, other} {
		rows, err := box.Unsent(t.Context())
		must(t, err)
		if len(rows) != 1 || rows[0].Body != "of another" {
			t.Errorf("%+v", rows)
		}
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != "of the box\n\nand more" {
			t.Errorf("%q, %v", d.Body, err)
		}
	}
	if news := strings.Join(b.Condition().News, "\n"); !strings.Contains(news, "your reply is a draft again") {
		t.Errorf("nobody is told: %q", news)
	}
}

// mute has nobody be told what became of a commit, until it answers.
func mute(t *testing.T, database string) (answers func()) {
	t.Helper()
	pgtest.Exec(t, database, "ALTER FUNCTION unibox.settle RENAME TO elsewhere")
	return func() { t.Helper(); pgtest.Exec(t, database, "ALTER FUNCTION unibox.elsewhere RENAME TO settle") }
}

// A reply of which the database did not say whether it has it is there once.
func TestAReplyWhoseAnswerIsLostIsThereOnce(t *testing.T) {
	p, through, _, b, other := cutOff(t)
	defer b.Close()
	answers := mute(t, through)
	p.Swallow("unibox.submit")
	b.reply(t, 1, "text")
	if rows, err := b.DB.Unsent(t.Context()); err != nil || len(rows) != 1 || rows[0].ID > 0 {
		t.Fatalf("%+v, %v", rows, err)
	}
	answers()
	for _, box := range []*box{b, other} {
		if rows, err := box.Unsent(t.Context()); err != nil || len(rows) != 1 || rows[0].ID < 1 {
			t.Errorf("%+v, %v", rows, err)
		}
	}
}

// A reply whose answer is lost, and which the box follows while it still asks what became of it,
// was sent off. Who sent it is not told that somebody else did: the copies of its files would go.
func TestAReplyThatIsFollowedBeforeItsAnswerIsSentOff(t *testing.T) {
	p, through, _, b, other := cutOff(t)
	defer b.Close()
	d := b.write(t, 1, "text")
	answers := mute(t, through)
	p.Swallow("unibox.submit")
	var rows []state.Outbound
	submitted := make(chan error, 1)
	go func() {
		var err error
		rows, err = b.DB.Submit(t.Context(), d, []state.Outbound{{Key: "k", Conversation: d.Conversation, Body: d.Body, Part: 1, Parts: 1, Submitted: time.Now()}})
		submitted <- err
	}()
	for len(other.unsent(t)) == 0 && patience(t, t.Context()) {
	}
	early := b.FollowFleet(t.Context())
	answers()
	if early != nil { // whoever wrote had gone by then
		b.follows(t)
	}
	must(t, <-submitted)
	if len(rows) != 1 || rows[0].Key != "k" {
		t.Errorf("it became %+v", rows)
	}
	for _, box := range []*box{b, other} {
		if all := box.unsent(t); !slices.Equal(all, []string{"text"}) {
			t.Errorf("to be sent: %q", all)
		}
	}
}

// A reply that the database has stored, and that the box could not read back, is there once, and
// nobody is told that it is not stored.
func TestAReplyThatCannotBeReadBackIsThereOnce(t *testing.T) {
	p, _, _, b, other := cutOff(t)
	defer b.Close()
	d := b.write(t, 1, "text")
	p.Swallow("LEFT JOIN unibox.item")
	b.submitAs(t, d, "k")
	for _, box := range []*box{b, other} {
		if all := box.unsent(t); !slices.Equal(all, []string{"text"}) {
			t.Errorf("to be sent: %q", all)
		}
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || !d.Empty() {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
	}
}

// A draft that the team has, by a commit without an answer, was sent off here, and the next
// text is written: that is no other text of the same draft, and does not go out with it.
func TestADraftThatWasSentOffIsNotWrittenBack(t *testing.T) {
	p, through, _, b, other := cutOff(t)
	defer b.Close()
	answers := mute(t, through)
	p.Swallow("unibox.commit")
	d, err := b.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "first"})
	must(t, err)
	p.Cut()
	_, err = b.DB.Submit(t.Context(), d, []state.Outbound{{Key: "k", Conversation: conv(1), Body: "first", Part: 1, Parts: 1, Submitted: time.Now()}})
	must(t, err)
	d, err = b.DB.Draft(t.Context(), conv(1))
	must(t, err)
	d.Body = "next"
	_, err = b.SaveDraft(t.Context(), d)
	must(t, err)
	p.Mend()
	answers()
	b.follows(t)
	must(t, other.FollowFleet(t.Context()))
	for _, box := range []*box{b, other} {
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != "next" {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
		if all := box.unsent(t); !slices.Equal(all, []string{"first"}) {
			t.Errorf("%q wait", all)
		}
	}
}

// A line that swallows everything, without a word: what is written is on this box's disk all the same,
// also where whoever wrote it goes in the midst of it, and a kill loses none of it.
func TestALineThatSwallowsEverything(t *testing.T) {
	p, through, dir, b, other := cutOff(t)
	d := b.write(t, 3, "to be sent")
	must(t, other.FollowFleet(t.Context()))
	p.Freeze()
	gone, leave := context.WithCancel(t.Context())
	go leave()
	_, err := b.DB.Submit(gone, d, []state.Outbound{{Key: "k", Conversation: conv(3), Body: d.Body, Part: 1, Parts: 1, Submitted: time.Now()}})
	if err != nil && gone.Err() == nil {
		t.Error(err)
	}
	b.write(t, 1, "first")
	b.write(t, 1, "second")
	must(t, b.SetFlags(t.Context(), conv(1), state.FlagChange{Starred: api.Known(true)}))
	must(t, b.Close())
	b = reopen(t, dir, open(t, through)) // the line still swallows
	if d, err := b.DB.Draft(t.Context(), conv(1)); err != nil || d.Body != "first\n\nsecond" {
		t.Errorf("the draft is %q, %v", d.Body, err)
	}
	waits, err := b.DB.Unsent(t.Context())
	must(t, err)
	p.Mend()
	for _, box := range []*box{b, other} {
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != "first\n\nsecond" {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
		if all := box.unsent(t); len(all) != len(waits) {
			t.Errorf("%q are to be sent, and %+v waited", all, waits)
		}
	}
	b.inform(t, nil)
}

// A session ends while a reply is being stored, and the database has it: it is no draft again, and
// nobody is told that it is not stored.
func TestWhoGoesDuringACommitHasSentItOff(t *testing.T) {
	p, through, _, b, other := cutOff(t)
	defer b.Close()
	d := b.write(t, 1, "text")
	answers := mute(t, through)
	ctx, end := context.WithCancel(t.Context())
	p.SwallowThen("unibox.submit", end)
	_, err := b.DB.Submit(ctx, d, []state.Outbound{{Key: "k", Conversation: conv(1), Body: "text", Part: 1, Parts: 1, Submitted: time.Now()}})
	must(t, err)
	answers()
	for _, box := range []*box{b, other} {
		if all := box.unsent(t); !slices.Equal(all, []string{"text"}) {
			t.Errorf("to be sent: %q", all)
		}
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || !d.Empty() {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
	}
	b.inform(t, nil)
}

// The team has a beginning of what was written, by a commit without an answer: what was written of it
// since is no text of somebody else's, whether it is still a draft or was sent off.
func TestWhatGoesOnFromACommitWithoutAnAnswer(t *testing.T) {
	p, through, _, b, other := cutOff(t)
	defer b.Close()
	must(t, b.FollowFleet(t.Context()))
	answers := mute(t, through)
	save := func(d state.Draft, text string) state.Draft {
		d.Body = text
		d, err := b.DB.SaveDraft(t.Context(), d)
		must(t, err)
		return d
	}
	one, two := state.Draft{Conversation: conv(1)}, state.Draft{Conversation: conv(2)}
	p.SwallowThen("unibox.commit", p.Cut)
	one = save(one, "your ord")
	p.Mend()
	must(t, other.FollowFleet(t.Context()))
	p.SwallowThen("unibox.commit", p.Cut)
	two = save(two, "your par")
	save(one, "your order is there")
	b.submitAs(t, save(two, "your parcel"), "k")
	p.Mend()
	answers()
	b.follows(t)
	for _, box := range []*box{b, other} {
		for n, want := range map[int]string{1: "your order is there", 2: ""} {
			if d, err := box.Draft(t.Context(), conv(n)); err != nil || d.Body != want {
				t.Errorf("%d: the draft is %q, %v", n, d.Body, err)
			}
		}
		if all := box.unsent(t); !slices.Equal(all, []string{"your parcel"}) {
			t.Errorf("to be sent: %q", all)
		}
	}
	b.inform(t, nil)
}

// Nothing that waits is sent before the team has it, whoever asks.
func TestNothingLeavesWhileCutOff(t *testing.T) {
	p, _, _, b, _ := cutOff(t)
	defer b.Close()
	old := b.reply(t, 1, "at the team")
	err := b.WithLease(t.Context(), "test", func(ctx context.Context) error {
		p.Cut()
		for _, o := range []state.Outbound{old, b.reply(t, 2, "waits")} {
			o.Status = state.InFlight
			if ok, err := b.SaveOutbound(ctx, o, state.Queued); ok || err == nil {
				t.Errorf("%q would be sent: %v, %v", o.Body, ok, err)
			}
		}
		return nil
	})
	must(t, err)
}

// reopen opens a box that may be cut off.
func reopen(t *testing.T, dir string, f *postgres.Fleet) *box {
	t.Helper()
	db, err := sqlite.Open(t.Context(), dir, state.NewFeed(), sqlite.Fleet(f))
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return &box{db, f}
}

// What waits goes to the team in the order in which it was written, also where the date of the box was put
// back between two replies, and it was started again.
func TestWhatWaitsKeepsItsOrderThoughTheDateIsPutBack(t *testing.T) {
	p, through, dir, b, other := cutOff(t)
	p.Cut()
	b.reply(t, 1, "first")
	must(t, b.Close())
	raw, err := sql.Open("sqlite", filepath.Join(dir, "state.db"))
	must(t, err)
	for _, s := range []string{"UPDATE outbox SET id = id + 1000000000000 WHERE id < 0", "UPDATE unshared SET key = (SELECT '[' || id || ']' FROM outbox) WHERE kind = 'outbox'"} { // it was written on a date to come
		_, err := raw.Exec(s)
		must(t, err)
	}
	must(t, raw.Close())
	b = reopen(t, dir, open(t, through))
	b.reply(t, 1, "second")
	b.reply(t, 1, "third")
	p.Mend()
	b.follows(t)
	for _, box := range []*box{b, other} {
		if all := box.unsent(t); !slices.Equal(all, []string{"first", "second", "third"}) {
			t.Errorf("to be sent: %q", all)
		}
	}
}

// A template that was sent off while the box was cut off, and meets what a colleague wrote, is no draft: that
// would go out as free text. It was not sent, and an agent decides.
func TestATemplateThatMeetsAColleaguesReply(t *testing.T) {
	p, _, _, b, other := cutOff(t)
	p.Cut()
	_, err := b.DB.Submit(t.Context(), state.Draft{Conversation: conv(1), Apart: true},
		[]state.Outbound{{Key: "k", Conversation: conv(1), Body: "Your parcel is here", Template: &state.FilledTemplate{Remote: "t", Name: "parcel"}, Part: 1, Parts: 1, Submitted: time.Now()}})
	must(t, err)
	b.reply(t, 1, "free text")
	other.reply(t, 1, "of a colleague")
	p.Mend()
	b.follows(t)
	for _, box := range []*box{b, other} {
		rows, err := box.Unsent(t.Context())
		must(t, err)
		if len(rows) != 2 || rows[0].Body != "of a colleague" || rows[1].Template == nil || rows[1].Status != state.Failed || rows[1].ID < 1 || rows[1].Reason != "a colleague wrote to this customer while the team's database was away" {
			t.Errorf("the outbox: %+v", rows)
		}
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != "free text" {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
	}
	b.inform(t, []string{
		"a colleague has a customer whom you sent a template while the team's database was away: it was not sent, and waits in the outbox for what you decide",
		"a colleague wrote to a customer whom you answered while the team's database was away: your reply is a draft again",
	})
}
