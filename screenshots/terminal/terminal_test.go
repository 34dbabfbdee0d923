//go:build unix

package terminal

import (
	"os/exec"
	"strings"
	"testing"
	"time"
)

const patience = time.Minute

func run(t *testing.T, script string) *Window {
	t.Helper()
	w, err := Open(exec.Command("sh", "-c", script), 40, 10)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

func TestTypingAndSeeing(t *testing.T) {
	w := run(t, `read a; printf 'you said: %s\n' "$a"; exit 3`)
	if err := w.Press("hello", "enter"); err != nil {
		t.Fatal(err)
	}
	if err := w.Until(patience, func(s string) bool { return strings.Contains(s, "you said: hello") }); err != nil {
		t.Error(err)
	}
	if code, err := w.Ended(patience); code != 3 || err != nil {
		t.Errorf("exit code %d, %v", code, err)
	}
}

func TestUntilTellsWhyNot(t *testing.T) {
	never := func(string) bool { return false }
	if err := run(t, "exit").Until(patience, never); err == nil || err.Error() != "the program ended before" {
		t.Errorf("ended: %v", err)
	}
	if err := run(t, "sleep 60").Until(time.Millisecond, never); err == nil || err.Error() != "not within 1ms" {
		t.Errorf("late: %v", err)
	}
}

func TestEndedSeesWhatWasLeftBehind(t *testing.T) {
	for script, want := range map[string]string{
		"true":                "",
		"stty raw -echo":      "the terminal's modes are",
		`printf '\33[?1049h'`: "the alternate screen",
		`printf '\33[?25l'`:   "the cursor",
	} {
		_, err := run(t, script).Ended(patience)
		if (err == nil) != (want == "") || err != nil && !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", script, err)
		}
	}
}
