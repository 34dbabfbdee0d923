package dialog

import (
	"strings"

	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/menu"
	"unibox/ui/text"
)

// IsAddress reports whether a line is the address of a file on the web.
func IsAddress(line string) bool {
	_, ok := state.FileAt(line)
	return ok && !strings.ContainsAny(line, " \t\r\n")
}

// addressIn is the address on a line, also behind what was on it; "" for none.
func addressIn(line string) string {
	line = strings.TrimSpace(line)
	for _, start := range []string{"https://", "http://"} {
		if i := strings.LastIndex(line, start); i == 0 || i > 0 && line[i-1] == '/' {
			if line = line[i:]; IsAddress(line) {
				return line
			}
		}
	}
	return ""
}

// addressItem offers the file at an address, or says why it cannot be sent.
func addressItem(say *catalog.Language, mode text.Mode, address, why string) menu.Item {
	file, _ := state.FileAt(address)
	return menu.Item{Label: mode.Line(file.Name), Detail: say.T("the platform fetches it from %s", mode.Line(address)), Why: why, Value: pathItem{paths: []string{address}}}
}
