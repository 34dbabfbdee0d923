package thread

import (
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/ui/privacy"
)

// mask masks what is drawn where the customer of the open conversation is.
func (p *Pane) mask() {
	if p.look.Mode.Private = p.env != nil && p.env.Hides(p.id); p.look.Mode.Private {
		p.drew.Drop()
	}
}

// masked is the name of a writer: of our side as it is, of the customer's masked where
// they are.
func (p *Pane) masked(name string, side api.Direction) string {
	if !p.look.Mode.Private || side == api.Outbound {
		return name
	}
	return privacy.Name(name, p.look.Mode.Sign())
}

// unnamed is a text without the customer's name, where they are masked.
func (p *Pane) unnamed(s string) string {
	if !p.look.Mode.Private {
		return s
	}
	return privacy.Names(s, p.row.Conversation.Contact.Name, p.look.Mode.Sign())
}

// reactors are who reacted.
func (p *Pane) reactors(who []string) string {
	names := make([]string, len(who))
	for i, name := range who {
		names[i] = p.masked(p.look.Mode.Line(name), api.Inbound)
	}
	return strings.Join(names, ", ")
}

// fileName is what a file is called: where the customer is masked, only its ending.
func (p *Pane) fileName(name string) string {
	if name = p.look.Mode.Line(name); name != "" && p.look.Mode.Private {
		return privacy.File(name, p.look.Mode.Sign())
	}
	return name
}

// path is where a file is saved, as it is shown.
func (p *Pane) path(path string) string {
	shown := p.env.Path(path)
	dir, name := filepath.Split(shown)
	return p.unnamed(dir) + p.fileName(name)
}

// Mask forgets what was looked for in the thread, which may name the customer.
func (p *Pane) Mask() tea.Cmd { return p.finder.Forget() }

// toCopy is a text as it is copied: what is masked on screen is masked there too.
func (p *Pane) toCopy(s string) string {
	if !p.look.Mode.Private {
		return s
	}
	return p.unnamed(privacy.Text(s, p.look.Mode.Sign()))
}
