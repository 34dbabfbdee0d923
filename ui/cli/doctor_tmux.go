package cli

import (
	"context"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"unibox/ui/catalog"
)

// tmuxOptions are those of tmux that unibox works better with. As is how to ask for one:
// of the server, or of this pane.
var tmuxOptions = []struct {
	as   string
	name string
	ok   func(value string) bool
	says catalog.Text
	todo string
}{
	{"-sv", "set-clipboard", func(v string) bool { return v == "on" },
		catalog.Text("tmux keeps copied text from your clipboard"), "tmux set -s set-clipboard on"},
	{"-sv", "focus-events", func(v string) bool { return v == "on" },
		catalog.Text("tmux does not say when you look at another window"), "tmux set -g focus-events on"},
	{"-sv", "escape-time", func(v string) bool { ms, err := strconv.Atoi(v); return err == nil && ms <= 50 },
		catalog.Text("tmux holds the esc key back"), "tmux set -s escape-time 10"},
	{"-Apv", "allow-passthrough", func(v string) bool { return v == "on" || v == "all" },
		catalog.Text("tmux keeps pop-ups from your terminal"), "tmux set -g allow-passthrough on"},
}

// examineTmux looks at the tmux that this runs in.
func examineTmux(ctx context.Context, terminal string) []finding {
	version, err := tmux(ctx, "-V")
	if err != nil {
		return []finding{{doubtful, catalog.Say("this runs in tmux, which cannot be asked for its options"), catalog.Message{}}}
	}
	out := []finding{good("in %s", version)}
	if !strings.HasPrefix(terminal, "tmux") && !strings.HasPrefix(terminal, "screen") {
		out = append(out, finding{doubtful, catalog.Say("TERM is %s inside tmux", terminal), catalog.Say("tmux set -g default-terminal tmux-256color, and leave TERM alone in your shell's files")})
	}
	for _, o := range tmuxOptions {
		value, err := tmux(ctx, "show-options", o.as, o.name)
		switch {
		case err != nil:
			out = append(out, finding{doubtful, catalog.Say("tmux does not know %s", o.name), catalog.Say("update tmux")})
		case !o.ok(value):
			out = append(out, finding{doubtful, catalog.Say("%s (%s is %s)", o.says.Message(), o.name, value), catalog.Verbatim(o.todo)})
		default:
			out = append(out, good("%s is %s", o.name, value))
		}
	}
	return out
}

func tmux(ctx context.Context, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "tmux", args...).Output()
	return strings.TrimSpace(string(out)), err
}
