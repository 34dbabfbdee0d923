package config

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
)

// Problem is one mistake in the file.
type Problem struct {
	File string
	// Line counts from 1; 0 where none can be named.
	Line int
	// Account is the account's name, or its number in the file ("2") where it
	// has none; empty outside accounts.
	Account string
	// Text is one sentence for a person, without a token.
	Text string
}

// String is the problem in one line: `config.toml:12: account "shop": …`.
func (p Problem) String() string {
	s := filepath.Base(p.File) + ": "
	if p.Line > 0 {
		s = fmt.Sprintf("%s:%d: ", filepath.Base(p.File), p.Line)
	}
	if p.Account != "" {
		s += fmt.Sprintf("account %q: ", p.Account)
	}
	return s + p.Text
}

func (r *reader) sorted() []Problem {
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
	return r.problems
}
