package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/events"
	"unibox/state/hooks"
	"unibox/state/osfile"
	"unibox/state/sqlite"
	"unibox/state/supervise"
	"unibox/state/work"
	"unibox/ui/catalog"
)

// hooked is what runs the user's hooks, in one session at a time: the first of those that may
// start programs, whoever fetches and sends. An agent's session, which starts none, so keeps
// nobody's hooks from being run.
type hooked struct {
	db   *sqlite.DB
	feed *state.Feed
	log  *slog.Logger
	run  *hooks.Hooks
	// file is held by the session that runs them, and says up to when they were.
	file string
	// off: whoever runs this has no hooks.
	off bool
}

func (s Session) hooks(db *sqlite.DB, feed *state.Feed, log *slog.Logger) hooked {
	c := s.Config.Hooks
	h := hooked{db: db, feed: feed, log: log, file: filepath.Join(s.Dir, HooksFile)}
	h.run = hooks.New(hooks.Options{Run: c.Run, Limit: c.Limit, AtOnce: c.AtOnce, Problem: s.hookFailed(db), Dir: s.Dir, Log: log})
	h.off = h.run == nil && s.Agent == nil
	return h
}

// hookFailed says that a hook failed. Where what is said is on every agent's screen, its words are
// in the log and with unibox doctor alone: they may hold an address or a token of a program's.
func (s Session) hookFailed(db *sqlite.DB) func(sentence string) {
	if s.name != hostName {
		return db.Notice
	}
	return func(string) { db.Notice(string(hookNotice)) }
}

const hookNotice catalog.Text = "a hook failed: whoever runs this unibox reads why with unibox doctor"

const (
	// HooksFile is in the state folder, of the session that runs hooks.
	HooksFile = "hooks.run"
	// watchAgain is when events are looked for again after that failed.
	watchAgain = time.Minute
	// longestAway is how far back it goes at most what hooks begin with.
	longestAway = 7 * 24 * time.Hour
	// markEvery is how often it is noted up to when hooks were run, turnEvery how often a
	// session looks whether it is its turn.
	markEvery, turnEvery = time.Minute, 2 * time.Second
)

// begin takes the turn of running hooks if no other session has it. It comes before the
// engine begins: hooks begin with what came since the platforms were last answered.
func (h hooked) begin(ctx context.Context) *turn {
	if h.off {
		h.forget()
	}
	if h.run == nil {
		return nil
	}
	t, err := h.take(ctx)
	if err != nil {
		h.log.Warn("hooks wait", "err", err)
	}
	return t
}

// forget removes what says up to when hooks were run: who has hooks again begins then. A file
// that another session holds stays, or a third would take its turn beside that one.
func (h hooked) forget() {
	f, err := osfile.OpenShared(h.file, os.O_RDWR, 0o600)
	if err != nil {
		return // as a rule there is none
	}
	defer f.Close()
	if osfile.TryLock(f) == nil {
		_ = os.Remove(h.file)
	}
}

// keep runs hooks while it is this session's turn, and waits for that with a nil one, until
// ctx ends.
func (h hooked) keep(ctx context.Context, t *turn) error {
	for h.run != nil {
		if t == nil && !work.Sleep(ctx, state.UntilBeat(turnEvery)) {
			return ctx.Err()
		}
		if t == nil {
			t, _ = h.take(ctx) // said by begin; another session has it, as a rule
			continue
		}
		err := supervise.Together(ctx, h.run.Work, h.watch(t.since), t.mark)
		t.end()
		return err
	}
	<-ctx.Done()
	return ctx.Err()
}

func (h hooked) watch(since func(api.AccountID) time.Time) func(context.Context) error {
	return func(ctx context.Context) error {
		for ctx.Err() == nil {
			err := events.Watch(ctx, h.db, h.feed, since, h.run.On)
			if ctx.Err() == nil {
				h.log.Warn("hooks are not run for a while", "err", err)
				since = events.Since(time.Now())
				work.Sleep(ctx, watchAgain)
			}
		}
		return ctx.Err()
	}
}

// turn is the right to run hooks, until it is ended or its process is.
type turn struct {
	file *os.File
	// since is what hooks begin with.
	since func(api.AccountID) time.Time
}

// take takes the turn; nil where another session has it.
func (h hooked) take(ctx context.Context) (*turn, error) {
	f, err := osfile.OpenShared(h.file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if osfile.TryLock(f) != nil {
		return nil, f.Close()
	}
	ours, err := f.Stat()
	there, failed := os.Stat(h.file)
	if err != nil || failed != nil || !os.SameFile(ours, there) { // it was removed meanwhile
		return nil, errors.Join(err, ignoreNotExist(failed), f.Close())
	}
	text := make([]byte, len(markLayout))
	n, _ := f.ReadAt(text, 0) // a new one is empty
	last, err := h.lastAnswers(ctx)
	if err != nil {
		h.log.Warn("read health", "err", err)
	}
	t := &turn{file: f, since: beginning(last, string(text[:n]), time.Now())}
	t.note(time.Now())
	return t, nil
}

func ignoreNotExist(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// beginning is what hooks begin with: what came since an account's platform was last
// answered, and before that since they were run, where others fetched meanwhile.
func beginning(last map[api.AccountID]time.Time, mark string, now time.Time) func(api.AccountID) time.Time {
	ran, err := time.Parse(markLayout, strings.TrimSpace(mark))
	if err != nil || ran.After(now) {
		ran = now
	}
	if oldest := now.Add(-longestAway); ran.Before(oldest) {
		ran = oldest
	}
	return func(id api.AccountID) time.Time {
		if at, known := last[id]; known && at.Before(ran) {
			return at
		} else if known {
			return ran
		}
		return now
	}
}

// markLayout is a time as it stands in the file, of one length always.
const markLayout = "2006-01-02T15:04:05Z"

// note says up to when hooks were run. What cannot be written costs that a hook may run
// twice.
func (t *turn) note(at time.Time) { _, _ = t.file.WriteAt([]byte(at.UTC().Format(markLayout)), 0) }

func (t *turn) mark(ctx context.Context) error {
	for work.Sleep(ctx, state.UntilBeat(markEvery)) {
		t.note(time.Now())
	}
	return ctx.Err()
}

func (t *turn) end() {
	t.note(time.Now())
	_ = t.file.Close()
}

// lastAnswers is when the platform of each account was last answered that was lately.
func (h hooked) lastAnswers(ctx context.Context) (map[api.AccountID]time.Time, error) {
	now := time.Now()
	last := map[api.AccountID]time.Time{}
	all, err := h.db.Health(ctx)
	for _, a := range all {
		if now.Sub(a.LastOK) < longestAway {
			last[a.Account] = a.LastOK
		}
	}
	return last, err
}
