package terms

import "unibox/api"

const (
	megabyte = int64(1) << 20
	gigabyte = int64(1) << 30
)

// limit sets how long a text and how large a file may be. The platform states neither; these
// are the limits of the messengers themselves (api/pact/REFERENCE.md "Limits of the messengers").
func limit(kind api.ChannelKind, r *api.ChannelRules) {
	r.Guessed = true
	switch kind {
	case "whatsapp":
		r.MaxBody, r.MaxCaption, r.MaxFile = 65536, 1024, 2*gigabyte
	case "whatsapp_business":
		r.MaxBody, r.MaxCaption, r.Files = 4096, 1024, whatsAppFiles()
	case "instagram":
		r.MaxBody = 1000
	case "instagram_business":
		r.MaxBody, r.BodyBytes, r.Files = 1000, true, instagramFiles()
	case "telegram":
		r.MaxBody, r.MaxCaption, r.MaxFile = 4096, 1024, 50*megabyte
	case "telegram_personal":
		r.MaxBody, r.MaxCaption, r.MaxFile = 4096, 1024, 2*gigabyte
	case "viber":
		r.MaxBody, r.MaxFile = 7000, 50*megabyte
	case "facebook":
		r.MaxBody, r.MaxFile = 2000, 25*megabyte
	case "vkontakte", "vkontakte_direct":
		r.MaxBody, r.MaxFile = 4096, 200*megabyte
	case "avito":
		r.MaxBody, r.Files = 1000, []api.FileRule{{Name: "images", Forms: "JPEG, PNG, GIF, BMP, HEIC", Types: []string{"image/jpeg", "image/png", "image/gif", "image/bmp", "image/heic"}, Max: 24 * megabyte}}
	case "max":
		r.MaxBody, r.MaxFile = 4000, 4*gigabyte
	}
}

func whatsAppFiles() []api.FileRule {
	return []api.FileRule{
		{Name: "images", Forms: "JPEG, PNG", Types: []string{"image/jpeg", "image/png"}, Max: 5 * megabyte},
		{Name: "video", Forms: "MP4, 3GP", Types: []string{"video/mp4", "video/3gpp"}, Max: 16 * megabyte},
		{Name: "audio", Forms: "AAC, AMR, MP3, M4A, OGG", Types: []string{"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/ogg"}, Max: 16 * megabyte},
		{Name: "other files", Max: 100 * megabyte},
	}
}

func instagramFiles() []api.FileRule {
	return []api.FileRule{
		{Name: "images", Forms: "JPEG, PNG, GIF", Types: []string{"image/jpeg", "image/png", "image/gif"}, Max: 8 * megabyte},
		{Name: "video", Forms: "MP4, OGG, AVI, MOV, WEBM", Types: []string{"video/mp4", "video/ogg", "video/x-msvideo", "video/quicktime", "video/webm"}, Max: 25 * megabyte},
		{Name: "audio", Forms: "AAC, M4A, WAV", Types: []string{"audio/aac", "audio/mp4", "audio/x-m4a", "audio/wav"}, Max: 25 * megabyte},
		{Name: "PDF", Types: []string{"application/pdf"}, Max: 25 * megabyte},
	}
}
