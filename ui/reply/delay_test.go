package reply

import (
	"context"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
)

// C18: how long a reply is held goes by its account, else by its channel, else by [ui].
func TestDelayPerChannel(t *testing.T) {
	for _, tt := range []struct {
		delays map[string]time.Duration
		want   time.Duration
	}{
		{nil, 3 * time.Second},
		{map[string]time.Duration{"chat": 5 * time.Second}, 5 * time.Second},
		{map[string]time.Duration{"chat": 5 * time.Second, "a": 0}, 0},
		{map[string]time.Duration{"sms": 5 * time.Second}, 3 * time.Second},
	} {
		f := newBox(t)
		f.env.Settings.Delay, f.env.Settings.Delays = 3*time.Second, tt.delays
		f.run(f.Open(anna, nil))
		f.Paste("Hello")
		f.run(f.Do(keymap.Send))
		if len(f.disk.sent) != 1 || f.disk.sent[0].Delay != tt.want {
			t.Errorf("%v: %+v", tt.delays, f.disk.sent)
		}
	}
}

// returning is a disk that gives messages of the outbox back.
type returning struct{ *disk }

func (r returning) Takeback(_ context.Context, o state.Outbound) (state.Draft, error) {
	d := r.drafts[o.Conversation]
	d.Conversation, d.Body, d.Rev = o.Conversation, strings.TrimSuffix(o.Body+"\n"+d.Body, "\n"), d.Rev+1
	r.drafts[o.Conversation] = d
	return d, nil
}

// C18: a reply that was taken back is written on at its end.
func TestWhatIsTakenBackIsWrittenOn(t *testing.T) {
	f := newBox(t)
	f.env.Outbox = returning{f.disk}
	f.run(f.Open(anna, nil))
	f.run(f.TakeBack(state.Outbound{Conversation: anna, Body: "Your cake is ready"}))
	f.Paste(", see you")
	if got := f.text.Value(); got != "Your cake is ready, see you" {
		t.Errorf("%q", got)
	}
}

// C19: a reply is sent later on every platform; the dialog says by whose clock.
func TestSendLaterOnEveryPlatform(t *testing.T) {
	for caps, words := range map[api.Caps]string{0: "unibox sends it then, if it runs", api.CapSchedule: "The platform sends it then"} {
		f := newBox(t)
		f.env.Accounts[0].Caps = caps
		f.run(f.Open(anna, nil))
		f.Paste("See you")
		if why := f.Why(keymap.Schedule); why != "" {
			t.Fatalf("%q", why)
		}
		f.run(f.Do(keymap.Schedule))
		if said := f.choose(0); !strings.Contains(said, words) {
			t.Errorf("asked:\n%s", said)
		}
		if len(f.disk.sent) != 1 || !f.disk.sent[0].At.After(noon) || f.disk.sent[0].Delay != 0 {
			t.Errorf("%+v", f.disk.sent)
		}
	}
}

// C19: a first message is sent later by our clock, also where the platform keeps times.
func TestAFirstMessageIsSentLater(t *testing.T) {
	f := newBox(t)
	f.env.Accounts[0].Caps |= api.CapSchedule | api.CapStart
	f.run(f.Open(api.ConversationID{Account: "a", Remote: "new"}, &state.First{Channel: api.ChannelID{Account: "a", Remote: "c"}, Kind: "chat", To: "79250000001"}))
	f.Paste("Welcome")
	if why := f.Why(keymap.Schedule); why != "" {
		t.Fatal(why)
	}
	f.run(f.Do(keymap.Schedule))
	if said := f.choose(0); !strings.Contains(said, "unibox sends it then, if it runs") {
		t.Errorf("asked:\n%s", said)
	}
	if len(f.disk.sent) != 1 || !f.disk.sent[0].At.After(noon) {
		t.Errorf("%+v", f.disk.sent)
	}
}

// C19: a time at which only templates arrive is asked about.
func TestSendLaterThanFreeTextIsTaken(t *testing.T) {
	f := newBox(t)
	row, _ := f.thread.Row()
	row.FreeUntil = noon.Add(10 * time.Minute)
	f.thread.row = row
	f.run(f.Open(anna, nil))
	f.Paste("See you")
	f.run(f.Do(keymap.Schedule))
	f.choose(0)
	if said := f.choose(0); !strings.Contains(said, "Only templates arrive then") || len(f.disk.sent) != 0 || f.Draft().Body != "See you" {
		t.Errorf("asked:\n%s", said)
	}
	f.run(f.Do(keymap.Schedule))
	f.choose(0)
	if f.choose(1); len(f.disk.sent) != 1 {
		t.Errorf("%d are sent", len(f.disk.sent))
	}
}
