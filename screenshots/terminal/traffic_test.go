//go:build unix

package terminal

import (
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestTrafficIsCounted(t *testing.T) {
	w := run(t, `stty -echo; printf ready; read a; printf 12345; printf '\33[H\33[2J'; printf gone; read a`)
	if err := w.Until(patience, func(s string) bool { return s == "ready" }); err != nil {
		t.Fatal(err)
	}
	before, asked := w.Traffic(), time.Now()
	at, err := w.Seen(patience, func(s string) bool { return strings.Contains(s, "gone") }, func() error { return w.Press("enter") })
	if err != nil {
		t.Fatal(err)
	}
	after := w.Traffic()
	if n := after.Bytes - before.Bytes; n < len("12345\x1b[H\x1b[2Jgone") || n > 100 {
		t.Errorf("%d bytes", n)
	}
	if before.Bytes == 0 || after.Pieces <= before.Pieces || at.Before(asked) || at.After(after.Last) {
		t.Errorf("before %+v, asked %v, seen %v, after %+v", before, asked, at, after)
	}
}

func TestSeenTellsWhyNot(t *testing.T) {
	never := func(string) bool { return false }
	nothing := func() error { return nil }
	if _, err := run(t, "exit").Seen(patience, never, nothing); err == nil || err.Error() != "the program ended before" {
		t.Errorf("ended: %v", err)
	}
	if _, err := run(t, "sleep 60").Seen(time.Millisecond, never, nothing); err == nil || err.Error() != "not within 1ms" {
		t.Errorf("late: %v", err)
	}
}

// A line takes its time and loses nothing: neither bytes nor their order, nor the
// program's end.
func TestLineTakesItsTime(t *testing.T) {
	const delay, rate, size = 20 * time.Millisecond, 10_000, 1_000
	w, err := OpenOver(Line{delay, rate}, exec.Command("sh", "-c", `stty -echo; read a; seq 1 250 | tr -d '\n'; exit 3`), 100, 10)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	start := time.Now()
	if err := w.Press("enter"); err != nil {
		t.Fatal(err)
	}
	code, err := w.Ended(patience)
	if code != 3 || err == nil || !strings.Contains(err.Error(), "modes") { // stty
		t.Errorf("exit code %d, %v", code, err)
	}
	if n := w.Traffic().Bytes; n < 642 || n > size { // those of the numbers
		t.Errorf("%d bytes", n)
	}
	if took, least := w.Traffic().Last.Sub(start), 2*delay+642*time.Second/rate; took < least {
		t.Errorf("it took %v, and %v at the least", took, least)
	}
	if text := strings.ReplaceAll(w.Text(), "\n", ""); !strings.Contains(text, "99100101") || !strings.HasSuffix(text, "249250") {
		t.Errorf("it shows %q", text)
	}
}
