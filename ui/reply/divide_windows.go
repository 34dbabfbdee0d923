package reply

import (
	"os/exec"

	"golang.org/x/sys/windows"
)

// usualEditor is there on every system. Its window is its own, and unibox waits for it.
const usualEditor = "notepad.exe"

// divide divides a line as Windows does for every program: a backslash is part of a path.
// A line that as a whole names a program is that program, whatever blanks are in it.
func divide(line string, _ func(string) string) ([]string, error) {
	if _, err := exec.LookPath(line); err == nil {
		return []string{line}, nil
	}
	expanded, err := windowsExpand(line)
	if err != nil {
		return nil, err
	}
	return windows.DecomposeCommandLine(expanded)
}

// windowsExpand puts the values of %VARIABLES% into a line.
func windowsExpand(line string) (string, error) {
	in, err := windows.UTF16PtrFromString(line)
	if err != nil {
		return "", err
	}
	out := make([]uint16, 32<<10)
	n, err := windows.ExpandEnvironmentStrings(in, &out[0], uint32(len(out)))
	if err != nil || int(n) > len(out) {
		return "", errQuotes
	}
	return windows.UTF16ToString(out), nil
}
