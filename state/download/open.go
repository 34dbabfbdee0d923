package download

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// Opener shows files and links with a program of the agent's. The zero value
// has none.
type Opener struct {
	// Command is the program and its arguments; what is opened comes last.
	Command []string
}

// Usual is the program that opens things on a system, or none where nobody
// would see them, as over SSH.
func Usual(system string, getenv func(string) string) []string {
	switch {
	case system == "windows" && getenv("SSH_CONNECTION") == "":
		return []string{"rundll32.exe", "url.dll,FileProtocolHandler"} // no shell reads the name, as one behind "start" would
	case system == "darwin" && getenv("SSH_CONNECTION") == "":
		return []string{"open"}
	case getenv("DISPLAY") != "" || getenv("WAYLAND_DISPLAY") != "":
		return []string{"xdg-open"}
	}
	return nil
}

// CanOpen reports whether there is a program.
func (o Opener) CanOpen() bool { return len(o.Command) > 0 }

// OpenFile shows a file that was saved, and returns when the program ends. It
// looks at the file again: who knows what it is by now.
func (o Opener) OpenFile(path string) error {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || !filepath.IsAbs(path) {
		return errors.New("the file is not there any more; download it again")
	}
	kind, err := mimetype.DetectFile(path)
	if err != nil {
		return errors.New("the file cannot be read")
	}
	ending := strings.ToLower(filepath.Ext(path))
	switch {
	case program(kind):
		return errors.New("it is a program, and programs are never opened from here")
	case opened[ending] == nil:
		return fmt.Errorf("files named %s are not opened from here, for some of them run as programs", orNothing(ending))
	case !among(opened[ending], kind):
		return fmt.Errorf("it is named %s and is %s, so it is not opened from here", ending, words(kind))
	}
	return o.run(path)
}

func orNothing(ending string) string {
	if ending == "" {
		return "without an ending"
	}
	return ending
}

// OpenLink shows an address of the web, and returns when the program ends.
func (o Opener) OpenLink(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("only addresses that begin with https or http are opened")
	}
	u.User = nil
	return o.run(u.String())
}

// run starts the program apart from our terminal, which it can neither read
// nor write, and lets it outlive us.
func (o Opener) run(target string) error {
	cmd := exec.Command(o.Command[0], append(o.Command[1:len(o.Command):len(o.Command)], target)...)
	apart(cmd)
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return fmt.Errorf("%s did not open it (%s)", o.Command[0], exit)
	case err != nil:
		return fmt.Errorf("%s cannot be run: %w; open in [files] of the config names another program", o.Command[0], errno(err))
	}
	return nil
}
