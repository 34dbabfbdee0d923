package outbox

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
)

func TestAnswerWithoutMessageIsTiedToTheHistory(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.mute = true
		id := d.say(1, "hello")[0].ID
		pass(time.Minute)
		if o := d.expect(id, "done"); o.Receipt.Message.Remote != "m1" {
			t.Errorf("%+v", o.Receipt)
		}
	})
}

func TestTheEnginesReadingSettlesAnUnknownMessage(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.fault = func(op string) fault {
			return map[string]fault{"send": dropAfter, "messages": unavailable}[op]
		}
		id := d.say(1, "hello")[0].ID
		pass(2 * time.Minute)
		if o := d.expect(id, "uncertain"); !strings.HasPrefix(o.Reason, "no answer came, and the conversation cannot be read") {
			t.Errorf("reason %q", o.Reason)
		}
		d.platform.mu.Lock()
		page := api.Page[api.Message]{Items: d.platform.history(chat(1), time.Now())}
		d.platform.mu.Unlock()
		if _, err := d.process.SaveHead(t.Context(), chat(1), page, time.Now()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		d.expect(id, "done")
	})
}

func TestEqualMessagesAreTiedOneToOne(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.delivery = func() (time.Duration, bool) { return 10 * time.Second, false }
		first := d.say(1, "ok")[0].ID
		pass(time.Second)
		d.platform.mu.Lock()
		d.platform.fault = faults("send", dropBefore)
		d.platform.mu.Unlock()
		second := d.say(1, "ok")[0].ID
		pass(10 * time.Minute)
		d.expect(first, "done")
		d.expect(second, "uncertain")
		d.sent("ok")
	})
}

func TestHistoryIsReadUntilTheMessageCouldBeThere(t *testing.T) {
	bubble(t, func(t *testing.T, d *session) {
		d.platform.fault = faults("send", dropAfter)
		d.platform.delivery = func() (time.Duration, bool) { return 0, false }
		for i := range 45 {
			d.platform.unreached = append(d.platform.unreached, api.Message{
				ID: api.MessageID{Account: "acc", Remote: fmt.Sprint("in", i)}, Conversation: chat(1), At: time.Now().Add(time.Minute),
			})
		}
		id := d.say(1, "hello")[0].ID
		pass(time.Minute)
		d.expect(id, "done")
		if d.platform.pages != 3 {
			t.Errorf("%d pages were read", d.platform.pages)
		}
	})
}
