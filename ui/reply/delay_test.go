package reply

import (
	"testing"
	"time"

	"unibox/keymap"
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
