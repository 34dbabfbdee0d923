package catalog

import (
	"flag"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// writeBelow writes the list of what the layers below say in English alone, which may only
// become shorter.
var writeBelow = flag.Bool("below", false, "write testdata/below.txt")

// statement is a text that SQL is made of.
var statement = regexp.MustCompile(`\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|FROM|WHERE|VALUES|ORDER BY|LIMIT|ON CONFLICT|AND|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA|WITH|LOCK|NOTIFY)\b|= ?\?|^[a-z_]+ = `)

// spokenElsewhere are the parts whose texts are said otherwise, or never to a person.
var spokenElsewhere = []string{"api/sandbox/", "api/apitest/", "state/storetest/", "state/postgres/pgtest/", "state/handover/"}

// Every text with words that a layer below says is translated, or is in the list of those that are
// not: what no person reads (what a call is named in the log), and what still has to be done.
func TestWhatTheLayersBelowSayIsTranslated(t *testing.T) {
	said, known, found := source(t), knownBelow(t), map[string]bool{}
	for _, root := range []string{"../../api", "../../state"} {
		walk(t, root, func(file string, f *ast.File, _ *token.FileSet) {
			file = strings.TrimPrefix(file, "../../")
			if slices.ContainsFunc(spokenElsewhere, func(s string) bool { return strings.HasPrefix(file, s) }) {
				return
			}
			plain(f, func(e ast.Expr, _ bool) {
				s := constant(e)
				_, keyed := said[s]
				_, reference := said["a key of the config"+divider+s]
				if keyed || reference || known(s) || statement.MatchString(s) || !wordsInEnglish.MatchString(s) {
					return
				}
				found[filepath.ToSlash(file)+"\t"+strconv.Quote(s)] = true
			})
		})
	}
	path := filepath.Join("testdata", "below.txt")
	if *writeBelow {
		if err := os.WriteFile(path, []byte(strings.Join(slices.Sorted(maps.Keys(found)), "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	list, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(list)) {
		if line = strings.TrimSuffix(line, "\n"); !found[line] {
			t.Errorf("%s: take out %s: it is translated, or said no more", path, line)
		}
		delete(found, line)
	}
	for _, line := range slices.Sorted(maps.Keys(found)) {
		t.Errorf("%s has no translation: give ru.po an entry with the context %q", line, below)
	}
}

// What is counted below is said in the forms of the language, in sentences and alone.
func TestWhatIsCountedBelow(t *testing.T) {
	w, _ := For("ru")
	for english, want := range map[string]string{
		"state.db was damaged: 1 draft, 2 unsent messages and 5 marks were rescued; the damaged file is kept beside it as state.db.old": "state.db был повреждён: спасено 1 черновик, 2 неотправленных сообщения и 5 пометок; ",
		"state.db was damaged: 21 drafts, 1 unsent message, 3 private notes and 1 mark were rescued":                                    "state.db был повреждён: спасено 21 черновик, 1 неотправленное сообщение, 3 заметки и 1 пометка",
		"11 drafts": "11 черновиков",
		"is JPEG image, 5.1 MB: WhatsApp Business takes images (JPEG, PNG) up to 5 MB":                  "— изображение JPEG, 5.1 МБ, а WhatsApp Business принимает изображения (JPEG, PNG) до 5 МБ",
		"is MOV video: WhatsApp Business takes images (JPEG, PNG) up to 5 MB; other files up to 100 MB": "— видео MOV, а WhatsApp Business принимает изображения (JPEG, PNG) до 5 МБ; другие файлы до 100 МБ",
		"label.pdf is PDF: Chat takes images (PNG) up to 5 MB":                                          "label.pdf — PDF, а Chat принимает изображения (PNG) до 5 МБ",
		"is ZIP, 51 MB: Telegram takes files up to 50 MB":                                               "— ZIP, 51 МБ, а Telegram принимает файлы до 50 МБ",
		"4 of something": "4 of something",
		"22 messages are there that you had not seen":                                                            "есть 22 сообщения, которых вы не видели",
		"there is no user olga on this machine; write ./~olga for a folder of that name":                         "на этой машине нет пользователя olga;",
		"/a/config.toml is read-only (mode 0444); nothing was written: allow it with chmod u+w":                  "/a/config.toml",
		"nosuch:1 is not understood: there are is:, account:, waiting>; in quotes it is looked for as it stands": "nosuch:1 не понято: есть is:, account:, waiting>;",
		"Also with Harbor": "Также в Harbor",
	} {
		if got := w.Sentence(english); !strings.HasPrefix(got, want) {
			t.Errorf("%s\nis  %s\nnot %s", english, got, want)
		}
	}
}

// The place of a text in quotes is filled by nothing else, and what it holds is left as it is.
func TestAQuotedPlaceTakesAQuotedText(t *testing.T) {
	w, err := Read("ru", "msgid \"\"\nmsgstr \"Language: ru\\nX-Plural-Names: one few many\\n\"\n\n"+
		"msgctxt \""+below+"\"\nmsgid \"there is no view %q\"\nmsgstr \"раздела %q нет\"\n\nmsgctxt \""+below+"\"\nmsgid \"at all\"\nmsgstr \"совсем\"\n")
	if err != nil {
		t.Fatal(err)
	}
	for english, want := range map[string]string{
		`there is no view "VIP"`:       `раздела "VIP" нет`,
		`there is no view "at all"`:    `раздела "at all" нет`,
		`there is no view "a \"b\" c"`: `раздела "a \"b\" c" нет`,
		"there is no view at all":      "there is no view at all",
		`there is no view "VIP" here`:  `there is no view "VIP" here`,
		"there is no view ":            "there is no view ",
	} {
		if got := w.Sentence(english); got != want {
			t.Errorf("%s is %s, not %s", english, got, want)
		}
	}
}
