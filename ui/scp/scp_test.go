package scp

import (
	"os/exec"
	"strings"
	"testing"
)

func TestT10TheLineNamesTheMachine(t *testing.T) {
	for _, c := range []struct{ configured, connection, want string }{
		{"", "10.0.0.9 51234 10.0.0.1 22", "scp olga@10.0.0.1:/home/olga/a.pdf ."},
		{"", "10.0.0.9 51234 10.0.0.1 2222", "scp -P 2222 olga@10.0.0.1:/home/olga/a.pdf ."},
		{"", "fe80::9 51234 fe80::1 22", "scp 'olga@[fe80::1]:/home/olga/a.pdf' ."},
		{"", "", "scp olga@desk:/home/olga/a.pdf ."},
		{"", "a b c; 22", "scp olga@desk:/home/olga/a.pdf ."},
		{"me@jump.example", "10.0.0.9 1 10.0.0.1 22", "scp me@jump.example:/home/olga/a.pdf ."},
		{"me@jump.example:2200", "", "scp -P 2200 me@jump.example:/home/olga/a.pdf ."},
	} {
		if got := Here(c.configured, c.connection, "olga", "desk").Line("/home/olga/a.pdf"); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	if got := (Machine{}).Line("/x"); got != "" {
		t.Error(got)
	}
}

// T10: a hostile name of a file stays one word for the shell.
func TestT10NamesAreQuoted(t *testing.T) {
	for _, path := range []string{"/home/o/a b.pdf", "/home/o/$(touch x)", "/home/o/it's; rm -rf ~", "/home/o/`id`\n&"} {
		line := Machine{At: "o@desk"}.Line(path)
		out, err := exec.Command("sh", "-c", strings.Replace(line, "scp ", "printf %s ", 1)).Output()
		if err != nil || string(out) != "o@desk:"+path+"." {
			t.Errorf("%s: %q, %v", line, out, err)
		}
	}
}
