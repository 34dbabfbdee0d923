package api

import "testing"

// C10: a channel without files says so, one without known limits refuses nothing.
func TestFilesOfAChannel(t *testing.T) {
	if why := (ChannelRules{Title: "SMS"}).RefusesFile("image/png", 1); why != "cannot go: SMS takes no files" {
		t.Error(why)
	}
	chat := ChannelRules{Title: "Chat", MaxFiles: 10}
	if why := chat.RefusesFile("video/x-flv", 1<<40); why != "" || chat.TakesFiles() != "" {
		t.Errorf("%q, %q", why, chat.TakesFiles())
	}
	chat.MaxFile = 25 << 20
	if got := chat.TakesFiles(); got != "files up to 25 MB" {
		t.Error(got)
	}
}
