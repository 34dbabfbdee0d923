package ui

import (
	"slices"
	"strings"
	"testing"
)

// Each client says in its own way where a file is; every one of them comes.
func TestDownloadFromEachPlatform(t *testing.T) {
	t.Parallel()
	a := everyone(t)
	for i, label := range []string{"Pact", "TextUs", "Protocol"} {
		row := a.first(label, open)
		file, text := strings.ToLower(label)+".jpg", "a picture over "+label
		a.control("inbound", map[string]any{"platform": strings.ToLower(label), "conversation": row.Conversation.ID.Remote, "text": text,
			"files": []any{map[string]any{"name": file, "mime": "image/jpeg", "size": 9000, "url": "/files/sample/1/photo.jpg"}}}, nil)
		a.press("ctrl+r", "3")
		a.until(text, func(string) (selected bool) {
			a.inspect(func(m *Model) {
				m.thread.Newest()
				it, ok := m.thread.Selected()
				selected = ok && it.Message.Body == text && len(it.Message.Attachments) == 1
			})
			return selected
		})
		a.press("d")
		a.until(file+" in the folder", func(s string) bool {
			return strings.Contains(s, "saved as ") && len(a.saved()) == i+1 && slices.Contains(a.saved(), file)
		})
	}
}
