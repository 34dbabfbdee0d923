package ui

import (
	"strings"
	"testing"

	"unibox/api"
	"unibox/api/sandbox"
)

// A channel that is connected by a scan: the code is drawn, esc leaves and says what is
// waited for, C leads back to it, and the platform's word ends it.
func TestConnectByQRCode(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, keys: secondVersion})
	a.until("the channels", func(s string) bool { return strings.Contains(s, "MX   MAX") })
	a.disconnect("MAX")
	a.connect("MAX")
	a.see("History to read in")
	a.press("enter")
	a.see("Waiting for the scan")
	if code := a.qrCode(); len(code) < 12 || strings.Trim(code[0], " ") != "" {
		t.Errorf("no code in a light border:\n%s", strings.Join(code, "\n"))
	}
	a.press("esc")
	a.see("MAX is not connected yet: it waits for the scan; C leads back to it")
	a.until("the new channel", func(s string) bool { return strings.Index(s, "MX   MAX") > strings.Index(s, "AV   Avito") })
	a.press("C")
	a.see("Channels")
	a.write("MAX")
	a.frame()
	a.press("enter")
	a.see("Show whether it is connected")
	a.press("enter")
	a.see("Waiting for the scan")
	a.control("channel", map[string]any{"platform": "pact", "channel": a.newestChannel("max"), "event": "scanned"}, nil)
	a.see("MAX is connected.")
	if len(a.qrCode()) > 0 {
		t.Error("the code is still shown")
	}
	a.press("enter")
	a.gone("Connect MAX")
}

// A code that is too large for the terminal is not drawn in part: what to do is said,
// and once there is room it is drawn.
func TestConnectByQRCodeInASmallTerminal(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 80, h: 24, keys: secondVersion, sandbox: sandbox.Options{Conversations: 3}})
	a.until("the channels", func(s string) bool { return strings.Contains(s, " MX ") })
	a.connect("WhatsApp")
	a.see("Phone number, to connect by a code")
	a.see("This may be left empty.")
	a.press("enter")
	a.see("History to read in")
	a.press("enter")
	a.see("needs a terminal of 65 columns and 35 rows")
	a.see("Begin again with other answers")
	a.resize(100, 40)
	a.until("the whole code", func(string) bool { return len(a.qrCode()) > 29 })
	a.resize(80, 24)
	a.see("needs a terminal")
	a.press("down", "enter")
	a.see("Phone number, to connect by a code")
	a.write("+7 925 000-00-01")
	a.press("enter")
	a.see("History to read in")
	a.press("enter")
	a.see("Type this code into the phone: ")
	a.press("esc")
	a.see("WhatsApp is not connected yet: it waits for the code")
}

// connect chooses a kind in the dialog of channels.
func (a *app) connect(kind string) {
	a.t.Helper()
	a.press("C")
	a.see("Channels")
	a.write("connect " + kind)
	a.frame()
	a.press("enter")
	a.see("Connect " + kind)
	if strings.Contains(a.screen.String(), "Connect it") {
		a.press("down", "enter")
	}
}

// disconnect disconnects the channel of a kind at the platform.
func (a *app) disconnect(title string) {
	a.t.Helper()
	account := a.model.env.Accounts[0]
	id, err := account.Provider.Identify(a.t.Context())
	if err != nil {
		a.t.Fatal(err)
	}
	for _, c := range id.Channels {
		if account.Traits.Rule(c.Kind).Title == title {
			if err := account.Provider.(api.ChannelAdmin).Disconnect(a.t.Context(), c.ID); err != nil {
				a.t.Fatal(err)
			}
		}
	}
}

// newestChannel is the id of the channel of a kind.
func (a *app) newestChannel(kind api.ChannelKind) (remote string) {
	a.t.Helper()
	id, err := a.model.env.Accounts[0].Provider.Identify(a.t.Context())
	if err != nil {
		a.t.Fatal(err)
	}
	for _, c := range id.Channels {
		if c.Kind == kind {
			remote = c.ID.Remote
		}
	}
	return remote
}

// qrCode are the rows of the picture on the screen, the light one above it too.
func (a *app) qrCode() (rows []string) {
	all := strings.Split(a.screen.String(), "\n")
	for i, row := range all {
		if from, to := strings.IndexAny(row, "▀▄█"), strings.LastIndexAny(row, "▀▄█"); from < to {
			cells := []rune(row[:from])
			if rows == nil {
				rows = append(rows, string([]rune(all[i-1])[len(cells)-2:len(cells)+12]))
			}
			rows = append(rows, row[from:to])
		}
	}
	return rows
}
