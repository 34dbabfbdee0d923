package screenshots

import (
	"flag"
	"fmt"
	"html"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"unibox/state/storetest"
)

var (
	write = flag.Bool("write", false, "write all pictures in place of comparing their text")
	full  = flag.Bool("full", false, "compare all pictures, and not only two")
)

func TestMain(m *testing.M) {
	time.Local = time.UTC
	// The first who listens to signals starts what hands them out, and may not do so on
	// a fake clock.
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	signal.Stop(c)
	storetest.Main(m)
}

// title is that of the film.
const title = "Three customers are answered: n opens the next, r replies, alt+s sends, is done and opens the next"

func TestFilm(t *testing.T) {
	check(t, "three", func() string { return Film(record(t, three), title, Dark) })
}

// Every picture shows what the program shows: its text is compared, row by row.
func TestPictures(t *testing.T) {
	for _, second := range []bool{false, true} {
		w := world{plain: true, second: second, conversations: 40, seed: 7}
		store := ""
		for _, sc := range scenes {
			if sc.second != second || !sc.usual && !*full && !*write {
				continue
			}
			if store == "" {
				store = t.TempDir()
				play(t, store, w, "", morning, 120, 40, func(*stage) { time.Sleep(read) })
			}
			t.Run(sc.name, func(t *testing.T) { sc.take(t, store, w) })
		}
	}
}

// The page of the pictures has all of them.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, sc := range append([]scene{{name: "three", title: title}}, scenes...) {
		if row := fmt.Sprintf("| [%s](%[1]s.svg) | %s |\n", sc.name, sc.title); !strings.Contains(string(page), row) {
			t.Errorf("README.md lacks: %s", row)
		}
	}
}

// takes is how often a picture is taken at most until it is what it was: accounts are read
// in another order each time, and the engine's pauses are by chance. What the program
// shows otherwise, it shows otherwise each time.
const takes = 3

// check writes a picture, or compares its text with that of the file.
func check(t *testing.T, name string, picture func() string) {
	t.Helper()
	path := name + ".svg"
	if *write {
		if err := os.WriteFile(path, []byte(picture()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for range takes {
		if err = differ(text(string(old)), text(picture())); err == nil {
			return
		}
	}
	t.Errorf("%s: %v\nIf that is wanted: go test ./screenshots -args -write", path, err)
}

// differ says where the text of two pictures differs first.
func differ(was, is []string) error {
	for i := range min(len(was), len(is)) {
		if was[i] != is[i] {
			return fmt.Errorf("row %d is not what the program shows:\n%s\n%s", i, was[i], is[i])
		}
	}
	if len(was) != len(is) {
		return fmt.Errorf("it has %d rows, and the program shows %d", len(was), len(is))
	}
	return nil
}

var tags = regexp.MustCompile(`(<[^>]*>)+`)

// text is what is written on a picture, line by line.
func text(picture string) []string {
	var rows []string
	for row := range strings.Lines(picture) {
		if plain := strings.TrimSpace(html.UnescapeString(tags.ReplaceAllString(row, " "))); plain != "" {
			rows = append(rows, plain)
		}
	}
	return rows
}

func (sc scene) take(t *testing.T, store string, w world) {
	cols, rows, g := 120, 40, Dark
	switch {
	case sc.small:
		cols, rows = 80, 24
	case sc.wide:
		cols = 160
	case sc.tall:
		rows = 44
	}
	if sc.light {
		g = Light
	}
	check(t, sc.name, func() (picture string) {
		dir := filepath.Join(t.TempDir(), "s")
		if err := os.CopyFS(dir, os.DirFS(store)); err != nil {
			t.Fatal(err)
		}
		play(t, dir, w, sc.config, later, cols, rows, func(s *stage) {
			time.Sleep(3 * calm)
			for _, key := range sc.keys {
				if key == "wait" {
					time.Sleep(15 * calm)
					continue
				}
				s.press(key)
				time.Sleep(calm)
			}
			picture = Draw(s.take(g), sc.title, g)
		})
		return picture
	})
}
