package screenshots

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Shot is a screen and how long it is shown. Key is what a person pressed last, which is
// said under it with what it does.
type Shot struct {
	Screen
	For       time.Duration
	Key, Does string
}

// Film returns shots of one size as an SVG document that plays them again and again. A
// piece of a row is drawn once, however often it comes and goes. Where nothing moves, the
// first shot is shown.
func Film(shots []Shot, title string, g Ground) string {
	f := film{begins: make([]time.Duration, len(shots))}
	for i, s := range shots {
		f.begins[i] = f.length
		f.length += s.For
	}
	const caption = 2 // rows under the screen
	head(&f.Builder, shots[0].Screen, title, g, caption)
	for y := range shots[0].rows {
		f.row(y, func(shot int) []string { return shots[shot].rows[y].grounds }, func(shot int) []string { return shots[shot].rows[y].pieces })
	}
	f.row(len(shots[0].rows)+caption-1, func(shot int) []string { return shots[shot].caption(g) })
	f.WriteString("</svg>\n")
	return f.String()
}

type film struct {
	strings.Builder
	// begins are when the shots begin; length is when the last ends.
	begins []time.Duration
	length time.Duration
}

// row writes what a row shows in the course of time, layer on layer.
func (f *film) row(y int, layers ...func(shot int) []string) {
	fmt.Fprintf(f, "<g transform=\"translate(%d,%d)\">\n", padding, padding+y*cellHeight)
	for _, of := range layers {
		shown := map[string][]int{} // the shots in which a piece is seen
		var order []string
		for shot := range f.begins {
			for _, piece := range of(shot) {
				if shown[piece] == nil {
					order = append(order, piece)
				}
				shown[piece] = append(shown[piece], shot)
			}
		}
		for _, piece := range order {
			f.piece(piece, shown[piece])
		}
	}
	f.WriteString("</g>\n")
}

// piece writes what is seen in some shots, and only in those.
func (f *film) piece(drawn string, in []int) {
	if len(in) == len(f.begins) {
		fmt.Fprintln(f, drawn)
		return
	}
	states := []string{"hidden", "visible"}
	var values, times []string
	last := -1
	for shot, at := range f.begins {
		state := 0
		if slices.Contains(in, shot) {
			state = 1
		}
		if state != last {
			values, times = append(values, states[state]), append(times, fmt.Sprintf("%.4g", float64(at)/float64(f.length)))
			last = state
		}
	}
	fmt.Fprintf(f, `<g visibility="%s"><animate attributeName="visibility" values="%s" keyTimes="%s" dur="%gs" calcMode="discrete" repeatCount="indefinite"/>%s</g>`+"\n",
		values[0], strings.Join(values, ";"), strings.Join(times, ";"), f.length.Seconds(), drawn)
}

// caption says what was pressed, in the middle under the screen.
func (s Shot) caption(g Ground) []string {
	if s.Key == "" {
		return nil
	}
	return []string{fmt.Sprintf(`<text x="%d" y="%g" fill="%s" text-anchor="middle"><tspan font-weight="bold">%s</tspan> %s</text>`,
		s.cols*cellWidth/2, baseline, hex(g.Text), escape(s.Key), escape(s.Does))}
}
