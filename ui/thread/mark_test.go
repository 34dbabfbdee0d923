package thread

import (
	"slices"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// C19: a message that the platform sends later says when it goes out, by the outbox: the
// platform lists when it was written. Where nobody knows, no clock is shown.
func TestAScheduledMessageSaysWhenItGoesOut(t *testing.T) {
	p := newPane(80, 12)
	it := state.Item{Pos: 1, Message: api.Message{ID: api.MessageID{Remote: "1"}, Direction: api.Outbound, Body: "See you", At: noon, Delivery: api.DeliveryScheduled}}
	if glyph, word, _ := p.Mark(it); glyph != "◷" || word != "scheduled" {
		t.Errorf("%q %q of one whose time nobody knows", glyph, word)
	}
	it.Sending = &state.Outbound{Status: state.Done, At: noon.Add(21 * time.Hour)}
	if glyph, word, _ := p.Mark(it); glyph != "◷ Sat 09:00" || word != "scheduled" {
		t.Errorf("%q %q", glyph, word)
	}
	history{it}.show(p)
	if want := (fact{"to go out", moment(nil, it.Sending.At, "")}); !slices.Contains(p.facts(), want) {
		t.Errorf("no %v in %v", want, p.facts())
	}
}
