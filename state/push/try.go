package push

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	// tryTime is how long an event of our own may take on its way.
	tryTime = 10 * time.Second
	// tryEvery is how often the way is tried while the program runs, tryAgain how soon
	// after it was not open.
	tryEvery, tryAgain = time.Minute, 10 * time.Second
)

// Try sends an event of our own to the public address of this machine, and reports
// whether it arrived in the state folder. The error is one sentence for a person, and
// never holds the whole address.
func Try(ctx context.Context, dir, public string) error {
	at, err := AddressesIn(dir).test()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, tryTime)
	defer cancel()
	word := rand.Text()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at.Whole(public), strings.NewReader(word))
	if err != nil {
		return fmt.Errorf("%s is no address", public)
	}
	resp, err := forwarder().Do(req)
	if err != nil {
		var address *url.Error
		if errors.As(err, &address) {
			err = address.Err
		}
		return fmt.Errorf("%s cannot be reached: %w", public, err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %d and not 200: what is in front does not pass on to unibox, or unibox does not listen", public, resp.StatusCode)
	}
	if got, _ := os.ReadFile(filepath.Join(folder(dir), testFile)); string(got) != word {
		return fmt.Errorf("%s answers, but what was sent did not arrive here: it leads to something else", public)
	}
	return nil
}

// Watch tries the way from the public address now and then until ctx ends, and tells
// the engine whether it is open: not, once it was not twice in a row.
func (t *Taker) Watch(ctx context.Context, dir, public string) error {
	w := way{Taker: t}
	for {
		wait := w.tried(Try(ctx, dir, public), ctx.Err() != nil)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// way is what is known of the way from the public address to us.
type way struct {
	*Taker
	// said is the last sentence in the log; fails counts tries in a row that failed.
	said  string
	fails int
}

// tried takes in what became of a try, and returns how long to wait for the next. A try
// that was ended by our own end says nothing.
func (w *way) tried(err error, ending bool) time.Duration {
	switch {
	case err == nil:
		w.said, w.fails = "", 0
		for account := range w.accounts {
			w.engine.Reachable(account)
		}
		return tryEvery
	case ending:
		return tryAgain
	}
	if w.fails++; w.fails >= 2 { // again each time: an event taken from the spool says the way is open
		for account := range w.accounts {
			w.engine.Unreachable(account)
		}
	}
	if why := err.Error(); why != w.said {
		w.log.Warn("events may not arrive", "err", err)
		w.said = why
	}
	return tryAgain
}
