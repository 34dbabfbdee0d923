package text

import (
	"net/url"
	"strings"
	"testing"
)

func TestLinks(t *testing.T) {
	for body, want := range map[string]string{
		"(see https://example.com/a).":                                      "https://example.com/a",
		"https://en.wikipedia.org/wiki/A_(b), ok":                           "https://en.wikipedia.org/wiki/A_(b)",
		"(https://en.wikipedia.org/wiki/A_(b)_c)":                           "https://en.wikipedia.org/wiki/A_(b)_c",
		"(https://a.example/x(y)(z)) and [http://b.example/[1]]":            "https://a.example/x(y)(z) http://b.example/[1]",
		"[here](https://a.example/x) {https://b.example}":                   "https://a.example/x https://b.example",
		"http://a.example и https://b.example/»":                            "http://a.example https://b.example/",
		"«https://a.example/x», „https://b.example/y“":                      "https://a.example/x https://b.example/y",
		"'https://a.example/it's' \"https://b.example\"":                    "https://a.example/it's https://b.example",
		"`https://a.example/x`, ‘https://b.example’s":                       "https://a.example/x https://b.example",
		"见https://a.example/订单。谢谢（https://b.example/x）":                     "https://a.example/订单 https://b.example/x",
		"https://a.example/x，https://b.example/y！":                          "https://a.example/x https://b.example/y",
		"「https://a.example/x」…":                                            "https://a.example/x",
		"https://a.example/x... https://b.example/y…":                       "https://a.example/x https://b.example/y",
		"https://a.example/x؟ https://b.example/y، https://c.example/z।":    "https://a.example/x https://b.example/y https://c.example/z",
		"https://a.example?!":                                               "https://a.example",
		"https://a.example/?q=a&b=c#d-e_f~g/":                               "https://a.example/?q=a&b=c#d-e_f~g/",
		"Https://A.example/B HTTP://c.example":                              "https://A.example/B http://c.example",
		"www.a.example/x, WWW.b.example. (www.c.example)":                   "https://www.a.example/x https://www.b.example https://www.c.example",
		"www. www.a awww.b.example me@www.c.example":                        "",
		"*https://a.example/x* _https://b.example_ **https://c.example/y**": "https://a.example/x https://b.example https://c.example/y",
		"https://a.example/x* https://b.example/y_":                         "https://a.example/x* https://b.example/y_",
		"<https://a.example/x> https://[::1]:80/y":                          "https://a.example/x https://[::1]:80/y",
		"https:// http://. xhttps://a.example":                              "",
		"javascript:alert(1) file:///etc/passwd":                            "",
		"https://a.example/\x1b]52;c;aGk=\x07\u202e":                        "https://a.example/",
		"https://a.example/\u200bx https://b.example/\u202egpj":             "https://a.example/ https://b.example/",
		"https://пример.рф/путь?а=б":                                        "https://пример.рф/путь?а=б",
		"https://a.example/https://b.example/":                              "https://a.example/https://b.example/",
	} {
		if got := strings.Join(Links(body), " "); got != want {
			t.Errorf("%q holds %q, want %q", body, got, want)
		}
	}
}

func FuzzLinks(f *testing.F) {
	for _, s := range []string{"(https://a.b/(c))", "www.a.b", "https://[", "Https://a\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, link := range Links(s) {
			if Hidden(link) || strings.ContainsAny(link, " \n\x1b") || !strings.HasPrefix(link, "http") {
				t.Errorf("%q holds %q", s, link)
			}
			if u, err := url.Parse(link); err == nil && u.Host == "" {
				t.Errorf("%q holds %q, which is nowhere", s, link)
			}
		}
	})
}
