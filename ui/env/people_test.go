package env

import "testing"

// S3: one number is one, however it is written.
func TestSameNumber(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"+1 (720) 555-4017", "17205554017", true}, {"720-555-4017", "+1 720 555 4017", true}, {"07700 900123", "447700900123", true}, {"00447700900123", "+44 7700 900123", true},
		{"138 1234 5678", "+86 138 1234 5678", true}, {"55 1234 5678", "5215512345678", true}, {"551 234 5678", "+1 551 234 5678", true}, {"155 1234 5678", "+52 155 1234 5678", true}, {"25 123 4567", "+353 25 123 4567", true},
		{"17205554017", "417205554017", false}, {"17205554017", "+99917205554017", true}, {"720 555 4017", "+77 720 555 4017", false},
		{"+7 720 555 4017", "+1 720 555 4017", false}, {"555 4017", "17205554017", false}, {"", "", false}, {"anna", "anna", false}, {"17205554017", "17205554018", false},
	} {
		if SameNumber(tt.a, tt.b) != tt.same || SameNumber(tt.b, tt.a) != tt.same {
			t.Errorf("%q and %q: want %v", tt.a, tt.b, tt.same)
		}
	}
}
