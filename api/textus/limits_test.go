package textus

import (
	"strings"
	"testing"
)

// C10: an SMS takes no files, and no length is known that it may not have
// (REFERENCE.md "Sending").
func TestLimits(t *testing.T) {
	r := traits().Rule(kind)
	if why := r.RefusesFile("image/png", 1); why != "cannot go: SMS takes no files" {
		t.Error(why)
	}
	if r.TooLong(strings.Repeat("x", 10_000)) || !r.Parts {
		t.Error("its length is limited, or it is not counted in parts")
	}
}
