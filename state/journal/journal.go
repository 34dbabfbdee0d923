// Package journal is the log of what agents sent and did: a file of JSON lines in the
// state folder for each month, which is only added to, but for what is wiped or too old.
//
// [Log.Add] touches memory alone and never blocks; a goroutine writes. Several sessions
// write to the same file, each line at once. What cannot be written waits, a bounded
// number of lines, and is said once. The outcome of a message is a line of its own, by the
// session that learned of it; both have the message's key.
package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"unibox/api"

	"unibox/state/lockfile"
)

// What was done.
const (
	Submitted = "put into the outbox" // not sent yet: that is an Outcome
	Outcome   = "outcome"             // what became of a message: in Result
	Decided   = "decided"             // about a message that waited for a person: in Result
	Discarded = "discarded"
	TakenBack = "taken back"
	Flagged   = "marked" // done, snoozed, starred …: in Result
	Changed   = "asked"  // the platform was asked for a change: in Result
	Labelled  = "labelled"
	Noted     = "note"
	Unnoted   = "note deleted"
)

// Entry is one line.
type Entry struct {
	At time.Time `json:"at"`
	// Who did it; empty for what the program found out, such as an outcome.
	Who string `json:"who,omitempty"`
	// Did is one of the words above.
	Did          string `json:"did"`
	Account      string `json:"account"`
	Conversation string `json:"conversation"`
	// By is who sent a message of the outbox off, where that is another than Who.
	By string `json:"by,omitempty"`
	// Message is the key of a message of the outbox, or of a note.
	Message string `json:"message,omitempty"`
	// Result says what was done or what came of it, in words, Reason why.
	Result string `json:"result,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Until is the time that Result ends in, as in "to be sent" and "snoozed until"; the
	// zero time where it names none.
	Until time.Time `json:"until,omitzero"`
	// Text is what was written; left out where the config says so.
	Text string `json:"text,omitempty"`
}

// On is an entry about a conversation.
func On(id api.ConversationID, did string) Entry {
	return Entry{Did: did, Account: string(id.Account), Conversation: id.Remote}
}

// Options are how a log is kept.
type Options struct {
	// Dir is the state folder, Who who uses this session.
	Dir, Who string
	// Texts keeps what was written; without, a line says only that something was.
	Texts bool
	// Problem is called with one sentence when lines cannot be written, once until they
	// can. It must not block.
	Problem func(sentence string)
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Log is an open log. A nil one keeps nothing. Its methods may be called from any
// goroutine.
type Log struct {
	opt  Options
	wake chan struct{}

	mu      sync.Mutex
	waiting []Entry
	dropped int
	// writing: only one batch is written at a time, so that lines keep their order.
	writing sync.Mutex
	failing bool
}

// mostWaiting is how many lines wait at most while they cannot be written.
const mostWaiting = 10_000

// Open returns a log that writes once [Log.Run] runs.
func Open(opt Options) *Log {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Problem == nil {
		opt.Problem = func(string) {}
	}
	return &Log{opt: opt, wake: make(chan struct{}, 1)}
}

// Add notes something that this session's agent did. It never blocks.
func (l *Log) Add(e Entry) {
	if l != nil {
		e.Who = l.opt.Who
		l.Found(e)
	}
}

// Found notes something that nobody here did. It never blocks.
func (l *Log) Found(e Entry) {
	if l == nil {
		return
	}
	e.At = l.opt.Now().UTC()
	if !l.opt.Texts {
		e.Text = ""
	}
	l.mu.Lock()
	if len(l.waiting) < mostWaiting {
		l.waiting = append(l.waiting, e)
	} else {
		l.dropped++
	}
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// again is how long after a failure it is tried once more.
const again = 10 * time.Second

// Run writes what is added until ctx ends, and then what is left.
func (l *Log) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			l.flush()
			return nil
		case <-l.wake:
		}
		if l.flush() {
			continue
		}
		late := time.NewTimer(again)
		select {
		case <-ctx.Done():
			late.Stop()
		case <-late.C:
			l.nudge()
		}
	}
}

func (l *Log) nudge() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// flush writes what waits and reports whether that went well.
func (l *Log) flush() bool {
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	batch := l.waiting
	l.waiting = nil
	l.mu.Unlock()
	left, err := l.write(batch)
	l.mu.Lock()
	l.waiting = append(left, l.waiting...)
	n, dropped := len(l.waiting), l.dropped
	l.mu.Unlock()
	if err == nil {
		l.failing = false
		return true
	}
	if !l.failing {
		l.failing = true
		l.opt.Problem(fmt.Sprintf("the log of what you do cannot be written (%v): %d lines wait in memory, %d are lost; make room or fix the permissions of %s", err, n, dropped, l.opt.Dir))
	}
	return false
}

// write appends entries to the files of their months, and returns those that it could
// not.
func (l *Log) write(batch []Entry) (left []Entry, err error) {
	for len(batch) > 0 {
		n := 1
		for n < len(batch) && month(batch[n].At) == month(batch[0].At) {
			n++
		}
		if err := l.append(month(batch[0].At), batch[:n]); err != nil {
			return batch, err
		}
		batch = batch[n:]
	}
	return nil, nil
}

// append writes each line with one call, so that lines of several sessions do not mix.
// A line that was cut by a full disk is ended before the next.
func (l *Log) append(month string, batch []Entry) (err error) {
	f, err := lockfile.Open(filepath.Join(l.opt.Dir, prefix+month+suffix), os.O_APPEND|os.O_CREATE|os.O_RDWR)
	if err != nil {
		return err
	}
	defer func() {
		if failed := f.Close(); err == nil {
			err = failed
		}
	}()
	text := []byte{}
	if torn(f) {
		text = append(text, '\n')
	}
	for _, e := range batch {
		line, err := json.Marshal(e)
		if err != nil { // texts and a time
			return err
		}
		text = append(append(text, line...), '\n')
	}
	_, err = f.Write(text)
	return err
}

// torn reports whether the last line of a file has no end.
func torn(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return false
	}
	last := make([]byte, 1)
	_, err = f.ReadAt(last, info.Size()-1)
	return err == nil && last[0] != '\n'
}
