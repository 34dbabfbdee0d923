package preflight

import (
	"testing"
	"time"

	"unibox/api"
)

func place(remote, name, handle string, texts ...string) Place {
	return Place{ID: api.ConversationID{Account: "a", Remote: remote}, Name: name, Handle: handle, Texts: texts}
}

// FEATURES "Wrong-customer guard": what belongs to somebody who was open lately, and not to
// who is open now.
func TestWhatBelongsToAnotherCustomer(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	omar := place("omar", "Omar Haddad", "79250000002", "Where is order AB-10234?", "omar.h@example.org", "my brother is +1 (415) 555-0142", "It was 20.11.2026, I paid 12000", "order of Lena Weber #7788")
	anna := place("anna", "Anna Petrova", "79250000001", "my order is #55555", "lena.w@example.org", "ask Boris")
	boris := place("boris", "Boris Orlov", "79250000003")
	for body, want := range map[string]string{
		"Your order AB-10234 is ready":       "AB-10234",
		"ab-10234 is ready":                  "ab-10234",
		"#7788 leaves today":                 "#7788",
		"We call +7 925 000-00-02":           "+7 925 000-00-02",
		"8 925 000 00 02":                    "8 925 000 00 02",
		"We call (415) 555-0142 x":           "(415) 555-0142",
		"Sent to Omar.H@example.org":         "Omar.H@example.org",
		"Hello Omar, it is ready":            "Omar",
		"Omar! It is ready":                  "Omar",
		"Hello, Mr OMAR HADDAD asked for it": "OMAR HADDAD",
		"Hello Anna, order #55555 is ready":  "",
		"Call 79250000001":                   "",
		"It was 20.11.2026, you paid 12000":  "",
		"At 10:30, 12000 please":             "",
		"Hello Boris":                        "", // Anna spoke of him
		"Bomaromar":                          "",
		"":                                   "",
	} {
		g := NewGuard(func() time.Time { return now })
		g.Leave(boris)
		g.Leave(omar)
		g.Enter(anna)
		f, ok := g.Elsewhere(body)
		if ok != (want != "") || f.What != want || ok && f.Whose != "Omar Haddad" {
			t.Errorf("%q: %+v, want %q", body, f, want)
		}
	}
}

// What was left more than half an hour ago, who it is written to, and the same person on
// another channel are no mistake.
func TestTheGuardForgets(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	g := NewGuard(func() time.Time { return now })
	g.Leave(place("omar", "Omar Haddad", "79250000002", "order AB-10234"))
	g.Enter(place("anna", "Anna", "1"))
	now = now.Add(30 * time.Minute)
	if _, ok := g.Elsewhere("AB-10234"); !ok {
		t.Error("forgotten within half an hour")
	}
	g.Enter(place("omar2", "Omar", "+7 925 000-00-02"))
	if f, ok := g.Elsewhere("AB-10234"); ok {
		t.Errorf("another channel of the same person: %+v", f)
	}
	g.Enter(place("anna", "Anna", "1"))
	now = now.Add(time.Minute)
	if f, ok := g.Elsewhere("AB-10234"); ok {
		t.Errorf("remembered: %+v", f)
	}
	var none *Guard
	if _, ok := none.Elsewhere("x"); ok {
		t.Error("nobody knows anything")
	}
}

// What an agent accepted of a text is not said again, what is new is.
func TestSaidOncePerText(t *testing.T) {
	var a Accepted
	hole, file := Finding{Kind: Unfilled, What: "{{x}}"}, Finding{Kind: Forgotten, What: "attached"}
	a.Accept("text", []Finding{hole})
	if got := a.New("text", []Finding{hole, file}); len(got) != 1 || got[0] != file {
		t.Errorf("%+v", got)
	}
	if got := a.New("text!", []Finding{hole}); len(got) != 1 {
		t.Errorf("another text: %+v", got)
	}
}

// May is a name and a word.
func TestAWordThatIsANameToo(t *testing.T) {
	g := NewGuard(time.Now)
	g.Leave(place("may", "May Lee", "5"))
	g.Enter(place("anna", "Anna", "1"))
	for body, want := range map[string]bool{"May I ask for the number?": false, "May, hello": true, "Hi May, hello": true, "You may come": false} {
		if _, ok := g.Elsewhere(body); ok != want {
			t.Errorf("%q: %v", body, ok)
		}
	}
}
