package channels

import (
	"fmt"

	"unibox/ui/spoken"
)

// Spoken is the pane in words.
func (p *Pane) Spoken() spoken.Part {
	part := spoken.Part{ID: p.env.T("channels"), Title: p.env.T("Views and channels")}
	if p.at < len(p.entries) {
		e := p.entries[p.at]
		part.Selected = spoken.Thing{ID: fmt.Sprint(e.sel), Words: e.sel.Name(p.look) + p.counted(e)}
	}
	return part
}

// counted is how many an entry holds, behind a comma.
func (p *Pane) counted(e entry) string {
	more := ""
	if p.more(e) {
		more = p.env.T(" or more")
	}
	switch {
	case e.count < 0:
		return ""
	case e.sel.Account != "":
		return p.env.T(", %d%s waiting", e.count, more)
	}
	return fmt.Sprintf(", %d%s", e.count, more)
}
