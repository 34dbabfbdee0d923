package notify

import (
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// known are the terminals whose way is known, by how what they are called begins: in TERM,
// TERM_PROGRAM, LC_TERMINAL, or in what they answer when they are asked for their name.
var known = []struct {
	name string
	way  Way
}{
	{"kitty", OSC99}, {"xterm-kitty", OSC99}, {"foot", OSC99},
	{"ghostty", OSC777}, {"xterm-ghostty", OSC777}, {"wezterm", OSC777}, {"rxvt", OSC777},
	{"iterm", OSC9}, {"linux", None}, {"dumb", None}, {"eterm", None},
}

// Named is the way of a terminal by its name, "" where it is not known.
func Named(name string) Way {
	name = strings.ToLower(name)
	for _, k := range known {
		if strings.HasPrefix(name, k.name) {
			return k.way
		}
	}
	return ""
}

// Detect is the way of the terminal that an environment tells of. Inside tmux and screen
// that is the terminal outside, as far as it left a trace. What is not known gets OSC9,
// which terminals ignore that do not know it.
func Detect(env []string) Way {
	e := uv.Environ(env)
	for _, name := range []string{"LC_TERMINAL", "TERM_PROGRAM", "TERM"} {
		if way := Named(e.Getenv(name)); way != "" {
			return way
		}
	}
	for _, trace := range []struct {
		name string
		way  Way
	}{{"KITTY_WINDOW_ID", OSC99}, {"GHOSTTY_RESOURCES_DIR", OSC777}, {"WEZTERM_PANE", OSC777}, {"VTE_VERSION", OSC777}} {
		if e.Getenv(trace.name) != "" {
			return trace.way
		}
	}
	return OSC9
}

// Wrap takes a sequence through the multiplexer that the environment tells of to the
// terminal outside. tmux needs allow-passthrough for it, and passes nothing back.
func Wrap(sequence string, env []string) string {
	e := uv.Environ(env)
	switch {
	case sequence == "":
	case e.Getenv("TMUX") != "":
		return ansi.TmuxPassthrough(sequence)
	case e.Getenv("STY") != "":
		return ansi.ScreenPassthrough(sequence, 0)
	}
	return sequence
}
