// Command bare is the least that a program on Bubble Tea is: rows of text, and a key that
// ends it. The start of unibox is measured against its start.
package main

import (
	"fmt"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"
)

type rows struct{ width, height int }

func (rows) Init() tea.Cmd { return nil }

func (r rows) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		r.width, r.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		return r, tea.Quit
	}
	return r, nil
}

func (r rows) View() tea.View {
	all := make([]string, r.height)
	for i := range all {
		all[i] = fmt.Sprintf("row %-*d", max(0, r.width-4), i+1)
	}
	view := tea.NewView(strings.Join(all, "\n"))
	view.AltScreen = true
	return view
}

func main() {
	if _, err := tea.NewProgram(rows{}, tea.WithFPS(120)).Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
