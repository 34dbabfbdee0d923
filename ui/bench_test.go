package ui

import (
	"context"
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
)

// shelf is a store in memory with as many conversations as asked for; it
// answers like the real one and costs nothing.
type shelf struct {
	rows    []state.Row
	items   []state.Item
	sidebar state.Sidebar
	health  []state.Health
	draft   state.Draft
	err     error // of a draft
}

func newShelf(conversations, messages int) *shelf {
	s := &shelf{}
	noon := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for i := range conversations {
		s.rows = append(s.rows, state.Row{
			Conversation: api.Conversation{ID: api.ConversationID{Account: "a", Remote: fmt.Sprint(i)}, Kind: "whatsapp", Contact: api.Contact{Name: "Анна Petrova 佐藤"}},
			Preview:      api.Known(state.Preview{Body: "Hello! The order arrived but one of the cups is broken 🙏", At: noon}),
			Unread:       i % 3, WaitingSince: noon, Active: noon, Newest: state.Pos(i + 1), Checked: noon,
		})
	}
	for i := range messages {
		s.items = append(s.items, state.Item{Pos: state.Pos(i + 1), Message: api.Message{
			ID: api.MessageID{Remote: fmt.Sprint(i)}, Direction: api.Direction(i % 2), At: noon.Add(time.Duration(i) * time.Minute),
			Body: "Will you be open on Saturday? Мы хотели бы забрать торт 東京 to the party, if that is not too early for you.",
		}})
	}
	return s
}

func (s *shelf) List(_ context.Context, q state.ListQuery) (state.List, error) {
	from := min(q.Offset, len(s.rows))
	return state.List{Rows: s.rows[from:min(from+q.Limit, len(s.rows))], Offset: from, Total: len(s.rows)}, nil
}
func (s *shelf) Row(_ context.Context, id api.ConversationID) (state.Row, error) {
	for _, r := range s.rows {
		if r.Conversation.ID == id {
			return r, nil
		}
	}
	return state.Row{}, state.ErrNoSuch
}
func (s *shelf) Sidebar(context.Context) (state.Sidebar, error) {
	sidebar := s.sidebar
	sidebar.Views = map[state.View]int{state.ViewWaiting: len(s.rows)}
	return sidebar, nil
}
func (s *shelf) SearchMessages(context.Context, state.Search) (state.Hits, error) {
	return state.Hits{}, nil
}
func (s *shelf) Archive(context.Context) (state.Archive, error) { return state.Archive{}, nil }
func (s *shelf) Indexing(context.Context) (bool, error)         { return false, nil }
func (s *shelf) Health(context.Context) ([]state.Health, error) { return s.health, nil }
func (s *shelf) Timeline(_ context.Context, q state.TimelineQuery) (state.Window, error) {
	w := state.Window{Items: s.items[max(0, len(s.items)-q.Before):], Older: state.EdgeLocal}
	if len(s.items) <= q.Before {
		w.Older = state.EdgeEnd
	}
	return w, nil
}
func (s *shelf) Draft(_ context.Context, id api.ConversationID) (state.Draft, error) {
	draft := s.draft
	draft.Conversation = id
	return draft, s.err
}
func (s *shelf) SaveDraft(_ context.Context, d state.Draft) (state.Draft, error) { return d, nil }
func (s *shelf) SaveConversations(context.Context, []api.Conversation) error     { return nil }
func (s *shelf) SetFlags(context.Context, api.ConversationID, state.FlagChange) error {
	return nil
}
func (s *shelf) Chosen(context.Context, state.ListQuery, []api.ConversationID) ([]state.Row, error) {
	return nil, nil
}
func (s *shelf) IDs(context.Context, state.ListQuery) ([]api.ConversationID, error)      { return nil, nil }
func (s *shelf) Find(context.Context, string, int) ([]state.Row, error)                  { return nil, nil }
func (s *shelf) Labels(context.Context) ([]state.LabelCount, error)                      { return nil, nil }
func (s *shelf) SetLabels(context.Context, api.ConversationID, []string, []string) error { return nil }
func (s *shelf) Queue(context.Context) ([]state.Unsent, error)                           { return nil, nil }
func (s *shelf) Sessions(context.Context) ([]state.Session, error)                       { return nil, nil }
func (s *shelf) Replying(api.ConversationID)                                             {}
func (s *shelf) Condition() state.Condition                                              { return state.Condition{} }

// still is an engine and an outbox that do nothing.
type still struct{}

func (still) Show(api.ConversationID, []api.ConversationID) {}
func (still) Older(api.ConversationID, state.Pos)           {}
func (still) Refresh(api.ConversationID)                    {}
func (still) Fetching(api.ConversationID) state.Fetching    { return state.Fetching{} }
func (still) Submit(context.Context, state.Draft, *state.First) ([]state.Outbound, error) {
	return nil, nil
}
func (still) Reschedule(context.Context, state.Outbound, time.Time) error  { return nil }
func (still) Decide(context.Context, state.Outbound, state.Decision) error { return nil }
func (still) Takeback(context.Context, state.Outbound) (state.Draft, error) {
	return state.Draft{}, nil
}
func (still) WhenSent(context.Context, api.ConversationID, state.WhenSent) (bool, error) {
	return false, nil
}
func (still) Progress(int64) (float64, bool) { return 0, false }

// noChanges takes no change.
type noChanges struct{}

func (noChanges) Submit(context.Context, state.Change) error { return nil }
func (noChanges) Dismiss(context.Context, int64) error       { return nil }

// bare is a model without a program: its commands are run by the caller.
func bare(conversations, messages, w, h int) *Model {
	keys, _ := keymap.New(nil)
	m := New(context.Background(), Options{Store: newShelf(conversations, messages), Outbox: still{}, Engine: still{}, Files: &clerk{}, Changes: noChanges{}, Feed: state.NewFeed(), Keys: keys,
		Settings: Settings{Theme: "dark", Hints: true}})
	m.env.Timer = func(time.Duration, tea.Msg) tea.Cmd { return nil } // no time passes
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	m.Update(m.inbox.Reload()()) // shows the first conversation
	if read := m.thread.Reload(); read != nil {
		m.Update(read())
	}
	return m
}

// drafted reads the draft of the open conversation into the box.
func (m *Model) drafted() {
	m.Update(m.reply.Open(m.thread.Conversation(), m.reply.First())())
}

func benchmarkKey(b *testing.B, conversations int, prepare func(*Model), keys ...string) {
	m := bare(conversations, 300, 120, 40)
	prepare(m)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Update(keyPress(keys[i%len(keys)]))
		m.View()
	}
}

func inList(*Model)     {}
func inThread(m *Model) { m.focusOn(2) }
func inReply(m *Model) {
	m.focusOn(2)
	m.compose()
	m.drafted()
}

// inText is in a reply that is begun: its row in the list says so already.
func inText(m *Model) {
	inReply(m)
	m.Update(keyPress("a"))
}

// A frame after a key: the whole screen at 120x40.
func BenchmarkListKey60(b *testing.B)      { benchmarkKey(b, 60, inList, "j", "k") }
func BenchmarkListKey20000(b *testing.B)   { benchmarkKey(b, 20_000, inList, "j", "k") }
func BenchmarkThreadKey60(b *testing.B)    { benchmarkKey(b, 60, inThread, "k", "k", "j", "j") }
func BenchmarkThreadKey20000(b *testing.B) { benchmarkKey(b, 20_000, inThread, "k", "k", "j", "j") }
func BenchmarkThreadPage(b *testing.B)     { benchmarkKey(b, 60, inThread, "pgup", "pgdown") }
func BenchmarkTyping(b *testing.B)         { benchmarkKey(b, 60, inText, "b", "backspace") }
