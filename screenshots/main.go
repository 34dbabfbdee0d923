//go:build unix

// Command screenshots takes the pictures of the README from the running demo:
// it builds unibox, plays keys to it in a terminal and draws what is there.
//
//	go run ./screenshots [NAME...]
//
// It writes an SVG per picture beside its source, and a PNG where rsvg-convert
// is installed. Emoji need pango-view; fonts: DejaVu Sans Mono, Noto.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/charmbracelet/x/vt"

	"unibox/screenshots/terminal"
)

func main() {
	if err := run("screenshots", os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run takes the pictures with some names, or all, into dir.
func run(dir string, names []string) error {
	home, err := os.MkdirTemp("", "unibox-screenshots-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	binary := filepath.Join(home, "unibox")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("build unibox: %s", out)
	}
	glyphs := emoji{}
	for _, s := range scenes {
		if len(names) > 0 && !slices.Contains(names, s.name) {
			continue
		}
		if err := s.take(binary, home, filepath.Join(dir, s.name), glyphs); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// serve starts the demo's platforms, and returns what unibox is called with to show them with
// a config of one's own, and what ends them.
func serve(binary, home, config string, world []string) (args []string, end func(), err error) {
	dir, err := os.MkdirTemp(home, "own-")
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.Command(binary, append([]string{"sandbox", "--addr", "127.0.0.1:0"}, world...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, nil, err
	}
	end = func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }
	accounts := make([]byte, 64<<10) // they come in one write
	n, err := out.Read(accounts)
	file := filepath.Join(dir, "config.toml")
	if err == nil {
		err = os.WriteFile(file, append(accounts[:n], config...), 0o600)
	}
	if err != nil {
		end()
		return nil, nil, err
	}
	return []string{"--config", file, "--state", filepath.Join(dir, "state")}, end, nil
}

// take plays one scene and writes its picture to path, without extension.
func (s scene) take(binary, home, path string, glyphs emoji) error {
	world := append([]string{"--seed", "7", "--quiet"}, s.flags...)
	cmd := exec.Command(binary, append([]string{"demo"}, world...)...)
	if s.config != "" {
		args, end, err := serve(binary, home, s.config, world)
		if err != nil {
			return err
		}
		defer end()
		cmd = exec.Command(binary, args...)
	}
	cmd.Env = []string{"HOME=" + home, "TMPDIR=" + home, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "TERM=xterm-256color", "COLORTERM=truecolor"}
	w, err := terminal.Open(cmd, s.cols, s.rows)
	if err != nil {
		return err
	}
	defer w.Close()
	for _, step := range s.steps {
		if err := step(w); err != nil {
			return fmt.Errorf("%w; the screen:\n%s", err, w.Text())
		}
	}
	w.Settle(settled)
	var svg string
	w.Look(func(screen *vt.Emulator, cursor bool) { svg = draw(screen, cursor, glyphs) })
	if err := os.WriteFile(path+".svg", []byte(svg), 0o644); err != nil {
		return err
	}
	err = exec.Command("rsvg-convert", "-o", path+".png", path+".svg").Run()
	if errors.Is(err, exec.ErrNotFound) {
		return nil
	}
	return err
}
