//go:build unix

package main

import "fmt"

// box returns a box character as the path of its lines, so that neighbours
// join exactly. It is empty for anything else.
func box(s string, left, top float64) string {
	right, bottom := left+cellWidth, top+cellHeight
	x, y, r := left+cellWidth/2, top+cellHeight/2, cellWidth/2
	up, down := fmt.Sprintf("M%g %gV%g", x, y, top), fmt.Sprintf("M%g %gV%g", x, y, bottom)
	toLeft, toRight := fmt.Sprintf("M%g %gH%g", x, y, left), fmt.Sprintf("M%g %gH%g", x, y, right)
	switch s {
	case "│", "┃":
		return up + down
	case "─", "━":
		return toLeft + toRight
	case "├":
		return up + down + toRight
	case "┤":
		return up + down + toLeft
	case "┬":
		return toLeft + toRight + down
	case "┴":
		return toLeft + toRight + up
	case "┼":
		return up + down + toLeft + toRight
	case "╭", "┌":
		return fmt.Sprintf("M%g %gV%gQ%g %g %g %gH%g", x, bottom, y+r, x, y, right, y, right)
	case "╮", "┐":
		return fmt.Sprintf("M%g %gV%gQ%g %g %g %gH%g", x, bottom, y+r, x, y, left, y, left)
	case "╰", "└":
		return fmt.Sprintf("M%g %gV%gQ%g %g %g %gH%g", x, top, y-r, x, y, right, y, right)
	case "╯", "┘":
		return fmt.Sprintf("M%g %gV%gQ%g %g %g %gH%g", x, top, y-r, x, y, left, y, left)
	}
	return ""
}
