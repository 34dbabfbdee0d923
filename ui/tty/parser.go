package tty

import (
	"bytes"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// How long the rest of something is waited for.
const (
	// escHere is the wait behind an escape on a line without delay, escAway on
	// one of unknown delay, escMost on any.
	escHere = 50 * time.Millisecond
	escAway = 250 * time.Millisecond
	escMost = 500 * time.Millisecond
	// bracketWait is the wait behind "ESC [", which alt and a bracket are too.
	bracketWait = time.Second
	// certainWait is the wait behind what can only be the beginning of something.
	certainWait = 2 * time.Second
	// pasteWait is how long a paste may stand still. What came is pasted then.
	pasteWait = time.Second
	// tornWithin is how long after an escape was taken for the key the rest of a
	// sequence is still recognised.
	tornWithin = time.Second
)

// parser makes messages of bytes. It is told the time and has no other input.
type parser struct {
	term string
	// remote says that the line may be slow.
	remote bool
	// marked says that the terminal is known to mark pastes, exact that it is
	// known to report esc and alt as no other keys.
	marked, exact bool
	// answerBy is until when an answer of the terminal may come, which begins with an escape;
	// zero if none is on its way.
	answerBy time.Time
	// rtt is how long the terminal took to answer, 0 if it never did.
	rtt time.Duration

	// held is the beginning of something, last when the last byte came.
	held []byte
	last time.Time
	// escaped is when a lone escape was taken for the key, torn the longest gap
	// that this proved to be wrong about.
	escaped time.Time
	torn    time.Duration

	paste   paste
	burstAt time.Time
}

// feed takes what one read gave.
func (p *parser) feed(now time.Time, data []byte) []tea.Msg {
	var msgs []tea.Msg
	last := p.last
	p.last = now
	if p.paste.open {
		if !p.paste.leave(now.Sub(last), data) {
			return p.pasted(data)
		}
		msgs = p.paste.take()
		p.paste = paste{}
	}
	if len(p.held) == 0 && p.isTail(now, data) {
		data = append([]byte{esc}, data...)
	}
	p.escaped = time.Time{} // what comes later has this before it
	if b := append(bytes.Clone(p.held), data...); p.isBurst(now, b) {
		p.burstAt = now
		whole := len(b) - cutShort(b)
		p.held = b[whole:]
		return append(msgs, BurstMsg{string(b[:whole])})
	}
	return append(msgs, p.scan(data, false)...)
}

// isTail reports whether data is the rest of a sequence whose escape came so
// much earlier that it was taken for the key. Nobody types that at once.
func (p *parser) isTail(now time.Time, data []byte) bool {
	gap := now.Sub(p.escaped)
	if p.escaped.IsZero() || gap > tornWithin || len(data) < 2 || data[0] != '[' && data[0] != 'O' {
		return false
	}
	seq := append([]byte{esc}, data...)
	n := sequence(seq)
	if n < 3 || n < len(seq) && seq[n] != esc || len(decode(seq[:n], p.term)) == 0 {
		return false // the next key of a terminal that sends sequences, or text
	}
	p.torn = max(p.torn, 2*(gap+p.escWait()))
	return true
}

// scan takes all that is whole of held and data. Expired means that nothing more
// comes.
func (p *parser) scan(data []byte, expired bool) []tea.Msg {
	b := append(p.held, data...)
	p.held = nil
	var msgs []tea.Msg
	for len(b) > 0 && !p.paste.open {
		n, got := p.next(b)
		if n == 0 && expired {
			n, got = p.broken(b)
		}
		if n == 0 {
			p.held = b
			return msgs
		}
		msgs = append(msgs, got...)
		b = b[n:]
	}
	if p.paste.open && len(b) > 0 {
		msgs = append(msgs, p.pasted(b)...)
	}
	return msgs
}

// next takes the first key or report off b; 0 if its end has not come.
func (p *parser) next(b []byte) (int, []tea.Msg) {
	if b[0] == esc {
		n := sequence(b)
		if n == 0 {
			return 0, nil
		}
		return n, p.learn(decode(b[:n], p.term))
	}
	whole := b[:len(b)-cutShort(b)]
	if len(whole) == 0 {
		return 0, nil
	}
	if r, n := utf8.DecodeRune(whole); r == utf8.RuneError && n == 1 {
		return 1, nil
	}
	var d uv.EventDecoder
	n, event := d.Decode(whole)
	if event == nil {
		return max(n, 1), nil
	}
	return max(n, 1), []tea.Msg{event}
}

// broken makes what it can of b, the rest of which did not come.
func (p *parser) broken(b []byte) (int, []tea.Msg) {
	switch {
	case b[0] == esc && (len(b) == 1 || b[1] == esc):
		if len(b) == 1 {
			p.escaped = p.last
		}
		return 1, []tea.Msg{uv.KeyPressEvent{Code: uv.KeyEscape}}
	case b[0] == esc:
		return len(b), decode(b, p.term)
	}
	return len(b), nil
}

// learn takes from reports what the parser itself needs.
func (p *parser) learn(msgs []tea.Msg) []tea.Msg {
	for _, msg := range msgs {
		switch msg := msg.(type) {
		case uv.PasteStartEvent:
			p.marked = true
			p.paste = paste{open: true}
			return nil
		case uv.PasteEndEvent:
			return nil // of a paste that was given up
		case uv.KeyboardEnhancementsEvent:
			p.exact = msg.Flags&ansi.KittyDisambiguateEscapeCodes != 0
			p.marked = p.marked || p.exact
		case uv.ModeReportEvent:
			p.marked = p.marked || msg.Mode == ansi.ModeBracketedPaste && msg.Value != ansi.ModeNotRecognized
		}
	}
	return msgs
}

// wait is how long the rest of what is held is waited for; 0 if nothing is.
func (p *parser) wait() time.Duration {
	b := p.held
	switch {
	case p.paste.open && !p.paste.still:
		return pasteWait + p.rtt
	case p.paste.open || len(b) == 0:
		return 0
	case len(b) == 1 && b[0] == esc, len(b) == 2 && b[0] == esc && b[1] == esc:
		return p.escWait()
	case len(b) == 2 && b[0] == esc:
		return bracketWait
	}
	return certainWait
}

// escWait is the wait behind an escape, which is a key and the beginning of
// others. A terminal that tells them apart sends it as a beginning only; in one that was asked
// something it may be that of the answer, the rest of which would be keys.
func (p *parser) escWait() time.Duration {
	wait := escHere + p.rtt
	switch {
	case p.exact, p.last.Before(p.answerBy):
		wait = escMost
	case p.rtt == 0 && p.remote:
		wait = escAway
	case p.rtt == 0:
		wait = 2 * escHere
	}
	return min(max(wait, p.torn), escMost)
}

// expire gives up waiting.
func (p *parser) expire(now time.Time) []tea.Msg {
	if p.paste.open {
		p.paste.still = true
		return p.paste.take()
	}
	p.last = now
	return p.scan(nil, true)
}
