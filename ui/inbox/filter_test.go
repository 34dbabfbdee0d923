package inbox

import (
	"context"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
)

// asked notes what the list was asked for.
type asked struct {
	env.Store
	texts *[]string
}

func (a asked) List(_ context.Context, q state.ListQuery) (state.List, error) {
	*a.texts = append(*a.texts, q.Text)
	return state.List{}, nil
}

// A list that was asked for anew is not read for the question before, which gets no answer.
func TestWhatIsAskedAnewIsReadOnce(t *testing.T) {
	p := newPane(60, 9)
	var texts []string
	p.env.Ctx, p.env.Store = t.Context(), asked{texts: &texts}
	before, now := p.Load(), p.Reload()
	if msg := before(); msg != nil || len(texts) > 0 {
		t.Errorf("%T of %q is the answer to the question before", msg, texts)
	}
	if msg, ok := now().(listMsg); !ok || len(texts) != 1 {
		t.Errorf("%+v, asked for %q", msg, texts)
	}
}

// N18: what of a filter is not understood is said with its word while it is typed, and
// nothing is asked for by it; a saved view is narrowed by what is typed besides.
func TestAFilterThatIsNotUnderstoodIsSaid(t *testing.T) {
	p := newPane(60, 9)
	var texts []string
	p.env.Ctx, p.env.Store = t.Context(), asked{texts: &texts}
	p.env.Notify = func(s string, _ bool) tea.Cmd { texts = append(texts, "said "+s); return nil }
	p.Choose(Selection{View: state.ViewWaiting, Title: "VIP waiting", Filter: "label:vip is:waiting"})
	p.Update(p.Load()())
	if got := drawn(t, p); !strings.Contains(got, "VIP WAITING") || !strings.Contains(got, "Nobody is in this view now: label:vip is:waiting") {
		t.Errorf("%s", got)
	}
	p.StartFilter()
	if cmd := p.Paste("anna"); cmd != nil {
		p.Update(cmd())
	}
	if p.filter.line.SetValue("anna is:wat"); p.typed() != nil || !strings.Contains(drawn(t, p), "is:wat is not understood: there are waiting, unread") {
		t.Errorf("asked for %q:\n%s", texts, drawn(t, p))
	}
	p.endFilter()
	if !p.Typing() {
		t.Error("enter took it")
	}
	p.filter.line.SetValue("anna")
	p.typed()
	if p.endFilter(); p.Typing() || strings.Contains(drawn(t, p), "understood") {
		t.Errorf("mended: %s", drawn(t, p))
	}
	want := "label:vip is:waiting |label:vip is:waiting anna|said is:wat is not understood"
	if got := strings.Join(texts, "|"); !strings.HasPrefix(got, want) || len(texts) != 3 {
		t.Errorf("asked for %s, want %s", got, want)
	}
}

// N18: a long paste is cut to what a search takes, and that is said.
func TestALongPasteIsNoFilter(t *testing.T) {
	p := newPane(60, 9)
	var texts []string
	p.env.Ctx, p.env.Store = t.Context(), asked{texts: &texts}
	p.env.Refused = func(s string) tea.Cmd { texts = append(texts, "said "+s); return nil }
	p.StartFilter()
	p.Update(p.Paste(strings.Repeat("a long paste ", 20000))())
	want := "said 16 words and 256 characters are looked for at the most: the rest was left out|" + strings.TrimSpace(strings.Repeat("a long paste ", 6)[:len("a long paste ")*5+1])
	if got := strings.Join(texts, "|"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// named has a channel and a label.
type named struct{ asked }

func (named) Sidebar(context.Context) (state.Sidebar, error) {
	return state.Sidebar{Accounts: []state.SidebarAccount{{ID: "bakery", Channels: []state.SidebarChannel{{Channel: api.Channel{Kind: "whatsapp", Name: "Orders"}}}}}}, nil
}
func (named) Labels(context.Context) ([]state.LabelCount, error) {
	return []state.LabelCount{{Name: "VIP"}}, nil
}

// S5: tab completes what is typed in the filter; a channel that there is none of is said.
func TestS5AFilterIsCompletedAndSaysWhoNobodyIs(t *testing.T) {
	p := newPane(70, 9)
	var texts []string
	p.env.Ctx, p.env.Store = t.Context(), named{asked{texts: &texts}}
	p.Update(p.Load()())
	p.Update(p.StartFilter()())
	typed := func(text string) string {
		p.filter.line.SetValue("")
		if cmd := p.Paste(text); cmd != nil {
			p.Update(cmd())
		}
		return drawn(t, p)
	}
	if got := typed("lab"); !strings.Contains(got, "tab: label:") {
		t.Errorf("what completes it is not said:\n%s", got)
	}
	for _, want := range []string{"label:", "label:VIP"} {
		p.Do(keymap.MenuComplete)
		if got := p.filter.line.Value(); got != want {
			t.Errorf("tab made %q, want %q", got, want)
		}
	}
	if got := typed("channel:XX"); !strings.Contains(got, "no channel is called XX; there are whatsapp") {
		t.Errorf("%s", got)
	}
	if got := typed("channel:whatsapp"); strings.Contains(got, "no channel") {
		t.Errorf("%s", got)
	}
}
