package tty

import "unicode/utf16"

// key is a record of a Windows console about a key. With sequences switched on, the
// console writes an arrow as the keys that its sequence has.
type key struct {
	down bool
	// times is how often it was repeated, code the key, unit a part of a character in
	// UTF-16, 0 for none.
	times      int
	code, unit uint16
}

// altKey is VK_MENU: letting it go ends a character that was typed by its number.
const altKey = 0x12

// consoleKeys makes the bytes of records that a terminal would have sent.
type consoleKeys struct {
	high  rune // the first half of a character, 0 for none
	bytes []byte
}

// add takes one record.
func (c *consoleKeys) add(k key) {
	if k.unit == 0 || !k.down && k.code != altKey {
		return
	}
	r := rune(k.unit)
	if utf16.IsSurrogate(r) {
		first := c.high
		c.high = r
		if first == 0 {
			return
		}
		r = utf16.DecodeRune(first, r)
	}
	c.high = 0
	for range max(k.times, 1) {
		c.bytes = append(c.bytes, string(r)...)
	}
}

// read takes out what is there and fits into p.
func (c *consoleKeys) read(p []byte) int {
	n := copy(p, c.bytes)
	c.bytes = c.bytes[n:]
	return n
}
