package dialog

import "unibox/ui/spoken"

// Spoken is the top dialog in words, and the line that is typed on in it.
func (s *Stack) Spoken() (spoken.Part, spoken.Prompt) {
	if s.Empty() {
		return spoken.Part{}, spoken.Prompt{}
	}
	m := s.Top().box().Menu
	return m.Spoken(len(s.open)), m.Prompt()
}
