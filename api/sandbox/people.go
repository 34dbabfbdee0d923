package sandbox

import "strings"

// role is a customer who is there to be difficult: a name, and texts that
// stand among the newest of the conversation. Whatever shows them has to make
// them harmless and keep its columns straight.
type role struct {
	name, language string
	texts          []string
	// files come with the newest of the texts.
	files []file
}

// longLine is one line of 100 KB without a place to break it after the first words.
var longLine = "You asked for the whole log of the oven, here it is: " + strings.Repeat("oven=214C;", 10_240)

// roles are dealt out evenly over the main company's conversations.
var roles = []role{
	{"Zoë 🌸 Müller-Lüdenscheidt", "en", []string{"Love it 💛💛💛 👩‍👩‍👧‍👦 🇧🇷 👍🏽 1️⃣"}, nil},
	{"\x1b[31mEve\x1b[0m \x1b]0;owned\x07\x1b[2J", "en", hostile, nil},
	{"Ｆｕｌｌｗｉｄｔｈ　東京ベーカリー", "ja", []string{"ｶﾞｷﾞｸﾞ ｈａｌｆ ａｎｄ ｆｕｌｌ 幅 mixed"}, nil},
	{"", "en", nil, nil},
	{"👩‍👩‍👧‍👦 Семья Ткаченко", "ru", []string{"Нас будет пятеро 👨‍👩‍👧‍👦, закажем 🎂 на 15:00"}, nil},
	{"محمد عبد الرحمن الحداد", "ar", []string{"الطلب 4711 (two loaves) قبل الساعة 17:30؟"}, nil},
	{"invoice\u202egpj.exe \u2066hidden\u2069", "en", []string{"see \u202eslatipac ni\u202c please", "pay\u200b\u200bpal\u2060 \ufeffwith\u00adout gaps"}, trickFiles},
	{"Maximilian Alexander Ferdinand von und zu Hohenberg-Sigmaringen-Altenburg, Chief Procurement Officer of the Consolidated Alpine Bakeries", "en", []string{longLine}, nil},
	{"יעל בן־דוד", "he", []string{"אפשר 2 חלות (sweet) ו-3 rolls עד 16:00?"}, nil},
	{"Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘", "en", []string{"e\u0301 and é, क्षि, ก็, 한글, ﷽"}, nil},
	{"two\nlines\tand a tab\r", "en", []string{"one\r\ntwo\n\n\n\tindented\vvertical\fform\x00nul\x7fdel\u0085nel\u2028sep"}, nil},
	{"王秀英 🥮", "zh", []string{"中秋节快乐！🥮🥮 请问还有月饼吗？https://例え.テスト/月餅?q=一二三"}, nil},
	{"   ", "es", []string{" "}, nil},
	{"Renée & <b>\"Co\"</b> %s ${HOME} `id`", "es", []string{"<script>alert(1)</script> {{.}} %d %n \\x1b[0m"}, nil},
	{"Ольга Долгих", "ru", []string{"http://example.com/" + strings.Repeat("very-long-path/", 30) + "end"}, nil},
	{"\xff\xfe broken \xc3 bytes", "en", []string{"caf\xe9 cr\xe8me"}, nil},
}

// hostile texts try to reach the terminal they are shown on.
var hostile = []string{
	"\x1b]52;c;c3RvbGVu\x07 clipboard",
	"\x1b]8;;http://evil.example\x1b\\a link\x1b]8;;\x1b\\ \x1b[?1049h\x1b[2J\x1b[H",
	"\u009b31mC1\u009b0m \x1bP+q544e\x1b\\ \x1b[6n \x1b[c",
	"over\b\b\b\bwrite \r\x1b[1Arewrite",
}

// trickFiles lead elsewhere, and they are not what they seem.
var trickFiles = []file{
	{id: 1, name: "../../.ssh/authorized_keys", mime: "image/jpeg", size: 23, where: "/files/trap/named/x"},
	{id: 2, name: "holiday\u202egpj.exe", mime: "image/jpeg", where: "/files/trap/program/holiday.jpg"},
	{id: 3, name: "photo.jpg", mime: "image/jpeg", size: 71, where: "/files/trap/program/photo.jpg"},
	{id: 4, name: "-rf", mime: "image/jpeg", where: "/files/trap/script/-rf"},
	{id: 5, name: "small.jpg", mime: "image/jpeg", size: 100, where: "/files/trap/endless/small.jpg"},
	{id: 6, name: "menu.pdf", mime: "application/pdf", size: 4096, where: "/files/trap/metadata/menu.pdf"},
	{id: 7, name: "con", mime: "image/jpeg", size: 1000, where: "/files/trap/short/con"},
	{id: 8, name: strings.Repeat("ж", 400) + ".jpg", mime: "image/jpeg", size: 9000, where: "/files/sample/1/photo.jpg"},
}

// roleOf returns the role of conversation i of n, if it has one.
func roleOf(i, n int) *role {
	if n < len(roles) {
		return &roles[i]
	}
	for k := range roles {
		if k*n/len(roles) == i {
			return &roles[k]
		}
	}
	return nil
}

// roleAt returns role i, counted round and round.
func roleAt(i int) *role { return &roles[i%len(roles)] }
