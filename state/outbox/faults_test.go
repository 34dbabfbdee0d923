package outbox_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"unibox/state"
	"unibox/state/outbox"
)

// outcome is how cases stood before anybody decided.
type outcome struct {
	status map[state.Status]int
	sent   int
}

// cell is one case of the table.
type cell struct {
	of    service
	scene scene
	harm  harm
}

func (c cell) String() string {
	return fmt.Sprint(c.of.name, "/", c.scene.name, "/", c.harm.what, " ", c.harm.at)
}

// table lists every case that can be, and counts the others by their reason.
func table() (cells []cell, left map[string]int) {
	left = map[string]int{}
	for _, of := range services {
		for _, sc := range scenes {
			for _, at := range places {
				for _, what := range faults {
					c := cell{of, sc, harm{at, what}}
					if why := c.skipped(); why != "" {
						left[why]++
						continue
					}
					cells = append(cells, c)
				}
			}
		}
	}
	return cells, left
}

// representative picks one case for each service and fault, of another scene and
// place each time.
func representative(cells []cell) (some []cell) {
	groups := map[string][]cell{}
	var order []string
	for _, c := range cells {
		key := c.of.name + "/" + string(c.harm.what)
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], c)
	}
	for i, key := range order {
		group := groups[key]
		some = append(some, group[i*7%len(group)])
	}
	return some
}

// skipped says why a case cannot be; empty if it can.
func (c cell) skipped() string {
	target := c.scene.harmed(c.of)
	switch {
	case target == nil:
		return c.of.name + " has no such step: " + c.scene.name
	case c.harm.at == body && strings.HasPrefix(target.String(), "^GET"):
		return "a question has no body"
	}
	return cannot(c.harm)
}

// TestEveryFaultAtEveryStep plays each scene once with each fault at each
// place, lets it settle, and then lets a person decide what waits: in the end
// everything is there exactly once. Without -full it plays one place and scene
// for each fault of each client.
func TestEveryFaultAtEveryStep(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("hundreds of stores on disk")
	}
	found, err := towns()
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t)
	cells, left := table()
	t.Logf("%d cells of the table", len(cells))
	if !*outbox.Full {
		cells = representative(cells)
	}
	var mu sync.Mutex
	sum := map[fault]*outcome{}
	t.Run("all", func(t *testing.T) {
		for i, c := range cells {
			if outbox.Raced && i%6 != 0 {
				continue
			}
			t.Run(c.String(), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					o := perform(t, c, found[c.of.name], filepath.Join(dir, fmt.Sprint(i)))
					mu.Lock()
					defer mu.Unlock()
					add(sum, c.harm.what, o)
				})
			})
		}
	})
	for _, what := range faults {
		if o := sum[what]; o != nil {
			t.Logf("%-22s sent %4d, done %4d, failed %3d, unknown %3d before anybody decided", what, o.sent, o.status[state.Done], o.status[state.Failed], o.status[state.Uncertain])
		}
	}
	for why, n := range left {
		t.Logf("left out %d times: %s", n, why)
	}
}

func add(all map[fault]*outcome, what fault, o outcome) {
	sum := all[what]
	if sum == nil {
		sum = &outcome{status: map[state.Status]int{}}
		all[what] = sum
	}
	sum.sent += o.sent
	for s, n := range o.status {
		sum.status[s] += n
	}
}

// perform plays a case and returns how it stood before a person decided.
func perform(t *testing.T, c cell, in town, dir string) outcome {
	w := newWorld(t, c.of, dir)
	defer w.end()
	w.town = in
	s := &stage{world: w, folder: t.TempDir()}
	for _, h := range append(slices.Clone(c.scene.before), c.harm) {
		s.script = append(s.script, cue{c.scene.harmed(c.of), h})
	}
	w.choose = s.prompt
	w.start()
	if c.harm.what == takeover {
		w.start()
	}
	pass(time.Second)
	c.scene.play(s)
	w.settle(30 * time.Minute)
	if len(s.script) > 0 {
		t.Errorf("nothing came to harm: %v", s.script)
	}
	o := outcome{status: map[state.Status]int{}, sent: len(w.received())}
	for _, row := range w.all() {
		o.status[row.Status]++
	}
	w.audit()
	for range 3 {
		w.decide()
		w.settle(30 * time.Minute)
	}
	w.audit()
	for _, row := range w.all() {
		if row.Status != state.Done {
			t.Errorf("%q is %s in the end: %s", row.Body, words[row.Status], row.Reason)
		}
	}
	if t.Failed() {
		t.Log(strings.Join(w.log, "\n"))
	}
	return o
}
