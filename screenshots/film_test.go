package screenshots

import (
	"strings"
	"testing"
	"time"
)

// take is a step of the film: a key, what is said of it, and how long one looks at what
// it leads to. Typed is what is typed letter by letter.
type take struct {
	key, does string
	hold      time.Duration
}

const (
	// perLetter is how fast an agent types, step how often the camera looks.
	perLetter = 45 * time.Millisecond
	step      = 150 * time.Millisecond
)

// three are three customers who are answered.
var three = []take{
	{"", "", 1500 * time.Millisecond},
	{"n", "next waiting", 1200 * time.Millisecond},
	{"r", "reply", 500 * time.Millisecond},
	{"Thank you, I will tell the baker!", "", 600 * time.Millisecond},
	{"alt+s", "send, done, next", 1800 * time.Millisecond},
	{"r", "reply", 500 * time.Millisecond},
	{"It goes out today, free of charge.", "", 600 * time.Millisecond},
	{"alt+s", "send, done, next", 1800 * time.Millisecond},
	{"r", "reply", 500 * time.Millisecond},
	{"Only once: the second line is a hold.", "", 600 * time.Millisecond},
	{"enter", "send", 3 * time.Second},
	{"esc", "leave the reply", 600 * time.Millisecond},
	{"E", "done, next", 3 * time.Second},
}

// record plays takes, and returns what was seen.
func record(t *testing.T, takes []take) (shots []Shot) {
	w := world{plain: true, conversations: 14, seed: 14}
	play(t, t.TempDir(), w, "", morning, 108, 30, func(s *stage) {
		time.Sleep(6 * calm) // they are few
		look := func(d time.Duration, key, does string) {
			time.Sleep(d)
			shots = append(shots, Shot{s.take(Dark), d, key, does})
		}
		for _, k := range takes {
			if len(k.key) > 5 {
				for typed := range strings.SplitSeq(k.key, "") {
					s.press(typed)
					look(perLetter, "…", "type")
				}
			} else if k.key != "" {
				s.press(k.key)
			}
			for d := time.Duration(0); d < k.hold; d += step {
				look(step, k.caption(), k.does)
			}
		}
	})
	return shots
}

// caption is the key, if it is one.
func (k take) caption() string {
	if k.does == "" {
		return ""
	}
	return k.key
}
