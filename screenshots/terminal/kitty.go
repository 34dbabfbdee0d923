//go:build unix

package terminal

import (
	"fmt"
	"io"
	"os/exec"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// OpenKitty is Open in a terminal that speaks the kitty keyboard protocol: it answers what is
// asked of it, and what Press presses goes out as the program has set it.
func OpenKitty(cmd *exec.Cmd, cols, rows int) (*Window, error) {
	return open(Line{}, cmd, cols, rows, (*Window).speakKitty)
}

// Keyboard returns the flags of the kitty keyboard protocol that are set.
func (w *Window) Keyboard() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.flags()
}

func (w *Window) flags() int {
	if len(w.keyboard) == 0 {
		return 0
	}
	return w.keyboard[len(w.keyboard)-1]
}

// speakKitty has the emulator keep a stack of flags, and answer what they are.
func (w *Window) speakKitty() {
	on := func(prefix byte, do func(n int)) {
		w.emu.RegisterCsiHandler(ansi.Command(prefix, 0, 'u'), func(params ansi.Params) bool {
			n, _, _ := params.Param(0, 0)
			do(n)
			return true
		})
	}
	on('>', func(n int) { w.keyboard = append(w.keyboard, n) })
	on('<', func(n int) { w.keyboard = w.keyboard[:max(0, len(w.keyboard)-max(1, n))] })
	on('=', func(n int) { w.keyboard = append(w.keyboard[:max(0, len(w.keyboard)-1)], n) })
	on('?', func(int) { fmt.Fprintf(w.emu.InputPipe(), "\x1b[?%du", w.flags()) })
}

// codes are keys that the protocol sends by number, where a modifier is held or they are
// ambiguous without it.
var codes = map[string]rune{"esc": 27, "enter": 13, "tab": 9, "backspace": 127, "space": ' '}

// modifiers are what is added to 1 for each that is held.
var modifiers = map[string]int{"shift": 1, "alt": 2, "ctrl": 4}

// kitty is a key as the protocol sends it, "" where it is sent as ever. Of a letter that is not
// Latin base is the one that stands there in the US layout.
func kitty(name string, base rune) string {
	parts := strings.Split(name, "+")
	held := 0
	for _, mod := range parts[:len(parts)-1] {
		held += modifiers[mod]
	}
	last := parts[len(parts)-1]
	code, named := codes[last]
	switch letters := []rune(last); {
	case held == 0 && name != "esc":
		return ""
	case !named && len(letters) != 1:
		return ""
	case !named:
		code = letters[0]
	}
	key := fmt.Sprint(code)
	if base != 0 {
		key += fmt.Sprintf("::%d", base)
	}
	if held == 0 {
		return "\x1b[" + key + "u"
	}
	return fmt.Sprintf("\x1b[%s;%du", key, held+1)
}

// PressAt presses a key of another layout by what it types, and by what stands there in the US
// layout, which a terminal says that speaks the kitty keyboard protocol.
func (w *Window) PressAt(name string, base rune) error {
	const alternate = 4
	if w.Keyboard()&alternate == 0 {
		base = 0
	}
	_, err := io.WriteString(w.in, kitty(name, base))
	return err
}
