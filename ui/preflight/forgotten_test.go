package preflight

import (
	"strings"
	"testing"
)

// C11: what says that a file comes with a text, in the languages of agents.
func TestForgottenFile(t *testing.T) {
	for text, words := range map[string]string{
		"The menu is attached.":                          "attached.",
		"Please see the price list, I attach it below":   "I attach it below",
		"Прикрепляю счёт за ноябрь":                      "Прикрепляю счёт за ноябрь",
		"Добрый день!\nСчёт во вложении":                 "во вложении",
		"Anbei die Rechnung":                             "Anbei die Rechnung",
		"Te adjunto la factura":                          "adjunto la factura",
		"Could you attach a photo of the box?":           "",
		"> the file is attached\nWhich one do you mean?": "",
		"He is unattached":                               "",
		"Пришлите фото, пожалуйста":                      "",
	} {
		var usual *Words
		if got := strings.TrimSpace(usual.Promise(nil, text)); got != words {
			t.Errorf("%q: %q, want %q", text, got, words)
		}
	}
}

// C11: a user's own file adds words and takes usual ones away, and a wrong line costs itself.
func TestOwnWords(t *testing.T) {
	w, problems := ReadWords(nil, "\ufeff# ours\nSee PDF  # always\n\n- anbei\nbad\x1b[2J\n"+strings.Repeat("x", 101)+"\nek bulunan")
	if len(problems) != 2 || !strings.HasPrefix(problems[0], "line 5 ") || !strings.HasPrefix(problems[1], "line 6 ") {
		t.Errorf("%q", problems)
	}
	for text, says := range map[string]bool{"see pdf for prices": true, "Ek bulunan fatura": true, "anbei die Rechnung": false, "it is attached": true, "a.b": false} {
		if got := w.Promise(nil, text) != ""; got != says {
			t.Errorf("%q: %v", text, got)
		}
	}
	if w, _ := ReadWords(nil, "- *\na.c"); w.Promise(nil, "it is attached") != "" || w.Promise(nil, "abc") != "" || w.Promise(nil, "the a.c") == "" {
		t.Error("the usual words are still there, or a word is taken for a pattern")
	}
	if w, _ := ReadWords(nil, "- *"); w.Promise(nil, "it is attached") != "" {
		t.Error("no words promise a file")
	}
	if _, problems := ReadWords(nil, strings.Repeat("word\n", 2*mostWords)); len(problems) == 0 {
		t.Error("any number of words is taken")
	}
}
