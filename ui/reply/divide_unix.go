//go:build unix

package reply

import "github.com/mattn/go-shellwords"

// usualEditor is there on every system.
const usualEditor = "vi"

// divide divides and quotes a line as a shell does.
func divide(line string, getenv func(string) string) ([]string, error) {
	p := shellwords.NewParser()
	p.ParseEnv, p.Getenv, p.ParseBacktick, p.ParseComment = true, getenv, false, false
	words, err := p.Parse(line)
	if err == nil && p.Position >= 0 {
		err = errQuotes
	}
	return words, err
}
