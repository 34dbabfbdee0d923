package special

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// T11: what a message without text holds is said, whatever form it comes in.
func TestT11WhatIsSpecialIsSaid(t *testing.T) {
	for in, want := range map[string]string{
		`{"location":{"latitude":52.520008,"longitude":13.404954,"name":"Café Mila","address":"Hauptstr. 5"}}`: "Location: Café Mila, Hauptstr. 5 (52.52001, 13.40495)\nhttps://www.openstreetmap.org/?mlat=52.52001&mlon=13.40495#map=17/52.52001/13.40495",
		`{"location":{"lat":"1","lng":"-2.5"}}`:                            "Location (1, -2.5)\nhttps://www.openstreetmap.org/?mlat=1&mlon=-2.5#map=17/1/-2.5",
		`{"location":[1,2]}`:                                               "Location (1, 2)\nhttps://www.openstreetmap.org/?mlat=1&mlon=2#map=17/1/2",
		`{"location":{"coordinates":{"lat":1,"lon":2},"live_period":600}}`: "Live location (1, 2)\nhttps://www.openstreetmap.org/?mlat=1&mlon=2#map=17/1/2",
		`{"location":{"name":"Harbour","url":"https://maps.example/x"}}`:   "Location: Harbour\nhttps://maps.example/x",
		`{"location":{"name":"Harbour","url":"javascript:x"}}`:             "Location: Harbour",
		`{"location":{"latitude":91,"longitude":2}}`:                       "",
		`{"location":{}}`: "",
		`{"location":null,"sticker":null,"call":null,"contacts":[]}`:                                                                           "",
		`{"contacts":[{"name":{"formatted_name":"Ann Lee"},"phones":[{"phone":"+49 1"},{"wa_id":"492"}],"emails":[{"email":"a@b.example"}]}]}`: "Contact: Ann Lee, +49 1, 492, a@b.example",
		`{"contacts":{"first_name":"Ann","last_name":"Lee","phone_number":"491"}}`:                                                             "Contact: Ann Lee, 491",
		`{"vcard":"BEGIN:VCARD\nFN:Ann Lee\nitem1.TEL;type=CELL:+49 1\nORG:Bakery;Oven\nEND:VCARD"}`:                                           "Contact: Ann Lee, Bakery, Oven, +49 1",
		`{"sticker":{"emoji":"👍","set_name":"Cats"}}`:                                                                                          "Sticker 👍 of Cats",
		`{"sticker":true}`:                            "Sticker",
		`{"sticker":"https://cdn.example/1.webp"}`:    "Sticker",
		`{"call":{"duration":133}}`:                   "Call, 2:13",
		`{"call":{"type":"video","status":"missed"}}`: "Missed video call",
		`{"type":"poll"}`:                             "a message of the type “poll”, which cannot be shown here",
		`{"type":"text"}`:                             "",
		`{"location":"somewhere","contacts":7,"sticker":[],"call":"x","type":["a"]}`: "",
	} {
		var f Fields
		if err := json.Unmarshal([]byte(in), &f); err != nil {
			t.Errorf("%s: %v", in, err)
		}
		if got := f.With("", true); got != want {
			t.Errorf("%s\nis %q\nnot %q", in, got, want)
		}
	}
}

func TestTextStaysBesideWhatIsSpecial(t *testing.T) {
	f := Fields{Sticker: Sticker{Is: true}}
	if got := f.With("hello", false); got != "hello\nSticker" {
		t.Errorf("%q", got)
	}
	if got := (Fields{Type: "poll"}).With("hello", false); got != "hello" {
		t.Errorf("a text of an odd type becomes %q", got)
	}
}

func TestLength(t *testing.T) {
	for in, want := range map[string]time.Duration{`14`: 14 * time.Second, `"1:05"`: 65 * time.Second, `"x"`: 0, `-1`: 0, `1e99`: 0, `null`: 0, `2.5`: 2500 * time.Millisecond} {
		if got := Length([]byte(in)); got != want {
			t.Errorf("%s is %v", in, got)
		}
	}
	if got := Clock(3723 * time.Second); got != "1:02:03" {
		t.Error(got)
	}
}

// FuzzFields: nothing fails, and nothing grows without bounds.
func FuzzFields(f *testing.F) {
	f.Add(`{"location":{"lat":1,"lon":{}},"contacts":[[[]]],"vcard":"BEGIN:VCARD\nTEL:","call":{"duration":"9:9:9:9"}}`)
	f.Add(`{"location":{"location":{"location":{}}}}`)
	f.Fuzz(func(t *testing.T, in string) {
		var fields Fields
		_ = json.Unmarshal([]byte(in), &fields)
		if said := fields.With("", true); len(said) > 400*longest || strings.ContainsAny(said, "\r\x1b") && !strings.ContainsAny(in, "\\\r\x1b") {
			t.Errorf("%d bytes: %.100q", len(said), said)
		}
	})
}
