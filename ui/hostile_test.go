package ui

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"unibox/api"
)

// nasty is what a customer, a platform or a neighbour may write to do harm:
// to the terminal, to the rows of the screen, or to what a person believes.
var nasty = []string{
	"\x1b]52;c;ZXZpbA==\x07clip", "\x1b]0;owned\x07title", "\x1b]2;owned\x1b\\title", "\x1bP+q544e\x1b\\dcs", "\x1bP1$r0m\x1b\\",
	"\x1b_Gf=32;AAAA\x1b\\apc", "\x1b^pm\x1b\\", "\x1bXsos\x1b\\", "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",
	"\x1b[2J\x1b[Hgone", "\x1b[?1049lleft", "\x1b[6n\x1b[c\x1b[>q", "\x1b[31;5mred", "\x1b[>4;2m\x1b[=1;1u", "\x1bc\x1b#8", "\x1b[201~paste",
	"\x1b]0;never ends", "\x1b[" + strings.Repeat("1;", 90) + "m", "\u009b31mc1 \u009d0;t\u009c \u0090q\u009c \u0085", "\x9b31mraw \x9d0;t\x9c \x90q\x9c",
	"\x00\x01\x07\x08\x0b\x0c\x0e\x0f\x7f", "a\rb\r\nc\td\n\n\ne", "\u2028line\u2029par", "\xff\xfe\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80",
	"\u202egnp.exe\u202c \u202dx \u2066y\u2069 \u2067z\u2069 \u2068w", "\u200e\u200f\u061c marks", "ze\u200bro\u2060wi\ufeffdth\u00ad", strings.Repeat("\u200b\u200d", 600),
	"👨\u200d👩\u200d👧\u200d👦 👍🏽 ❤\ufe0f 🏳\ufe0f\u200d🌈 🇩🇪🇫", strings.Repeat("👩\u200d", 300), "Z" + strings.Repeat("\u0340\u0489\u0322", 200),
	"a" + strings.Repeat("\ufe0f\ufe0e", 90), "日本語 全角　ＡＢＣ ｱｲｳ ㎏ ①", "±×÷…—§¶°½", "\U000e0041\U000e0042\U000e007f tags", "\ue000\uf8ff\U000f0000 private",
	"क्षत्रिय नमस्ते ক্ষ", "\u1112\u1161\u11ab\u3164\u115f\uffa0", "שלום עולם مرحبا \u0600123", "\u0e33\u0e33 ำำ", "\u17b4\u17b5\u180e\u034f",
	strings.Repeat("x", 5000), strings.Repeat("日", 3000), strings.Repeat(" \t", 2000), "\u0301\u0301 starts with marks",
	"\U0001f1e9", "1\ufe0f\u20e3 #\ufe0f\u20e3", "\ufffc\ufff9a\ufffab\ufffb", "\u2800\u3000\u00a0", "﷽ ⸻ 𒐫 ꧅", "\ufdd0\ufffe\uffff\U0010ffff",
}

// sower fills every string that the platforms can fill with something nasty
// behind a word that says which field it was: the next field takes the next
// text.
type sower struct {
	account api.AccountID
	texts   []string
	turn    int
}

// text is what is in a field.
func (s *sower) text(field string) string {
	s.turn++
	return "\u202e\x1b[31m" + field + " " + s.texts[s.turn%len(s.texts)] + fmt.Sprintf(" %d", s.turn)
}

// sow fills what to points to. It knows every type of package api; one that it
// has not met is a field that no test has seen.
func (s *sower) sow(to any) { s.fill(reflect.ValueOf(to).Elem(), reflect.TypeOf(to).Elem().Name()) }

func (s *sower) fill(v reflect.Value, name string) {
	if s.special(v, name) {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(s.text(name))
	case reflect.Struct:
		for i := range v.NumField() {
			s.fill(v.Field(i), v.Type().Name()+"."+v.Type().Field(i).Name)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			s.fill(v.Index(i), name)
		}
	case reflect.Int64, reflect.Int:
		v.SetInt(1_234_567)
	case reflect.Bool, reflect.Uint8, reflect.Uint64: // none of these holds text
	default:
		panic("no rule for " + name + " of type " + v.Type().String())
	}
}

// special fills what is no plain text.
func (s *sower) special(v reflect.Value, name string) bool {
	var value any
	switch v.Interface().(type) {
	case api.AccountID:
		value = s.account
	case api.ChannelID:
		value = api.ChannelID{Account: s.account, Remote: s.text(name)}
	case time.Time:
		value = time.Now().Add(-time.Hour)
	case api.Opt[time.Time]:
		value = api.Known(time.Now().Add(-time.Hour))
	case api.Opt[bool]:
		value = api.Opt[bool]{}
	case api.Opt[string]:
		value = api.Known(s.text(name))
	case api.Opt[api.Message]:
		var newest api.Message
		s.fill(reflect.ValueOf(&newest).Elem(), name)
		value = api.Known(newest)
	case api.Opt[api.ChannelID]:
		value = api.Known(api.ChannelID{Account: s.account, Remote: s.text(name)})
	case api.Opt[[]api.Agent]:
		value = api.Known([]api.Agent{{Remote: s.text(name), Name: s.text(name)}, {Remote: s.text(name)}})
	case api.Opt[[]api.Denial]:
		value = api.Opt[[]api.Denial]{}
	default:
		return false
	}
	v.Set(reflect.ValueOf(value))
	return true
}
