package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A file of nothing but unknown keys is read as fast as another one, is said in a few hundred
// lines, and loses nothing that guards.
func TestManyUnknownKeys(t *testing.T) {
	const many = 10_000
	for _, head := range []string{"", "[ui]\n", "[[account]]\nname = \"shop\"\n"} {
		var text strings.Builder
		text.WriteString(head)
		for i := range many {
			fmt.Fprintf(&text, "some_key_%d = %d\n", i, i)
		}
		text.WriteString("z_read_onyl = true\n")
		path := filepath.Join(t.TempDir(), "config.toml")
		if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		c, problems, err := Load(path, nil)
		if err != nil || !c.UI.ReadOnly {
			t.Errorf("%q: read-only %v, %v", head, c.UI.ReadOnly, err)
		}
		more := slices.IndexFunc(problems, func(p Problem) bool { return strings.Contains(p.Text, "more mistakes are not listed") })
		if len(problems) > 2*mostListed+1 || more < 0 || problems[more].Warning {
			t.Errorf("%q: %d problems, %v", head, len(problems), problems[max(0, more)])
		}
	}
}

// TestALongFileIsShortened: for each key the library compares all those before it, so that a
// hundred thousand would take minutes. What follows them is read, and what guards is safe.
func TestALongFileIsShortened(t *testing.T) {
	var text strings.Builder
	text.WriteString("[ui]\nhints = false\n")
	for i := range 100_000 {
		fmt.Fprintf(&text, "some_key_%d = %d\n", i, i)
	}
	text.WriteString("[[account]]\nname = \"shop\"\nplatform = \"sms\"\ntoken = \"x\"\n")
	doc, lost, problems := salvage("config.toml", []byte(text.String()))
	if n := len(doc.lines); n > 2*mostInPart {
		t.Errorf("%d keys are read", n)
	}
	if doc.accountLine("shop", "token") != 100_006 {
		t.Errorf("the account is at line %d", doc.accountLine("shop", "token"))
	}
	if len(lost) != 100_002-mostInPart || len(problems) != 1 || !strings.Contains(problems[0].String(), "this part is left out, lines 1001 to 100002") {
		t.Errorf("%d lines are lost, %v", len(lost), problems)
	}
	c := defaults()
	check(doc, nil, false, &c, lost...)
	if !c.UI.ReadOnly || c.UI.Hints {
		t.Errorf("read-only %v, hints %v", c.UI.ReadOnly, c.UI.Hints)
	}
}

func TestALongAccountIsLeftOut(t *testing.T) {
	text := "[[account]]\nname = \"shop\"\n" + strings.Repeat("# a remark\n", mostRead) + "[[account]]\nname = \"other\"\n"
	doc, _, problems := salvage("config.toml", []byte(text))
	if len(doc.named("shop")) != 0 || len(doc.named("other")) != 1 || len(problems) != 1 || problems[0].Account != "shop" {
		t.Errorf("%v, %v", doc.values, problems)
	}
}

// TestALostLineCostsLittle counts what looking for keys that guard in lost lines allocates:
// each line is taken apart once, and not again for each of these keys.
func TestALostLineCostsLittle(t *testing.T) {
	const most = 300
	var lost []lostLine
	for i := range mostLost {
		lost = append(lost, lostLine{line: i + 1, section: "ui", text: fmt.Sprintf("some_key_%d = %d\n", i, i)})
	}
	c := defaults()
	r := &reader{config: &c, sections: sections()}
	r.guards, r.names = guards(r.sections), r.keyNames()
	if n := testing.AllocsPerRun(1, func() { r.safeLost(lost) }) / mostLost; n > most {
		t.Errorf("%.0f allocations for each lost line, and %d are enough", n, most)
	}
	if n := testing.AllocsPerRun(1, func() { (&salvager{lines: slices.Repeat([][]byte{[]byte("some_key = 1\n")}, mostLost)}).split() }); n > most {
		t.Errorf("%.0f allocations to find no section", n)
	}
}
