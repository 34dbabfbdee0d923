package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// Store is a store as its contract is tested: the durable half, and what it needs
// to be seen from outside.
type Store interface {
	state.Durable
	// Row is a conversation as the list shows it; state.ErrNoSuch where nothing of
	// it has to be listed.
	Row(ctx context.Context, id api.ConversationID) (state.Row, error)
	// SetAgent says which agent reads in this session, SetFlags changes how a conversation
	// stands.
	SetAgent(name string)
	SetFlags(ctx context.Context, id api.ConversationID, c state.FlagChange) error
	// WithLease holds the lease while run runs.
	WithLease(ctx context.Context, who string, run func(ctx context.Context) error) error
	Close() error
}

// Open opens a session of the store in dir, a folder of the test, which marks on
// feed what it changes. Two sessions of one folder see each other.
type Open func(ctx context.Context, dir string, feed *state.Feed) (Store, error)

// Run tests what every store promises of its durable half.
func Run(t *testing.T, open Open) {
	for name, test := range map[string]func(t *testing.T, s *sessions){
		"a stale draft is refused":                    staleDraft,
		"an emptied draft cannot come back":           emptiedDraft,
		"one of many sessions saves the draft":        manySessions,
		"a session finds what another has left":       reopened,
		"submitting takes the draft":                  submitTakesTheDraft,
		"submitting takes the draft that was seen":    submitTakesTheDraftThatWasSeen,
		"one of many sessions sends the draft":        oneOfManySessionsSends,
		"only the holder of the lease sends":          onlyTheHolderSends,
		"a new time is kept":                          aNewTimeIsKept,
		"postponing touches what is queued only":      postponeTouchesQueued,
		"taking back goes before the draft":           takebackGoesBeforeTheDraft,
		"a template leaves the draft":                 templateLeavesTheDraft,
		"a first message is adopted":                  firstMessageIsAdopted,
		"only the holder of the lease drops a change": onlyTheHolderDropsAChange,
		"files of drafts and messages are in use":     filesInUse,
		"a snooze for one agent is nobody else's":     snoozedFor,
		"a snooze for one agent waits for a reply":    snoozedOnceSent,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, &sessions{t: t, open: open, dir: t.TempDir()})
		})
	}
}

// sessions opens sessions of one store.
type sessions struct {
	t    *testing.T
	open Open
	dir  string
}

// session is one of them.
type session struct {
	Store
	t    *testing.T
	feed *state.Feed
}

func (s *sessions) new() session {
	s.t.Helper()
	feed := state.NewFeed()
	store, err := s.open(s.t.Context(), s.dir, feed)
	must(s.t, err)
	s.t.Cleanup(func() { _ = store.Close() })
	return session{store, s.t, feed}
}

// hold takes the lease until the end of the test.
func (s session) hold() {
	s.t.Helper()
	has := make(chan struct{})
	var once sync.Once
	ctx, cancel := context.WithCancel(s.t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		_ = s.WithLease(ctx, "test", func(ctx context.Context) error {
			once.Do(func() { close(has) })
			<-ctx.Done()
			return nil
		})
	})
	<-has
	s.t.Cleanup(func() { cancel(); done.Wait() })
}

func (s session) draft(id api.ConversationID) state.Draft {
	s.t.Helper()
	d, err := s.Draft(s.t.Context(), id)
	must(s.t, err)
	return d
}

func (s session) saveDraft(d state.Draft) state.Draft {
	s.t.Helper()
	d, err := s.SaveDraft(s.t.Context(), d)
	must(s.t, err)
	return d
}

func (s session) submit(rows ...state.Outbound) []state.Outbound {
	s.t.Helper()
	rows, err := s.Submit(s.t.Context(), state.Draft{Conversation: rows[0].Conversation, Body: rows[0].Body}, rows)
	must(s.t, err)
	return rows
}

// advance saves a row in another status.
func (s session) advance(o state.Outbound, to state.Status) state.Outbound {
	s.t.Helper()
	was := o.Status
	o.Status = to
	if ok, err := s.SaveOutbound(s.t.Context(), o, was); !ok || err != nil {
		s.t.Fatalf("%d to %d: %v, %v", was, to, ok, err)
	}
	return o
}

// noon is when the conversations of these tests take place.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func conv(n int) api.ConversationID {
	return api.ConversationID{Account: "shop", Remote: fmt.Sprint(n)}
}

func queued(id api.ConversationID, key, body string) state.Outbound {
	return state.Outbound{Key: key, Conversation: id, Body: body, Part: 1, Parts: 1, Submitted: noon.Add(time.Hour)}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
