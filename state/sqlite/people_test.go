package sqlite

import (
	"fmt"
	"slices"
	"testing"

	"unibox/api"
	"unibox/state"
)

// People are found by number as people write it, digits against digits, and by
// name without its blanks.
func TestPeopleAreFoundAsTheyAreTyped(t *testing.T) {
	people := []api.Contact{
		{Name: "Ann Lee", Handle: "17205554017"},
		{Name: "Петров Иван", Handle: "79250000001"},
		{Name: "Jean-Pierre O’Neil", Handle: "+44 20 7946 0958"},
		{Name: "Jörg Weiß", Handle: "4915112345678"},
		{Name: "Bob", Handle: "720-555-8888"},
		{Name: "van der Berg", Handle: "@berg_12"},
		{Name: "", Handle: "819014994060"},
	}
	db := openIn(t, t.TempDir())
	var convs []api.Conversation
	for i, c := range people {
		convs = append(convs, api.Conversation{ID: conv(i + 1), Kind: "whatsapp", Contact: c})
	}
	must(t, db.SaveConversations(t.Context(), convs))
	for query, want := range map[string][]int{
		"17205554017": {1}, "+1 (720) 555-4017": {1}, "+1.720.555.4017": {1}, "1–720–555–4017": {1}, "555 40 17": {1}, "+1 (720": {1},
		"0017205554017": {1}, "00 1 720 555 40 17": {1}, "011 1 720 555 4017": {1}, "tel:+17205554017": {1}, "+1\u00a0720\u202f555\u00a04017": {1},
		"١٧٢٠٥٥٥٤٠١٧": {1}, "１７２０": {1}, "ann 555": {1}, "lee +1 720": {1}, "bob +1 720": nil,
		"8 925 000-00-01": {2}, "+7 925 000 00 01": {2}, "8(925)0000001": {2}, "925-000-00-01": {2}, "810 7 925 000-00-01": {2},
		"442079460958": {3}, "020 7946 0958": {3}, "+44 (0)20 7946 0958": {3}, "7946": {3},
		"0151 12345678": {4}, "0049 151 1234 5678": {4}, "1 720 555 8888": {5}, "+17205558888": {5}, "7205558888": {5},
		"12": {4, 6}, "+81 90-1499-4060": {7}, "090-1499-4060": {7},
		"annlee": {1}, "иванпетров": nil, "петровиван": {2}, "jeanpierre": {3}, "jean pierre": {3}, "o'neil": {3}, "oneil": {3}, "vanderberg": {6}, "vander": {6},
		"weiss": {4}, "WEISS": {4}, "weiß": {4}, "+": {1, 2, 3, 4, 5, 6, 7}, "000000000000": nil, "99 17205554018": nil,
	} {
		list, err := db.List(t.Context(), state.ListQuery{View: state.ViewAll, Text: query, Limit: 20})
		must(t, err)
		var got []int
		for _, row := range list.Rows {
			got = append(got, slices.IndexFunc(people, func(c api.Contact) bool { return c == row.Conversation.Contact })+1)
		}
		if slices.Sort(got); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q finds %v, want %v", query, got, want)
		}
	}
}

func TestDigits(t *testing.T) {
	for text, want := range map[string]string{"+1 (720)": "1720", "٤٢": "42", "९०": "90", "４": "4", "𝟘𝟡": "09", "²": "", "x": ""} {
		if got := digits(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
