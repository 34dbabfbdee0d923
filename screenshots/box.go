package screenshots

import "fmt"

// drawn reports whether a character is drawn as a figure and not as text, so that
// neighbours join exactly.
func drawn(s string) bool { return lines(s) != "" || areas[s] != (area{}) }

// area is the part of a cell that is filled: from, and how much, in eighths.
type area struct{ x, y, width, height int }

var areas = map[string]area{
	"█": {0, 0, 8, 8}, "▀": {0, 0, 8, 4}, "▄": {0, 4, 8, 4}, "▌": {0, 0, 4, 8}, "▐": {4, 0, 4, 8},
	"▏": {0, 0, 1, 8}, "▎": {0, 0, 2, 8}, "▍": {0, 0, 3, 8}, "▁": {0, 7, 8, 1}, "▔": {0, 0, 8, 1},
}

// figure draws a character as often as it fits into a width.
func figure(s string, x, width int, fill string) string {
	if a := areas[s]; a != (area{}) {
		if a.width < 8 {
			width = width * a.width / 8
		}
		return fmt.Sprintf(`<rect x="%g" y="%g" width="%d" height="%g" fill="%s" shape-rendering="crispEdges"/>`,
			float64(x)+cellWidth*float64(a.x)/8, cellHeight*float64(a.y)/8, width, cellHeight*float64(a.height)/8, fill)
	}
	if s == "─" || s == "━" {
		return fmt.Sprintf(`<path d="M%d 9.5h%d" stroke="%s" stroke-width="%s"/>`, x, width, fill, weight(s))
	}
	out := ""
	for at := x; at < x+width; at += cellWidth {
		out += fmt.Sprintf(`<path d="%s" transform="translate(%d)" fill="none" stroke="%s" stroke-width="%s"/>`, lines(s), at, fill, weight(s))
	}
	return out
}

func weight(s string) string {
	if s == "━" || s == "┃" {
		return "2.4"
	}
	return "1.2"
}

// lines returns a box character as the path of its lines in a cell; empty for anything
// else.
func lines(s string) string {
	const up, down, left, right = "M4.5 9.5V0", "M4.5 9.5V19", "M4.5 9.5H0", "M4.5 9.5H9"
	switch s {
	case "│", "┃":
		return "M4.5 0V19"
	case "─", "━":
		return "M0 9.5H9"
	case "├":
		return "M4.5 0V19" + right
	case "┤":
		return "M4.5 0V19" + left
	case "┬":
		return "M0 9.5H9" + down
	case "┴":
		return "M0 9.5H9" + up
	case "┼":
		return "M0 9.5H9M4.5 0V19"
	case "╭", "┌":
		return "M4.5 19V14Q4.5 9.5 9 9.5"
	case "╮", "┐":
		return "M4.5 19V14Q4.5 9.5 0 9.5"
	case "╰", "└":
		return "M4.5 0V5Q4.5 9.5 9 9.5"
	case "╯", "┘":
		return "M4.5 0V5Q4.5 9.5 0 9.5"
	}
	return ""
}
