package reply

import (
	"strings"
	"testing"

	"unibox/api"
	"unibox/keymap"
)

// C11: a text that says that a file comes with it is asked about when there is none.
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
		if got := strings.TrimSpace(mentionsFile(text)); got != words {
			t.Errorf("%q: %q, want %q", text, got, words)
		}
	}
	for _, tt := range []struct {
		choice, sent int
		maxFiles     int
	}{{1, 1, 2}, {0, 0, 2}, {-1, 1, 0}} {
		f := newBox(t)
		f.env.Accounts[0].Traits.Rules = map[api.ChannelKind]api.ChannelRules{"chat": {Title: "Chat", MaxFiles: tt.maxFiles}}
		f.run(f.Open(anna, nil))
		f.Paste("The menu is attached")
		f.run(f.Do(keymap.Send))
		if tt.choice >= 0 {
			if said := f.choose(tt.choice); !strings.Contains(said, "You write “attached”") {
				t.Errorf("asked:\n%s", said)
			}
		}
		if len(f.disk.sent) != tt.sent || tt.sent == 0 && f.Draft().Body != "The menu is attached" {
			t.Errorf("choice %d, up to %d files: sent %d, in the box %q", tt.choice, tt.maxFiles, len(f.disk.sent), f.Draft().Body)
		}
	}
}
