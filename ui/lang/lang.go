// Package lang guesses the language of a short text, by its script and by its most common
// words. It is a guess: it may put saved replies into another order, and never hides one.
package lang

import (
	"strings"
	"unicode"
)

// few is how many letters of a text are looked at: a greeting and a sentence.
const few = 2000

// common are words that are frequent in one of the languages with Latin letters and rare in
// the others.
var common = map[string]string{
	"en": "the and you is it my have has are was can could please hello hi thanks thank when where what not this order would do your with for i'm don't",
	"de": "der die das und ich ist nicht sie wir ein eine mein meine bitte hallo danke wann wo wie mit für auf habe guten tag können",
	"fr": "le les et je vous est pas une mon ma bonjour merci quand où avec pour s'il dans c'est j'ai avez commande suis",
	"es": "el los y yo usted es no una mi hola gracias cuándo dónde con para está por favor buenos días pedido tengo puede quiero",
	"it": "il gli e io lei è non una mio ciao grazie quando dove con per sono buongiorno ordine ho può favore che del",
	"pt": "o os e eu você é não uma meu olá oi obrigado obrigada quando onde com para está bom dia pedido tenho pode quero",
	"pl": "i ja pan pani jest nie mój moja dzień dobry dziękuję kiedy gdzie czy proszę mam zamówienie na się jak do",
	"tr": "ve ben siz bir benim merhaba teşekkürler ne zaman nerede lütfen sipariş için var mı değil bu ile",
	"nl": "de het en ik u je is niet een mijn hallo bedankt wanneer waar met voor graag bestelling kan heb dank wel",
}

// byScript are the languages of scripts that one language has, or most of those who write it.
var byScript = []struct {
	table *unicode.RangeTable
	lang  string
}{
	{unicode.Hiragana, "ja"}, {unicode.Katakana, "ja"}, {unicode.Hangul, "ko"}, {unicode.Han, "zh"}, {unicode.Arabic, "ar"}, {unicode.Hebrew, "he"},
	{unicode.Greek, "el"}, {unicode.Thai, "th"}, {unicode.Georgian, "ka"}, {unicode.Armenian, "hy"}, {unicode.Devanagari, "hi"},
}

// Guess returns the tag of the language that a text is probably written in, such as "de", or
// "" where that cannot be told.
func Guess(text string) string {
	text = strings.ToLower(text)
	letters, cyrillic, latin := 0, 0, 0
	scripts := map[string]int{}
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		if letters++; letters > few {
			break
		}
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		default:
			for _, s := range byScript {
				if unicode.Is(s.table, r) {
					scripts[s.lang]++
					break
				}
			}
		}
	}
	switch best, n := most(scripts); {
	case letters < 2:
		return ""
	case scripts["ja"] > 0 && scripts["ja"]+scripts["zh"] >= max(latin, cyrillic): // kanji and kana
		return "ja"
	case n > max(latin, cyrillic):
		return best
	case cyrillic >= latin:
		return cyrillicOf(text)
	}
	return latinOf(text)
}

func most(counts map[string]int) (best string, n int) {
	for lang, c := range counts {
		if c > n || c == n && lang < best {
			best, n = lang, c
		}
	}
	return best, n
}

func cyrillicOf(text string) string {
	switch {
	case strings.ContainsAny(text, "їєґ") || strings.ContainsRune(text, 'і') && !strings.ContainsAny(text, "ыэъёў"):
		return "uk"
	case strings.ContainsRune(text, 'ў'):
		return "be"
	}
	return "ru"
}

func latinOf(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' })
	counts := map[string]int{}
	for lang, list := range common {
		for _, w := range strings.Fields(list) {
			for _, have := range words {
				if have == w {
					counts[lang]++
				}
			}
		}
	}
	best, n := most(counts)
	for lang, c := range counts {
		if lang != best && c == n {
			return "" // as likely one as the other
		}
	}
	return best
}
