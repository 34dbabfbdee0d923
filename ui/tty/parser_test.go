package tty

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

// typist is a terminal whose reads are given, each after a wait.
type typist struct{ reads []read }

type read struct {
	after time.Duration // in milliseconds
	data  string
}

func (f *typist) Read(p []byte) (int, error) {
	if len(f.reads) == 0 {
		time.Sleep(time.Minute)
		return 0, io.EOF
	}
	next := f.reads[0]
	time.Sleep(next.after * time.Millisecond)
	f.reads = f.reads[1:]
	return copy(p, next.data), nil
}

// received is what came in, each with the milliseconds since the start.
type received struct {
	mu    sync.Mutex
	start time.Time
	all   []string
	at    []int64
}

func (r *received) add(msg tea.Msg) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, name(msg))
	r.at = append(r.at, time.Since(r.start).Milliseconds())
}

// name is a message as the tables below write it.
func name(msg tea.Msg) string {
	switch msg := msg.(type) {
	case uv.KeyPressEvent:
		return msg.String()
	case tea.PasteMsg:
		return "paste " + msg.Content
	case uv.MouseEvent:
		return msg.Mouse().String()
	case BurstMsg:
		return "burst " + msg.Text
	}
	return fmt.Sprintf("%T", msg)
}

// take runs a reader over reads, on a fake clock.
func take(t *testing.T, p parser, reads ...read) *received {
	got := &received{}
	synctest.Test(t, func(t *testing.T) {
		got.start = time.Now()
		r := newReader(p, got.add)
		if err := r.run(&typist{reads}); err != io.EOF {
			t.Error(err)
		}
		synctest.Wait()
		r.close()
	})
	return got
}

const (
	long  = "a pasted line of text that goes on"
	start = "\x1b[200~"
	end   = "\x1b[201~"
)

var (
	here   = parser{term: "xterm-256color", marked: true, rtt: time.Millisecond}
	away   = parser{term: "xterm-256color", marked: true, rtt: 300 * time.Millisecond}
	silent = parser{term: "xterm-256color", marked: true}
	exact  = parser{term: "xterm-kitty", marked: true, exact: true}
	bare   = parser{term: "vt220"} // does not mark pastes
)

func TestReader(t *testing.T) {
	held := strings.Repeat("j", 40)
	for _, c := range []struct {
		name  string
		p     parser
		reads []read
		want  []string
	}{
		{"typing", here, []read{{0, "h"}, {9, "й"}, {9, "\r"}}, []string{"h", "й", "enter"}},
		{"typing in one piece", here, []read{{0, "да\x1b[A\t"}}, []string{"д", "а", "up", "tab"}},
		{"a cluster is one key", here, []read{{0, "👩🏽‍💻é\u0301"}}, []string{"👩🏽‍💻", "é\u0301"}},

		// K4
		{"a click", here, []read{{0, "\x1b[<0;10;5M\x1b[<0;10;5m"}}, []string{"left", "left"}},
		{"a click in pieces", here, []read{{0, "\x1b[<0;1"}, {9, "0;5M"}}, []string{"left"}},
		{"the wheel and a drag", here, []read{{0, "\x1b[<65;10;5M\x1b[<32;11;5M"}}, []string{"wheeldown", "left"}},
		{"a click of an old terminal", here, []read{{0, "\x1b[M *%"}}, []string{"left"}},

		// What is typed while the line stands still is no paste.
		{"text and enter at once", here, []read{{0, long + "\r"}}, append(strings.Split(strings.ReplaceAll(long, " ", "."), ""), "enter")},
		{"an input method", bare, []read{{0, "这是一个很长的句子用来测试输入法的输入内容是否正确"}}, strings.Split("这是一个很长的句子用来测试输入法的输入内容是否正确", "")},
		{"a held key", bare, []read{{0, held}}, strings.Split(held, "")},
		{"enter held", bare, []read{{0, strings.Repeat("\r", 30)}}, slices.Repeat([]string{"enter"}, 30)},
		{"eight characters and enter", bare, []read{{0, "你好你好你好你好\r"}}, append(strings.Split("你好你好你好你好", ""), "enter")},

		// A terminal that does not mark pastes.
		{"a burst", bare, []read{{0, long + "\r" + long + "\r"}}, []string{"burst " + long + "\r" + long + "\r"}},
		{"the end of a burst", bare, []read{{0, long + "\r"}, {10, "ok\r"}}, []string{"burst " + long + "\r", "burst ok\r"}},
		{"a key after a burst", bare, []read{{0, long + "\r"}, {200, "\r"}}, []string{"burst " + long + "\r", "enter"}},
		{"a burst cut in a character", bare, []read{{0, long + "\rя\xd0"}, {1, "\xb8\r"}}, []string{"burst " + long + "\rя", "burst и\r"}},
		{"it marks one, so it marks all", bare, []read{{0, start + "x" + end}, {90, long + "\r"}}, append(append([]string{"paste x"}, strings.Split(strings.ReplaceAll(long, " ", "."), "")...), "enter")},
		{"it says that it marks them", bare, []read{{0, "\x1b[?2004;1$y"}, {90, strings.Repeat("ab", 14) + "\r"}}, append(append([]string{"uv.ModeReportEvent"}, strings.Split(strings.Repeat("ab", 14), "")...), "enter")},
		{"it knows no such mode", bare, []read{{0, "\x1b[?2004;0$y"}, {90, long + "\r"}}, []string{"uv.ModeReportEvent", "burst " + long + "\r"}},

		// Pastes.
		{"a paste", here, []read{{0, start + "a\r\nb\rc\n\x1b[31mя" + end + "\r"}}, []string{"paste a\nb\nc\n\x1b[31mя", "enter"}},
		{"a paste in pieces", here, []read{{0, "\x1b[20"}, {60, "0~a\xd1"}, {60, "\x8fb\x1b[2"}, {60, "01"}, {60, "~q"}}, []string{"paste aяb", "q"}},
		{"an empty paste", here, []read{{0, start + end + "q"}}, []string{"q"}},
		{"ctrl+c while one is under way", here, []read{{0, start + "abc"}, {100, "\x03"}, {10, "q"}}, []string{"paste abc", "ctrl+c", "q"}},
		{"a paste without an end", here, []read{{0, start + "abc"}, {1500, "q"}, {50, "\r"}}, []string{"paste abc", "q", "enter"}},
		{"esc ends it", here, []read{{0, start + "abc"}, {1500, "\x1b"}, {700, "q"}}, []string{"paste abc", "esc", "q"}},
		{"an arrow ends it", here, []read{{0, start + "abc"}, {1500, "\x1b[A"}}, []string{"paste abc", "up"}},
		{"its end comes late", here, []read{{0, start + "abc"}, {3000, "def\r" + end}, {5, "q"}}, []string{"paste abc", "paste def\n", "q"}},
		{"its end is all that comes late", here, []read{{0, start + "abc"}, {3000, end}, {5, "q"}}, []string{"paste abc", "q"}},
		{"its end comes late and in pieces", here, []read{{0, start + "abc\x1b[2"}, {3000, "01~"}, {5, "q"}}, []string{"paste abc", "q"}},
		{"its end comes a byte at a time", here, []read{{0, start + "abc\x1b"}, {1200, "["}, {1200, "201~"}, {5, "q"}}, []string{"paste abc", "q"}},
		{"its rest comes late and never ends", here, []read{{0, start + "abc"}, {3000, "rm -rf\r"}, {3000, "q"}}, []string{"paste abc", "paste rm -rf\n", "q"}},

		// Sequences and characters in pieces.
		{"half a character", here, []read{{0, "\xd0"}, {60, "\xb9"}}, []string{"й"}},
		{"half a character, much later", here, []read{{0, "\xf0\x9f"}, {900, "\x98\x80"}}, []string{"😀"}},
		{"half a character and no more", here, []read{{0, "\xd0"}, {2500, "q"}}, []string{"q"}},
		{"no character", here, []read{{0, "a\xff\x9bb"}}, []string{"a", "b"}},
		{"an arrow in pieces", here, []read{{0, "\x1b"}, {40, "["}, {400, "A"}}, []string{"up"}},
		{"an arrow in pieces on a slow line", away, []read{{0, "\x1b"}, {300, "["}, {400, "A"}}, []string{"up"}},
		{"an arrow in pieces, nothing known", silent, []read{{0, "\x1b"}, {90, "[A"}}, []string{"up"}},
		{"a key in pieces", here, []read{{0, "\x1b[1;"}, {900, "5C"}}, []string{"ctrl+right"}},
		{"an arrow behind its esc", here, []read{{0, "\x1b"}, {150, "[A"}, {90, "A"}}, []string{"esc", "up", "A"}},
		{"which is learned", here, []read{{0, "\x1b"}, {150, "[A"}, {90, "\x1b"}, {150, "[B"}}, []string{"esc", "up", "down"}},
		{"esc and what is typed later", here, []read{{0, "\x1b"}, {150, "["}, {150, "A"}, {2000, "[A"}}, []string{"esc", "[", "A", "[", "A"}},
		{"esc, a key and a name at once", here, []read{{0, "\x1b"}, {100, "/"}, {50, "Os"}}, []string{"esc", "/", "O", "s"}},
		{"esc and a name at once", here, []read{{0, "\x1b"}, {150, "Oscar"}}, []string{"esc", "O", "s", "c", "a", "r"}},
		{"two arrows behind their esc", here, []read{{0, "\x1b"}, {150, "[A\x1b[B"}}, []string{"esc", "up", "down"}},
		{"where esc is sent otherwise", exact, []read{{0, "\x1b"}, {400, "[A"}, {9, "\x1b[27u"}}, []string{"up", "esc"}},
		{"esc", here, []read{{0, "\x1b"}}, []string{"esc"}},
		{"esc twice", here, []read{{0, "\x1b\x1b"}}, []string{"esc", "esc"}},
		{"alt and an arrow", here, []read{{0, "\x1b\x1b[A"}}, []string{"alt+up"}},
		{"alt", here, []read{{0, "\x1bj\x1bп\x1b\r\x1bJ"}}, []string{"alt+j", "alt+п", "alt+enter", "alt+shift+j"}},
		{"alt and a bracket", here, []read{{0, "\x1b["}}, []string{"alt+["}},
		{"keys of the Linux console", parser{term: "linux"}, []read{{0, "\x1b[[Aq"}}, []string{"f1", "q"}},
		{"keypad", here, []read{{0, "\x1bOA\x1bOP"}}, []string{"up", "f1"}},
		{"another layout", exact, []read{{0, "\x1b[1095::120;5u"}}, []string{"ctrl+x"}},
		{"shift alone is no key", exact, []read{{0, "\x1b[57441;2uq"}}, []string{"q"}},

		// Answers of the terminal.
		{"an answer in pieces", here, []read{{0, "\x1b]11;rgb:0000"}, {900, "/0000/0000\x1b"}, {90, "\\q"}}, []string{"uv.BackgroundColorEvent", "q"}},
		{"an answer without an end", here, []read{{0, "\x1b]11;rgb:"}, {2500, "q"}}, []string{"q"}},
		{"a broken sequence", here, []read{{0, "\x1b[1;\x1b[Aq"}}, []string{"up", "q"}},
		{"an unknown sequence", here, []read{{0, "\x1b[?99;1$zq"}}, []string{"q"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i, s := range c.want {
				if s == "." {
					c.want[i] = "space"
				}
			}
			got := take(t, c.p, c.reads...).all
			for i, s := range got {
				if s == " " {
					got[i] = "space"
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Esc answers soon where the line is fast, and in half a second on any.
func TestEscDoesNotWaitForEver(t *testing.T) {
	for _, c := range []struct {
		p    parser
		want int64
	}{
		{here, 51}, {silent, 100}, {parser{remote: true}, 250}, {away, 350}, {parser{rtt: 5 * time.Second}, 500}, {exact, 500},
	} {
		if got := take(t, c.p, read{0, "\x1b"}); len(got.at) != 1 || got.at[0] != c.want {
			t.Errorf("%+v: %q at %v ms, want %d", c.p, got.all, got.at, c.want)
		}
	}
}

// Whatever comes in, the next keys are keys again once it is quiet: no input
// leaves the reader waiting for ever.
func FuzzReaderFindsOut(f *testing.F) {
	for _, s := range []string{start + "abc", "\x1b]0;", "\x1bP1", "\x1b[", "\xf0\x9f", "\x1b\x1b", "\x1bO", "\x1b[[", start + "\x1b[201", "\x1b_x\x1b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, p := range []parser{here, bare, exact} {
			now := time.Unix(0, 0)
			p.feed(now, []byte(s))
			for range 3 {
				now = now.Add(5 * time.Second)
				p.expire(now)
			}
			if got := p.feed(now, []byte{3}); len(got) == 0 || name(got[len(got)-1]) != "ctrl+c" {
				t.Errorf("%q: ctrl+c is %v", s, got)
			}
			now = now.Add(5 * time.Second)
			if got := p.feed(now, []byte("q")); len(got) != 1 || name(got[0]) != "q" {
				t.Errorf("%q: q is %v", s, got)
			}
		}
	})
}

// A long paste loses nothing and does not take long.
func TestALongPasteIsWhole(t *testing.T) {
	in := strings.Repeat("строка 日本語 👍🏽 of a long paste\r", 20000)
	p := here
	var got strings.Builder
	now := time.Unix(0, 0)
	for b := []byte(start + in + end); len(b) > 0; {
		n := min(len(b), 4095)
		for _, msg := range p.feed(now, b[:n]) {
			got.WriteString(msg.(tea.PasteMsg).Content)
		}
		b = b[n:]
	}
	if want := lines(in); got.String() != want {
		t.Errorf("%d bytes of %d", got.Len(), len(want))
	}
}

func TestABurstAsKeys(t *testing.T) {
	var got []string
	for b := (BurstMsg{"aя \r\nx\ty\xff"}); ; {
		k, rest, ok := b.Next()
		if !ok {
			break
		}
		got, b = append(got, k.String()), rest
	}
	if want := []string{"a", "я", "space", "enter", "x", "tab", "y"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
