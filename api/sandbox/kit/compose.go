package kit

import "strings"

// Said is a line with its blanks filled in and its place in the talk.
type Said struct {
	Line
	// opens is set on the first line of a script: time has passed before it.
	opens bool
}

// compose makes up a talk of exactly size lines out of whole scripts. Where
// end is not nil, the last line is the customer's or ours as it says, and next
// is what the customer would have gone on to say.
func (l *Language) compose(d *Dice, size int, end *bool) (talk []Said, next []Line) {
	var tail []Said
	if end != nil {
		tail, next = l.ending(d, size, *end)
	}
	for size -= len(tail); len(talk) < size; {
		script := l.fitting(d, size-len(talk))
		talk = append(talk, fill(script, l.blanks(d))...)
	}
	return append(talk, tail...), next
}

// fitting returns a script of at most room lines; there is always one of a
// single line.
func (l *Language) fitting(d *Dice, room int) []Line {
	first := d.N(len(l.scripts))
	for i := range l.scripts {
		if s := l.scripts[(first+i)%len(l.scripts)]; len(s) <= room {
			return s
		}
	}
	panic("sandbox: " + l.Code + " has no script of one line")
}

// ending cuts a script of at most room lines off after a line of the wanted side.
func (l *Language) ending(d *Dice, room int, income bool) ([]Said, []Line) {
	for {
		script := Pick(d, l.scripts)
		for cut := min(len(script), room, 1+d.N(len(script))); cut > 0; cut-- {
			if script[cut-1].Income == income {
				blanks := l.blanks(d)
				return fill(script[:cut], blanks), toCome(script[cut:], blanks)
			}
		}
	}
}

func fill(script []Line, blanks *strings.Replacer) []Said {
	talk := make([]Said, len(script))
	for i, row := range script {
		row.Text = blanks.Replace(row.Text)
		talk[i] = Said{row, i == 0}
	}
	return talk
}

// toCome returns what the customer has left to say.
func toCome(script []Line, blanks *strings.Replacer) []Line {
	var next []Line
	for _, row := range script {
		if row.Income {
			row.Text = blanks.Replace(row.Text)
			next = append(next, row)
		}
	}
	return next
}
