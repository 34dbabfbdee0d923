package notify

import (
	"encoding/base64"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"unibox/ui/catalog"
	"unibox/ui/text"
)

// Way is how a terminal is asked for a pop-up of the desktop.
type Way string

// The ways.
const (
	None   Way = "off"
	OSC9   Way = "osc9"   // iTerm2's, which most terminals know: one text
	OSC777 Way = "osc777" // rxvt's: title and text
	OSC99  Way = "osc99"  // kitty's: title and text, replaced, closed, and answered when it is clicked
)

// Ways lists those that show something.
var Ways = []Way{OSC9, OSC777, OSC99}

// Popup is what a pop-up shows. ID is of letters, digits, "-" and "_"; a later one with the
// same ID takes its place where the terminal knows that.
type Popup struct{ ID, Title, Body string }

// The longest that a title and a text of a pop-up get, in cells.
const (
	longestTitle = 60
	longestBody  = 160
)

// Sequence is what asks a terminal for a pop-up. Whatever stands in it, it is one sequence
// and no more: the texts are cleaned as those of the screen are, and cut.
func (w Way) Sequence(say *catalog.Language, p Popup) string {
	title, body := Clean(p.Title, longestTitle), Clean(p.Body, longestBody)
	switch w {
	case OSC9:
		// A text that begins with a number is a command of ConEmu and Windows Terminal.
		return ansi.Notify(say.T("unibox: %s", strings.TrimSuffix(title+": "+body, ": ")))
	case OSC777:
		return ansi.URxvtExt("notify", comma(title), comma(body))
	case OSC99:
		id := "i=" + p.ID
		first := ansi.DesktopNotification(encode(title), id, "d=0", "e=1", "a=report,focus", "f="+encode("unibox"))
		return first + ansi.DesktopNotification(encode(body), id, "d=1", "e=1", "p=body")
	}
	return ""
}

// Close takes a pop-up off the desktop, where the way can do that.
func (w Way) Close(id string) string {
	if w != OSC99 {
		return ""
	}
	return ansi.DesktopNotification("", "i="+id, "p=close")
}

// Clean makes a text from outside fit to stand in a sequence, in at most w cells.
func Clean(s string, w int) string {
	var m text.Mode
	return m.Cut(m.Line(s), w)
}

// comma keeps the parts of a sequence apart that semicolons part.
func comma(s string) string { return strings.ReplaceAll(s, ";", ",") }

func encode(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
