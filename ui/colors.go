package ui

import (
	"image"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"unibox/ui/picture"
	"unibox/ui/screen"
	"unibox/ui/text"
	"unibox/ui/theme"
	"unibox/ui/tty"
)

// colors are what the terminal can show and what its background is.
type colors struct {
	profile colorprofile.Profile
	dark    bool
	// said is what the terminal says of itself.
	said picture.Said
	// exact: the terminal said how large a cell is.
	exact bool
}

// learn takes what a terminal says of itself, and reports whether it is news; the command asks for more.
func (c *colors) learn(msg tea.Msg) (news bool, ask tea.Cmd) {
	was := c.said
	switch msg := msg.(type) {
	case tea.TerminalVersionMsg:
		c.said.Name = msg.Name
	case tty.CellMsg:
		if c.exact = c.exact || !msg.Guessed; msg.Guessed && c.exact {
			break // the answer comes
		}
		c.said.Cell = image.Pt(msg.Width, msg.Height)
	case tty.RegistersMsg:
		c.said.Registers = int(msg)
	case tty.AnsweredMsg:
		c.said.Sixel = msg.Sixel
		if msg.Sixel && !was.Sixel {
			ask = screen.AskRegisters
		}
	}
	return c.said != was, ask
}

// terminalSaid draws as a terminal is that said something of itself.
func terminalSaid(m *Model, msg tea.Msg) tea.Cmd {
	news, ask := m.colors.learn(msg)
	if !news {
		return nil
	}
	m.restyle()
	return tea.Batch(ask, m.thread.Feed())
}

// askCell is a command that asks the terminal how large a cell is, nil where no picture is drawn by it.
func askCell(o Settings) tea.Cmd {
	if o.Images == "off" || o.Images == "blocks" || o.ASCII || o.ScreenReader || o.Query == "off" {
		return nil
	}
	return screen.AskCell
}

// restyle computes the look again: for other colours or another way to count cells.
func (m *Model) restyle() {
	profile := m.colors.profile
	if m.opt.Settings.NoColor {
		profile = colorprofile.ASCII
	}
	th := m.opt.Settings.Wishes.New(profile, m.colors.dark)
	m.env.Look.Theme, m.env.Look.Marks = &th, theme.NewMarks(m.opt.Settings.ASCII)
	if m.opt.Settings.ScreenReader {
		m.env.Look.Marks = theme.SpokenMarks(m.env.Look.Language)
	}
	m.env.Look.Mode.ASCII, m.env.Look.Mode.Private = m.opt.Settings.ASCII, m.env.Privacy.On()
	m.env.Look.Links = screen.Links(m.opt.Settings.Links, m.opt.Environ) && (m.opt.Settings.Line != "slow" || m.opt.Settings.Links == "on")
	m.env.Look.Picture = picture.For(picture.Wishes{Setting: m.opt.Settings.Images, ASCII: m.opt.Settings.ASCII, Spoken: m.opt.Settings.ScreenReader,
		Profile: profile, Environ: m.opt.Environ, Said: m.colors.said})
	m.env.Look.Mode.Own = text.Ordering(m.opt.Settings.RTL, m.opt.Environ) && !m.opt.Settings.ScreenReader
	m.channels.SetLook(m.env.Look)
	m.inbox.SetLook(m.env.Look)
	m.queue.SetLook(m.env.Look)
	m.thread.SetLook(m.env.Look)
	m.reply.SetLook()
	m.dialogs.SetLook()
	m.bar.SetLook()
}

func (m *Model) background(msg tea.BackgroundColorMsg) tea.Cmd {
	if m.colors.dark == msg.IsDark() {
		return nil
	}
	m.colors.dark = msg.IsDark()
	m.restyle()
	return nil
}

func (m *Model) colorProfile(msg tea.ColorProfileMsg) tea.Cmd {
	if m.colors.profile == msg.Profile {
		return nil
	}
	m.colors.profile = msg.Profile
	m.restyle()
	return nil
}

// countClusters counts clusters as one, as the terminal was found to, says that it can, or as is set.
// Nothing that a terminal says afterwards takes that back.
func countClusters(m *Model, joined bool) tea.Cmd {
	if !joined || m.env.Look.Mode.Clusters {
		return nil
	}
	m.env.Look.Mode = text.Mode{Clusters: true}
	m.restyle()
	if m.size.w > 0 {
		m.arrange()
	}
	return screen.CountClusters
}
