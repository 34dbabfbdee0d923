package tty

import (
	"bytes"
	"context"
	"fmt"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

const (
	esc = 0x1b
	// longest is how many bytes a sequence may have; a longer one is none.
	longest = 64 << 10
)

// sequence returns how long the escape sequence is that b begins with, 0 if its
// end has not come yet. A key pressed with alt is one, too.
func sequence(b []byte) int {
	if len(b) == 1 {
		return 0
	}
	switch b[1] {
	case '[':
		return csi(b)
	case 'O':
		return ss3(b)
	case 'P', ']', '_', '^', 'X':
		return textual(b)
	case esc:
		return twice(b)
	}
	n := character(b[1:])
	if n == 0 {
		return 0
	}
	return 1 + n
}

// csi measures "ESC [ parameters intermediates final". One that is broken off
// ends where something else begins.
func csi(b []byte) int {
	if len(b) > 2 && b[2] == '[' { // F1 to F5 of the Linux console
		if len(b) == 3 {
			return 0
		}
		return 4
	}
	if len(b) > 2 && b[2] == 'M' { // a click as terminals send it that know no other way
		if len(b) < 6 {
			return 0
		}
		return 6
	}
	i := 2
	for i < len(b) && b[i] >= 0x30 && b[i] <= 0x3f {
		i++
	}
	for i < len(b) && b[i] >= 0x20 && b[i] <= 0x2f {
		i++
	}
	switch {
	case i == len(b) && i < longest:
		return 0
	case i == len(b) || b[i] < 0x40 || b[i] > 0x7e:
		return i
	}
	return i + 1
}

// ss3 measures "ESC O modifiers final".
func ss3(b []byte) int {
	i := 2
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	switch {
	case i == len(b) && i < longest:
		return 0
	case i == len(b) || b[i] <= 0x20 || b[i] >= 0x7f:
		return 2
	}
	return i + 1
}

// textual measures a sequence that carries text up to BEL or ESC \.
func textual(b []byte) int {
	for i := 2; i < len(b); i++ {
		switch b[i] {
		case 0x07, 0x18, 0x1a:
			return i + 1
		case esc:
			switch {
			case i+1 == len(b):
				return 0
			case b[i+1] == '\\':
				return i + 2
			}
			return i
		}
	}
	if len(b) >= longest {
		return len(b)
	}
	return 0
}

// twice measures what begins with two escapes: an arrow with alt, or esc and
// then something else.
func twice(b []byte) int {
	if len(b) == 2 {
		return 0
	}
	if b[2] != '[' && b[2] != 'O' {
		return 1
	}
	n := sequence(b[1:])
	if n == 0 {
		return 0
	}
	return 1 + n
}

// character returns how many bytes the first rune of b has, 0 if they have not
// all come.
func character(b []byte) int {
	if !utf8.FullRune(b) {
		return 0
	}
	_, n := utf8.DecodeRune(b)
	return n
}

// cutShort returns how many bytes at the end of b begin a character that is not
// complete.
func cutShort(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if tail := b[len(b)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}

// decode says what a whole escape sequence means. What the library's decoder does
// not know its reader may, which has the tables of terminals with keys of their own,
// and makes them anew each time.
func decode(seq []byte, term string) []tea.Msg {
	if len(seq) == 4 && string(seq[:3]) == "\x1b[[" && seq[3] >= 'A' && seq[3] <= 'E' {
		return []tea.Msg{uv.KeyPressEvent{Code: uv.KeyF1 + rune(seq[3]-'A')}}
	}
	if msg := report(seq); msg != nil {
		return []tea.Msg{msg}
	}
	var d uv.EventDecoder
	if n, e := d.Decode(seq); n == len(seq) && e != nil && !unknown(e) {
		if modifier(e) {
			return nil
		}
		return []tea.Msg{lowered(e)}
	}
	events := make(chan uv.Event, 8)
	go func() {
		defer close(events)
		_ = uv.NewTerminalReader(bytes.NewReader(seq), term).StreamEvents(context.Background(), events)
	}()
	var msgs []tea.Msg
	for e := range events {
		if !unknown(e) && !modifier(e) {
			msgs = append(msgs, e)
		}
	}
	return msgs
}

// longestID bounds what a terminal may say that a pop-up is called.
const longestID = 64

// report reads what a terminal says of a pop-up (OSC 99) and of its list of programs (OSC
// 7501), nil where seq is neither.
func report(seq []byte) tea.Msg {
	if msg := graphics(seq); msg != nil {
		return msg
	}
	body, is := bytes.CutPrefix(seq, []byte("\x1b]"))
	if !is {
		return nil
	}
	body = bytes.TrimSuffix(bytes.TrimSuffix(body, []byte("\x07")), []byte("\x1b\\"))
	if string(body) == "7501;?" {
		return StatusMsg{}
	}
	about, is := bytes.CutPrefix(body, []byte("99;"))
	about, _, whole := bytes.Cut(about, []byte(";"))
	if !is || !whole {
		return nil
	}
	id := ""
	for part := range bytes.SplitSeq(about, []byte(":")) {
		if key, value, _ := bytes.Cut(part, []byte("=")); string(key) == "i" && len(value) <= longestID {
			id = string(value)
		} else if string(key) == "p" {
			return nil // it was closed, or is there still
		}
	}
	return ClickedMsg{id}
}

// mostRegisters bounds what a terminal may say of its colours.
const mostRegisters = 1 << 20

// graphics reads how many pixels a cell has and how many colours sixels may have, nil where seq is
// neither.
func graphics(seq []byte) tea.Msg {
	if size, is := bytes.CutPrefix(seq, []byte("\x1b[6;")); is {
		var cell CellMsg
		if n, _ := fmt.Sscanf(string(size), "%d;%dt", &cell.Height, &cell.Width); n == 2 && cell.valid() {
			return cell
		}
	}
	if count, is := bytes.CutPrefix(seq, []byte("\x1b[?1;0;")); is {
		var registers int
		if n, _ := fmt.Sscanf(string(count), "%dS", &registers); n == 1 && registers > 0 && registers <= mostRegisters {
			return RegistersMsg(registers)
		}
	}
	return nil
}

func unknown(e uv.Event) bool {
	switch e.(type) {
	case uv.UnknownEvent, uv.UnknownCsiEvent, uv.UnknownSs3Event, uv.UnknownOscEvent, uv.UnknownDcsEvent, uv.UnknownSosEvent, uv.UnknownPmEvent, uv.UnknownApcEvent:
		return true
	}
	return false
}

// lowered is a chord with shift by the letter that stands on the key, as the kitty protocol has it:
// modifyOtherKeys says which letter shift makes of it.
func lowered(e uv.Event) uv.Event {
	k, ok := e.(uv.KeyPressEvent)
	if lower := unicode.ToLower(k.Code); ok && k.Mod.Contains(uv.ModShift) && k.Mod&^uv.ModShift != 0 && k.Text == "" && lower != k.Code {
		k.ShiftedCode, k.Code = k.Code, lower
		return k
	}
	return e
}

// modifier reports whether an event is nothing but shift, ctrl or a lock, pressed or let go.
func modifier(e uv.Event) bool {
	k, ok := e.(uv.KeyPressEvent)
	if release, is := e.(uv.KeyReleaseEvent); is {
		k, ok = uv.KeyPressEvent(release), true
	}
	return ok && (k.Code >= uv.KeyLeftShift && k.Code <= uv.KeyIsoLevel5Shift || k.Code >= uv.KeyCapsLock && k.Code <= uv.KeyNumLock)
}
