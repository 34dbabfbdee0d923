// Package privacy masks who customers are, for an agent whose screen others see: names,
// numbers and mail addresses, with enough left to tell two of them apart. It knows
// strings only; what is drawn through it is decided by the parts of the screen.
package privacy

import (
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// RevealFor is how long one conversation is shown as it is.
const RevealFor = 10 * time.Second

// Mask says whether customers are masked now. The zero value masks nobody.
//
// It may be asked on any goroutine.
type Mask struct {
	mu    sync.Mutex
	on    bool
	since time.Time
	shown string
	until time.Time
}

// On reports whether customers are masked, but for one who is revealed.
func (m *Mask) On() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.on
}

// Since is when that began; zero while nobody is masked.
func (m *Mask) Since() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.since
}

// Toggle begins to mask, or ends it; nobody is revealed then.
func (m *Mask) Toggle(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.on, m.since, m.shown, m.until = !m.on, now, "", time.Time{}
	if !m.on {
		m.since = time.Time{}
	}
}

// Reveal shows one conversation, by a key of its own, for RevealFor; any other that was
// revealed is masked again.
func (m *Mask) Reveal(key string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.shown, m.until = key, now.Add(RevealFor)
}

// Hides reports whether a conversation is masked at a time.
func (m *Mask) Hides(key string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.on && !(key != "" && key == m.shown && now.Before(m.until))
}

// Reveals reports whether somebody is shown at a time although customers are masked.
func (m *Mask) Reveals(now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.on && m.shown != "" && now.Before(m.until)
}

// dots stand for what is masked, however long it is.
const dots = 3

// Name is a name with the first letter of its first words; of a number the last two
// digits are left. sign stands for what is masked.
func Name(s, sign string) string {
	if s == "" {
		return ""
	}
	if digits(s) >= leastDigits {
		return strings.Repeat(sign, dots) + " " + last(s, 2)
	}
	var out []string
	for i, word := range strings.Fields(s) {
		if i == mostWords {
			break
		}
		first, size := utf8.DecodeRuneInString(strings.TrimLeftFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }))
		if size == 0 {
			continue // a sign, or digits
		}
		out = append(out, string(first)+strings.Repeat(sign, dots))
	}
	if len(out) == 0 {
		return strings.Repeat(sign, dots)
	}
	return strings.Join(out, " ")
}

// Hidden stands for a text of which nothing is shown.
func Hidden(sign string) string { return strings.Repeat(sign, 2*dots) }

const (
	mostWords = 3
	// leastDigits is how many digits make a number that somebody can be reached by.
	leastDigits = 7
)

func digits(s string) (n int) {
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// last are the last n digits of s.
func last(s string, n int) string {
	var all []rune
	for _, r := range s {
		if unicode.IsDigit(r) {
			all = append(all, r)
		}
	}
	return string(all[max(0, len(all)-n):])
}

// Text masks the numbers and mail addresses in a text. All but the last two digits of a
// number are replaced one by one, so that a row stays as wide as it is.
func Text(s, sign string) string {
	if digits(s) < leastDigits && !strings.Contains(s, "@") {
		return s
	}
	// What is left beside a masked number may be one by itself.
	for masked := addresses(s, sign); ; masked = s {
		if s = numbers(masked, sign); s == masked || digits(s) < leastDigits {
			return s
		}
	}
}

// addresses masks what is left and right of an @, and a name behind one.
func addresses(s, sign string) string {
	if !strings.Contains(s, "@") {
		return s
	}
	part := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-+%", r)
	}
	rs := []rune(s)
	out := make([]string, len(rs))
	for i, r := range rs {
		out[i] = string(r)
	}
	for i, r := range rs {
		if r != '@' || i == len(rs)-1 || !part(rs[i+1]) {
			continue
		}
		for k := i - 1; k >= 0 && part(rs[k]); k-- {
			out[k] = sign
		}
		for k := i + 1; k < len(rs) && part(rs[k]); k++ {
			if rs[k] != '.' {
				out[k] = sign
			}
		}
	}
	return strings.Join(out, "")
}

// longestEnding is how many letters the ending of a file's name has at the most.
const longestEnding = 5

// File is the name of a file, of which only the ending is left: what it is called may name
// whom it is about.
func File(s, sign string) string {
	at := strings.LastIndexByte(s, '.')
	if at <= 0 || len(s)-at-1 > longestEnding {
		return Hidden(sign)
	}
	for _, r := range s[at+1:] {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return Hidden(sign)
		}
	}
	return Hidden(sign) + s[at:]
}

// Names masks the words of a name where they stand in a text.
func Names(s, name, sign string) string {
	for _, word := range strings.Fields(name) {
		word = strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
		if utf8.RuneCountInString(word) < 3 {
			continue
		}
		s = replaceWord(s, word, Name(word, sign))
	}
	return s
}

// replaceWord replaces a word, whatever its letters' case, where no letter is beside it.
func replaceWord(s, word, with string) string {
	var b strings.Builder
	for at := 0; at < len(s); {
		_, size := utf8.DecodeRuneInString(s[at:])
		if before, _ := utf8.DecodeLastRuneInString(s[:at]); at == 0 || !unicode.IsLetter(before) {
			if n := begins(s[at:], word); n > 0 {
				if after, _ := utf8.DecodeRuneInString(s[at+n:]); !unicode.IsLetter(after) {
					b.WriteString(with)
					at += n
					continue
				}
			}
		}
		b.WriteString(s[at : at+size])
		at += size
	}
	return b.String()
}

// begins returns how many bytes of s are the word, 0 if it does not begin with it.
func begins(s, word string) int {
	n := 0
	for _, want := range word {
		r, size := utf8.DecodeRuneInString(s[n:])
		if size == 0 || unicode.ToLower(r) != unicode.ToLower(want) {
			return 0
		}
		n += size
	}
	return n
}
