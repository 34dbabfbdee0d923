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

// hostile are paths in which a shell finds more than a word.
var hostile = []string{"/home/o/a b.pdf", "/home/o/invoice $(touch pwned; id).pdf", "/home/o/it's; rm -rf ~", "/home/o/`id`\n&", "/home/o/a|b", "/home/o/a&b",
	"/home/o/a>b", "/home/o/~a", "/home/o/!a", "/home/o/{a,b}", "/home/o/a*", "/home/o/a(1)", `/home/o/a\b`, "/home/o/#a", "/home/o/a\u00a0b", "/home/o/\xff"}

// T10: a hostile name of a file stays one word for the shell here.
func TestT10NamesAreQuoted(t *testing.T) {
	for _, path := range hostile {
		line := Machine{At: "o@desk"}.Line(path)
		out, err := exec.Command("sh", "-c", strings.Replace(line, "scp -s ", "printf %s ", 1)).Output()
		if err != nil || string(out) != "o@desk:"+glob.Replace(path)+"." {
			t.Errorf("%s: %q, %v", line, out, err)
		}
	}
}

// T10: what goes the way that hands paths to the shell of the other machine is the same
// word there too; all else goes by SFTP.
func TestT10NoNameReachesTheShellThere(t *testing.T) {
	for _, path := range hostile {
		if line := (Machine{At: "o@desk"}).Line("/home/o/a.pdf", path); !strings.HasPrefix(line, "scp -s ") {
			t.Errorf("%q goes through a shell: %s", path, line)
		}
	}
	for _, path := range []string{"/home/o/a.pdf", "/home/o/Счёт_12.pdf", "/home/o/a+b,c=d%20@e:f-g.pdf"} {
		line := Machine{At: "o@desk"}.Line(path)
		out, err := exec.Command("sh", "-c", "printf %s "+path).Output()
		if err != nil || string(out) != path || line != "scp o@desk:"+path+" ." {
			t.Errorf("%s: %q, %v", line, out, err)
		}
	}
}
