package dbfile

import "testing"

// Little room is a problem before there is none, and does not come and go.
func TestLittleRoomPausesFetching(t *testing.T) {
	free := int64(300 << 20)
	r := Room{low: 200 << 20, ballast: 8 << 20, free: func(string) (int64, int64, error) { return free, 100 << 30, nil }}
	for _, step := range []struct {
		free          int64
		missed, short bool
	}{{300 << 20, false, false}, {199 << 20, false, true}, {210 << 20, true, true}, {259 << 20, true, false}} {
		free = step.free
		if got := r.Short("x", step.missed); (got != "") != step.short {
			t.Errorf("%+v: %q", step, got)
		}
	}
	if stop, _ := r.enough(64 << 20); stop != 64<<20/20 {
		t.Errorf("a small disk keeps %d free", stop)
	}
}
