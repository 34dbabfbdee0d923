package collect

import (
	"strings"
)

// version is that of a program: few digits, so that it is no number of somebody's.
var version = compiled(`^(next-)?[0-9]{1,3}(\.[0-9]{1,5}){0,3}[a-z]?$|^20[0-9]{6}-[0-9]{6}-[0-9a-f]{8}$`)

var locale = compiled(`^(C|POSIX|[a-z]{2}_[A-Z]{2})?(\.?(UTF-8|utf-?8|ISO-?8859-?[0-9]{1,2}|KOI8-[RU]|CP125[0-9]|GB18030|GBK|Big5|EUC-?[A-Z]{2}))?(@(euro|latin|cyrillic))?$`)

var term = compiled(`^(xterm|tmux|screen|linux|vt(52|100|102|220|320|420)|rxvt|alacritty|foot|kitty|wezterm|ghostty|konsole|gnome|vte|iterm2?|mlterm|mintty|contour|rio|st|stterm|putty|ansi|dumb|cygwin|eterm|nsterm|fbterm|cons25|wsvt25|ms-terminal|teraterm)` +
	`([.-](256color|88color|16color|color|direct2?|truecolor|kitty|ghostty|unicode|bce|italic|extra|base|it|s|m|w|new|xterm|screen|rxvt))*$`)

// programs are the terminals that name themselves, and what COLORTERM may be.
var programs = strings.Fields("Apple_Terminal iTerm.app WezTerm vscode ghostty tmux kitty Hyper WarpTerminal mintty rio Tabby Alacritty zed contour foot konsole " +
	"JetBrains-JediTerm terminology truecolor 24bit yes 1 gnome-terminal rxvt rxvt-xpm mate-terminal xfce4-terminal Terminal")

// Environment is what a variable of the environment that describes the terminal says, where
// it is one of those words which many terminals have, or what it is instead.
func Environment(name, word string) string {
	known := false
	switch {
	case word == "":
		return "not set"
	case name == "TERM":
		known = term().MatchString(word)
	case name == "LANG" || strings.HasPrefix(name, "LC_"):
		known = locale().MatchString(word)
	case strings.HasSuffix(name, "VERSION"):
		known = version().MatchString(word)
	default:
		for _, p := range programs {
			known = known || p == word
		}
	}
	if !known {
		return "something else"
	}
	return word
}
