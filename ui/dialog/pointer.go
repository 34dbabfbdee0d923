package dialog

import tea "charm.land/bubbletea/v2"

// Click selects the choice in a row of the top dialog's view; what was selected already is
// chosen.
func (s *Stack) Click(y int) tea.Cmd {
	d := s.Top()
	if hit, again := d.box().Click(y); !hit || !again {
		return nil
	}
	return s.choose(d)
}

// Wheel moves the selection of the top dialog by n choices.
func (s *Stack) Wheel(n int) { s.Top().box().Wheel(n) }
