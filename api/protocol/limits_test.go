package protocol

import (
	"strings"
	"testing"

	"unibox/api"
)

// C10: the platform states no limit, so nothing is refused; text goes with any file.
func TestLimits(t *testing.T) {
	r := traits().Rule(kind)
	if why := r.RefusesFile("video/x-flv", 1<<40); why != "" || r.TooLong(strings.Repeat("x", 100_000)) {
		t.Errorf("%q", why)
	}
	if r.Caption != api.CaptionAlways || r.MaxFiles != 10 || r.TakesFiles() != "" {
		t.Errorf("%+v", r)
	}
}
