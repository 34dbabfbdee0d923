package app

import (
	"runtime/debug"
	"testing"
)

// The version says the commit, whether files were changed after it, and the Go version; what
// is not recorded it does not make up.
func TestTheVersionSaysWhatIsRecorded(t *testing.T) {
	vcs := func(changed string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs.revision", Value: "d206ab5e41cc9f0a11bb"}, {Key: "vcs.time", Value: "2026-11-29T23:10:00Z"}, {Key: "vcs.modified", Value: changed}}
	}
	for _, c := range []struct {
		version  string
		settings []debug.BuildSetting
		want     string
	}{
		{"v1.4.0", vcs("false"), "unibox v1.4.0, commit d206ab5e41cc of 2026-11-29, go1.26.7"},
		{"v1.4.1-0.20261129231000-d206ab5e41cc+dirty", vcs("true"), "unibox v1.4.1-0.20261129231000-d206ab5e41cc+dirty, commit d206ab5e41cc of 2026-11-29, with changes, go1.26.7"},
		{"v1.4.0", nil, "unibox v1.4.0, commit not recorded, go1.26.7"},
		{"(devel)", nil, "unibox (no version), commit not recorded, go1.26.7"},
	} {
		info := &debug.BuildInfo{GoVersion: "go1.26.7", Main: debug.Module{Version: c.version}, Settings: c.settings}
		if got := buildOf(info).String(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
