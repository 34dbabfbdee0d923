package thread

import (
	"slices"
	"strconv"

	"unibox/ui/text"
)

// mostLinked is how many bytes the links of one address may cost a line: each row of it costs the
// address once more. The rows behind are no links.
const mostLinked = 2048

// body is a text in rows, with what leads somewhere in each of them.
type body struct {
	rows  []string
	links [][]text.Linked
	// rtl: the text is written from right to left, and drawn at the right of w cells.
	rtl bool
	w   int
}

// linkTo notes where the addresses of a text stand in its rows, which begin at bytes of it.
// raw is the text as it came: an address that reads otherwise there, as one with invisible
// characters in it, is no link.
func (b *body) linkTo(raw, clean string, at []int) {
	known := map[string]bool{}
	for _, address := range text.Links(raw) {
		known[address] = true
	}
	if len(known) == 0 {
		return
	}
	b.links = make([][]text.Linked, len(b.rows))
	first := 0
	for n, link := range text.FindLinks(clean) {
		for first+1 < len(at) && at[first+1] <= link.From {
			first++
		}
		if target, ok := text.Target(link.Address); ok && known[link.Address] {
			b.place(first, link, text.Linked{Target: target, ID: strconv.Itoa(n + 1)}, at)
		}
	}
}

// place notes a link in the rows that hold some of it, from one on.
func (b *body) place(first int, link text.Link, part text.Linked, at []int) {
	if first+1 >= len(at) || link.To <= at[first+1] {
		part.ID = "" // one row has all of it
	}
	last := min(first+max(mostLinked/len(part.Target), 1), len(b.rows), len(at))
	for i := first; i < last && at[i] < link.To; i++ {
		part.From, part.To = max(link.From-at[i], 0), min(link.To-at[i], len(b.rows[i]))
		if part.From < part.To {
			b.links[i] = append(b.links[i], part)
		}
	}
}

// link makes links in a drawn row, whose text begins behind lead bytes.
func (b body) link(i, lead int, drawn string) string {
	if i >= len(b.links) {
		return drawn
	}
	links := slices.Clone(b.links[i])
	for k := range links {
		links[k].From, links[k].To = links[k].From+lead, links[k].To+lead
	}
	return text.WithLinks(drawn, links)
}
