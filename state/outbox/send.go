package outbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
)

// send uploads what is missing, looks whether the customer wrote meanwhile, and
// makes the request. That it is about to be made is stored before; the answer
// is stored whatever happened to ctx.
func (s *sender) send(ctx context.Context, o state.Outbound) error {
	o, ready, err := s.upload(ctx, o)
	if err != nil || !ready || ctx.Err() != nil {
		return err
	}
	if held, err := s.hold(ctx, o); held || err != nil || ctx.Err() != nil {
		return err
	}
	o, ok, err := s.step(ctx, o.ID, policy.Claimed{})
	if err != nil || !ok {
		return err
	}
	generation, _ := s.outage.Generation()
	receipt, err := s.request(ctx, o)
	s.observe(generation, o, err)
	var held *api.NotPermitted
	if errors.As(err, &held) {
		return s.unsent(context.WithoutCancel(ctx), o)
	}
	err = s.insist(ctx, o.ID, policy.Answered{Receipt: receipt, Err: err})
	if err == nil && receipt.TextOnly {
		s.showText(ctx, o)
	}
	return err
}

// showText reads what went out of a message that now stands for the rest.
func (s *sender) showText(ctx context.Context, o state.Outbound) {
	if err := s.read(ctx, o.Conversation, o.SentAt); err != nil {
		s.report(err, "read the history")
	}
}

// unsent tells who works now, be it this process, that a request never left:
// nobody else knows, and without this word a person would have to decide.
func (s *sender) unsent(ctx context.Context, o state.Outbound) error {
	ctx = api.WithPermit(ctx, func() error { return nil })
	return s.settled(ctx, o.ID, func(now state.Outbound) (bool, error) {
		next, ok := policy.Step(now, policy.Unsent{Attempt: o.Attempts}, s.facts, time.Now())
		if !ok {
			return true, nil
		}
		ok, err := s.store.Decided(ctx, next, now.Status)
		return ok, wrap(err, "store that nothing was sent")
	})
}

func (s *sender) step(ctx context.Context, id int64, ev policy.Event) (state.Outbound, bool, error) {
	return s.apply(ctx, id, ev, s.facts)
}

func (s *sender) request(ctx context.Context, o state.Outbound) (api.Receipt, error) {
	out := api.Outgoing{Conversation: o.Conversation, Body: o.Body, Attachments: attachments(o.Files)}
	switch {
	case !o.At.IsZero():
		return s.schedule(ctx, out, o.At)
	case o.First == nil:
		return s.provider.Send(ctx, out)
	}
	starter, ok := s.provider.(api.Starter)
	if !ok {
		return api.Receipt{}, s.unsupported("write first")
	}
	return starter.Start(ctx, api.FirstMessage{Channel: o.First.Channel, To: o.First.To, Body: o.Body})
}

// schedule hands a message over to go out later. One whose time has passed
// while it waited here does not go out late behind the agent's back.
func (s *sender) schedule(ctx context.Context, out api.Outgoing, at time.Time) (api.Receipt, error) {
	scheduler, ok := s.provider.(api.Scheduler)
	switch {
	case !ok:
		return api.Receipt{}, s.unsupported("schedule message")
	case !at.After(time.Now()):
		return api.Receipt{}, fmt.Errorf("%w; take it back to write another time", policy.ErrPast)
	}
	return scheduler.Schedule(ctx, out, at)
}

func (s *sender) unsupported(op string) error {
	return &api.Error{Kind: api.ErrUnsupported, Platform: s.traits.Platform, Op: op}
}

func attachments(files []state.File) []api.Attachment {
	var out []api.Attachment
	for _, f := range files {
		out = append(out, api.Attachment{Remote: f.Remote, Name: f.Name, MIME: f.MIME, Size: f.Size})
	}
	return out
}

// insist stores what the platform answered: nobody can ask it again. It stops
// when this process may not, or when it ends; then the message is found as it
// is and counts as uncertain.
func (s *sender) insist(ctx context.Context, id int64, ev policy.Event) error {
	for {
		_, _, err := s.step(context.WithoutCancel(ctx), id, ev)
		if err == nil || errors.Is(err, state.ErrNotOwner) || errors.Is(err, state.ErrNoSuch) {
			return err
		}
		s.report(err, "store an answer")
		if !sleep(ctx, setback) {
			return err
		}
	}
}

// upload hands over the files that the platform does not have yet. It reports
// whether all are there; if not, the message says why.
func (s *sender) upload(ctx context.Context, o state.Outbound) (state.Outbound, bool, error) {
	if policy.MissingFile(o) < 0 {
		return o, true, nil
	}
	defer s.uploads.end(o.ID)
	o, ok, err := s.step(ctx, o.ID, policy.Uploading{})
	for ok && err == nil {
		i := policy.MissingFile(o)
		if i < 0 {
			return o, true, nil
		}
		up := policy.Uploaded{File: i}
		generation, _ := s.outage.Generation()
		if up.Remote, up.Err = s.uploadFile(ctx, o, i); ctx.Err() != nil && up.Err != nil {
			return o, false, nil
		}
		s.observe(generation, o, up.Err)
		o, ok, err = s.step(ctx, o.ID, up)
		ok = ok && up.Err == nil
	}
	return o, false, err
}

// uploadFile streams one file and returns the platform's id of it.
func (s *sender) uploadFile(ctx context.Context, o state.Outbound, i int) (string, error) {
	uploader, ok := s.provider.(api.Uploader)
	if !ok {
		return "", s.unsupported("upload file")
	}
	f := o.Files[i]
	body, err := os.Open(f.Path)
	if err != nil {
		return "", lost(f, err)
	}
	defer body.Close()
	att, err := uploader.Upload(ctx, api.Upload{
		Conversation: o.Conversation, Name: f.Name, MIME: f.MIME, Size: f.Size, Body: body,
		Progress: s.progressOf(o, i),
	})
	if err == nil && att.Remote == "" {
		err = &api.Error{Kind: api.ErrOther, Platform: s.traits.Platform, Op: "upload file", Said: "the platform gave the file no id"}
	}
	return att.Remote, err
}

// lost says that our own copy of a file is no longer to be read.
func lost(f state.File, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("our copy of %s is gone: discard this and attach the file again (%w)", f.Name, fs.ErrNotExist)
	}
	return fmt.Errorf("our copy of %s cannot be read: %w", f.Name, err)
}

// progressOf counts the bytes of a message's files that are over, and tells
// the screen now and then.
func (s *sender) progressOf(o state.Outbound, i int) func(int64) {
	before := size(o.Files[:i])
	tell := func(sent int64) {
		if s.uploads.set(o, before+sent, time.Now()) {
			s.feed.Mark(state.Thread(o.Conversation))
		}
	}
	tell(0)
	return tell
}

// found takes up a message that nobody works on, as after a crash.
func (s *sender) found(ctx context.Context, o state.Outbound) error {
	_, _, err := s.step(ctx, o.ID, policy.Found{})
	return err
}

// orphaned fails a message whose conversation will never be.
func (s *sender) orphaned(ctx context.Context, o state.Outbound) error {
	_, _, err := s.step(ctx, o.ID, policy.Orphaned{})
	return err
}
