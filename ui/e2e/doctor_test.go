//go:build unix

package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unibox/state"
	"unibox/state/sqlite"
)

// doctor runs `unibox doctor` on what is in home.
func doctor(t *testing.T, home string) *exec.Cmd {
	t.Helper()
	cmd := command(t, home, "doctor", "--config", filepath.Join(home, "config.toml"), "--state", filepath.Join(home, "state"))
	cmd.Env = append(cmd.Env, "MARKER="+marker)
	return cmd
}

// says checks that a doctor says every text, and how it ends.
func says(t *testing.T, got said, code int, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if got.code != code || !strings.Contains(got.out, text) {
			t.Errorf("exit code %d, want %d and %q in\n%s%s", got.code, code, text, got.out, got.err)
		}
	}
}

func TestDoctorFindsNothingWrong(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := p.home(nil)
	says(t, outcome(t, doctor(t, home), ""), 0,
		"✓ "+home+"/config.toml: 1 account", "✓ "+p.origin+"/p1 answers in ", "and the clocks agree", "✓ Bakery: Bakery, 6 channels",
		"✓ "+home+"/state will be made", "✓ TERM is xterm-256color", "✓ the locale is C.UTF-8", "! there is no terminal here")
	if _, err := os.Stat(filepath.Join(home, "state")); err == nil {
		t.Error("the doctor made the state folder")
	}
}

func TestDoctorFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	late := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h := r.Header.Get("X-Private-Api-Token"); h != "" && h != marker {
			t.Errorf("token %q", h)
		}
		w.Header().Set("Date", time.Now().Add(-10*time.Minute).UTC().Format(http.TimeFormat))
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer late.Close()
	home := t.TempDir()
	text := "[keys]\nno.such = \"x\"\n" +
		"[[account]]\nname = \"late\"\nplatform = \"pact\"\ncompany = 1\ntoken = \"" + marker + "\"\nbase_url = \"" + late.URL + "\"\n" +
		"[[account]]\nname = \"dead\"\nplatform = \"pact\"\ncompany = 1\ntoken_env = \"MARKER\"\nbase_url = \"http://127.0.0.1:1\"\n" +
		"[[account]]\nname = \"lost\"\nplatform = \"pact\"\ncompany = 1\ntoken_env = \"NOT_THERE\"\nbase_url = \"http://127.0.0.1:1\"\n" +
		"[[account]]\nname = \"odd\"\nplatform = \"telefax\"\ntoken = \"" + marker + "\"\n"
	os.WriteFile(filepath.Join(home, "config.toml"), []byte(text), 0o600)
	os.Mkdir(filepath.Join(home, "state"), 0o755)
	os.WriteFile(filepath.Join(home, "state", "state.db"), []byte(strings.Repeat("no database ", 500)), 0o600)
	cmd := doctor(t, home)
	cmd.Env = append(cmd.Env, "LANG=C", "TERM=dumb")
	says(t, outcome(t, cmd, ""), 1,
		"x config.toml:2: ", "x config.toml:23: account \"odd\": unknown platform", "v "+home+"/config.toml: 3 accounts",
		"! this machine's clock is 10m", "x http://127.0.0.1:1 refuses connections",
		"x late: the platform refused the token from the config", "x dead: no answer from http://127.0.0.1:1",
		"x lost: the environment variable NOT_THERE is not set",
		"x "+home+"/state is open to others", "chmod 700 "+home+"/state", "state.db", "is damaged",
		`x TERM is "dumb"`, `! the locale is "C", not UTF-8`)
}

func TestDoctorWithoutConfig(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	says(t, outcome(t, doctor(t, home), ""), 1, "✕ there is no config: ", "unibox account add makes one", "✓ "+home+"/state will be made")
	os.WriteFile(filepath.Join(home, "config.toml"), nil, 0o600)
	says(t, outcome(t, doctor(t, home), ""), 1, "config.toml has no account that works")
}

func TestDoctorInATerminal(t *testing.T) {
	t.Parallel()
	p := sandboxed(t)
	home := p.home(nil)
	db, err := sqlite.Open(t.Context(), filepath.Join(home, "state"), state.NewFeed())
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	w := open(t, doctor(t, home), 100, 50)
	w.wait("✓ the store is whole", "✓ the terminal is 100x50", "✓ all colours", "✓ an emoji is drawn 2 wide", "✓ a row of unibox's marks is drawn 4 wide",
		"three pop-ups and a program's status (OSC 7501) were sent (osc9, osc777, osc99), and the bell rang", "; unibox takes osc9 by itself") // A2

	w.ended(0)
	w = open(t, doctor(t, home), 39, 40)
	w.wait("✕ the terminal is 39x40: too small")
	w.ended(1)
}

func TestDoctorInTmux(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	fake := "#!/bin/sh\ncase \"$*\" in -V) echo tmux 3.3a;; *set-clipboard) echo external;; *focus-events) echo on;; *-Apv*allow-passthrough) echo off;; *) exit 1;; esac\n"
	os.WriteFile(filepath.Join(home, "tmux"), []byte(fake), 0o700)
	cmd := doctor(t, home)
	cmd.Env = append(cmd.Env, "TMUX=/tmp/x,1,0", "PATH="+home, "SSH_CONNECTION=a b c d")
	says(t, outcome(t, cmd, ""), 1, "✓ in tmux 3.3a", "! TERM is xterm-256color inside tmux",
		"! tmux keeps copied text from your clipboard (set-clipboard is external)", "tmux set -s set-clipboard on",
		"✓ focus-events is on", "! tmux does not know escape-time", "! tmux keeps pop-ups from your terminal (allow-passthrough is off)", "✓ over SSH")
}
