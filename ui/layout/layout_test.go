package layout

import "testing"

func TestPanesCoverTheScreen(t *testing.T) {
	for w := 1; w <= 260; w++ {
		for _, h := range []int{1, 2, 3, 10, 24, 50} {
			for _, focus := range []Pane{Channels, List, Thread} {
				for _, zoom := range []bool{false, true} {
					top := 1 + h/10%3
					l := Compute(w, h, top, focus, zoom, true)
					covers(t, l)
					if !l.Shown(focus) && h > top {
						t.Errorf("%dx%d: the focused pane is not shown", w, h)
					}
				}
			}
		}
	}
}

func covers(t *testing.T, l Layout) {
	t.Helper()
	x, rows := 0, l.Strip.H+l.Hints.H
	first := true
	for _, r := range l.Panes {
		if r.W == 0 {
			continue
		}
		if !first {
			x++
		}
		first = false
		if r.X != x || r.Y != l.Strip.H || r.H != l.H-rows {
			t.Fatalf("%dx%d: pane at %+v, expected x %d", l.W, l.H, r, x)
		}
		x += r.W
	}
	if x != l.W {
		t.Fatalf("%dx%d: panes end at %d", l.W, l.H, x)
	}
}

// L8: panes fold by themselves where there is less room, 80x24 among it.
func TestFolding(t *testing.T) {
	for _, c := range []struct {
		w            int
		rail, single bool
	}{{200, false, false}, {100, false, false}, {99, true, false}, {80, true, false}, {79, false, true}, {40, false, true}} {
		l := Compute(c.w, 24, 1, List, false, true)
		if l.Rail != c.rail || l.Single != c.single {
			t.Errorf("%d columns: rail %v, single %v", c.w, l.Rail, l.Single)
		}
	}
}

// W5: a panel stands beside the thread where that stays wide enough, and nowhere else.
func TestAPanelBesideTheThread(t *testing.T) {
	for w := 20; w <= 260; w++ {
		l := Compute(w, 40, 1, Thread, false, true)
		b := l.Beside(36)
		if b.Panel.Empty() {
			if b != l || l.Panes[Thread].W >= 90 {
				t.Errorf("%d columns: no panel, thread of %d", w, b.Panes[Thread].W)
			}
			continue
		}
		if th := b.Panes[Thread]; th.W < leastThread || th.X+th.W+1 != b.Panel.X || b.Panel.X+b.Panel.W != w || b.Panel.H != th.H || b.Panel.W != 35 {
			t.Errorf("%d columns: thread %+v, panel %+v", w, th, b.Panel)
		}
	}
}

func TestTheLeastWidthForAPanel(t *testing.T) {
	n := LeastBeside(36)
	fits := func(w int) bool { return !Compute(w, 40, 1, Thread, false, true).Beside(36).Panel.Empty() }
	if fits(n-1) || !fits(n) || !fits(n+1) {
		t.Errorf("not %d columns", n)
	}
}
