package catalog

import (
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// statement is a text that SQL is made of.
var statement = regexp.MustCompile(`\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|FROM|WHERE|VALUES|ORDER BY|LIMIT|ON CONFLICT|AND|NOT|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA|WITH|LOCK|NOTIFY)\b|= ?\?|^[a-z_]+ = |<> ''`)

// rootsBelow are the layers below the screen, and the parts of it that say nothing themselves.
var rootsBelow = []string{"../../api", "../../state", "../../keymap", "../app", "../readonly", "../reply", "../theme"}

// spokenElsewhere are the parts whose texts are said otherwise, or never to a person.
var spokenElsewhere = []string{"keymap/specs.go", "keymap/words.go", "keymap/say.go", "keymap/latin.go", "api/sandbox/", "api/apitest/", "state/storetest/", "state/postgres/pgtest/", "state/handover/"}

// asTyped is what stands in every language as it is in English: what is in quotes or backquotes,
// commands, values and addresses.
var asTyped = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|` + "`[^`]*`" + `|\{\{.*?\}\}|\[.*?\]|unibox( [a-z]+)+|[a-z_]+=\S+|\S+://\S+`)

// Every sentence that a layer below says is said in each language, whatever fills its places. What
// is put together elsewhere, and what no person reads, is in testdata/below.txt with its reason.
func TestWhatTheLayersBelowSayIsTranslated(t *testing.T) {
	said, reasons, english := source(t), belowReasons(t), inEnglish(t)
	for _, tag := range Tags()[1:] {
		w, _ := For(tag)
		seen := map[string]bool{}
		for _, root := range rootsBelow {
			walk(t, root, func(file string, f *ast.File, set *token.FileSet) {
				file = strings.TrimPrefix(file, "../../")
				if slices.ContainsFunc(spokenElsewhere, func(s string) bool { return strings.HasPrefix(file, s) }) {
					return
				}
				sentences(f, func(s string, e ast.Expr, isError bool) {
					_, keyed := said[s]
					_, reference := said["a key of the config"+divider+s]
					if keyed || reference || english[file+"\t"+strconv.Quote(s)] || statement.MatchString(s) || w.says(s, isError) {
						return
					}
					key := file + "\t" + strconv.Quote(s)
					if seen[key] = true; reasons[key] == "" {
						t.Errorf("%s:%d: %q is said in English: give %s.po an entry with the context %q", file, set.Position(e.Pos()).Line, s, tag, below)
					}
				})
			})
		}
		for key := range reasons {
			if !seen[key] {
				t.Errorf("testdata/below.txt: take out %s: it is translated, or said no more", key)
			}
		}
	}
}

// says reports whether a sentence of below is said in this language, with its places filled and
// alone or behind what it is about: two words of English together are not, nor is one behind
// an article, or an error, that is left as it is.
func (w *Language) says(s string, isError bool) bool {
	filled := verbs().ReplaceAllStringFunc(s, func(verb string) string {
		switch verb[len(verb)-1] {
		case 'd':
			return "7"
		case 'f':
			return "7.5"
		case 'q':
			return `"X"`
		}
		return "X"
	})
	ways := []string{filled, "X " + filled, "X" + filled}
	if aboutSomething.MatchString(filled) {
		ways = ways[1:]
	}
	return slices.ContainsFunc(ways, func(english string) bool {
		said := w.Sentence(english)
		untouched := said == english && (isError && wordPrinted.MatchString(asTyped.ReplaceAllString(said, " ")) || aThing.MatchString(said))
		return !untouched && !leftInEnglish(said)
	})
}

// aboutSomething begins what is always said behind what it is about, a key of the config mostly.
var aboutSomething = regexp.MustCompile(`^(must|cannot|is|says) `)

// wordsLeft are two words of English beside each other, or with an article between.
var wordsLeft = regexp.MustCompile(`\b[A-Za-z]{2,} (?:a |an )?[a-z]{2,}\b`)

// aThing is one word behind an article.
var aThing = regexp.MustCompile(`\b(a|an) [a-z]{2,}\b`)

// leftInEnglish reports whether words of English are left in what is said in another language.
func leftInEnglish(said string) bool {
	return wordsLeft.MatchString(asTyped.ReplaceAllString(said, " "))
}

// sentences visits the texts of a file, each as a format: what is added to a text is a place of
// it. It leaves out what goes into the log.
func sentences(f *ast.File, visit func(s string, e ast.Expr, isError bool)) {
	errors := map[ast.Expr]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			return n.Tag == nil
		case *ast.CallExpr:
			if logs(n) || counts(n) {
				return false
			}
			if makesError(n) && len(n.Args) > 0 {
				errors[n.Args[0]] = true
			}
		case ast.Expr:
			if s, texts := formatOf(n); texts {
				visit(s, n, errors[n])
				return false
			}
		}
		return true
	})
}

// makesError reports whether a call makes an error of a text.
func makesError(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && (pkg.Name == "errors" && sel.Sel.Name == "New" || pkg.Name == "fmt" && sel.Sel.Name == "Errorf")
}

// formatOf is the format of a text, or of several things that are added; whether one of these
// is a text.
func formatOf(e ast.Expr) (s string, texts bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if s := constant(e); s != "" {
			return s, true
		}
	case *ast.ParenExpr:
		return formatOf(e.X)
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			x, of := formatOf(e.X)
			y, and := formatOf(e.Y)
			return x + y, of || and
		}
	case *ast.CallExpr:
		switch method(e) {
		case "Sprintf":
			return constant(e.Args[0]), constant(e.Args[0]) != ""
		case "Quote":
			return "%q", false
		case "Itoa":
			return "%d", false
		}
	}
	return "%s", false
}

// whole begins the reason of a text that is put together of several: a whole one.
const whole = "in: "

// belowReasons are the texts of below that are not said alone, each with its reason: the whole
// sentence that it is a part of, "in: …", or why no person reads it.
func belowReasons(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	path := filepath.Join("testdata", "below.txt")
	list, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(list)) {
		key, reason, ok := cutLast(strings.TrimSuffix(line, "\n"), "\t")
		if !ok || !strings.Contains(key, "\t") || reason == "" {
			t.Errorf("%s: %q has to be a file, a text and a reason, with tabs between", path, line)
		}
		all[key] = reason
	}
	return all
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// What is a part of a sentence is said in it.
func TestPartsOfSentencesAreSaid(t *testing.T) {
	uses := source(t)
	for key, reason := range belowReasons(t) {
		sentence, ok := strings.CutPrefix(reason, whole)
		if !ok {
			continue
		}
		_, quoted, _ := strings.Cut(key, "\t")
		part, err := strconv.Unquote(quoted)
		if err != nil {
			t.Errorf("%s: %v", key, err)
		}
		for _, piece := range verbs().Split(part, -1) {
			if !strings.Contains(sentence, piece) {
				t.Errorf("%s is no part of %q", key, sentence)
			}
		}
		if _, reference := uses["a key of the config"+divider+sentence]; reference {
			continue
		}
		for _, tag := range Tags()[1:] {
			w, _ := For(tag)
			if said := w.Sentence(sentence); leftInEnglish(said) {
				t.Errorf("%s: %q is %q", tag, sentence, said)
			}
		}
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
		`x.toml:3: list/send: "s" is bound to star already and stays so; give that another key first; that is so in list, elsewhere it holds`: `x.toml:3: list/send: "s" уже занята: star, и останется; сначала дайте тому другую клавишу; это касается list, в других местах клавиша действует`,
		`config.toml:7: list/send: there is no such action; ` + "`unibox keys`" + ` lists them (did you mean composer.send?)`:                 `config.toml:7: list/send: такого действия нет; все покажет ` + "`unibox keys`" + ` (может быть, composer.send?)`,
		`config.toml:18: account "a": the token is missing: set one of token_env, token, or user with a password; this account is left out`:   `config.toml:18: аккаунт "a": нет токена: задайте одно из token_env, token или user с паролем; пропускается: аккаунт`,
		`x.toml:11: failed: нужен текст в кавычках; берётся из темы`:                                                                          `x.toml:11: failed: нужен текст в кавычках; берётся из темы`,
		`failed must be a text in quotes; the theme's is used`:                                                                                `failed: нужен текст в кавычках; берётся из темы`,
		`config.toml:24: unknown key "user": ` + "`unibox config keys account.`" + ` lists those that there are; it is left out`:              `config.toml:24: неизвестный ключ "user": все ключи покажет ` + "`unibox config keys account.`" + `; пропущено`,
		"pact: send message: status 418": "pact: отправка сообщения: статус 418",
		"nothing was done, because it has changed since you looked: the message is being sent now": "ничего не сделано, с тех пор всё изменилось: сообщение сейчас отправляется",
	} {
		if got := w.Sentence(english); !strings.HasPrefix(got, want) {
			t.Errorf("%s\nis  %s\nnot %s", english, got, want)
		}
	}
}

// What a system says of a file within an error is said in words too.
func TestAFileInAnErrorIsSaid(t *testing.T) {
	w, _ := For("ru")
	err := fmt.Errorf("the handover cannot be read: %w", &fs.PathError{Op: "open", Path: "/a", Err: syscall.ENOENT})
	if got, want := w.Error(err), "передачу смены не прочитать: /a — такого нет"; got != want {
		t.Errorf("%q, not %q", got, want)
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
