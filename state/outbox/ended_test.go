package outbox

import (
	"testing"
	"time"
)

// TestAJobThatIsSaidToHaveEnded is asked for at once, and however often somebody says
// so, no more often than every two seconds.
func TestAJobThatIsSaidToHaveEnded(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.delivery = func() (time.Duration, bool) { return 32 * time.Second, false }
		id := d.say(1, "hello")[0].ID
		pass(31 * time.Second)
		d.expect(id, "accepted")
		asked := d.platform.count("track")
		for range 1000 {
			d.LookNow(chat(1).Account)
			time.Sleep(time.Millisecond)
		}
		if n := d.platform.count("track") - asked; n > 2 {
			t.Errorf("%d requests for a thousand claims within a second", n)
		}
		d.expect(id, "accepted")
		pass(2 * time.Second)
		d.LookNow(chat(1).Account)
		pass(100 * time.Millisecond)
		d.expect(id, "done")
	})
}
