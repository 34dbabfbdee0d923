package sqlite

import (
	"context"
	"slices"
	"testing"
	"time"

	"unibox/state"
)

func TestSearchFindsWords(t *testing.T) {
	db := openIn(t, t.TempDir())
	bodies := []string{
		"Ёлка уже приехала, заказ №4417", "我的订单在哪里", "¿Cuándo llega el pedido?", "thanks 👍🏽 see you", "order 4417 is late",
		"ＦＵＬＬ width", "c1 is not a conversation", "приехал Мой", "say \"hello\" twice",
		"ขอเค้กวันเกิดสองก้อน", "ຂໍຂອບໃຈຫຼາຍໆ", "ខ្ញុំចង់ទិញនំ", "ကျေးဇူးတင်ပါတယ်", "Hauptstraße 7", "call +1 (720) 555-4017 please",
		"79250000001 is mine", "sum 1,234,567.00 and ٤٥٦٧", "一二三，订单", "from 12 to 15",
	}
	for i, body := range bodies {
		head(t, db, conv(i), noon, page("", says(conv(i), 1, "in", body, noon.Add(time.Duration(i)*time.Minute))))
	}
	tests := []struct {
		query string
		want  []int
	}{
		{"елка", []int{0}}, {"ЁЛКА", []int{0}}, {"приех", []int{7, 0}}, {"4417", []int{4, 0}}, {"4417 late", []int{4}},
		{"订单", []int{17, 1}}, {"单订", nil}, {"哪里", []int{1}}, {"cuando", []int{2}}, {"👍", []int{3}}, {"full", []int{5}},
		{"c1", []int{6}}, {"мой", []int{7}}, {"мои", nil}, {`"hello"`, []int{8}}, {"ord", []int{4}}, {"or", []int{4}},
		{"วันเกิด", []int{9}}, {"เค้ก", []int{9}}, {"สองก้อน", []int{9}}, {"เกิดวัน", nil}, {"ขอบใจ", nil}, {"ຂອບໃຈ", []int{10}}, {"ទិញ", []int{11}}, {"တင်ပါ", []int{12}},
		{"hauptstrasse", []int{13}}, {"HAUPTSTRASSE", []int{13}}, {"straße", nil}, {"Hauptstraß", []int{13}},
		{"17205554017", []int{14}}, {"7205554017", []int{14}}, {"+1 720 555 40 17", []int{14}}, {"+1-720-555-4017", []int{14}}, {"5554017", []int{14}}, {"001720555", []int{14}}, {"please 720", []int{14}},
		{"call 720", []int{14}}, {"7205554018", nil}, {"+7 925 000-00-01", []int{15}}, {"8 925 000 00 01", []int{15}}, {"9250000001", []int{15}},
		{"1234567", []int{16}}, {"1.234.567", []int{16}}, {"1 234 567", []int{16}}, {"4567", []int{16}}, {"٤٥٦٧", []int{16}}, {"1215", nil}, {"12 15", []int{18}}, {"一二三", []int{17}},
		{"late orders", nil}, {"", nil}, {"?!", nil}, {`body : x OR "`, nil},
	}
	for _, tt := range tests {
		found, err := db.Search(t.Context(), tt.query, 10)
		must(t, err)
		var got []int
		for _, m := range found {
			got = append(got, slices.Index(bodies, m.Message.Body))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q finds %v, want %v", tt.query, got, tt.want)
		}
	}
	if found, _ := db.Search(t.Context(), "late", 10); len(found) != 1 || found[0].Message.Conversation != conv(4) || found[0].Message.ID.Account != "shop" {
		t.Errorf("%+v", found)
	}
}

func TestSegments(t *testing.T) {
	for text, want := range map[string]string{
		"Мой Ёж": "мой еж", "订单A1": "订  单 a1", "👩‍👩‍👧 ❤️": "👩  👩  👧   ❤", "ﬁx": "fix", "": "", " \n ": "",
	} {
		if got := segment(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzMatch(f *testing.F) {
	db := openIn(f, f.TempDir())
	for _, q := range []string{"a b", `"`, "单*", "(NEAR", "\x00", "\"\x00\"", "c1 -\"\x00\"", "c1 AND"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		if _, err := db.Search(t.Context(), q, 1); err != nil {
			t.Fatalf("%q as %q: %v", q, match(q), err)
		}
	})
}

func TestFolding(t *testing.T) {
	for text, want := range map[string]string{
		"ЁЛКА": "елка", "Йод": "йод", "И\u0306од": "йод", "Núñez": "nunez", "ŁÓDŹ": "łodz", "İstanbul": "istanbul", "订单": "订单", "ＡＢ": "ab",
	} {
		if got := fold(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Search returns the newest messages that hold all words of a text, newest
// first. Letter case, accents and ё do not matter, and the last word may be
// the beginning of one.
func (db *DB) Search(ctx context.Context, text string, limit int) ([]state.Found, error) {
	hits, err := db.SearchMessages(ctx, state.Search{Text: text, Limit: limit})
	for err == nil && hits.Below != 0 && len(hits.Found) < limit {
		var more state.Hits
		more, err = db.SearchMessages(ctx, state.Search{Text: text, Limit: limit - len(hits.Found), Below: hits.Below})
		hits.Found, hits.Below = append(hits.Found, more.Found...), more.Below
	}
	return hits.Found, err
}
