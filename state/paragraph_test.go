package state

import "testing"

func TestGoesOn(t *testing.T) {
	for _, c := range []struct {
		begun, paragraph string
		want             bool
	}{
		{"Yes", "Yes", true},
		{"Yes", "Yes, of course", true},
		{"Yes", "Yes!", true},
		{"Yes", "Yesterday", false},
		{"Да", "Давно", false},
		{"Hello ", "Hello Mia", true},
		{"We refund 10", "We refund 100", false},
		{"We refund 10", "We refund 10.50", false},
		{"We refund 10.", "We refund 10.50", false},
		{"(see above)", "(see above)(and below)", true},
		{"Yes", "No", false},
		{"Yesterday", "Yes", false},
	} {
		if got := GoesOn(c.begun, c.paragraph); got != c.want {
			t.Errorf("%q goes on as %q: %v", c.begun, c.paragraph, got)
		}
	}
}
