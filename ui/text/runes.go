package text

import "unicode"

// bidi reports whether r changes the direction of text around it.
func bidi(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 ||
		r == 0x061c || r == 0x200e || r == 0x200f
}

// invisible reports whether r shows nothing and only hides, marks or joins what is
// beside it. ZWJ and ZWNJ are not among them: emoji are made with
// the one, Persian is written with the other.
func invisible(r rune) bool {
	switch {
	case r == 0x00ad, r == 0x034f, r == 0x17b4, r == 0x17b5, r == 0x180e, r == 0x200b, r == 0xfeff:
		return true
	case r >= 0x2060 && r <= 0x2065, r >= 0x206a && r <= 0x206f, r >= 0xfff9 && r <= 0xfffb:
		return true
	}
	return r >= 0xe0000 && r <= 0xe0fff
}

// filler reports whether r is a Hangul letter that is drawn as nothing.
func filler(r rune) bool {
	return r == 0x115f || r == 0x1160 || r == 0x3164 || r == 0xffa0
}

// picturePlace is the character in whose place a terminal shows a picture that it keeps.
const picturePlace = 0x10eeee

// prepended reports whether r draws itself around the rune behind it, as an Arabic
// number sign does. Terminals count the two as none, one or two cells.
func prepended(r rune) bool { return unicode.Is(unicode.Prepended_Concatenation_Mark, r) }

// firstIndicator is the regional indicator A: two indicators are a flag, one by
// itself is counted as one cell or as two.
const firstIndicator = 0x1f1e6

func indicator(r rune) bool { return r >= firstIndicator && r < firstIndicator+26 }

// mark reports whether r attaches to the rune before it and takes no cell.
func mark(r rune) bool {
	return r == 0x200c || r == 0x200d || unicode.In(r, unicode.Mn, unicode.Me)
}

// sign reports whether r is a vowel sign or the like: it belongs to the letter
// before it and takes a cell.
func sign(r rune) bool { return r == 0x0e33 || r == 0x0eb3 || unicode.Is(unicode.Mc, r) }

// plain returns the width of a rune that, between two such runes, is a cluster
// by itself and counts the same in every terminal; 0 for any other rune. Most
// text is made of these, and need not go through segmentation.
func plain(r rune) int {
	switch {
	case r >= 0x20 && r < 0x7f:
		return 1
	case r < 0xa0 || r == 0xad:
		return 0
	case r < 0x300, r >= 0x370 && r < 0x483, r >= 0x48a && r < 0x530:
		return 1
	case r >= 0x3041 && r < 0x3097, r >= 0x30a1 && r < 0x30fb, r >= 0x4e00 && r < 0xa000, r >= 0xac00 && r < 0xd7a4:
		return 2
	}
	return 0
}
