package usercmd

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test program be the command.
func TestMain(m *testing.M) {
	switch os.Getenv("USERCMD") {
	case "":
		os.Exit(m.Run())
	case "echo":
		b := make([]byte, 1<<20)
		n, _ := os.Stdin.Read(b)
		os.Stdout.WriteString("\n" + string(b[:n]) + strings.Join(os.Args[1:], ",") + "\n")
	case "much":
		for range 10_000 {
			os.Stdout.WriteString(strings.Repeat("я", 500))
		}
	case "binary":
		os.Stdout.Write([]byte{0xff, 0xfe})
	case "fail":
		os.Stderr.WriteString("no such order\nand more")
		os.Exit(3)
	case "quiet":
		os.Exit(4)
	case "sleep":
		time.Sleep(time.Hour)
	}
}

// itself is the test program as a command that behaves in some way.
func itself(t *testing.T, how string) Command {
	t.Helper()
	t.Setenv("USERCMD", how)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Command{Name: "Look up", Run: []string{program, "a b", "$HOME;"}}
}

// C17, H3: what a command gets and what becomes of what it prints, and each way to fail in one
// sentence.
func TestACommandOfTheUser(t *testing.T) {
	for how, want := range map[string]struct{ out, err string }{
		"echo":   {"in put\na b,$HOME;,/tmp/x", ""}, // no shell
		"fail":   {"", "Look up failed: no such order (exit status 3)"},
		"quiet":  {"", "Look up failed: exit status 4, and it said nothing: run it in a shell to see why"},
		"binary": {"", "Look up failed: what it printed is no text"},
	} {
		out, err := itself(t, how).Do(t.Context(), []byte("in put\n"), "/tmp/x")
		if out != want.out || (err == nil) != (want.err == "") || err != nil && err.Error() != want.err {
			t.Errorf("%s: %q, %v", how, out, err)
		}
	}
	if out, err := itself(t, "much").Do(t.Context(), nil); err != nil || len(out) > mostOutput || len(out) < mostOutput-4 || !strings.HasSuffix(out, "я") {
		t.Errorf("%d bytes, %v", len(out), err)
	}
	if _, err := (Command{Name: "Look up", Run: []string{"/nowhere/at-all"}}).Do(t.Context(), nil); err == nil || err.Error() != "Look up was not run: there is no program /nowhere/at-all" {
		t.Error(err)
	}
}

func TestACommandThatDoesNotEnd(t *testing.T) {
	c := itself(t, "sleep")
	c.Limit = 50 * time.Millisecond
	if _, err := c.Do(t.Context(), nil); err == nil || err.Error() != "Look up took longer than 50ms and was stopped" {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := itself(t, "sleep").Do(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
