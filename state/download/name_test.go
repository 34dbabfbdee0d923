package download

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestNamesFromOutsideBecomePlainNames(t *testing.T) {
	for said, want := range map[string]string{
		"photo.jpg":                     "photo.jpg",
		"Счёт № 12.pdf":                 "Счёт № 12.pdf",
		"../../.ssh/authorized_keys":    "authorized_keys",
		"/etc/passwd":                   "passwd",
		`C:\Windows\system32\calc.exe`:  "calc.exe",
		"-rf":                           "_rf",
		"--output=x.sh":                 "_output=x.sh",
		".bashrc":                       "bashrc",
		"..":                            "file",
		".":                             "file",
		"":                              "file",
		"   ":                           "file",
		"folder/":                       "file",
		"a\x00b.txt":                    "a_b.txt",
		"a%00b.txt":                     "a%00b.txt",
		"line\nbreak.txt":               "line break.txt",
		"bell\a\x1b[31m.txt":            "bell__[31m.txt",
		"photo\u202egpj.exe":            "photogpj.exe",
		"zero\u200bwidth\ufeff.txt":     "zerowidth.txt",
		"bad\xff\xfename.txt":           "bad_name.txt",
		"end. . .":                      "end",
		"a $(touch pwned; id).pdf":      "a _(touch pwned_ id).pdf",
		"`id`.pdf":                      "_id_.pdf",
		"con":                           "_con",
		"NUL.txt":                       "_NUL.txt",
		"Com1.tar.gz":                   "_Com1.tar.gz",
		"com¹.txt":                      "_com¹.txt",
		"aux .txt":                      "_aux .txt",
		"console.txt":                   "console.txt",
		"com10.txt":                     "com10.txt",
		`what? "this": <a|b>*.txt`:      "what_ _this__ _a_b__.txt",
		strings.Repeat("x", 400) + ".p": strings.Repeat("x", 253) + ".p",
	} {
		if got := plainName(said); got != want {
			t.Errorf("Name(%q) = %q, want %q", said, got, want)
		}
	}
}

func TestLongNamesAreCutBetweenLettersAndKeepTheirEnding(t *testing.T) {
	name := plainName(strings.Repeat("ж", 400) + ".jpeg")
	if len(name) > longestName || !utf8.ValidString(name) || !strings.HasSuffix(name, "ж.jpeg") {
		t.Errorf("%d bytes: %q", len(name), name)
	}
	again := numbered(name, 12)
	if len(again) > longestName || !utf8.ValidString(again) || !strings.HasSuffix(again, "ж (12).jpeg") {
		t.Errorf("%d bytes: %q", len(again), again)
	}
	if got := plainName("x." + strings.Repeat("y", 400)); len(got) > longestName {
		t.Errorf("%d bytes", len(got))
	}
}

func TestAFileWithoutANameIsCalledByItsAddress(t *testing.T) {
	for address, want := range map[string]string{
		"https://files.example/a/b/scan.pdf?x=/y": "scan.pdf",
		"https://files.example/a/%2e%2e":          "file",
		"https://files.example/x%2Fy%00.pdf":      "y_.pdf",
		"https://files.example":                   "file",
		"%":                                       "file",
	} {
		if got := plainName(called("", address)); got != want {
			t.Errorf("%s is called %q, want %q", address, got, want)
		}
	}
}

func FuzzName(f *testing.F) {
	for _, s := range []string{"photo.jpg", "../../.ssh/authorized_keys", "-rf", "con", "nul.", "com1.txt", strings.Repeat("ж", 400),
		"a\x00\u202e\xff/\\.", "%00", " .x", "-. -", "_-", "...-con", "lpt¹", "\u0301"} {
		f.Add(s, 2)
	}
	f.Fuzz(func(t *testing.T, said string, n int) {
		name := plainName(said)
		if again := plainName(name); again != name {
			t.Errorf("%q becomes %q, and that %q", said, name, again)
		}
		for _, name := range []string{name, numbered(name, n)} {
			if why := unsound(name); why != "" {
				t.Errorf("%q becomes %q: %s", said, name, why)
			}
		}
	})
}

// unsound says what is wrong with a name for a file.
func unsound(name string) string {
	inside := filepath.Join("/folder", name)
	switch {
	case name == "" || len(name) > longestName:
		return "its length"
	case !utf8.ValidString(name):
		return "not UTF-8"
	case filepath.Base(inside) != name || filepath.Dir(inside) != "/folder" || !filepath.IsLocal(name) || strings.ContainsAny(name, `/\`):
		return "not one element of a path"
	case name[0] == '.' || name[0] == '-' || name[0] == ' ':
		return "its first character"
	case strings.ContainsAny(name, "$`;"):
		return "a command of a shell"
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " "):
		return "its last character"
	case device(name):
		return "a device"
	case strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r != ' ' && unicode.IsSpace(r)
	}):
		return "something unseen"
	}
	return ""
}
