package env

import (
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// execs runs a program in the terminal, draws how often it did, and does it again.
type execs struct{ n, want int }

func (l execs) Init() tea.Cmd { return l.exec() }

func (l execs) exec() tea.Cmd {
	return (&Env{}).Exec(func() error { return nil }, func(error) tea.Msg { return l.n + 1 })
}

func (l execs) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case int:
		l.n = msg
	case drawnMsg:
		if int(msg) < l.n {
			return l, nil
		}
		if l.n == l.want {
			return l, tea.Quit
		}
		return l, l.exec()
	}
	return l, nil
}

func (l execs) View() tea.View {
	v := tea.NewView(string(nth(l.n)))
	v.AltScreen = true
	return v
}

type drawnMsg int

// nth is a character that is drawn after no other program.
func nth(n int) rune { return rune('一' + n) }

// Even if a program in the terminal ends at once, ours draws again, each time.
func TestTerminalIsDrawnOnAfterAProgram(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // whoever was woken runs late
	keys, hand, err := os.Pipe()                    // a file: only its reading can be cancelled
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Close()
	defer hand.Close()
	out, in := io.Pipe()
	p := tea.NewProgram(execs{want: 50}, tea.WithInput(keys), tea.WithOutput(in), tea.WithoutSignalHandler(), tea.WithWindowSize(20, 2))
	var wg sync.WaitGroup
	wg.Go(func() { follow(out, p) })
	stuck := time.AfterFunc(20*time.Second, p.Kill)
	model, err := p.Run()
	if !stuck.Stop() {
		t.Fatalf("nothing was drawn after program %d", model.(execs).n)
	}
	if err != nil {
		t.Error(err)
	}
	in.Close()
	wg.Wait()
}

// follow sends the program what it has drawn.
func follow(out io.Reader, p *tea.Program) {
	screen, buf := "", make([]byte, 4096)
	for next := 1; ; {
		n, err := out.Read(buf)
		if err != nil {
			return
		}
		screen += string(buf[:n])
		if strings.Contains(screen, string(nth(next))) {
			screen = ""
			go p.Send(drawnMsg(next))
			next++
		}
	}
}
