package cli

import (
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"unibox/ui/catalog"
	"unibox/ui/notify"
)

// examinePopups rings the bell, and sends one pop-up of each kind unless the terminal is
// known to take none: only who sits there knows which of them came.
func examinePopups(out io.Writer, env []string) []finding {
	_, _ = io.WriteString(out, "\a")
	way := notify.Detect(env)
	if way == notify.None {
		return []finding{{doubtful, catalog.Say("this terminal is known to show no pop-ups, so none was sent; the bell rang"), catalog.Say("put bell = true under [notify] in the config")}}
	}
	var kinds []string
	for _, w := range notify.Ways {
		kinds = append(kinds, string(w))
		_, _ = io.WriteString(out, notify.Wrap(w.Sequence(nil, notify.Popup{ID: "unibox-doctor", Title: "unibox doctor", Body: "this is " + string(w)}), env))
	}
	_, _ = io.WriteString(out, notify.Wrap(ansi.SetProgramStatus(ansi.ProgramStatus{State: ansi.ProgramStateDone, App: "unibox", Title: "unibox doctor", Message: "this is the status of a program"}), env))
	return []finding{good("three pop-ups and a program's status (OSC 7501) were sent (%s), and the bell rang; unibox takes %s by itself. If another one came, put its name as popup under [notify] in the config; if your terminal lists programs and shows “unibox doctor”, status = \"on\" there has it show who waits",
		strings.Join(kinds, ", "), way)}
}
