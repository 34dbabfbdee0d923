package app

import (
	"path/filepath"

	"unibox/state/config"
	"unibox/ui/env"
)

// CountFile is the name of the file, beside the store, that holds how many wait.
const CountFile = "waiting"

// told is how the config says that the agent is told of customers.
func told(c config.Config, dir string) env.Told {
	n := c.Notify
	t := env.Told{Popup: n.Popup, Bell: n.Bell, Text: n.Text, Focused: n.Focused, Quiet: n.Quiet, PlainTitle: !n.Title, Status: n.Status, CountFile: n.File}
	t.Quiet.Zone = c.Service.Hours.Zone
	for _, r := range n.Rules {
		t.Rules = append(t.Rules, env.ToldRule{Filter: r.Filter, Popup: r.Popup, Bell: r.Bell})
	}
	switch n.File {
	case "":
		t.CountFile = filepath.Join(dir, CountFile)
	case "off":
		t.CountFile = ""
	}
	return t
}
