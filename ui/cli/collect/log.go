package collect

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// mostKinds is how many kinds of lines of a log are kept, the newest.
const mostKinds = 40

// entry is a kind of line of the log, and how often there is one.
type entry struct {
	what        string
	count       int
	first, last string
}

var (
	when     = compiled(`^[0-9T:.+Z-]{10,40}$`)
	level    = compiled(`^(DEBUG|INFO|WARN|ERROR)([+-][0-9])?$`)
	sentence = compiled(`^[a-z][a-z ,:()-]{0,80}$`)
	frame    = compiled(`unibox/[a-z0-9/_]+\.[A-Za-z0-9_.()*]*[A-Za-z0-9_]\(`)
)

// Log is what a log of slog.NewTextHandler says of warnings and errors: the message, which
// is a constant of the program, the harmless phrases of its error, and the functions of the
// program in a stack. Lines that are alike are counted.
func Log(r io.Reader) (lines []string) {
	var all []*entry
	in := bufio.NewScanner(r)
	in.Buffer(nil, 4<<20)
	for in.Scan() {
		attrs := attributes(in.Text())
		at, how, msg := attrs["time"], attrs["level"], attrs["msg"]
		if !when().MatchString(at) || !level().MatchString(how) || how == "INFO" || how == "DEBUG" {
			continue
		}
		if !sentence().MatchString(msg) {
			msg = "(a message that is left out)"
		}
		what := how + " " + msg
		if p := Phrases(attrs["err"]); p != "" {
			what += ": " + p
		}
		for i, f := range frame().FindAllString(attrs["stack"], 12) {
			if i == 0 {
				what += "; in"
			}
			what += " " + strings.TrimSuffix(f, "(")
		}
		all = count(all, what, at)
	}
	for _, e := range all[max(0, len(all)-mostKinds):] {
		if e.count == 1 {
			lines = append(lines, e.last+" "+e.what)
			continue
		}
		lines = append(lines, fmt.Sprintf("%s %s (%d times since %s)", e.last, e.what, e.count, e.first))
	}
	return lines
}

// count adds a line to those like it, which come to the end.
func count(all []*entry, what, at string) []*entry {
	for i, e := range all {
		if e.what == what {
			e.count++
			e.last = at
			return append(append(all[:i:i], all[i+1:]...), e)
		}
	}
	return append(all, &entry{what, 1, at, at})
}

// attributes are the keys and values of a line, as far as it can be read. Of two of one name
// the first counts: the time, the level and the message come before what somebody wrote.
func attributes(line string) map[string]string {
	all := map[string]string{}
	for line != "" {
		key, rest, ok := strings.Cut(strings.TrimLeft(line, " "), "=")
		if !ok {
			break
		}
		value := ""
		if quoted, err := strconv.QuotedPrefix(rest); err == nil {
			value, _ = strconv.Unquote(quoted)
			line = rest[len(quoted):]
		} else {
			value, line, _ = strings.Cut(rest, " ")
		}
		if _, twice := all[key]; !twice {
			all[key] = value
		}
	}
	return all
}
