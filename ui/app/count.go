package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"unibox/state"
	"unibox/state/work"
	"unibox/ui/notify"
)

// countAgain is how soon who waits is counted again at the earliest.
const countAgain = time.Second

// count keeps how many customers wait in the file of [notify], as a screen does, until ctx
// ends. Then nobody keeps it up, and it is taken away.
func (i *Inbox) count(ctx context.Context) error {
	file := told(i.session.Config, i.session.Dir).CountFile
	if file == "" {
		<-ctx.Done()
		return ctx.Err()
	}
	i.countInto(ctx, file)
	return errors.Join(ctx.Err(), notify.RemoveCount(file))
}

// countInto writes the file whenever its text changes, and when other sessions come and go:
// one that goes takes the file away. That it cannot be written is said once.
func (i *Inbox) countInto(ctx context.Context, file string) {
	sub := i.Feed.Subscribe()
	defer sub.Close()
	for written, said := "", false; ctx.Err() == nil; {
		now, err := i.recount(ctx, file, written)
		if written = now; err != nil && ctx.Err() == nil && !said {
			said = true
			i.Notice(err.Error())
		}
		work.Sleep(ctx, countAgain)
		topics, _ := sub.Next(ctx)
		if slices.ContainsFunc(topics, func(t state.Topic) bool { return t.Kind == state.TopicSessions }) {
			written = ""
		}
	}
}

// recount writes the file if it is to hold something else than what was written, and returns
// what it holds now, "" where that is not known.
func (i *Inbox) recount(ctx context.Context, file, written string) (string, error) {
	text, err := i.countText(ctx)
	if err == nil && text != written {
		err = notify.WriteCount(file, text)
	}
	if err != nil {
		return "", err
	}
	return text, nil
}

// countText is what the file says now.
func (i *Inbox) countText(ctx context.Context) (string, error) {
	side, err := i.Sidebar(ctx)
	if err != nil {
		return "", err
	}
	health, err := i.Health(ctx)
	return notify.CountText(side.Views[state.ViewWaiting], !state.Complete(health)), err
}
