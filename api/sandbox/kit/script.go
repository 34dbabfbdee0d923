package kit

import (
	"embed"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// Line is one message of a script. Income is set if the customer wrote it. File is
// the name of an attachment, or empty.
type Line struct {
	Income bool
	Text   string
	File   string
}

// Language is how customers of one language talk, read from a script file. A line
// in it begins with > if the customer writes it and with < if the agent does;
// [name.jpg] is an attachment, {order} and the like are blanks to fill in. A line
// with @ begins a section.
type Language struct {
	Code               string
	GivenNames, family []string
	items              []string
	Reply, Nudge       []string
	scripts            [][]Line
}

//go:embed scripts
var scriptFiles embed.FS

// languages reads all script files once, in the order of languageShares.
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

// languageShares says how many of a hundred customers speak each language.
var languageShares = []struct {
	code  string
	share int
}{{"en", 31}, {"ru", 24}, {"es", 19}, {"zh", 8}, {"ja", 6}, {"he", 6}, {"ar", 6}}

// LanguageOf returns the language with a code. It panics if there is none.
func LanguageOf(code string) *Language {
	for _, l := range languages() {
		if l.Code == code {
			return l
		}
	}
	panic("sandbox: no script for language " + code)
}

// PickLanguage picks the language of a customer.
func PickLanguage(d *Dice) *Language {
	n := d.N(100)
	for i, share := range languageShares {
		if n -= share.share; n < 0 {
			return languages()[i]
		}
	}
	return languages()[0]
}

// ParseLanguage reads a script file.
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

var fileMark = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\[([a-z]+\.[a-z]+)\]`) })

// parseLine makes two messages of a text with a file that is not a picture,
// because not every messenger can send both in one.
func parseLine(row string) []Line {
	side, text, _ := strings.Cut(row, " ")
	l := Line{Income: side == ">", Text: text}
	if found := fileMark().FindStringSubmatch(text); found != nil {
		l.File = found[1]
		l.Text = strings.TrimSpace(strings.Replace(text, found[0], "", 1))
	}
	if l.Text == "" || l.File == "" || strings.HasSuffix(l.File, ".jpg") {
		return []Line{l}
	}
	return []Line{{l.Income, l.Text, ""}, {l.Income, "", l.File}}
}

// blanks returns the values for the blanks of one script. They are the same for
// all its lines, so that an order has one number in question and answer.
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

// MakeName makes up a name, in the order in which the language writes names.
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

// Said is a line of a talk, with its blanks filled in.
type Said struct {
	Line
	// first is set on the first line of a script, before which time passes.
	first bool
}

// compose makes a talk of exactly size lines out of scripts. If end is not nil, it
// says whether the last line is the customer's, and next has the customer's lines
// in the rest of the last script.
func (l *Language) compose(d *Dice, size int, end *bool) (talk []Said, next []Line) {
	var tail []Said
	if end != nil {
		tail, next = l.scriptEnding(d, size, *end)
	}
	for size -= len(tail); len(talk) < size; {
		script := l.scriptUpTo(d, size-len(talk))
		talk = append(talk, fill(script, l.blanks(d))...)
	}
	return append(talk, tail...), next
}

// scriptUpTo returns a script of at most room lines. Each language has one of a
// single line.
func (l *Language) scriptUpTo(d *Dice, room int) []Line {
	first := d.N(len(l.scripts))
	for i := range l.scripts {
		if s := l.scripts[(first+i)%len(l.scripts)]; len(s) <= room {
			return s
		}
	}
	panic("sandbox: " + l.Code + " has no script of one line")
}

// scriptEnding returns the beginning of a script, at most room lines, that ends with
// a line of the wanted side, and the customer's lines after it.
func (l *Language) scriptEnding(d *Dice, room int, income bool) ([]Said, []Line) {
	for {
		script := Pick(d, l.scripts)
		for cut := min(len(script), room, 1+d.N(len(script))); cut > 0; cut-- {
			if script[cut-1].Income == income {
				blanks := l.blanks(d)
				return fill(script[:cut], blanks), remaining(script[cut:], blanks)
			}
		}
	}
}

// fill fills the blanks of a script.
func fill(script []Line, blanks *strings.Replacer) []Said {
	talk := make([]Said, len(script))
	for i, row := range script {
		row.Text = blanks.Replace(row.Text)
		talk[i] = Said{row, i == 0}
	}
	return talk
}

// remaining returns the customer's lines in the rest of a script.
func remaining(script []Line, blanks *strings.Replacer) []Line {
	var next []Line
	for _, row := range script {
		if row.Income {
			row.Text = blanks.Replace(row.Text)
			next = append(next, row)
		}
	}
	return next
}
