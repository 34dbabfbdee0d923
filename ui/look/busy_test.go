package look

import (
	"testing"

	"charm.land/bubbles/v2/spinner"
	tea "charm.land/bubbletea/v2"
)

func TestBusyTurnsOnlyWhileItIsWaitedFor(t *testing.T) {
	b := NewBusy(true)
	if b.Start() != nil || b.View() != "" {
		t.Fatal("it turns although nobody waits")
	}
	if b.Start() != nil || b.View() != "" {
		t.Fatal("it turns at once")
	}
	turn := b.Start()
	if turn == nil {
		t.Fatal("it does not turn after a second")
	}
	if b.View() == "" {
		t.Fatal("it is not seen")
	}
	first := turn().(spinner.TickMsg)
	if b.Update(first) == nil || b.View() != " /" {
		t.Fatalf("it does not go on: %q", b.View())
	}
	if b.Start() != nil {
		t.Fatal("it is started twice")
	}
	b.View()
	next := b.spinner.Tick().(spinner.TickMsg)
	if b.Update(next) == nil || b.View() != " -" {
		t.Fatalf("the next frame is %q", b.View())
	}
	b.Update(b.spinner.Tick().(spinner.TickMsg))
	if b.Update(b.spinner.Tick().(spinner.TickMsg)) != nil || b.View() != "" {
		t.Fatal("it turns on although no frame shows it")
	}
}

// What is read within a second shows no sign.
func TestShortReadShowsNoSign(t *testing.T) {
	b := NewBusy(false)
	var cmds []tea.Cmd
	b.View()
	cmds = append(cmds, b.Start())
	cmds = append(cmds, b.Start(), b.Start())
	for i, cmd := range cmds {
		if cmd != nil {
			t.Errorf("started at second %d", i)
		}
	}
}

func TestNoBusyDrawsNothing(t *testing.T) {
	var l Look
	if got := l.Busy.View(); got != "" {
		t.Errorf("%q", got)
	}
}
