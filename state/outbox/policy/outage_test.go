package policy

import (
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

func TestOutage(t *testing.T) {
	down := problem(api.ErrUnavailable, "")
	now := noon
	g := &Outage{}
	var pauses []string
	for range 8 {
		generation, _ := g.Generation()
		g.Observe(generation, down, now, .5)
		g.Observe(generation, down, now, .5)                               // failed together with it
		g.Observe(generation, nil, now, .5)                                // began before
		g.Observe(generation, problem(api.ErrNotFound, ""), now.Add(1), 0) // and this one says nothing of the account
		pauses = append(pauses, g.Pause().Until.Sub(now).String())
		now = g.Pause().Until
	}
	if got := strings.Join(pauses, " "); got != "1s 2s 4s 8s 16s 32s 1m0s 1m0s" {
		t.Errorf("pauses %s", got)
	}
	generation, _ := g.Generation()
	g.Observe(generation, nil, now, .5)
	if _, on := g.Generation(); on || !g.Pause().Until.IsZero() {
		t.Errorf("it goes on: %+v", g.Pause())
	}
	g.Observe(generation, &api.NotPermitted{}, now, .5)
	if _, on := g.Generation(); on {
		t.Error("what was held back is an outage")
	}
	g.Observe(generation-1, problem(api.ErrRateLimited, ""), now, .5)
	if p := g.Pause(); !p.Ordered || p.Until.Sub(now) != 7*time.Second {
		t.Errorf("an order of long ago: %+v", p)
	}
}

// A platform that asks for a day is tried again after an hour, or when a person wants
// it; a short pause that it asks for is kept.
func TestAPersonEndsALongPauseOnly(t *testing.T) {
	for _, tt := range []struct {
		asked, want time.Duration
		until       time.Duration
	}{{24 * time.Hour, state.LongestWait, 0}, {20 * time.Second, 20 * time.Second, 20 * time.Second}} {
		g := &Outage{}
		g.Observe(0, &api.Error{Kind: api.ErrRateLimited, Retry: tt.asked}, noon, .5)
		if got := g.Pause().Until.Sub(noon); got != tt.want {
			t.Errorf("asked for %v: waits %v", tt.asked, got)
		}
		g.Try(noon)
		if got := g.Pause().Until.Sub(noon); got != tt.until {
			t.Errorf("asked for %v, a person tries: waits %v", tt.asked, got)
		}
		if _, on := g.Generation(); !on {
			t.Error("it ends before anything was answered")
		}
	}
}

// A text that goes out ends the pause that an upload began meanwhile, but not one that
// the platform asked for or that another text began.
func TestAnUploadThatFailsDoesNotHideThatTextsGo(t *testing.T) {
	for _, c := range []struct {
		name string
		fail func(g *Outage, generation int)
		on   bool
	}{
		{"upload", func(g *Outage, generation int) {
			g.ObserveUpload(generation, problem(api.ErrUnavailable, ""), noon, .5)
		}, false},
		{"upload, and the platform asks for time", func(g *Outage, generation int) {
			g.ObserveUpload(generation, &api.Error{Kind: api.ErrRateLimited, Retry: time.Minute}, noon, .5)
		}, true},
		{"text", func(g *Outage, generation int) {
			g.Observe(generation, problem(api.ErrUnavailable, ""), noon, .5)
		}, true},
		{"text, then an upload", func(g *Outage, generation int) {
			g.Observe(generation, problem(api.ErrUnavailable, ""), noon, .5)
			now, _ := g.Generation()
			g.ObserveUpload(now, problem(api.ErrUnavailable, ""), noon, .5)
		}, true},
	} {
		g := &Outage{}
		began, _ := g.Generation()
		c.fail(g, began)
		g.Observe(began, nil, noon.Add(time.Second), .5)
		if _, on := g.Generation(); on != c.on {
			t.Errorf("%s: outage %v", c.name, on)
		}
	}
}
