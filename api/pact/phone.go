package pact

import "strings"

// phoneDigits makes the service's form of a phone number, digits only with the
// country code first, from what people write (pact.md §2.4).
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
