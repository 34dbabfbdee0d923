package sqlite

import (
	"strings"
	"unicode"
)

// wanted is what a person typed to find somebody: words that have to be in what is
// known of a conversation, and a number that is compared by its digits alone.
type wanted struct {
	words []word
	// number is the ways in which its digits may be stored, parts are what was
	// typed.
	number []string
	parts  []word
}

// nothing: all is wanted.
func (w wanted) nothing() bool { return len(w.words)+len(w.parts) == 0 }

// word is a word as it was typed, folded, and without what parts a name.
type word struct{ typed, squeezed string }

// parseWanted cuts what was typed into words and a number. Neighbours that look
// like parts of a phone number are one.
func parseWanted(text string) wanted {
	var w wanted
	var number strings.Builder
	for _, typed := range strings.Fields(fold(text)) {
		if !numeric(strings.TrimPrefix(typed, "tel:")) {
			w.words = append(w.words, word{typed, squeezed(typed)})
			continue
		}
		w.parts = append(w.parts, word{typed, squeezed(typed)})
		number.WriteString(typed + " ")
	}
	if w.number = spellings(number.String()); w.number == nil {
		w.parts = nil // the beginning of one: no digit yet
	}
	return w
}

// numeric reports whether a word can be a part of a phone number.
func numeric(word string) bool {
	return !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsDigit(r) && !separates(r) })
}

// separates reports whether people write r between the digits of a phone number.
func separates(r rune) bool {
	return strings.ContainsRune("+()[]./\\", r) || unicode.In(r, unicode.Pd, unicode.Cf, unicode.Zs) || r == '−'
}

// abroad are what is dialled before a country's code.
var abroad = []string{"00", "011", "810"}

const (
	// shortest is how many digits a number has to have for another way of writing
	// it to be tried.
	shortest = 5
	// whole is how many a number has to have to be one without its country's code.
	whole = 7
)

// spellings are the ways in which a platform may have a number that was typed: as it
// is, without what is dialled before a country's code, and without the digit that
// is dialled before it within a country.
func spellings(typed string) []string {
	number := digits(typed)
	if number == "" {
		return nil
	}
	all := []string{number}
	add := func(n string) {
		if len(n) >= shortest {
			all = append(all, n)
		}
	}
	for _, prefix := range abroad {
		if rest, ok := strings.CutPrefix(number, prefix); ok {
			add(rest)
		}
	}
	if before, after, ok := strings.Cut(typed, "(0)"); ok { // +44 (0)20 …
		add(strings.TrimPrefix(digits(before), "00") + digits(after))
	}
	if number[0] == '0' || number[0] == '8' && len(number) == 11 {
		add(number[1:])
	}
	return all
}

// digits are the decimal digits of a text, in any script, as ASCII.
func digits(s string) string {
	var b strings.Builder
	for _, r := range s {
		if n, ok := digit(r); ok {
			b.WriteByte('0' + n)
		}
	}
	return b.String()
}

// digit returns the value of a decimal digit. Unicode has those of a script in a
// row, zero first; the mathematical ones are five such rows.
func digit(r rune) (byte, bool) {
	if '0' <= r && r <= '9' {
		return byte(r - '0'), true
	}
	if r < 0x80 || !unicode.IsDigit(r) {
		return 0, false
	}
	if 0x1d7ce <= r && r <= 0x1d7ff {
		return byte(r-0x1d7ce) % 10, true
	}
	zero := r
	for r-zero < 9 && unicode.IsDigit(zero-1) {
		zero--
	}
	return byte(r - zero), true
}

// squeezed is text without what is between the letters and digits of a name.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) {
			return r
		}
		return -1
	}, s)
}

// findable is what an entry is found by.
type findable struct {
	// words are all that is searched, folded; name is squeezed, number the digits
	// of the handle.
	words, name, number string
}

// textParts parts those in an entry's text.
const textParts = "\x00"

// textOf is what a row of cache.db is found by, as entries keep it.
func textOf(name, handle, body string) string {
	name = fold(name)
	words := strings.ReplaceAll(name+"\n"+fold(handle+"\n"+body), textParts, " ")
	return words + textParts + strings.ReplaceAll(squeezed(name), textParts, "") + textParts + digits(handle)
}

// findableOf is what an entry is found by, of which state.db says l.
func findableOf(text string, l *local) (k findable) {
	rest := ""
	k.words, rest, _ = strings.Cut(text, textParts)
	k.name, k.number, _ = strings.Cut(rest, textParts)
	if recipient := l.provisional.recipient; recipient != "" {
		k.words += "\n" + fold(recipient)
		k.number += digits(recipient)
	}
	return k
}

// says reports whether name, handle and preview hold all that is wanted, of an entry
// that is found by text and of which state.db says l.
func (w wanted) says(text string, l *local) bool {
	if w.nothing() {
		return true
	}
	if l == nothing && w.lacking(text) { // most do
		return false
	}
	return findableOf(text, l).saysAll(w)
}

// lacking reports whether one of the words is nowhere in a text.
func (w wanted) lacking(text string) bool {
	for _, w := range w.words {
		if !strings.Contains(text, w.typed) && (!w.another() || !strings.Contains(text, w.squeezed)) {
			return true
		}
	}
	return false
}

// another reports whether the word without what parts a name is another one.
func (w word) another() bool { return w.squeezed != "" && w.squeezed != w.typed }

func (k findable) hold(words []word) bool {
	for _, w := range words {
		if !strings.Contains(k.words, w.typed) && (w.squeezed == "" || !strings.Contains(k.name, w.squeezed)) {
			return false
		}
	}
	return true
}

// has reports whether the handle is one of the numbers, or a part of it was typed.
// A handle without its country's code is the end of what was typed.
func (k findable) has(numbers []string) bool {
	if k.number == "" {
		return false
	}
	for _, n := range numbers {
		if strings.Contains(k.number, n) || len(k.number) >= whole && strings.HasSuffix(n, strings.TrimLeft(k.number, "0")) {
			return true
		}
	}
	return false
}
