package dialog

import (
	"context"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
)

// listless is a platform that does not answer about its templates.
type listless struct{ api.Templater }

func (listless) Templates(context.Context) ([]api.Template, error) {
	return nil, &api.Error{Kind: api.ErrUnavailable}
}

// What is typed can be sent though the list of templates does not come; nobody then says
// that there are none.
func TestTemplatesThatDoNotCome(t *testing.T) {
	for _, anyway := range []bool{true, false} {
		s, e, _ := newStack(nil)
		sent := 0
		templates := Templates{Env: e, To: "Anna", Templater: listless{}}
		if anyway {
			templates.Anyway = func() tea.Cmd { sent++; return nil }
		}
		d := NewTemplates(templates)
		s.Open(d)
		answered(s, d.Ask())
		got := shown(s)
		if !strings.Contains(got, "cannot be reached") || strings.Contains(got, "has no templates") || strings.Contains(got, "all the same") != anyway {
			t.Errorf("anyway %v:\n%s", anyway, got)
		}
		if answered(s, do(t, s, keymap.MenuChoose)); (sent == 1) != anyway || s.Empty() != anyway {
			t.Errorf("anyway %v: sent %d times", anyway, sent)
		}
	}
}
