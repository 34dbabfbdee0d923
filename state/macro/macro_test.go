package macro

import (
	"strings"
	"testing"
)

// A macro is refused with what is wrong, and its title says all that it will do.
func TestStepsAreChecked(t *testing.T) {
	for text, want := range map[string]string{
		"canned: refund": "", "Label:vip": "", "done": "", "snooze: in 2h": "",
		"refund": "is no action: there are canned, label", "label": "needs a label behind a colon", "label: ": "needs a label", "done: now": "takes nothing behind it", "": "is no action",
	} {
		s, err := Parse(text)
		if want == "" && (err != nil || !strings.EqualFold(strings.ReplaceAll(s.String(), " ", ""), strings.ReplaceAll(text, " ", ""))) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %q, %v; want %q", text, s, err, want)
		}
	}
	for _, c := range []struct {
		steps []Step
		wrong string
	}{
		{nil, "nothing"}, {[]Step{{Do: Send}, {Label, "x"}}, "send comes last"}, {[]Step{{Do: Next}, {Do: Done}}, "next comes last"}, {[]Step{{Do: Send}, {Do: Done}}, "send comes last"},
		{[]Step{{Canned, "a"}, {Do: Send}, {Do: Done}, {Do: Next}}, ""}, {[]Step{{Do: Done}, {Do: Next}}, ""},
	} {
		if err := Check(c.steps); (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%v: %v, want %q", c.steps, err, c.wrong)
		}
	}
	m := Macro{Name: "Refund", Steps: []Step{{Canned, "refund"}, {Do: Done}}}
	if m.Title() != "Refund: canned: refund, done" || !m.Has(Done) || m.Has(Send) {
		t.Error(m.Title())
	}
}
