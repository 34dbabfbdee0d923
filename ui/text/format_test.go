package text

import "testing"

func TestShortPath(t *testing.T) {
	for home, want := range map[string]string{"/home/maya": "~/Downloads/a.jpg", "/home/may": "/home/maya/Downloads/a.jpg", "/": "/home/maya/Downloads/a.jpg", "": "/home/maya/Downloads/a.jpg"} {
		t.Setenv("HOME", home)
		if got := ShortPath("/home/maya/Downloads/a.jpg"); got != want {
			t.Errorf("from %q: %q, want %q", home, got, want)
		}
	}
}
