package sandbox

import (
	"embed"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// line is one message of a script, before its blanks are filled in.
type line struct {
	income bool
	text   string
	file   string
}

// language is what customers of one language say, read from scripts/*.txt.
// A line of a script starts with > where the customer speaks and with < where
// we do; [name.jpg] is a file that comes with it.
type language struct {
	code          string
	given, family []string
	items         []string
	reply, nudge  []string
	scripts       [][]line
}

//go:embed scripts
var scriptFiles embed.FS

// languages reads all scripts once. Their order is the one of the shares below.
var languages = sync.OnceValue(func() []*language {
	var all []*language
	for _, share := range languageShares {
		text, err := scriptFiles.ReadFile("scripts/" + share.code + ".txt")
		if err != nil {
			panic(err)
		}
		all = append(all, parseLanguage(share.code, string(text)))
	}
	return all
})

// languageShares says how many of a hundred customers speak what.
var languageShares = []struct {
	code  string
	share int
}{{"en", 31}, {"ru", 24}, {"es", 19}, {"zh", 8}, {"ja", 6}, {"he", 6}, {"ar", 6}}

func languageOf(code string) *language {
	for _, l := range languages() {
		if l.code == code {
			return l
		}
	}
	panic("sandbox: no script for language " + code)
}

// somebody returns the language of a customer.
func somebody(d *dice) *language {
	n := d.n(100)
	for i, share := range languageShares {
		if n -= share.share; n < 0 {
			return languages()[i]
		}
	}
	return languages()[0]
}

func parseLanguage(code, text string) *language {
	l := &language{code: code}
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

func (l *language) add(section, row string) {
	switch section {
	case "given":
		l.given = strings.Fields(row)
	case "family":
		l.family = strings.Fields(row)
	case "items":
		l.items = strings.Split(row, "|")
	case "reply":
		l.reply = append(l.reply, row)
	case "nudge":
		l.nudge = append(l.nudge, row)
	case "script":
		last := &l.scripts[len(l.scripts)-1]
		*last = append(*last, parseLine(row)...)
	}
}

var fileMark = regexp.MustCompile(`\[([a-z]+\.[a-z]+)\]`)

// parseLine makes two messages of a text with a file that is no picture:
// not every messenger can take both at once (pact.md §8).
func parseLine(row string) []line {
	side, text, _ := strings.Cut(row, " ")
	l := line{income: side == ">", text: text}
	if found := fileMark.FindStringSubmatch(text); found != nil {
		l.file = found[1]
		l.text = strings.TrimSpace(strings.Replace(text, found[0], "", 1))
	}
	if l.text == "" || l.file == "" || strings.HasSuffix(l.file, ".jpg") {
		return []line{l}
	}
	return []line{{l.income, l.text, ""}, {l.income, "", l.file}}
}

// blanks returns what is put into the blanks of one run through a script, so
// that an order keeps its number from the question to the answer.
func (l *language) blanks(d *dice) *strings.Replacer {
	price := d.between(4, 60)
	return strings.NewReplacer(
		"{order}", fmt.Sprint(d.between(20_000, 99_999)),
		"{time}", fmt.Sprintf("%d:%02d", d.between(11, 18), 15*d.n(4)),
		"{item}", pick(d, l.items),
		"{mins}", fmt.Sprint(5*d.between(3, 10)),
		"{price}", fmt.Sprintf("€%d", price),
		"{total}", fmt.Sprintf("€%d", price+d.between(10, 40)),
		"{flat}", fmt.Sprint(d.between(2, 80)),
		"{partner}", "Hazel & Oats",
	)
}

// name makes up a name as people of the language write it.
func (l *language) name(d *dice) string {
	given, family := pick(d, l.given), pick(d, l.family)
	switch l.code {
	case "zh":
		return family + given
	case "ja":
		return family + " " + given
	}
	return given + " " + family
}
