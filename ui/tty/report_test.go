package tty

import (
	"reflect"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// A1: a click on a pop-up is told from its end, and from anything else.
func TestAClickOnAPopupIsRead(t *testing.T) {
	for seq, want := range map[string]tea.Msg{
		"\x1b]99;i=unibox-3;\x1b\\":                ClickedMsg{"unibox-3"},
		"\x1b]99;a=report:i=unibox-3;\x07":         ClickedMsg{"unibox-3"},
		"\x1b]99;i=unibox-3;1\x07":                 ClickedMsg{"unibox-3"}, // a button
		"\x1b]99;i=unibox-3:p=close;\x1b\\":        nil,
		"\x1b]99;i=unibox-3:p=close;untracked\x07": nil,
		"\x1b]99;unibox-3\x07":                     nil,
		"\x1b]7501;?\x1b\\":                        StatusMsg{},
		"\x1b]7501;?\x07":                          StatusMsg{},
		"\x1b]7501;state=clear\x07":                nil,
	} {
		got := decode([]byte(seq), "xterm-256color")
		if want == nil && len(got) == 0 {
			continue
		}
		if want == nil || !reflect.DeepEqual(got, []tea.Msg{want}) {
			t.Errorf("%q is %#v, want %#v", seq, got, want)
		}
	}
}

// T8: how large a cell is and how many colours sixels may have is read where it can be so.
func TestT8WhatATerminalSaysOfItsPictures(t *testing.T) {
	for seq, want := range map[string]tea.Msg{
		"\x1b[6;16;8t": CellMsg{Width: 8, Height: 16}, "\x1b[6;0;8t": nil, "\x1b[6;250;250t": nil, "\x1b[6;16t": nil,
		"\x1b[?1;0;1024S": RegistersMsg(1024), "\x1b[?1;3;0S": nil, "\x1b[?1;0;0S": nil,
	} {
		if got := graphics([]byte(seq)); !reflect.DeepEqual(got, want) {
			t.Errorf("%q is %#v, want %#v", seq, got, want)
		}
	}
	sent := make(chan tea.Msg, 10)
	r := newReader(parser{}, func(msg tea.Msg) { sent <- msg })
	defer r.close()
	for seq, want := range map[string]bool{"\x1b[?63;1;2;4;22c": true, "\x1b[?64;1;2;14c": false} {
		r.ask()
		r.take(func(now time.Time) []tea.Msg { return r.parser.feed(now, []byte(seq)) })
		if got, is := (<-sent).(AnsweredMsg); !is || got.Sixel != want {
			t.Errorf("%q: %+v", seq, got)
		}
	}
}

// What stands in a sequence is written as it is: nothing in it is drawn.
func TestTheTextOfASequenceIsNotSteadied(t *testing.T) {
	for _, seq := range []string{"\x1b]9;👩🏽‍💻 🫠 ครับ\x07", "\x1bPtmux;\x1b\x1b]9;🫠\x07\x1b\\"} {
		if got := string(steady([]byte(seq), false, false)); got != seq {
			t.Errorf("%q became %q", seq, got)
		}
	}
	if got := string(steady([]byte("\x1b]9;🫠\x07🫠"), false, false)); !strings.HasPrefix(got, "\x1b]9;🫠\x07\x1b7") {
		t.Errorf("behind it: %q", got)
	}
}

// The questions are ones that an answer is waited for.
func TestTheQuestionsAreQuestions(t *testing.T) {
	for _, q := range []string{ansi.RequestNameVersion, ansi.RequestProgramStatusSupport} {
		if !asks([]byte(q)) {
			t.Errorf("%q is no question", q)
		}
	}
	if asks([]byte("\x1b]9;unibox: why?\x07\x1b]7501;state=idle\x07")) {
		t.Error("a pop-up is a question")
	}
}

// An answer that a slow line tears behind its escape is no key: while one is on its way the rest is
// waited for. Where none is, or none comes, escape is soon the key.
func TestATornAnswerIsNoKey(t *testing.T) {
	r := newReader(parser{}, func(tea.Msg) {})
	defer r.close()
	wait := func(at time.Time) time.Duration {
		r.parser.feed(at, []byte{esc})
		return r.parser.wait()
	}
	r.ask()
	if got := wait(time.Now()); got != escMost {
		t.Errorf("the rest of an answer is waited for %v", got)
	}
	if got := r.parser.feed(time.Now(), []byte("[6;16;8t")); len(got) != 1 {
		t.Errorf("the answer is %#v", got)
	}
	if got := wait(time.Now().Add(questionWait)); got != 2*escHere {
		t.Errorf("the key is waited for %v where no answer came", got)
	}
	r.parser.held = nil
	r.mu.Lock()
	r.answered(time.Now(), false)
	r.mu.Unlock()
	r.parser.rtt = 0
	if got := wait(time.Now()); got != 2*escHere {
		t.Errorf("the key is waited for %v with all answered", got)
	}
}
