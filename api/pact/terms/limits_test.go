package terms

import (
	"os"
	"strings"
	"testing"

	"unibox/api"
)

// C10: what each row of the table of limits takes and refuses, and in which words.
func TestLimitsOfTheMessengers(t *testing.T) {
	const mb = 1 << 20
	type file struct {
		mime string
		size int64
		why  string
	}
	for _, tt := range []struct {
		kind          api.ChannelKind
		body, caption int
		bytes         bool
		files         []file
	}{
		{"whatsapp", 65536, 1024, false, []file{{"application/zip", 2048 * mb, ""}, {"application/zip", 2049 * mb, "is ZIP, 2049 MB: WhatsApp takes files up to 2 GB"}}},
		{"whatsapp_business", 4096, 1024, false, []file{
			{"image/jpeg", 5 * mb, ""}, {"image/jpeg", 5*mb + 1, "is JPEG image, 5.1 MB: WhatsApp Business takes images (JPEG, PNG) up to 5 MB"},
			{"video/mp4", 16 * mb, ""}, {"video/mp4", 17 * mb, "is MP4 video, 17 MB: WhatsApp Business takes video (MP4, 3GP) up to 16 MB"},
			{"audio/ogg", 16 * mb, ""}, {"audio/ogg", 17 * mb, "is OGG audio, 17 MB: WhatsApp Business takes audio (AAC, AMR, MP3, M4A, OGG) up to 16 MB"},
			{"application/pdf", 100 * mb, ""}, {"application/pdf", 101 * mb, "is PDF, 101 MB: WhatsApp Business takes other files up to 100 MB"},
			{"text/plain; charset=utf-8", 10, ""},
			{"video/quicktime", 10, "is MOV video: WhatsApp Business takes images (JPEG, PNG) up to 5 MB; video (MP4, 3GP) up to 16 MB; audio (AAC, AMR, MP3, M4A, OGG) up to 16 MB; other files up to 100 MB"},
			{"", 0, ""}, {"application/octet-stream", 99 * mb, ""}, {"application/octet-stream", 101 * mb, "is a file, 101 MB: WhatsApp Business takes files up to 100 MB"},
		}},
		{"instagram", 1000, 0, false, []file{{"application/zip", 900 * mb, ""}}},
		{"instagram_business", 1000, 0, true, []file{
			{"image/gif", 8 * mb, ""}, {"image/png", 9 * mb, "is PNG image, 9 MB: Instagram Business takes images (JPEG, PNG, GIF) up to 8 MB"},
			{"video/quicktime", 25 * mb, ""}, {"video/webm", 26 * mb, "is WEBM video, 26 MB: Instagram Business takes video (MP4, OGG, AVI, MOV, WEBM) up to 25 MB"},
			{"audio/wav", 25 * mb, ""}, {"audio/mp4", 26 * mb, "is MP4 audio, 26 MB: Instagram Business takes audio (AAC, M4A, WAV) up to 25 MB"},
			{"application/pdf", 25 * mb, ""}, {"application/pdf", 26 * mb, "is PDF, 26 MB: Instagram Business takes PDF up to 25 MB"},
			{"application/zip", 10, "is ZIP: Instagram Business takes images (JPEG, PNG, GIF) up to 8 MB; video (MP4, OGG, AVI, MOV, WEBM) up to 25 MB; audio (AAC, M4A, WAV) up to 25 MB; PDF up to 25 MB"},
		}},
		{"telegram", 4096, 1024, false, []file{{"image/webp", 50 * mb, ""}, {"video/mp4", 51 * mb, "is MP4 video, 51 MB: Telegram takes files up to 50 MB"}}},
		{"telegram_personal", 4096, 1024, false, []file{{"video/mp4", 2048 * mb, ""}, {"video/mp4", 2049 * mb, "is MP4 video, 2049 MB: Telegram personal takes files up to 2 GB"}}},
		{"viber", 7000, 0, false, []file{{"application/pdf", 50 * mb, ""}, {"application/pdf", 51 * mb, "is PDF, 51 MB: Viber takes files up to 50 MB"}}},
		{"facebook", 2000, 0, false, []file{{"application/pdf", 25 * mb, ""}, {"application/pdf", 26 * mb, "is PDF, 26 MB: Facebook takes files up to 25 MB"}}},
		{"vkontakte", 4096, 0, false, []file{{"application/pdf", 200 * mb, ""}, {"application/pdf", 201 * mb, "is PDF, 201 MB: VK takes files up to 200 MB"}}},
		{"vkontakte_direct", 4096, 0, false, []file{{"application/pdf", 200 * mb, ""}, {"application/pdf", 201 * mb, "is PDF, 201 MB: VK direct takes files up to 200 MB"}}},
		{"avito", 1000, 0, false, []file{{"image/heic", 24 * mb, ""}, {"image/jpeg", 25 * mb, "is JPEG image, 25 MB: Avito takes images (JPEG, PNG, GIF, BMP, HEIC) up to 24 MB"}, {"application/pdf", 10, "is PDF: Avito takes images (JPEG, PNG, GIF, BMP, HEIC) up to 24 MB"}}},
		{"max", 4000, 0, false, []file{{"video/mp4", 4096 * mb, ""}, {"video/mp4", 4097 * mb, "is MP4 video, 4097 MB: MAX takes files up to 4 GB"}}},
	} {
		r := api.Traits{Rules: Rules()}.Rule(tt.kind)
		if r.MaxBody != tt.body || r.MaxCaption != tt.caption || r.BodyBytes != tt.bytes {
			t.Errorf("%s: texts up to %d, captions %d, bytes %v", tt.kind, r.MaxBody, r.MaxCaption, r.BodyBytes)
		}
		letter := map[bool]string{true: "a", false: "я"}[tt.bytes]
		if r.TooLong(strings.Repeat(letter, tt.body)) || !r.TooLong(strings.Repeat(letter, tt.body+1)) {
			t.Errorf("%s: a text of %d is too long, or one more is not", tt.kind, tt.body)
		}
		for _, f := range tt.files {
			if why := r.RefusesFile(f.mime, f.size); why != f.why {
				t.Errorf("%s, %s of %d bytes: %q, want %q", tt.kind, f.mime, f.size, why, f.why)
			}
		}
	}
	if r := (api.Traits{Rules: Rules()}).Rule("new_messenger"); r.TooLong(strings.Repeat("x", 1<<20)) || r.RefusesFile("video/mp4", 1<<40) != "" {
		t.Error("a kind that nobody knows has limits")
	}
}

// Every kind has a row in the reference.
func TestEveryKindIsInTheReference(t *testing.T) {
	page, err := os.ReadFile("../REFERENCE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "## Limits of the messengers")
	section, _, _ = strings.Cut(section, "\n## ")
	for kind := range Rules() {
		if kind != "" && !strings.Contains(section, "| "+string(kind)+" |") && !strings.Contains(section, "| "+string(kind)+",") && !strings.Contains(section, ", "+string(kind)+" |") {
			t.Errorf("%s has no row", kind)
		}
	}
}
