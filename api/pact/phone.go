package pact

import "strings"

// phoneDigits turns what people write into the service's form of a phone number:
// digits only, country code first (REFERENCE.md "Phone numbers").
func phoneDigits(op, written string) (string, error) {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" +-()./\u00a0", r) {
			return -1
		}
		return r
	}, written)
	if strings.Trim(digits, "0123456789") != "" {
		return "", refuse(op, "a phone number is digits only, country code first, such as 79250000001")
	}
	if len(digits) < 8 || len(digits) > 15 {
		return "", refuse(op, "a phone number has 8 to 15 digits, country code first, such as 79250000001")
	}
	return digits, nil
}
