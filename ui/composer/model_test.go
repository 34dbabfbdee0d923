package composer

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// model is the editor in its simplest form: one string, one byte offset.
type model struct {
	text string
	at   int
}

func (m *model) insert(s string) {
	m.text = m.text[:m.at] + s + m.text[m.at:]
	m.at += len(s)
}

// lineAt returns where the line of the cursor begins and ends.
func (m *model) lineAt() (from, to int) {
	from = strings.LastIndexByte(m.text[:m.at], '\n') + 1
	to = len(m.text)
	if n := strings.IndexByte(m.text[m.at:], '\n'); n >= 0 {
		to = m.at + n
	}
	return from, to
}

// before returns where the cluster before the cursor begins, and behind where
// the one behind it ends.
func (m *model) before() int {
	from, to := m.lineAt()
	if m.at == from {
		return max(0, from-1)
	}
	for rest := m.text[from:to]; ; {
		c, _ := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
		if from+len(c) >= m.at {
			return from
		}
		from, rest = from+len(c), rest[len(c):]
	}
}

func (m *model) behind() int {
	from, to := m.lineAt()
	if m.at == to {
		return min(len(m.text), to+1)
	}
	for rest := m.text[from:to]; ; {
		c, _ := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
		if from += len(c); from > m.at {
			return from
		}
		rest = rest[len(c):]
	}
}

func (m *model) cut(from, to int) {
	m.text, m.at = m.text[:from]+m.text[to:], from
}

var alphabet = []string{"a", "b", " ", " ", "д", "日", "👍", "🏽", "\u200d", "👩", "\u0301", "\ufe0f", "🇩", "क", "\u094d", "\t", "ab cd", "\n", "x\ny z", "한"}

// step does one random thing to both.
func step(t *testing.T, r *rand.Rand, c *Composer, m *model) string {
	from, to := m.lineAt()
	switch n := r.IntN(16); n {
	case 0:
		press(t, c, "left")
		m.at = m.before()
		return "left"
	case 1:
		press(t, c, "right")
		m.at = m.behind()
		return "right"
	case 2:
		press(t, c, "backspace")
		m.cut(m.before(), m.at)
		return "backspace"
	case 3:
		press(t, c, "delete")
		m.cut(m.at, m.behind())
		return "delete"
	case 4:
		press(t, c, "home")
		m.at = from
		return "home"
	case 5:
		press(t, c, "end")
		m.at = to
		return "end"
	case 6:
		if from == m.at {
			from = m.before()
		}
		press(t, c, "ctrl+u")
		m.cut(from, m.at)
		return "ctrl+u"
	case 7:
		if to == m.at {
			to = m.behind()
		}
		press(t, c, "ctrl+k")
		m.cut(m.at, to)
		return "ctrl+k"
	case 8: // only the rows know where this goes
		key := []string{"up", "down", "pgup", "pgdown", "ctrl+left", "ctrl+right"}[r.IntN(6)]
		press(t, c, key)
		m.at = len(c.buf.slice(pos{}, c.cur))
		return key
	default:
		s := alphabet[r.IntN(len(alphabet))]
		c.Insert(s)
		m.insert(s)
		return fmt.Sprintf("%q", s)
	}
}

func TestEditsLikeTheModel(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 7))
		w := 2 + r.IntN(12)
		c, m := newTest(w, 1+r.IntN(4)), &model{}
		var done []string
		for range 60 {
			done = append(done, step(t, r, c, m))
			if c.Value() != m.text || len(c.buf.slice(pos{}, c.cur)) != m.at {
				t.Fatalf("seed %d after %v: %q at %v, want %q at %d", seed, done, c.Value(), c.cur, m.text, m.at)
			}
			checkView(t, c, w)
			checkSettled(t, c)
		}
	}
}

// checkSettled checks that the view has no empty row while there is text above.
func checkSettled(t *testing.T, c *Composer) {
	t.Helper()
	if lowest := c.back(c.lastRow(), c.Rows()-1); lowest.before(c.top) {
		t.Fatalf("the view begins at %v, and could at %v", c.top, lowest)
	}
}

func TestUndoReturnsExactly(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 11))
		c, m := newTest(10, 3), &model{}
		seen := map[string]bool{"": true}
		for range 80 {
			if r.IntN(2) == 0 {
				press(t, c, alphabet[r.IntN(12)])
				*m = model{c.Value(), len(c.buf.slice(pos{}, c.cur))}
			} else {
				step(t, r, c, m)
			}
			seen[c.Value()] = true
		}
		final, steps := c.Value(), 0
		for ; len(c.history.done) > 0; steps++ {
			if press(t, c, "ctrl+z"); !seen[c.Value()] {
				t.Fatalf("seed %d: undo made %q, which never was", seed, c.Value())
			}
			checkView(t, c, 10)
		}
		if !c.Empty() {
			t.Fatalf("seed %d: undone to %q", seed, c.Value())
		}
		for range steps {
			press(t, c, "alt+z")
		}
		if c.Value() != final {
			t.Fatalf("seed %d: redone to %q, want %q", seed, c.Value(), final)
		}
	}
}
