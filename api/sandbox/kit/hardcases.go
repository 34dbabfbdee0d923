package kit

import (
	"strings"
	"sync"
)

// HardCase is a customer whose name and texts are hard to show: a client has to
// make them harmless and keep its columns straight. The texts are among the newest
// messages of the conversation.
type HardCase struct {
	Name, Language string
	Texts          []string
	// Files are the attachments of the newest text.
	Files []File
}

// longLine is one line of 100 KB, with no space in it after the first words.
func longLine() string {
	return "You asked for the whole log of the oven, here it is: " + strings.Repeat("oven=214C;", 10_240)
}

// hardCases are spread evenly over the conversations of an account. They are made when they are
// first asked for, by the sandbox alone.
var hardCases = sync.OnceValue(func() []HardCase {
	return []HardCase{
		{"Zoë 🌸 Müller-Lüdenscheidt", "en", []string{"Love it 💛💛💛 👩‍👩‍👧‍👦 🇧🇷 👍🏽 1️⃣"}, nil},
		{"\x1b[31mEve\x1b[0m \x1b]0;owned\x07\x1b[2J", "en", hostile, nil},
		{"Ｆｕｌｌｗｉｄｔｈ　東京ベーカリー", "ja", []string{"ｶﾞｷﾞｸﾞ ｈａｌｆ ａｎｄ ｆｕｌｌ 幅 mixed"}, nil},
		{"", "en", nil, nil},
		{"👩‍👩‍👧‍👦 Семья Ткаченко", "ru", []string{"Нас будет пятеро 👨‍👩‍👧‍👦, закажем 🎂 на 15:00"}, nil},
		{"محمد عبد الرحمن الحداد", "ar", []string{"الطلب 4711 (two loaves) قبل الساعة 17:30؟"}, nil},
		{"invoice\u202egpj.exe \u2066hidden\u2069", "en", []string{"see \u202eslatipac ni\u202c please", "pay\u200b\u200bpal\u2060 \ufeffwith\u00adout gaps"}, trickFiles},
		{"Maximilian Alexander Ferdinand von und zu Hohenberg-Sigmaringen-Altenburg, Chief Procurement Officer of the Consolidated Alpine Bakeries", "en", []string{longLine()}, nil},
		{"יעל בן־דוד", "he", []string{"אפשר 2 חלות (sweet) ו-3 rolls עד 16:00?"}, nil},
		{"Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘", "en", []string{"e\u0301 and é, क्षि, ก็, 한글, ﷽"}, nil},
		{"two\nlines\tand a tab\r", "en", []string{"one\r\ntwo\n\n\n\tindented\vvertical\fform\x00nul\x7fdel\u0085nel\u2028sep"}, nil},
		{"王秀英 🥮", "zh", []string{"中秋节快乐！🥮🥮 请问还有月饼吗？https://例え.テスト/月餅?q=一二三"}, nil},
		{"   ", "es", []string{" "}, nil},
		{"Renée & <b>\"Co\"</b> %s ${HOME} `id`", "es", []string{"<script>alert(1)</script> {{.}} %d %n \\x1b[0m"}, nil},
		{"Ольга Долгих", "ru", []string{"http://example.com/" + strings.Repeat("very-long-path/", 30) + "end"}, nil},
		{"\xff\xfe broken \xc3 bytes", "en", []string{"caf\xe9 cr\xe8me"}, nil},
	}
})

// hostile texts try to control the terminal that shows them.
var hostile = []string{
	"\x1b]52;c;c3RvbGVu\x07 clipboard",
	"\x1b]8;;http://evil.example\x1b\\a link\x1b]8;;\x1b\\ \x1b[?1049h\x1b[2J\x1b[H",
	"\u009b31mC1\u009b0m \x1bP+q544e\x1b\\ \x1b[6n \x1b[c",
	"over\b\b\b\bwrite \r\x1b[1Arewrite",
}

// trickFiles have harmful names, types and locations.
var trickFiles = []File{
	{ID: 1, Name: "../../.ssh/authorized_keys", MIME: "image/jpeg", Size: 23, Location: "/files/trap/named/x"},
	{ID: 2, Name: "holiday\u202egpj.exe", MIME: "image/jpeg", Location: "/files/trap/program/holiday.jpg"},
	{ID: 3, Name: "photo.jpg", MIME: "image/jpeg", Size: 71, Location: "/files/trap/program/photo.jpg"},
	{ID: 4, Name: "-rf", MIME: "image/jpeg", Location: "/files/trap/script/-rf"},
	{ID: 5, Name: "small.jpg", MIME: "image/jpeg", Size: 100, Location: "/files/trap/endless/small.jpg"},
	{ID: 6, Name: "menu.pdf", MIME: "application/pdf", Size: 4096, Location: "/files/trap/metadata/menu.pdf"},
	{ID: 7, Name: "con", MIME: "image/jpeg", Size: 1000, Location: "/files/trap/short/con"},
	{ID: 8, Name: strings.Repeat("ж", 400) + ".jpg", MIME: "image/jpeg", Size: 9000, Location: "/files/sample/1/photo.jpg"},
}

// HardCaseOf returns the hard case of conversation i of n, or nil.
func HardCaseOf(i, n int) *HardCase {
	all := hardCases()
	if n < len(all) {
		return &all[i]
	}
	for k := range all {
		if k*n/len(all) == i {
			return &all[k]
		}
	}
	return nil
}

// HardCaseAt returns hard case i. After the last one the first comes again.
func HardCaseAt(i int) *HardCase {
	all := hardCases()
	return &all[i%len(all)]
}
