package screen

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// modes are what is set on the terminal for the frames; the zero value for a terminal
// that is not ours.
type modes struct {
	entered  bool
	clusters bool
	cursor   bool
	title    string
	named    bool // the title before ours is kept by the terminal
	keyboard int
	status   string
	on       [len(switches)]bool
}

// pushTitle has the terminal keep the title of its window, popTitle gives that back
// (XTWINOPS).
var pushTitle, popTitle = ansi.WindowOp(22, 2), ansi.WindowOp(23, 2)

// switches are the modes that follow a view.
var switches = [...]struct {
	mode ansi.Mode
	want func(tea.View) bool
}{
	{ansi.ModeBracketedPaste, func(v tea.View) bool { return !v.DisableBracketedPasteMode }},
	{ansi.ModeFocusEvent, func(v tea.View) bool { return v.ReportFocus }},
	{ansi.ModeMouseButtonEvent, func(v tea.View) bool { return v.MouseMode == tea.MouseModeCellMotion }},
	{ansi.ModeMouseAnyEvent, func(v tea.View) bool { return v.MouseMode == tea.MouseModeAllMotion }},
	{ansi.ModeMouseExtSgr, func(v tea.View) bool { return v.MouseMode != tea.MouseModeNone }},
}

// Abandoned gives back a terminal of which nobody knows what is set: all that a screen may have set.
// The keyboard belongs to a screen, so it comes before the other one.
var Abandoned = ansi.ResetModeSynchronizedOutput + ansi.ResetModifyOtherKeys + ansi.PopKittyKeyboard(1) +
	ansi.SetModeBiDirectionalSupport + switchedOff() + ansi.ResetModeUnicodeCore + ansi.SetWindowTitle("") + popTitle + ansi.ClearProgramStatus +
	ansi.ResetStyle + ansi.ResetModeAltScreenSaveCursor + ansi.ShowCursor

func switchedOff() (out string) {
	for _, s := range switches {
		out += ansi.ResetMode(s.mode)
	}
	return out
}

// enter appends what makes the terminal as p's view wants it.
func (m *modes) enter(out []byte, p *painter) []byte {
	first := !m.entered
	if first {
		// The keyboard belongs to a screen, so it comes behind.
		out = append(out, ansi.SetModeAltScreenSaveCursor+ansi.HideCursor+ansi.SetModifyOtherKeys2...)
		m.entered = true
		if p.ordered {
			out = append(out, ansi.ResetModeBiDirectionalSupport...)
		}
	}
	if p.clusters && !m.clusters {
		out = append(out, ansi.SetModeUnicodeCore...)
		m.clusters = true
	}
	for i, s := range switches {
		if want := s.want(*p.view); want != m.on[i] {
			out = append(out, set(s.mode, want)...)
			m.on[i] = want
		}
	}
	if flags := keyboard(p.view.KeyboardEnhancements); flags != m.keyboard {
		if first {
			out = append(out, ansi.PushKittyKeyboard(flags)...)
		} else {
			out = append(out, ansi.KittyKeyboard(flags, 1)...)
		}
		out = append(out, ansi.RequestKittyKeyboard...)
		m.keyboard = flags
	}
	if p.view.WindowTitle != m.title {
		if !m.named {
			out = append(out, pushTitle...)
			m.named = true
		}
		out = append(out, ansi.SetWindowTitle(p.view.WindowTitle)...)
		m.title = p.view.WindowTitle
	}
	if p.status != m.status {
		out = append(out, p.status...)
		m.status = p.status
	}
	if first && p.query {
		out = append(out, ansi.RequestModeSynchronizedOutput...)
		if !p.counted && !p.clusters { // which was asked before it was set
			out = append(out, ansi.RequestModeUnicodeCore...)
		}
	}
	return out
}

// leave returns what gives the terminal back, nothing if it was not taken.
func (p *painter) leave() []byte {
	m := p.modes
	if !m.entered {
		return nil
	}
	p.modes = modes{}
	out := p.leaveImages(p.takeImages(nil))
	out = append(out, ansi.ResetModifyOtherKeys+ansi.PopKittyKeyboard(1)...)
	if p.ordered {
		out = append(out, ansi.SetModeBiDirectionalSupport...)
	}
	for i, s := range switches {
		if m.on[i] {
			out = append(out, set(s.mode, false)...)
		}
	}
	if m.clusters {
		out = append(out, ansi.ResetModeUnicodeCore...)
	}
	if m.named { // emptied for terminals that keep no titles
		out = append(out, ansi.SetWindowTitle("")+popTitle...)
	}
	if m.status != "" {
		out = append(out, ansi.ClearProgramStatus...)
	}
	// Where there is no alternate screen what follows is written below the frame.
	out = append(out, ansi.CursorPosition(1, p.h)...)
	return append(out, ansi.ResetStyle+ansi.ResetModeAltScreenSaveCursor+ansi.ShowCursor...)
}

func set(m ansi.Mode, on bool) string {
	if on {
		return ansi.SetMode(m)
	}
	return ansi.ResetMode(m)
}

// keyboard is what the kitty keyboard protocol calls the enhancements. A key that
// other keys cannot be taken for is always among them.
func keyboard(k tea.KeyboardEnhancements) int {
	flags := ansi.KittyDisambiguateEscapeCodes
	for flag, want := range map[int]bool{
		ansi.KittyReportEventTypes: k.ReportEventTypes, ansi.KittyReportAlternateKeys: k.ReportAlternateKeys,
		ansi.KittyReportAllKeysAsEscapeCodes: k.ReportAllKeysAsEscapeCodes, ansi.KittyReportAssociatedKeys: k.ReportAssociatedText,
	} {
		if want {
			flags |= flag
		}
	}
	return flags
}
