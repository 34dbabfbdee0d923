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

func TestLongPath(t *testing.T) {
	t.Setenv("HOME", "/home/maya")
	for path, want := range map[string]string{"~": "/home/maya", "~/a": "/home/maya/a", "~/": "/home/maya/", "~maya/a": "~maya/a", "/a/~/b": "/a/~/b", "a": "a", "": ""} {
		if got := LongPath(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
	t.Setenv("HOME", "")
	if got := LongPath("~/a"); got != "~/a" {
		t.Errorf("without a home: %q", got)
	}
}
