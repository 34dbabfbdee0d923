package said

import (
	"testing"
	"time"

	"unibox/api"
)

// T11: of each sort of file is said what is known.
func TestT11FilesSayWhatTheyAre(t *testing.T) {
	for want, a := range map[string]api.Attachment{
		"voice message, 0:14, 24 KB": {Name: "voice", Voice: true, Length: 14 * time.Second},
		"voice message, 24 KB":       {Name: "a.ogg", MIME: "audio/ogg; codecs=opus"},
		"sound, 1:02:03, 24 KB":      {Name: "talk.mp3", Length: 3723 * time.Second},
		"video, 24 KB":               {MIME: "video/mp4"},
		"document, 24 KB":            {Name: "INVOICE.PDF"},
		"contact card, 24 KB":        {Name: "ann.vcf", MIME: "text/x-vcard"},
		"table, 24 KB":               {MIME: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		"24 KB":                      {Name: "thing.bin"},
	} {
		if got := File(nil, a, "24 KB"); got != want {
			t.Errorf("%+v is %q, not %q", a, got, want)
		}
	}
	if got := File(nil, api.Attachment{Name: "x"}, ""); got != "" {
		t.Errorf("of a file of which nothing is known is said %q", got)
	}
}

// T11: no kind of message is blank.
func TestT11NoKindIsBlank(t *testing.T) {
	for kind := api.KindText; kind <= api.KindDeleted+1; kind++ {
		if s := Nothing(nil, kind); len(s) < 5 || s == "(empty message)" {
			t.Errorf("kind %d is %q", kind, s)
		}
	}
}

func TestReactionsAreSigns(t *testing.T) {
	for name, want := range map[string]string{"thumbs_up": "👍", "heart": "❤️", "👍": "👍", "no_such_sign": "no_such_sign", "": ""} {
		if got := Reaction(name, false); got != want {
			t.Errorf("%q is %q, not %q", name, got, want)
		}
	}
	if got := Reaction("thumbs_up", true); got != "thumbs_up" {
		t.Errorf("ascii: %q", got)
	}
}
