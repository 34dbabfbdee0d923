//go:build unix

package e2e

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var idleFor = flag.Duration("idle", 5*time.Second, "how long the benchmarks watch the program while nothing happens")

// quiet is after how long without a byte a frame counts as settled.
const quiet = 40 * time.Millisecond

// rest is after how long nothing follows any more: neither the conversation of the
// selected row, nor the mark of a draft.
const rest = 400 * time.Millisecond

// BenchmarkProgram measures the built program in a terminal, on a sample. README.md
// says how to run it.
func BenchmarkProgram(b *testing.B) {
	s, folder := sample()
	home := sampleHome(b, s, folder, "")
	first := run(b, home) // brings the copy up to date, and its pages into memory
	first.ready()
	want := body(first.Text())
	first.quit()
	for _, bench := range []struct {
		name string
		run  func(*testing.B, func() program)
	}{
		{"start", func(b *testing.B, _ func() program) { benchmarkStart(b, home, want) }},
		{"list", benchmarkList}, {"rested", benchmarkRested}, {"held", benchmarkHeld}, {"filter", benchmarkFilter},
		{"search", benchmarkSearch}, {"typing", benchmarkTyping}, {"idle", benchmarkIdle}, {"second", benchmarkSecond},
	} {
		b.Run(bench.name, func(b *testing.B) {
			bench.run(b, func() program {
				p := run(b, home)
				b.Cleanup(p.end)
				p.ready()
				return p
			})
			b.ReportMetric(0, "ns/op") // a name that says too little
		})
	}
}

// benchmarkStart is the time until all of the screen but the state of the accounts is
// as it was when the first start had settled.
func benchmarkStart(b *testing.B, home, want string) {
	var took, cpu, settled, peak []float64
	for b.Loop() {
		for range 5 {
			start := time.Now()
			p := run(b, home)
			at, err := p.Seen(patience, func(screen string) bool { return body(screen) == want }, func() error { return nil })
			if err != nil {
				b.Fatalf("the whole first frame: %v; it was\n%s\nand is\n%s", err, want, body(p.Text()))
			}
			took, cpu = append(took, ms(at.Sub(start))), append(cpu, ms(p.cpu()))
			p.Settle(time.Second)
			settled, peak = append(settled, ms(p.cpu())), append(peak, p.peak())
			p.quit()
		}
	}
	b.ReportMetric(part(took, 50), "ms")
	b.ReportMetric(part(cpu, 50), "cpu-ms")
	b.ReportMetric(part(settled, 50), "settled-cpu-ms")
	b.ReportMetric(part(peak, 100), "peak-MB")
}

// BenchmarkBare is the start of the least that a program on Bubble Tea is, measured as that
// of unibox is: what a millisecond is worth on this machine.
func BenchmarkBare(b *testing.B) {
	path := filepath.Join(b.TempDir(), "bare")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "./testdata/bare")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build: %v: %s", err, out)
	}
	var took, cpu []float64
	for b.Loop() {
		for range 5 {
			start := time.Now()
			cmd := exec.Command(path)
			cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor")
			p := program{open(b, cmd, 120, 40), cmd.Process.Pid}
			at, err := p.Seen(patience, func(screen string) bool { return strings.Contains(screen, "row 40") }, func() error { return nil })
			if err != nil {
				b.Fatalf("the first frame: %v; the screen is\n%s", err, p.Text())
			}
			took, cpu = append(took, ms(at.Sub(start))), append(cpu, ms(p.cpu()))
			p.Settle(rest)
			p.quit()
		}
	}
	b.ReportMetric(part(took, 50), "ms")
	b.ReportMetric(part(cpu, 50), "cpu-ms")
	b.ReportMetric(0, "ns/op")
}

// benchmarkList is one press after the other, each after the frame of the last.
func benchmarkList(b *testing.B, start func() program) {
	p := start()
	p.listAll()
	var all []cost
	for b.Loop() {
		for range 120 {
			all = append(all, p.measure(quiet, func() { p.press("j") }))
		}
	}
	reportKeys(b, all[5:])
	b.ReportMetric(p.peak(), "peak-MB")
}

// benchmarkRested is a press after which the cursor rests, so that all of the
// conversation is shown.
func benchmarkRested(b *testing.B, start func() program) {
	p := start()
	p.listAll()
	var all []cost
	for b.Loop() {
		for range 20 {
			all = append(all, p.measure(rest, func() { p.press("j") }))
		}
	}
	reportKeys(b, all)
}

// benchmarkHeld is a key that is held for two seconds, at the usual rate.
func benchmarkHeld(b *testing.B, start func() program) {
	p := start()
	p.listAll()
	var all []cost
	for b.Loop() {
		all = append(all, p.hold(60, "j"))
	}
	b.ReportMetric(mean(all, func(c cost) float64 { return float64(c.bytes) }), "B")
	b.ReportMetric(mean(all, func(c cost) float64 { return ms(c.cpu) }), "cpu-ms")
}

// benchmarkTyping is one character after the other in a reply.
func benchmarkTyping(b *testing.B, start func() program) {
	p := start()
	p.press("r")
	p.wait(seenComposer)
	if !wide(p.Text()) {
		b.Fatal("no wide characters are on the screen")
	}
	var all []cost
	const text = "we send you another one tomorrow"
	for b.Loop() {
		for range 4 {
			p.measure(2*quiet, func() { p.press("x") })
			for _, r := range text {
				all = append(all, p.measure(quiet, func() { p.press(string(r)) }))
			}
			p.measure(rest, func() { p.press(strings.Repeat("\x7f", len(text)+1)) })
		}
	}
	reportKeys(b, all)
}

// benchmarkFilter is a given name that is typed at once to filter all conversations.
func benchmarkFilter(b *testing.B, start func() program) {
	p := start()
	p.listAll()
	var took, cpu []float64
	for b.Loop() {
		for _, name := range []string{"Ruby", "Grace", "Наталья", "Leo", "Isla", "Emma", "Henry", "Chloe"} {
			p.press("/")
			p.wait("│ / ")
			p.Settle(rest)
			c := p.measure(rest, func() { took = append(took, p.shows(name, filtered(name))) })
			cpu = append(cpu, ms(c.cpu))
			p.press("esc")
			p.wait("│ ALL")
			p.Settle(rest)
		}
	}
	reportAnswers(b, took, cpu)
	b.ReportMetric(p.peak(), "peak-MB")
}

// filtered reports whether the list is that of a filter: its title says so, and the
// first rows are of people of the name.
func filtered(name string) func(screen string) bool {
	title := regexp.MustCompile("│ / " + name + ` +\d+ │`)
	return func(screen string) bool {
		rows := strings.Split(screen, "\n")
		return title.MatchString(screen) && strings.Contains(rows[2], name)
	}
}

// benchmarkSearch is a word that is typed at once to search all messages; hit is
// from the choice of the first message until its conversation is shown.
func benchmarkSearch(b *testing.B, start func() program) {
	p := start()
	var took, cpu, hit []float64
	for b.Loop() {
		for _, word := range []string{"umbrella", "receipt", "sourdough", "present", "заказ", "order", "open", "Sunday"} {
			p.press("S")
			p.wait("│ words")
			p.Settle(rest)
			c := p.measure(rest, func() { took = append(took, p.shows(word, found(word))) })
			cpu = append(cpu, ms(c.cpu))
			hit = append(hit, ms(p.measure(rest, func() { p.press("enter") }).took))
		}
	}
	reportAnswers(b, took, cpu)
	b.ReportMetric(part(hit, 50), "hit-ms")
	b.ReportMetric(p.peak(), "peak-MB")
}

// found reports whether a search shows a message with the word.
func found(word string) func(screen string) bool {
	row := regexp.MustCompile("(?i)│ ▸ .*" + word)
	return row.MatchString
}

// shows types text and returns how many milliseconds pass until the screen is as ok
// wants it.
func (p program) shows(text string, ok func(screen string) bool) float64 {
	p.t.Helper()
	start := time.Now()
	at, err := p.Seen(patience, ok, func() error { return p.Press(text) })
	if err != nil {
		p.t.Fatalf("what %q leads to: %v", text, err)
	}
	return ms(at.Sub(start))
}

// benchmarkIdle is a screen at which nobody does anything.
func benchmarkIdle(b *testing.B, start func() program) {
	p := start()
	p.panesAlone()
	watchIdle(b, p)
}

// benchmarkSecond is the screen of a second session on the same store at which nobody does
// anything, while nobody does at the first one's.
func benchmarkSecond(b *testing.B, start func() program) {
	start()
	watchIdle(b, start())
}

// BenchmarkIdleLive is the same with accounts of all platforms that answer, at the limits
// that these publish. What there is was read before, faster than they allow.
func BenchmarkIdleLive(b *testing.B) {
	s := sandboxed(b)
	home := s.home(func(string) string { return s.config }) // all of them
	fresh := func(screen string) bool {
		return strings.Count(screen, "● now") == strings.Count(s.config, "[[account]]")
	}
	first := run(b, home)
	first.until("all accounts to be read", fresh)
	first.quit()
	config := filepath.Join(home, "config.toml")
	text, err := os.ReadFile(config)
	if err == nil {
		err = os.WriteFile(config, fast.ReplaceAll(text, nil), 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
	p := run(b, home)
	b.Cleanup(p.end)
	p.until("all accounts to be fresh", fresh)
	p.Settle(3 * time.Second)
	watchIdle(b, p)
	b.ReportMetric(0, "ns/op")
}

// fast is the line by which the sandbox is asked more often than a platform allows.
var fast = regexp.MustCompile(`(?m)^pace = .*\n`)

func watchIdle(b *testing.B, p program) {
	time.Sleep(2 * time.Second) // what the start has left to do
	cpu, wakeups, bytes, start := p.cpu(), p.wakeups(), p.Traffic().Bytes, time.Now()
	for b.Loop() {
		time.Sleep(*idleFor)
	}
	passed := time.Since(start)
	b.ReportMetric(100*float64(p.cpu()-cpu)/float64(passed), "cpu-%")
	b.ReportMetric(float64(p.wakeups()-wakeups)/passed.Seconds(), "wakeups/s")
	b.ReportMetric(float64(p.Traffic().Bytes-bytes), "B")
	b.ReportMetric(p.peak(), "peak-MB")
}

func reportKeys(b *testing.B, all []cost) {
	took, seen, bytes := make([]float64, len(all)), make([]float64, len(all)), make([]float64, len(all))
	for i, c := range all {
		took[i], seen[i], bytes[i] = ms(c.took), ms(c.seen), float64(c.bytes)
	}
	b.ReportMetric(part(seen, 99), "seen-p99-ms") // without what comes by itself within quiet
	b.ReportMetric(part(took, 50), "p50-ms")
	b.ReportMetric(part(took, 99), "p99-ms")
	b.ReportMetric(part(bytes, 50), "p50-B/key")
	b.ReportMetric(mean(all, func(c cost) float64 { return float64(c.bytes) }), "B/key")
	b.ReportMetric(mean(all, func(c cost) float64 { return ms(c.cpu) }), "cpu-ms/key")
}

func reportAnswers(b *testing.B, took, cpu []float64) {
	b.ReportMetric(part(took, 50), "p50-ms")
	b.ReportMetric(part(took, 100), "max-ms")
	b.ReportMetric(part(cpu, 50), "cpu-ms")
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// part is the value that n of a hundred do not exceed.
func part(all []float64, n int) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)*n/100, len(sorted)-1)]
}

func mean(all []cost, of func(cost) float64) float64 {
	sum := 0.0
	for _, c := range all {
		sum += of(c)
	}
	return sum / float64(len(all))
}
