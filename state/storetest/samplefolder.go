package storetest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"testing"
)

// SampleFlags lets a test program choose the size of its sample, which is small
// otherwise:
//
//	var sample = storetest.SampleFlags(storetest.Sample{Conversations: 400, Messages: 10_000})
//
//	go test ./state/sqlite -run '^$' -bench Sample -args -conversations=20000 -messages=1000000
//
// A sample is made once, a million messages in some three minutes and 250 MB, and
// kept in the user's cache folder, or in the one that -store names.
func SampleFlags(usual Sample) func() (s Sample, folder string) {
	conversations := flag.Int("conversations", usual.Conversations, "how many conversations the sample of the benchmarks has")
	messages := flag.Int("messages", usual.Messages, "how many messages the sample of the benchmarks has")
	folder := flag.String("store", "", "the `folder` in which samples are kept; the user's cache folder if empty")
	return func() (Sample, string) { return Sample{*conversations, *messages, usual.Seed}, *folder }
}

// Copy makes the sample, if folder has none of its size yet, and returns a copy of
// it that belongs to the test. The sample itself is never opened again, so it stays
// as it was made, also when the tables change: a copy is brought up to date when it
// is opened. An empty folder is the user's cache folder. open opens a new store.
func (s Sample) Copy(tb testing.TB, folder string, open func(ctx context.Context, dir string) (Pages, error)) string {
	tb.Helper()
	kept, err := s.keep(tb.Context(), folder, open)
	if err != nil {
		tb.Fatalf("make a sample: %v", err)
	}
	dir := tb.TempDir()
	for _, name := range []string{"cache.db", "state.db", "state.db-rev"} {
		if err := copyFile(filepath.Join(kept, name), filepath.Join(dir, name)); err != nil {
			tb.Fatalf("copy the sample: %v", err)
		}
	}
	return dir
}

// keep makes the sample in folder and returns where it is.
func (s Sample) keep(ctx context.Context, folder string, open func(ctx context.Context, dir string) (Pages, error)) (string, error) {
	if folder == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		folder = filepath.Join(cache, "unibox-samples")
	}
	dir := filepath.Join(folder, s.name())
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(folder, "unfinished-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(fresh)
	if err := s.writeIn(ctx, fresh, open); err != nil {
		return "", err
	}
	err = os.Rename(fresh, dir)
	if errors.Is(err, os.ErrExist) { // another test has made it meanwhile
		err = nil
	}
	return dir, err
}

func (s Sample) writeIn(ctx context.Context, dir string, open func(ctx context.Context, dir string) (Pages, error)) error {
	store, err := open(ctx, dir)
	if err != nil {
		return err
	}
	return errors.Join(s.Write(ctx, store), store.Close())
}

// name is what the sample's folder is called: its size, and a sum over some of it,
// so that a sample that was made by another version of this package is not taken
// for it.
func (s Sample) name() string {
	sum := fnv.New32a()
	sizes := s.sizes()
	for i := range min(s.Conversations, 20) {
		c := s.customer(i)
		fmt.Fprint(sum, c.id(), c.name, c.last)
		for _, m := range c.messages(min(sizes(i), 100)) {
			fmt.Fprint(sum, m.ID, m.At, m.Direction, m.Body)
		}
	}
	return fmt.Sprintf("%d-%d-%d-%08x", s.Conversations, s.Messages, s.Seed, sum.Sum32())
}

func copyFile(from, to string) error {
	text, err := os.Open(from)
	if err != nil {
		return err
	}
	defer text.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = out.ReadFrom(text)
	return errors.Join(err, out.Close())
}
