package kit

import (
	"embed"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// Line is one message of a script, before its blanks are filled in.
type Line struct {
	Income bool
	Text   string
	File   string
}

// Language is what customers of one language say, read from scripts/*.txt.
// A line of a script starts with > where the customer speaks and with < where
// we do; [name.jpg] is a file that comes with it.
type Language struct {
	Code               string
	GivenNames, family []string
	items              []string
	Reply, Nudge       []string
	scripts            [][]Line
}

//go:embed scripts
var scriptFiles embed.FS

// languages reads all scripts once. Their order is the one of the shares below.
var languages = sync.OnceValue(func() []*Language {
	var all []*Language
	for _, share := range languageShares {
		text, err := scriptFiles.ReadFile("scripts/" + share.code + ".txt")
		if err != nil {
			panic(err)
		}
		all = append(all, ParseLanguage(share.code, string(text)))
	}
	return all
})

// languageShares says how many of a hundred customers speak what.
var languageShares = []struct {
	code  string
	share int
}{{"en", 31}, {"ru", 24}, {"es", 19}, {"zh", 8}, {"ja", 6}, {"he", 6}, {"ar", 6}}

func LanguageOf(code string) *Language {
	for _, l := range languages() {
		if l.Code == code {
			return l
		}
	}
	panic("sandbox: no script for language " + code)
}

// PickLanguage returns the language of a customer.
func PickLanguage(d *Dice) *Language {
	n := d.N(100)
	for i, share := range languageShares {
		if n -= share.share; n < 0 {
			return languages()[i]
		}
	}
	return languages()[0]
}

func ParseLanguage(code, text string) *Language {
	l := &Language{Code: code}
	section := ""
	for row := range strings.Lines(text) {
		row = strings.TrimSpace(row)
		if name, ok := strings.CutPrefix(row, "@"); ok {
			if section = name; section == "script" {
				l.scripts = append(l.scripts, nil)
			}
			continue
		}
		l.add(section, row)
	}
	return l
}

func (l *Language) add(section, row string) {
	switch section {
	case "given":
		l.GivenNames = strings.Fields(row)
	case "family":
		l.family = strings.Fields(row)
	case "items":
		l.items = strings.Split(row, "|")
	case "reply":
		l.Reply = append(l.Reply, row)
	case "nudge":
		l.Nudge = append(l.Nudge, row)
	case "script":
		last := &l.scripts[len(l.scripts)-1]
		*last = append(*last, parseLine(row)...)
	}
}

var fileMark = regexp.MustCompile(`\[([a-z]+\.[a-z]+)\]`)

// parseLine makes two messages of a text with a file that is no picture:
// not every messenger can take both at once (pact.md §8).
func parseLine(row string) []Line {
	side, text, _ := strings.Cut(row, " ")
	l := Line{Income: side == ">", Text: text}
	if found := fileMark.FindStringSubmatch(text); found != nil {
		l.File = found[1]
		l.Text = strings.TrimSpace(strings.Replace(text, found[0], "", 1))
	}
	if l.Text == "" || l.File == "" || strings.HasSuffix(l.File, ".jpg") {
		return []Line{l}
	}
	return []Line{{l.Income, l.Text, ""}, {l.Income, "", l.File}}
}

// blanks returns what is put into the blanks of one run through a script, so
// that an order keeps its number from the question to the answer.
func (l *Language) blanks(d *Dice) *strings.Replacer {
	price := d.Between(4, 60)
	return strings.NewReplacer(
		"{order}", fmt.Sprint(d.Between(20_000, 99_999)),
		"{time}", fmt.Sprintf("%d:%02d", d.Between(11, 18), 15*d.N(4)),
		"{item}", Pick(d, l.items),
		"{mins}", fmt.Sprint(5*d.Between(3, 10)),
		"{price}", fmt.Sprintf("€%d", price),
		"{total}", fmt.Sprintf("€%d", price+d.Between(10, 40)),
		"{flat}", fmt.Sprint(d.Between(2, 80)),
		"{partner}", "Hazel & Oats",
	)
}

// MakeName makes up a name as people of the language write it.
func (l *Language) MakeName(d *Dice) string {
	given, family := Pick(d, l.GivenNames), Pick(d, l.family)
	switch l.Code {
	case "zh":
		return family + given
	case "ja":
		return family + " " + given
	}
	return given + " " + family
}
