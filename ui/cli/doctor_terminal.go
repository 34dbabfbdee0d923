package cli

import (
	"context"
	"os"

	"unibox/ui/app"
	"unibox/ui/catalog"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"
)

// The smallest screen that unibox draws on.
const (
	leastCols = 40
	leastRows = 10
)

// screen is what is known of the terminal without asking it.
type screen struct {
	// present: there is one to ask.
	present    bool
	name       string
	cols, rows int
	colours    colorprofile.Profile
	// plain: NO_COLOR asks for none.
	plain  bool
	locale string
	ssh    bool
}

// thisScreen is the terminal that this runs in.
func thisScreen() screen {
	s := screen{
		present: term.IsTerminal(os.Stdin.Fd()) && term.IsTerminal(os.Stdout.Fd()),
		name:    os.Getenv("TERM"), colours: colorprofile.Detect(os.Stdout, os.Environ()),
		plain: os.Getenv("NO_COLOR") != "", locale: app.Locale(),
		ssh: os.Getenv("SSH_CONNECTION") != "",
	}
	if s.present {
		s.cols, s.rows, _ = term.GetSize(os.Stdout.Fd())
	}
	return s
}

func examineTerminal(ctx context.Context) []finding {
	s := thisScreen()
	out := s.findings()
	if s.present && s.drawable() {
		out = append(out, examineWidths(os.Stdin, os.Stdout)...)
		out = append(out, examinePopups(os.Stdout, os.Environ())...)
	}
	if os.Getenv("TMUX") != "" {
		out = append(out, examineTmux(ctx, s.name)...)
	}
	return out
}

// drawable reports whether the terminal knows what to do with escape codes.
func (s screen) drawable() bool { return s.name != "" && s.name != "dumb" }

func (s screen) findings() []finding {
	out := []finding{s.kind(), s.letters()}
	if s.present {
		out = append(out, s.size(), s.colour())
	} else {
		out = append(out, finding{doubtful, catalog.Say("there is no terminal here: size, colours and widths were not looked at"), catalog.Say("run unibox doctor in the terminal that you work in")})
	}
	if s.ssh {
		out = append(out, good("over SSH: copied text reaches your clipboard if your terminal takes it (OSC 52)"))
	}
	return out
}

func (s screen) kind() finding {
	if !s.drawable() {
		return finding{wrong, catalog.Say("TERM is %q: unibox cannot draw there", s.name), catalog.Say("set TERM to the name of your terminal, such as xterm-256color")}
	}
	return good("TERM is %s", s.name)
}

func (s screen) letters() finding {
	if !app.UnicodeLocale(s.locale) {
		if s.locale != "" {
			return finding{doubtful, catalog.Say("the locale is %q, not UTF-8: marks are drawn in ASCII, and names may come out wrong", s.locale), catalog.Say("export LANG=C.UTF-8")}
		}
		return finding{doubtful, catalog.Say("no locale is set: names and marks may come out wrong"), catalog.Say("export LANG=C.UTF-8, or put ascii = true under [ui] in the config")}
	}
	return good("the locale is %s", s.locale)
}

func (s screen) size() finding {
	if s.cols < leastCols || s.rows < leastRows {
		return finding{wrong, catalog.Say("the terminal is %dx%d: too small", s.cols, s.rows), catalog.Say("make it %dx%d at least; 120x40 is comfortable", leastCols, leastRows)}
	}
	return good("the terminal is %dx%d", s.cols, s.rows)
}

func (s screen) colour() finding {
	switch {
	case s.plain:
		return good("no colours, as NO_COLOR asks")
	case s.colours <= colorprofile.ASCII:
		return finding{doubtful, catalog.Say("the terminal says that it has no colours"), catalog.Say("set TERM to the name of your terminal, such as xterm-256color")}
	case s.colours == colorprofile.ANSI:
		return good("16 colours")
	case s.colours == colorprofile.ANSI256:
		return good("256 colours")
	}
	return good("all colours")
}
