package said

import (
	"encoding/json"
	"testing"

	"unibox/api"
	"unibox/api/special"
	"unibox/ui/catalog"
)

// What a client says of a message that is neither text nor file is read in the reader's language;
// what a customer wrote is left alone, whatever it reads like.
func TestWhatIsSpecialIsSaidInTheLanguage(t *testing.T) {
	ru, _ := catalog.For("ru")
	for in, want := range map[string]string{
		`{"location":{"name":"Harbour","url":"https://maps.example/x"}}`:           "Место: Harbour\nhttps://maps.example/x",
		`{"location":{"coordinates":{"lat":1,"lon":2},"live_period":600}}`:         "Место в реальном времени (1, 2)\nhttps://www.openstreetmap.org/?mlat=1&mlon=2#map=17/1/2",
		`{"contacts":{"first_name":"Ann","last_name":"Lee","phone_number":"491"}}`: "Контакт: Ann Lee, 491",
		`{"sticker":{"emoji":"👍","set_name":"Cats"}}`:                              "Стикер 👍 из Cats",
		`{"sticker":{"emoji":"👍"}}`:                                                "Стикер 👍",
		`{"sticker":true}`:                                                         "Стикер",
		`{"call":{"duration":133}}`:                                                "Звонок, 2:13",
		`{"call":{"type":"video","status":"missed"}}`:                              "Пропущенный видеозвонок",
		`{"call":{"type":"video"},"contacts":{"first_name":"Ann"}}`:                "Контакт: Ann\nВидеозвонок",
		`{"type":"poll"}`: "сообщение вида «poll», которое здесь не показать",
	} {
		var f special.Fields
		if err := json.Unmarshal([]byte(in), &f); err != nil {
			t.Fatal(err)
		}
		body := f.With("", true)
		if got := Special(ru, api.KindUnknown, body); got != want {
			t.Errorf("%q is %q, not %q", body, got, want)
		}
		if got := Special(ru, api.KindText, body); got != body {
			t.Errorf("a customer's %q became %q", body, got)
		}
		if got := Special(nil, api.KindUnknown, body); got != body {
			t.Errorf("in English %q became %q", body, got)
		}
	}
	for _, other := range []string{"Callback at noon", "Locations", "", "poll: yes"} {
		if got := Special(ru, api.KindUnknown, other); got != other {
			t.Errorf("%q became %q", other, got)
		}
	}
}
