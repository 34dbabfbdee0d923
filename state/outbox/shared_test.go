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
