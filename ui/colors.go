package ui

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"unibox/ui/picture"
	"unibox/ui/screen"
	"unibox/ui/text"
	"unibox/ui/theme"
)

// colors are what the terminal can show and what its background is.
type colors struct {
	profile colorprofile.Profile
	dark    bool
	// name is what the terminal says that it is called, "" if it did not.
	name string
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
		m.env.Look.Marks = theme.SpokenMarks()
	}
	m.env.Look.Mode.ASCII, m.env.Look.Mode.Private = m.opt.Settings.ASCII, m.env.Privacy.On()
	m.env.Look.Links = screen.Links(m.opt.Settings.Links, m.opt.Environ) && (m.opt.Settings.Line != "slow" || m.opt.Settings.Links == "on")
	m.env.Look.Picture = picture.For(picture.Wishes{Setting: m.opt.Settings.Images, ASCII: m.opt.Settings.ASCII, Spoken: m.opt.Settings.ScreenReader,
		Profile: profile, Environ: m.opt.Environ, Name: m.colors.name})
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
	m.colors.dark = msg.IsDark()
	m.restyle()
	return nil
}

func (m *Model) colorProfile(msg tea.ColorProfileMsg) tea.Cmd {
	m.colors.profile = msg.Profile
	m.restyle()
	return nil
}

// modeReport learns that the terminal counts grapheme clusters as one.
func (m *Model) modeReport(msg tea.ModeReportMsg) tea.Cmd {
	if on := screen.Clusters(msg); on != m.env.Look.Mode.Clusters {
		m.env.Look.Mode = text.Mode{Clusters: on, ASCII: m.opt.Settings.ASCII}
		m.restyle()
		m.arrange()
	}
	return nil
}
