package usercmd

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
)

// errBatch is why a batch file does not get what a customer may have named.
var errBatch = errors.New("it is a batch file, and the shell of Windows would obey characters in what it is given: let the command be a program, or powershell -File with a script")

// checkBatch refuses arguments for a batch file in which cmd.exe, which Windows runs it
// with, would find more than a word: it has no quoting that holds. Elsewhere no program is
// a batch file.
func checkBatch(system, program string, args []string) error {
	if system != "windows" {
		return nil
	}
	if found, err := exec.LookPath(program); err == nil {
		program = found
	}
	switch strings.ToLower(filepath.Ext(strings.TrimRight(program, ". "))) {
	case ".bat", ".cmd":
	default:
		return nil
	}
	for _, arg := range args {
		if strings.ContainsAny(arg, "\"&|<>^%!()\r\n") {
			return errBatch
		}
	}
	return nil
}
