// Package sms counts a text as networks bill it: in parts (segments), in GSM-7, the
// alphabet of GSM 03.38, where all of the text is in it, in UCS-2 otherwise. Which alphabet a
// carrier really uses, and what it costs, nobody here knows; what is counted is what
// the standard says.
package sms

import (
	"strings"
	"unicode/utf16"
)

// Count is what a text takes.
type Count struct {
	// Parts is how many messages are billed, 0 for an empty text. Left is how many
	// more characters the last part takes.
	Parts, Left int
	// UCS2: a character is not in GSM-7, so that a part holds less than half. Outside is
	// the first such character.
	UCS2    bool
	Outside rune
}

const (
	// A part in GSM-7 holds so many septets, and one of several fewer, since each says
	// which it is. So in UCS-2, in 16-bit units.
	gsmOne, gsmMany = 160, 153
	ucsOne, ucsMany = 70, 67
)

// Parts counts a text.
func Parts(text string) Count {
	var c Count
	for _, r := range text {
		if septets(r) == 0 {
			c.UCS2, c.Outside = true, r
			break
		}
	}
	cost, one, many := septets, gsmOne, gsmMany
	if c.UCS2 {
		cost, one, many = units, ucsOne, ucsMany
	}
	c.Parts, c.Left = fill(text, cost, one)
	if c.Parts > 1 {
		c.Parts, c.Left = fill(text, cost, many)
	}
	return c
}

// fill puts the characters of a text into parts of a size. None is divided.
func fill(text string, cost func(rune) int, size int) (parts, left int) {
	for _, r := range text {
		n := cost(r)
		if n > left || parts == 0 {
			parts, left = parts+1, size
		}
		left -= n
	}
	return parts, left
}

// units is how many 16-bit units a character takes.
func units(r rune) int { return max(1, utf16.RuneLen(r)) }

const (
	// basic are the characters of the alphabet, extension those that an escape comes
	// before.
	basic     = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extension = "\f^{}\\[~]|€"
)

// alphabet is how many septets a character takes.
var alphabet = func() map[rune]int {
	all := map[rune]int{}
	for _, r := range basic {
		all[r] = 1
	}
	for _, r := range extension {
		all[r] = 2
	}
	return all
}()

// septets is how many septets a character takes, 0 if it is not in the alphabet.
func septets(r rune) int { return alphabet[r] }

// plainer are what typists and phones put in unasked, and what says the same in
// GSM-7.
var plainer = strings.NewReplacer(
	"“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`, "‘", "'", "’", "'", "‚", "'", "‹", "'", "›", "'", "`", "'", "´", "'",
	"–", "-", "—", "-", "‐", "-", "‑", "-", "−", "-", "…", "...", "•", "*", "·", "*", "×", "x", "\t", " ",
	"\u00a0", " ", "\u2009", " ", "\u202f", " ", "\u200b", "", "\u00ad", "", "ﬁ", "fi", "ﬂ", "fl", "№", "No.", "™", "(TM)", "©", "(C)", "®", "(R)",
)

// ToGSM7 returns a text with its typographic characters replaced by plain ones, and
// whether GSM-7 then holds all of it. Letters of another script are left alone.
func ToGSM7(text string) (plain string, ok bool) {
	plain = plainer.Replace(text)
	return plain, plain != text && !Parts(plain).UCS2
}
