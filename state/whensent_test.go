package state

import (
	"testing"
	"time"

	"unibox/api"
)

func TestFate(t *testing.T) {
	later := Outbound{Status: Accepted, At: time.Unix(1, 0)}
	for name, c := range map[string]struct {
		o    Outbound
		fate Fate
	}{
		"queued":                             {Outbound{Status: Queued}, FateOpen},
		"in flight":                          {Outbound{Status: InFlight}, FateOpen},
		"accepted":                           {Outbound{Status: Accepted, Receipt: api.Receipt{Delivery: api.DeliveryAccepted}}, FateOpen},
		"accepted, its job runs":             {Outbound{Status: Accepted, Receipt: api.Receipt{Job: "j", Delivery: api.DeliveryAccepted}}, FateOpen},
		"accepted and sent":                  {Outbound{Status: Accepted, Receipt: api.Receipt{Delivery: api.DeliverySent}}, FateSent},
		"accepted for later":                 {later, FateSent},
		"a first message before it is moved": {Outbound{Status: Accepted, Conversation: ProvisionalID("a", "k"), Receipt: api.Receipt{Delivery: api.DeliverySent}}, FateOpen},
		"done":                               {Outbound{Status: Done, Receipt: api.Receipt{Delivery: api.DeliveryAccepted}}, FateSent},
		"done, the platform was silent":      {Outbound{Status: Done, Receipt: api.Receipt{Job: "j", Delivery: api.DeliveryAccepted}}, FateNotOut},
		"done, unknown to the platform":      {Outbound{Status: Done, Receipt: api.Receipt{Delivery: api.DeliveryUncertain}}, FateNotOut},
		"failed":                             {Outbound{Status: Failed}, FateNotOut},
		"uncertain":                          {Outbound{Status: Uncertain}, FateNotOut},
		"held":                               {Outbound{Status: Held}, FateNotOut},
	} {
		if got := c.o.Fate(); got != c.fate {
			t.Errorf("%s: %d, want %d", name, got, c.fate)
		}
	}
}

// Every message of the conversation has its say.
func TestFollowSentAsksAllMessages(t *testing.T) {
	w := WhenSent{Done: true, Seen: 5}
	sent := Outbound{Status: Done, WhenSent: w}
	left := Outbound{Status: Uncertain, Left: true}
	monday := Outbound{Status: Queued, At: time.Unix(1e9, 0), NotBefore: time.Unix(1e9, 0)}
	closing := monday
	closing.WhenSent = w
	for name, c := range map[string]struct {
		rows    []Outbound
		lastIn  Pos
		happens bool
		after   WhenSent
	}{
		"sent":                        {[]Outbound{sent}, 5, true, WhenSent{}},
		"they wrote again":            {[]Outbound{sent}, 6, false, WhenSent{Done: true, Seen: 5, Dropped: true}},
		"another is on its way":       {[]Outbound{{Status: Accepted}, sent}, 5, false, w},
		"another came later":          {[]Outbound{{Status: Queued}, sent}, 5, false, w},
		"another failed":              {[]Outbound{{Status: Failed}, sent}, 5, false, WhenSent{Done: true, Seen: 5, Dropped: true}},
		"another waits for its time":  {[]Outbound{monday, sent}, 5, true, WhenSent{}},
		"its own time is to come":     {[]Outbound{closing}, 5, false, w},
		"it is for both":              {[]Outbound{sent, closing}, 5, true, w},
		"not out, and one to come":    {[]Outbound{{Status: Failed}, closing}, 5, false, w},
		"another was left as unknown": {[]Outbound{left, sent}, 5, true, WhenSent{}},
	} {
		after, do := FollowSent(c.rows, c.lastIn)
		if (do == w) != c.happens || after[len(after)-1] != c.after {
			t.Errorf("%s: does %+v, leaves %+v", name, do, after)
		}
	}
}
