package privacy

import (
	"strings"
	"unicode"
)

// longestGap is how many characters may stand between two digits of a number: " - (".
const longestGap = 4

// between are the characters that may stand between the digits of a number, those that nobody
// sees among them.
func between(r rune) bool {
	return splits(r) || strings.ContainsRune("./_·\u2212", r) || unicode.In(r, unicode.Pd, unicode.Ps, unicode.Pe, unicode.Cf, unicode.M)
}

// splits are those of them that no date has within it: blanks and long dashes.
func splits(r rune) bool {
	return r == '\t' || r == '–' || r == '—' || unicode.Is(unicode.Zs, r)
}

// span is a part of a row of characters.
type span struct{ from, to int }

// numbers masks each row of digits that is long enough, but for the dates in it.
func numbers(s, sign string) string {
	rs := []rune(s)
	var b strings.Builder
	for i := 0; i < len(rs); {
		if !unicode.IsDigit(rs[i]) {
			b.WriteRune(rs[i])
			i++
			continue
		}
		row := rowAt(rs, i)
		for _, n := range withoutDates(rs, row, sign) {
			b.WriteString(string(rs[i:n.from]))
			number(&b, rs[n.from:n.to], sign)
			i = n.to
		}
		b.WriteString(string(rs[i:row.to]))
		i = row.to
	}
	return b.String()
}

// rowAt are the digits from i on, with what stands between them.
func rowAt(rs []rune, i int) span {
	row, gap := span{i, i + 1}, 0
	for k := i + 1; k < len(rs) && gap <= longestGap; k++ {
		switch {
		case unicode.IsDigit(rs[k]):
			row.to, gap = k+1, 0
		case between(rs[k]):
			gap++
		default:
			return row
		}
	}
	return row
}

// number writes a row of digits; of a long one all but the last two are masked.
func number(b *strings.Builder, rs []rune, sign string) {
	left := digits(string(rs))
	masked := left >= leastDigits
	for _, r := range rs {
		if unicode.IsDigit(r) {
			if masked && left > 2 {
				b.WriteString(sign)
			} else {
				b.WriteRune(r)
			}
			left--
			continue
		}
		b.WriteRune(r)
	}
}

// withoutDates are the parts of a row of digits that are no dates: all of it, unless it is
// certain that there are dates in it.
func withoutDates(rs []rune, row span, sign string) []span {
	fields := split(rs, row)
	first := firstDate(rs, fields)
	if first < 0 || !mayBeDate(rs, row, fields[first], sign) {
		if shortDate(rs, row, fields) {
			return nil
		}
		return []span{row}
	}
	var all []span
	joins := false // to the one before
	for _, f := range fields {
		switch {
		case date(rs[f.from:f.to]):
			joins = false
		case joins:
			all[len(all)-1].to = f.to
		default:
			all, joins = append(all, f), true
		}
	}
	return all
}

// split are the parts of a row between blanks, from the first digit to the last.
func split(rs []rune, row span) (fields []span) {
	open := false
	for i := row.from; i < row.to; i++ {
		switch {
		case splits(rs[i]):
			open = false
		case unicode.IsDigit(rs[i]) && open:
			fields[len(fields)-1].to = i + 1
		case unicode.IsDigit(rs[i]):
			fields, open = append(fields, span{i, i + 1}), true
		}
	}
	return fields
}

func firstDate(rs []rune, fields []span) int {
	for i, f := range fields {
		if date(rs[f.from:f.to]) {
			return i
		}
	}
	return -1
}

// mayBeDate reports whether what looks like a date stands where no part of a number can: at the
// beginning, behind a time, or behind a number that is one without it. Behind a plus there is
// nothing but the number.
func mayBeDate(rs []rune, row, at span, sign string) bool {
	for i, gap := row.from-1, 0; i >= 0 && gap <= longestGap; i, gap = i-1, gap+1 {
		if rs[i] == '+' {
			return false
		}
		if !between(rs[i]) {
			break
		}
	}
	lead := digits(string(rs[row.from:at.from]))
	if lead == 0 || lead >= leastDigits {
		return true
	}
	// The end of a time, or of a number that is masked already.
	return lead <= 2 && row.from > 0 && (rs[row.from-1] == ':' || string(rs[row.from-1]) == sign)
}

// shortDate reports whether a row is a date with a short year, and the hour of a time behind it.
func shortDate(rs []rune, row span, fields []span) bool {
	if len(fields) != 2 || row.to == len(rs) || rs[row.to] != ':' || fields[1].to-fields[1].from > 2 {
		return false
	}
	ns := dateParts(rs[fields[0].from:fields[0].to])
	return len(ns) == 3 && len(ns[0]) <= 2 && len(ns[2]) == 2 && dayAndMonth(ns[0], ns[1])
}

// date reports whether rs is a date with a year of four digits.
func date(rs []rune) bool {
	ns := dateParts(rs)
	switch {
	case len(ns) != 3:
		return false
	case len(ns[0]) == 4:
		return year(ns[0]) && upTo(ns[1], "12") && upTo(ns[2], "31")
	}
	return year(ns[2]) && dayAndMonth(ns[0], ns[1])
}

// dateParts are the numbers between the signs that a date is written with, nil if there is
// anything else in it.
func dateParts(rs []rune) []string {
	if len(rs) > len("2026-12-31") {
		return nil
	}
	s := string(rs)
	at := strings.IndexAny(s, "-./")
	if at < 0 || strings.ContainsFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != rune(s[at]) }) {
		return nil
	}
	return strings.Split(s, s[at:at+1])
}

func year(s string) bool {
	return len(s) == 4 && (strings.HasPrefix(s, "19") || strings.HasPrefix(s, "20"))
}

// dayAndMonth reports whether two numbers are that, in whichever order.
func dayAndMonth(a, b string) bool {
	return upTo(a, "31") && upTo(b, "12") || upTo(a, "12") && upTo(b, "31")
}

// upTo reports whether s is a number from 1, of one or two digits.
func upTo(s, most string) bool {
	return len(s) == 1 && s != "0" || len(s) == 2 && s != "00" && s <= most
}
