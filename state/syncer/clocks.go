package syncer

import (
	"fmt"
	"time"

	"unibox/api"
	"unibox/state"
)

// report is the plan's, with a sentence on the clocks where there is nothing worse.
func (l *loop) report() state.Health {
	h := l.plan.report()
	if clock, ok := l.provider.(api.Clock); ok && h.Reason == "" {
		h.Reason = clocks(clock.Ahead())
	}
	return h
}

// clocksApart is how far the clocks may be apart before a person is told.
const clocksApart = 2 * time.Minute

// clocks says that this machine's clock and the platform's do not agree, in
// steps that do not change with every answer.
func clocks(ahead time.Duration) string {
	way, apart := "behind", ahead
	if ahead < 0 {
		way, apart = "ahead of", -ahead
	}
	step := time.Minute
	if apart >= time.Hour {
		step = time.Hour
	}
	if apart < clocksApart {
		return ""
	}
	n := int((apart + step/2) / step)
	unit := map[time.Duration]string{time.Minute: "min", time.Hour: "h"}[step]
	return fmt.Sprintf("this machine's clock is about %d %s %s the platform's: set it, or times and ages are wrong", n, unit, way)
}
