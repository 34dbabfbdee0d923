package sandbox

import "strings"

// said is a line with its blanks filled in and its place in the talk.
type said struct {
	line
	// opens is set on the first line of a script: time has passed before it.
	opens bool
}

// compose makes up a talk of exactly size lines out of whole scripts. Where
// end is not nil, the last line is the customer's or ours as it says, and next
// is what the customer would have gone on to say.
func (l *language) compose(d *dice, size int, end *bool) (talk []said, next []line) {
	var tail []said
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
func (l *language) fitting(d *dice, room int) []line {
	first := d.n(len(l.scripts))
	for i := range l.scripts {
		if s := l.scripts[(first+i)%len(l.scripts)]; len(s) <= room {
			return s
		}
	}
	panic("sandbox: " + l.code + " has no script of one line")
}

// ending cuts a script of at most room lines off after a line of the wanted side.
func (l *language) ending(d *dice, room int, income bool) ([]said, []line) {
	for {
		script := pick(d, l.scripts)
		for cut := min(len(script), room, 1+d.n(len(script))); cut > 0; cut-- {
			if script[cut-1].income == income {
				blanks := l.blanks(d)
				return fill(script[:cut], blanks), toCome(script[cut:], blanks)
			}
		}
	}
}

func fill(script []line, blanks *strings.Replacer) []said {
	talk := make([]said, len(script))
	for i, row := range script {
		row.text = blanks.Replace(row.text)
		talk[i] = said{row, i == 0}
	}
	return talk
}

// toCome returns what the customer has left to say.
func toCome(script []line, blanks *strings.Replacer) []line {
	var next []line
	for _, row := range script {
		if row.income {
			row.text = blanks.Replace(row.text)
			next = append(next, row)
		}
	}
	return next
}
