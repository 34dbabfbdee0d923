package state

import "testing"

func TestFileAt(t *testing.T) {
	for address, want := range map[string]string{
		"https://x.org/files/label.pdf?v=2": "label.pdf", "http://x.org": "x.org", "http://x.org:80/": "x.org", "https://x.org/%D1%91.png": "ё.png",
		"ftp://x.org/a.pdf": "", "/home/a.pdf": "", "https:///a.pdf": "", "javascript:alert(1)": "", "": "",
	} {
		f, ok := FileAt(address)
		if ok != (want != "") || f.Name != want || ok && (f.URL != address || f.Path != "") {
			t.Errorf("%q: %+v, %v", address, f, ok)
		}
	}
}
