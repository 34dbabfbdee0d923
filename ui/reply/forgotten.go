package reply

import (
	"regexp"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/dialog"
)

// fileWords are beginnings of words, in the languages of agents, by which a text says
// that a file comes with it. Words that ask the customer for one are not among them.
var fileWords = []string{
	"attached", "attaching", "i attach", "we attach", "see attachment", "the attachment", "enclosed", // English
	"прикрепил", "прикрепля", "прилага", "приложил", "во вложении", "в приложении к", "высылаю файл", "отправляю файл", // Russian
	"у вкладенні", "прикріпи", "прикріпл", "додаю файл", // Ukrainian
	"anbei", "im anhang", "beigefügt", "angehängt", // German
	"ci-joint", "ci-jointe", "en pièce jointe", "je joins", // French
	"adjunto", "adjunta", "adjuntamos", // Spanish
	"in allegato", "allego", "alleghiamo", // Italian
	"em anexo", "segue anexo", "anexei", // Portuguese
	"w załączniku", "załączam", // Polish
}

var saysFile = func() *regexp.Regexp {
	var all []string
	for _, w := range fileWords {
		all = append(all, regexp.QuoteMeta(w))
	}
	return regexp.MustCompile(`(?i)(?:^|[^\pL\pN])(?:` + strings.Join(all, "|") + `)`)
}()

// mentionsFile returns the words of a text that say that a file comes with it, ""
// if none do. Lines that quote somebody else do not count.
func mentionsFile(body string) string {
	for line := range strings.Lines(body) {
		if strings.HasPrefix(strings.TrimSpace(line), ">") {
			continue
		}
		if at := saysFile.FindStringIndex(line); at != nil {
			return excerpt(line, at[0])
		}
	}
	return ""
}

// excerpt is a few words of a line from a place on.
func excerpt(line string, from int) string {
	words := strings.Fields(line[from:])
	return strings.Join(words[:min(4, len(words))], " ")
}

// checkFiles sends, unless the text promises a file and there is none: then it asks.
func (b *Box) checkFiles(send func() tea.Cmd) tea.Cmd {
	words := ""
	if len(b.files) == 0 && b.whyNoAttach() == "" && oversized(b.text.Value()) == "" {
		words = mentionsFile(b.text.Value())
	}
	if words == "" {
		return send()
	}
	return b.screen.Dialogs.Open(dialog.NewEither("No file is attached",
		[]string{"You write “" + b.env.Line(words) + "”, and no file is attached."},
		"Attach one", b.openAttach, "Send it as it is", send))
}
