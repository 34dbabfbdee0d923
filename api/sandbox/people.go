package sandbox

import "strings"

// role is a customer who is there to be difficult: a name, and texts that
// stand among the newest of the conversation. Whatever shows them has to make
// them harmless and keep its columns straight.
type role struct {
	name, language string
	texts          []string
}

// longLine is one line of 100 KB without a place to break it after the first words.
var longLine = "You asked for the whole log of the oven, here it is: " + strings.Repeat("oven=214C;", 10_240)

// roles are dealt out evenly over the main company's conversations.
var roles = []role{
	{"Zoë 🌸 Müller-Lüdenscheidt", "en", []string{"Love it 💛💛💛 👩‍👩‍👧‍👦 🇧🇷 👍🏽 1️⃣"}},
	{"\x1b[31mEve\x1b[0m \x1b]0;owned\x07\x1b[2J", "en", hostile},
	{"Ｆｕｌｌｗｉｄｔｈ　東京ベーカリー", "ja", []string{"ｶﾞｷﾞｸﾞ ｈａｌｆ ａｎｄ ｆｕｌｌ 幅 mixed"}},
	{"", "en", nil},
	{"👩‍👩‍👧‍👦 Семья Ткаченко", "ru", []string{"Нас будет пятеро 👨‍👩‍👧‍👦, закажем 🎂 на 15:00"}},
	{"محمد عبد الرحمن الحداد", "ar", []string{"الطلب 4711 (two loaves) قبل الساعة 17:30؟"}},
	{"invoice\u202egpj.exe \u2066hidden\u2069", "en", []string{"see \u202eslatipac ni\u202c please", "pay\u200b\u200bpal\u2060 \ufeffwith\u00adout gaps"}},
	{"Maximilian Alexander Ferdinand von und zu Hohenberg-Sigmaringen-Altenburg, Chief Procurement Officer of the Consolidated Alpine Bakeries", "en", []string{longLine}},
	{"יעל בן־דוד", "he", []string{"אפשר 2 חלות (sweet) ו-3 rolls עד 16:00?"}},
	{"Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘", "en", []string{"e\u0301 and é, क्षि, ก็, 한글, ﷽"}},
	{"two\nlines\tand a tab\r", "en", []string{"one\r\ntwo\n\n\n\tindented\vvertical\fform\x00nul\x7fdel\u0085nel\u2028sep"}},
	{"王秀英 🥮", "zh", []string{"中秋节快乐！🥮🥮 请问还有月饼吗？https://例え.テスト/月餅?q=一二三"}},
	{"   ", "es", []string{" "}},
	{"Renée & <b>\"Co\"</b> %s ${HOME} `id`", "es", []string{"<script>alert(1)</script> {{.}} %d %n \\x1b[0m"}},
	{"Ольга Долгих", "ru", []string{"http://example.com/" + strings.Repeat("very-long-path/", 30) + "end"}},
	{"\xff\xfe broken \xc3 bytes", "en", []string{"caf\xe9 cr\xe8me"}},
}

// hostile texts try to reach the terminal they are shown on.
var hostile = []string{
	"\x1b]52;c;c3RvbGVu\x07 clipboard",
	"\x1b]8;;http://evil.example\x1b\\a link\x1b]8;;\x1b\\ \x1b[?1049h\x1b[2J\x1b[H",
	"\u009b31mC1\u009b0m \x1bP+q544e\x1b\\ \x1b[6n \x1b[c",
	"over\b\b\b\bwrite \r\x1b[1Arewrite",
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
