package outbox

import (
	"testing"
	"time"

	"unibox/state"
)

// Another box, whose time of day is ahead of ours, has sent a message and lost that with the
// database that took over. It looks as if it was submitted after our work began, and is not
// sent a second time all the same.
func TestABoxWithAnotherTimeOfDaySendsNothingAgain(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.halt()
		d.platform.sync = true
		(&client{d.platform, func() bool { return true }}).take(chat(1), "text")
		pass(time.Second)
		rows, err := d.process.Submit(t.Context(), state.Draft{Conversation: chat(1), Body: "text"},
			[]state.Outbound{{Key: "k", Conversation: chat(1), Body: "text", Part: 1, Parts: 1, Submitted: time.Now().Add(90 * time.Second)}})
		if err != nil {
			t.Fatal(err)
		}
		d.launch()
		d.shared = true
		d.run()
		pass(time.Minute)
		d.sent("text")
		d.expect(rows[0].ID, "done")
	})
}

// A box whose time of day is an hour behind sends by that of the team: what is planned, what
// another sender has put off, and what is to be taken back for a while.
func TestABoxThatIsBehindSendsByTheTimeOfTheTeam(t *testing.T) {
	untimed(t, func(d *session) {
		d.halt()
		d.now = func() time.Time { return time.Now().Add(time.Hour) }
		_, err := d.Submit(d.t.Context(), state.Draft{Conversation: chat(1), Body: "planned", At: d.now().Add(10 * time.Minute)}, nil)
		if err != nil {
			d.t.Fatal(err)
		}
		_, err = d.Submit(d.t.Context(), state.Draft{Conversation: chat(2), Body: "soon", Delay: time.Minute}, nil)
		if err != nil {
			d.t.Fatal(err)
		}
		d.run()
		pass(30 * time.Second)
		d.sent()
		pass(time.Minute)
		d.sent("soon")
		pass(8 * time.Minute)
		d.sent("soon")
		pass(time.Minute)
		d.sent("soon", "planned")
	})
}
