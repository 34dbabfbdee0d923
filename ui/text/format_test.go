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

func TestShortPathOnWindows(t *testing.T) {
	for path, want := range map[string]string{
		`C:\Users\maya\a.jpg`: `~\a.jpg`, `c:\users\Maya\a.jpg`: `~\a.jpg`, `C:\Users\maya/a.jpg`: "~/a.jpg",
		`C:\Users\mayas\a.jpg`: `C:\Users\mayas\a.jpg`, `C:\Users\maya`: `C:\Users\maya`, `D:\Users\maya\a`: `D:\Users\maya\a`,
	} {
		if got := shortPath(path, `C:\Users\maya`, `/\`); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
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
	for path, want := range map[string]string{"~": `C:\Users\maya`, `~\a`: `C:\Users\maya\a`, "~/a": `C:\Users\maya/a`, `~maya\a`: `~maya\a`, `C:\~\b`: `C:\~\b`} {
		if got := longPath(path, `C:\Users\maya`, `/\`); got != want {
			t.Errorf("on Windows %q: %q, want %q", path, got, want)
		}
	}
	t.Setenv("HOME", "")
	if got := LongPath("~/a"); got != "~/a" {
		t.Errorf("without a home: %q", got)
	}
}
