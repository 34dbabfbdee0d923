package textus

import (
	"strings"

	"unibox/api/sandbox/kit"
)

// alphabet has the characters of slugs, which are opaque and case-sensitive. See
// api/textus/REFERENCE.md "Ids and links".
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// slugs writes numbers as slugs from which nobody can guess the next one, and reads
// them back. No table is kept.
type slugs struct {
	seed uint64
	// kind makes the slugs of different things differ. half is half the number
	// of bits, length the number of characters.
	kind   int64
	half   uint
	length int
}

// The things with slugs. Conversations and contacts have numbers of 40 bits,
// messages of 56.
func conversationSlugs(seed uint64) slugs { return slugs{seed, 1, 20, 7} }
func contactSlugs(seed uint64) slugs      { return slugs{seed, 2, 20, 7} }
func messageSlugs(seed uint64) slugs      { return slugs{seed, 3, 28, 10} }

// of returns the slug of a number.
func (s slugs) of(n int64) string {
	left, right := uint64(n)>>s.half, uint64(n)&s.mask()
	for round := range int64(4) {
		left, right = right, left^s.mix(round, right)
	}
	value := left<<s.half | right
	name := make([]byte, s.length)
	for i := range name {
		name[i] = alphabet[value%62]
		value /= 62
	}
	return string(name)
}

// number reads a slug, and reports whether it is one of these slugs.
func (s slugs) number(slug string) (int64, bool) {
	if len(slug) != s.length {
		return 0, false
	}
	value := uint64(0)
	for i := len(slug) - 1; i >= 0; i-- {
		digit := strings.IndexByte(alphabet, slug[i])
		if digit < 0 {
			return 0, false
		}
		value = value*62 + uint64(digit)
	}
	left, right := value>>s.half, value&s.mask()
	for round := int64(3); round >= 0; round-- {
		left, right = right^s.mix(round, left), left
	}
	n := int64(left<<s.half | right)
	return n, left <= s.mask() && s.of(n) == slug
}

func (s slugs) mask() uint64 { return 1<<s.half - 1 }

func (s slugs) mix(round int64, v uint64) uint64 {
	return kit.Roll(s.seed, s.kind, round, int64(v)).Next() & s.mask()
}
