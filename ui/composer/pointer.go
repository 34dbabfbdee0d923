package composer

// Click puts the cursor to a cell of the view.
func (c *Composer) Click(x, y int) {
	p := c.top
	for range min(max(y, 0), c.Rows()-1) {
		p, _ = c.below(p)
	}
	c.move(c.at(p, max(x, 0)))
}
