package menu

// Click selects the choice in a row of the view, and reports whether it was selected already;
// hit, whether there is one.
func (m *Menu) Click(y int) (hit, again bool) {
	above := len(m.above())
	room := m.h - 2 - above
	i := m.top + y - 1 - above
	if m.gap(room) {
		i--
	}
	if i < m.top || i >= m.top+m.rows(room) || i >= len(m.shown) {
		return false, false
	}
	again = i == m.at
	m.at, m.moved = i, true
	return true, again
}

// Wheel moves the selection by n choices, up to the ends.
func (m *Menu) Wheel(n int) {
	if len(m.shown) > 0 {
		m.at, m.moved = min(max(m.at+n, 0), len(m.shown)-1), true
	}
}
