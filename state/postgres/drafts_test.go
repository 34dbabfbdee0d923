package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/state"
	"unibox/state/postgres/pgtest"
	"unibox/state/sqlite"
)

// submitAs sends a draft off as a message of a key.
func (b *box) submitAs(t *testing.T, d state.Draft, key string) {
	t.Helper()
	_, err := b.DB.Submit(t.Context(), d, []state.Outbound{{Key: key, Conversation: d.Conversation, Body: d.Body, Part: 1, Parts: 1, Submitted: time.Now()}})
	must(t, err)
}

// write adds a paragraph to the draft that a box shows.
func (b *box) write(t *testing.T, n int, text string) state.Draft {
	t.Helper()
	d, err := b.DB.Draft(t.Context(), conv(n))
	must(t, err)
	if d.Body != "" {
		d.Body += "\n\n"
	}
	d.Body += text
	d, err = b.DB.SaveDraft(t.Context(), d)
	must(t, err)
	return d
}

// A reply waits on a box that is cut off, and a colleague who still sees its text as a draft sends
// it, with more. It goes out once, and nothing of it is a draft again.
func TestADraftThatTwoSendOffGoesOutOnce(t *testing.T) {
	p, _, _, b, other := cutOff(t)
	defer b.Close()
	d := b.write(t, 1, "first")
	must(t, other.FollowFleet(t.Context()))
	p.Cut()
	b.submitAs(t, d, "of the box")
	other.submitAs(t, other.write(t, 1, "second"), "of the colleague")
	p.Mend()
	for _, box := range []*box{b, other} {
		if all := box.unsent(t); !slices.Equal(all, []string{"first\n\nsecond"}) {
			t.Errorf("to be sent: %q", all)
		}
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || !d.Empty() {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
	}
	if news := strings.Join(b.Condition().News, "\n"); !strings.Contains(news, "not sent a second time") {
		t.Errorf("people are told %q", news)
	}
}

// The same, where the box has written another text behind it: that stays a draft.
func TestWhatFollowsATextThatAColleagueSentStays(t *testing.T) {
	p, _, _, b, other := cutOff(t)
	defer b.Close()
	b.write(t, 1, "first")
	must(t, other.FollowFleet(t.Context()))
	p.Cut()
	b.write(t, 1, "second")
	d, err := other.DB.Draft(t.Context(), conv(1))
	must(t, err)
	other.submitAs(t, d, "of the colleague")
	p.Mend()
	for _, box := range []*box{b, other} {
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != "second" {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
	}
}

// Two boxes go on with one draft while they are cut off from each other: what both had read is in
// it once.
func TestADraftThatTwoGoOnWith(t *testing.T) {
	p, _, _, b, other := cutOff(t)
	defer b.Close()
	b.write(t, 1, "first")
	must(t, other.FollowFleet(t.Context()))
	p.Cut()
	b.write(t, 1, "of the box")
	other.write(t, 1, "of the colleague")
	p.Mend()
	for _, box := range []*box{b, other} {
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != "first\n\nof the colleague\n\nof the box" {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
	}
}

// The same, where one of them quotes a message, and plans when the reply is to go out.
func TestADraftThatTwoGoOnWithKeepsItsQuote(t *testing.T) {
	p, _, _, b, other := cutOff(t)
	defer b.Close()
	b.write(t, 1, "first")
	must(t, other.FollowFleet(t.Context()))
	p.Cut()
	quote, at := state.Quote{Message: "m", Author: "Mia", Text: "where is it?"}, time.Now().Add(time.Hour).Truncate(time.Second)
	d := b.write(t, 1, "of the box")
	d.Quote, d.At = quote, at
	_, err := b.SaveDraft(t.Context(), d)
	must(t, err)
	other.write(t, 1, "of the colleague")
	p.Mend()
	for _, box := range []*box{b, other} {
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != "first\n\nof the colleague\n\nof the box" || d.Quote != quote || !d.At.Equal(at) {
			t.Errorf("the draft is %+v, %v", d, err)
		}
	}
}

// A box that is cut off writes a greeting anew, and a colleague sends another text with the same
// one: the greeting stays, since it is known what the draft held before.
func TestWhatIsWrittenAnewWhileCutOffStays(t *testing.T) {
	p, _, _, b, other := cutOff(t)
	defer b.Close()
	must(t, b.FollowFleet(t.Context()))
	p.Cut()
	b.write(t, 9, "for somebody else") // the connections that there were are gone by this
	b.write(t, 1, "Hi Mia,\n\nmine\n\nBest regards")
	other.submitAs(t, other.write(t, 1, "Hi Mia,\n\ntheirs\n\nBest regards"), "of the colleague")
	p.Mend()
	for _, box := range []*box{b, other} {
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != "Hi Mia,\n\nmine\n\nBest regards" {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
	}
}

// meeting is a fleet in which something happens right before the next commit.
type meeting struct {
	state.Fleet
	before func()
}

func (f *meeting) Write(ctx context.Context, w state.FleetWrite) error {
	if does := f.before; does != nil {
		f.before = nil
		does()
	}
	return f.Fleet.Write(ctx, w)
}

// meets are two boxes, of which one is cut off; something may happen right before what waits there
// goes to the team.
func meets(t *testing.T) (f *meeting, p *pgtest.Proxy, b, other *box) {
	t.Helper()
	database := pgtest.Database(t)
	p, through := pgtest.NewProxy(t, database)
	inner := open(t, through)
	f = &meeting{Fleet: inner}
	db, err := sqlite.Open(t.Context(), t.TempDir(), state.NewFeed(), sqlite.Fleet(f))
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	b = &box{db, inner}
	must(t, b.FollowFleet(t.Context()))
	if other, err = openBox(t, database, t.TempDir(), state.NewFeed()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	p.Cut()
	b.write(t, 9, "for somebody else") // the connections that there were are gone by this
	return f, p, b, other
}

// The same, where the colleague is faster by a moment: the database refuses what waited, and so it is
// still known what it had.
func TestWhatIsWrittenAnewStaysWhereAColleagueIsFaster(t *testing.T) {
	f, p, b, other := meets(t)
	b.write(t, 1, "Hi Mia,\n\nmine\n\nBest regards")
	f.before = func() {
		other.submitAs(t, other.write(t, 1, "Hi Mia,\n\ntheirs\n\nBest regards"), "of the colleague")
	}
	p.Mend()
	b.follows(t)
	for _, box := range []*box{b, other} {
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != "Hi Mia,\n\nmine\n\nBest regards" {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
	}
}

// A reply is a draft again, and a colleague sends the same words off before the team has that: they
// wrote them, too, and what the agent was told is a draft is one.
func TestTheSameWordsAsAReplyThatIsADraftAgain(t *testing.T) {
	f, p, b, other := meets(t)
	b.reply(t, 1, "Yes")
	other.reply(t, 1, "of a colleague")
	f.before = func() { other.submitAs(t, other.write(t, 1, "Yes"), "of the colleague") }
	p.Mend()
	b.follows(t)
	for _, box := range []*box{b, other} {
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != "Yes" {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
		if all := box.unsent(t); !slices.Equal(all, []string{"of a colleague", "Yes"}) {
			t.Errorf("to be sent: %q", all)
		}
	}
}

// What is changed while it goes to the team is no text beside what the team has got.
func TestADraftThatIsChangedWhileItGoesToTheTeam(t *testing.T) {
	f, p, b, other := meets(t)
	d := b.write(t, 1, "Hello Mia")
	f.before = func() {
		d.Body = "Hello Anna"
		_, err := b.SaveDraft(t.Context(), d)
		must(t, err)
	}
	p.Mend()
	b.follows(t)
	for _, box := range []*box{b, other} {
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != "Hello Anna" {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
	}
}

// A draft was sent off by a commit that the database has lost, and a colleague has written behind
// it since. What was sent off is taken out of it.
func TestADraftThatWasSentOffByALostCommit(t *testing.T) {
	database, dir := pgtest.Database(t), t.TempDir()
	b, err := openBox(t, database, dir, state.NewFeed())
	must(t, err)
	b.write(t, 1, "first")
	must(t, b.Close())
	backup := pgtest.Copy(t, database)
	b, err = openBox(t, database, dir, state.NewFeed())
	must(t, err)
	d, err := b.DB.Draft(t.Context(), conv(1))
	must(t, err)
	b.submitAs(t, d, "k")
	must(t, b.Close())

	other, err := openBox(t, backup, t.TempDir(), state.NewFeed())
	must(t, err)
	defer other.Close()
	other.write(t, 1, "second")
	other.write(t, 1, "third") // it is of a higher revision than that of the box
	b, err = openBox(t, backup, dir, state.NewFeed())
	must(t, err)
	defer b.Close()
	for _, box := range []*box{b, other} {
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != "second\n\nthird" {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
		if all := box.unsent(t); !slices.Equal(all, []string{"first"}) {
			t.Errorf("to be sent: %q", all)
		}
	}
}

// The same, where the box that knows of it has written the next text while it was cut off. What
// stood in the draft before that is nothing that the database still has.
func TestADraftThatWasSentOffByALostCommitAndWrittenOn(t *testing.T) {
	database, dir := pgtest.Database(t), t.TempDir()
	p, through := pgtest.NewProxy(t, database)
	b, err := openBox(t, through, dir, state.NewFeed())
	must(t, err)
	b.write(t, 1, "first")
	must(t, b.Close())
	backup := pgtest.Copy(t, database)
	b, err = openBox(t, through, dir, state.NewFeed())
	must(t, err)
	d, err := b.DB.Draft(t.Context(), conv(1))
	must(t, err)
	b.submitAs(t, d, "k")
	p.Cut()
	b.write(t, 1, "second")
	must(t, b.Close())

	other, err := openBox(t, backup, t.TempDir(), state.NewFeed())
	must(t, err)
	defer other.Close()
	b, err = openBox(t, backup, dir, state.NewFeed())
	must(t, err)
	defer b.Close()
	for _, box := range []*box{b, other} {
		if d, err := box.Draft(t.Context(), conv(1)); err != nil || d.Body != "second" {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
		if all := box.unsent(t); !slices.Equal(all, []string{"first"}) {
			t.Errorf("to be sent: %q", all)
		}
	}
}

// A commit whose answer is lost may have been seen by another box, though a server that has taken
// over since does not have it.
func TestAServerThatTookOverDoesNotKnowWhatWasCommitted(t *testing.T) {
	for ago, unsure := range map[string]bool{"0 s": true, "1 hour": false} {
		database := pgtest.Database(t)
		p, through := pgtest.NewProxy(t, database)
		f := open(t, through)
		since(t, f, state.FleetPos{})
		pgtest.Exec(t, database, "CREATE OR REPLACE FUNCTION unibox.settle(name text) RETURNS text LANGUAGE sql AS $$ SELECT 'void'::text $$",
			"UPDATE unibox.feed SET turned_at = clock_timestamp() - interval '"+ago+"'")
		p.Swallow("unibox.commit")
		if err := f.Write(t.Context(), state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(1)}}); err == nil || errors.Is(err, state.ErrFleetUnsure) != unsure {
			t.Errorf("%s after another server took over: %v", ago, err)
		}
	}
}

// Where another server has just taken over a draft may be one that was sent off: what an agent sends
// waits until the other boxes have brought back what they know. All else is stored.
func TestNothingIsSentOffRightAfterAnotherServerTookOver(t *testing.T) {
	database := pgtest.Database(t)
	b, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer b.Close()
	pgtest.Exec(t, database, "UPDATE unibox.feed SET server = 'another'")
	d := b.write(t, 1, "text")
	b.submitAs(t, d, "k")
	rows, err := b.DB.Unsent(t.Context())
	if must(t, err); len(rows) != 1 || rows[0].ID > 0 {
		t.Errorf("%+v", rows)
	}
	if problem := b.Condition().Problem; !strings.Contains(problem, "another server has taken over") {
		t.Errorf("people are told %q", problem)
	}
	pgtest.Exec(t, database, "UPDATE unibox.feed SET turned_at = turned_at - interval '1 hour'")
	if all := b.unsent(t); !slices.Equal(all, []string{"text"}) {
		t.Errorf("to be sent: %q", all)
	}
	if problem := b.Condition().Problem; problem != "" {
		t.Errorf("people are told %q", problem)
	}
}

// What came back to a draft was not sent off of it, whether an agent took it back or a colleague
// answered meanwhile: the same words, typed again, are no old ones.
func TestWhatIsADraftAgainWasNotSentOff(t *testing.T) {
	p, _, dir, b, other := cutOff(t)
	b.submitAs(t, b.write(t, 1, "Yes"), "one-1")
	rows, err := b.Unsent(t.Context())
	must(t, err)
	_, ok, err := b.Takeback(t.Context(), rows[0], state.Queued)
	if must(t, err); !ok {
		t.Error("it is not taken back")
	}
	p.Cut()
	b.submitAs(t, b.write(t, 2, "No"), "two-1")
	other.reply(t, 2, "of a colleague")
	p.Mend()
	for n, want := range map[int]string{1: "Yes", 2: "No"} {
		if d, err := b.Draft(t.Context(), conv(n)); err != nil || d.Body != want {
			t.Errorf("the draft is %q, %v", d.Body, err)
		}
	}
	must(t, b.Close())
	if got, want := sentOff(t, dir), `one-1 [], two-1 []`; got != want {
		t.Errorf("sent off is %s, want %s", got, want)
	}
}

// sentOff reads what the drafts of a store that is closed say was sent off of them.
func sentOff(t *testing.T, dir string) (all string) {
	t.Helper()
	raw, err := sql.Open("sqlite", filepath.Join(dir, "state.db"))
	must(t, err)
	defer raw.Close()
	must(t, raw.QueryRow(`SELECT group_concat(json_extract(d.value, '$.key') || ' ' || json_extract(d.value, '$.parts'), ', ' ORDER BY draft.conv) FROM draft, json_each(draft.sent) d`).Scan(&all))
	return all
}
