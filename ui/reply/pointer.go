package reply

// Click puts the cursor to a cell of the view, where that is in the text.
func Click(b *Box, x, y int) {
	if y -= 1 + len(b.above()); b.composing && y >= 0 && y < b.text.Rows() {
		b.text.Click(x-2, y)
	}
}
