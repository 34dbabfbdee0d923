// Package download saves what customers send on this machine's disk, and opens
// it. Nothing about an attachment is trusted: not its address, its name, its
// announced size or its kind. Its promises:
//
//   - Only https addresses are requested, and only hosts on the open internet,
//     checked when they are dialled and again at each redirect. The one exception is the
//     account's own server, which may be on this machine. No credential is
//     ever sent: no platform's attachments need one (api/pact/REFERENCE.md "p2
//     objects", api/protocol/REFERENCE.md "Attachments"), so this package is
//     given none.
//   - A file is one plain name in the folder, of mode 0600, and replaces
//     nothing. It has its name only when it is complete and on disk; a
//     partial file is removed when the transfer fails or is cancelled, or at the
//     next start.
//   - No file becomes larger than the limit.
//   - Nothing is opened but by [Opener], which takes no programs and no shell.
//
// Where to look: guard.go decides which addresses may be requested, fetch.go
// requests, name.go makes names, place.go puts files into the folder, kind.go
// detects what they are.
package download

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"unibox/api"
	"unibox/state"
)

// mostAtOnce is how many transfers run at the same time.
const mostAtOnce = 3

// Options say where files are saved and which servers they come from.
type Options struct {
	// Dir is the folder; it is made if there is none.
	Dir string
	// Max is how large a file may be, in bytes.
	Max int64
	// Servers are the base URLs of the accounts.
	Servers map[api.AccountID]string
	// IdleTimeout is how long a transfer may bring nothing before it fails; 30 s
	// if zero.
	IdleTimeout time.Duration
	// Log gets what could not be cleaned up; nil is silent.
	Log *slog.Logger
	// Transport, if set, takes the place of the network, for who plays a session in memory:
	// no address is dialled, so none is checked.
	Transport http.RoundTripper
}

// Downloads are the transfers of one program. It is safe for concurrent use.
type Downloads struct {
	dir         string
	max         int64
	servers     map[api.AccountID]string
	idleTimeout time.Duration
	log         *slog.Logger
	proxied     string
	slots       chan struct{}
	transport   http.RoundTripper
	// barred reports addresses that are not dialled, roots are the authorities;
	// tests replace both.
	barred func(netip.Addr) bool
	roots  *x509.CertPool

	disk  sync.Mutex // held while half files are made or swept
	mu    sync.Mutex
	known map[state.FileID]*transfer
	ended bool
	wg    sync.WaitGroup
}

type transfer struct {
	state.Transfer
	cancel context.CancelFunc
}

// New returns downloads into a folder. It touches nothing yet.
func New(o Options) *Downloads {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Downloads{
		dir: o.Dir, max: o.Max, servers: o.Servers, idleTimeout: cmp.Or(o.IdleTimeout, 30*time.Second), log: o.Log, proxied: proxied(),
		slots: make(chan struct{}, mostAtOnce), transport: o.Transport, barred: private, known: map[state.FileID]*transfer{},
	}
}

// proxied is what to add to an error for who has a proxy in the environment.
func proxied() string {
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: "https", Host: "example.org"}})
	if proxy == nil && err == nil {
		return ""
	}
	return " (files do not come through the proxy of the environment)"
}

// Run removes the partial files of earlier sessions. When ctx ends it cancels the
// transfers and waits until they have ended.
func (d *Downloads) Run(ctx context.Context) error {
	d.sweep()
	<-ctx.Done()
	d.mu.Lock()
	d.ended = true
	for _, t := range d.known {
		t.cancel()
	}
	d.mu.Unlock()
	d.wg.Wait()
	return ctx.Err()
}

// errUnderWay is the error of a second Save of the same file.
var errUnderWay = Refusal("it is being downloaded already")

// Save saves an attachment, and returns when that is done, failed or was
// cancelled; meanwhile [Downloads.Transfer] returns the progress. An error is
// context.Canceled, or the words of a sentence after "not saved: ".
func (d *Downloads) Save(ctx context.Context, id state.FileID, a api.Attachment) (state.Transfer, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := d.register(id, a, cancel); err != nil {
		return state.Transfer{}, err
	}
	defer d.wg.Done()
	var path, odd string
	err := d.slot(ctx)
	if err == nil {
		path, odd, err = d.fetchTo(ctx, id, a)
		<-d.slots
	}
	return d.finish(id, path, odd, err)
}

func (d *Downloads) register(id state.FileID, a api.Attachment, cancel context.CancelFunc) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended {
		return context.Canceled
	}
	if t := d.known[id]; t != nil && t.UnderWay() {
		return errUnderWay
	}
	d.known[id] = &transfer{state.Transfer{Status: state.TransferWaiting, Total: a.Size}, cancel}
	d.wg.Add(1)
	return nil
}

func (d *Downloads) slot(ctx context.Context) error {
	select {
	case d.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fetchTo fetches a file and gives it its name, or leaves nothing.
func (d *Downloads) fetchTo(ctx context.Context, id state.FileID, a api.Attachment) (path, odd string, err error) {
	half, err := d.begin()
	if err != nil {
		return "", "", err
	}
	defer discard(half)
	progress := func(got, total int64) { d.progress(id, got, cmp.Or(total, a.Size)) }
	err = d.fetch(ctx, originOf(d.servers[id.Message.Account]), a.URL, half, d.max, progress)
	if errors.Is(err, errTooLarge) {
		err = d.tooLarge()
	}
	if err != nil {
		return "", "", err
	}
	name := plainName(called(a.Name, a.URL))
	if odd, err = oddity(half, name); err != nil {
		return "", "", err
	}
	path, err = d.settle(half, name)
	return path, odd, err
}

func (d *Downloads) progress(id state.FileID, got, total int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.known[id]
	t.Status, t.Got, t.Total = state.TransferRunning, got, total
}

// finish notes how a transfer ended; one that was cancelled is forgotten.
func (d *Downloads) finish(id state.FileID, path, odd string, err error) (state.Transfer, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.known[id]
	switch {
	case errors.Is(err, context.Canceled):
		delete(d.known, id)
		return state.Transfer{}, context.Canceled
	case err != nil:
		d.log.Debug("download", "account", id.Message.Account, "err", err)
		t.Status, t.Why = state.TransferFailed, d.why(err)
		return t.Transfer, Refusal(t.Why)
	}
	t.Status, t.Path, t.Odd = state.TransferSaved, path, odd
	return t.Transfer, nil
}

// Cancel ends a transfer that is under way.
func (d *Downloads) Cancel(id state.FileID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if t := d.known[id]; t != nil {
		t.cancel()
	}
}

// Transfer returns how far a transfer is. It never blocks.
func (d *Downloads) Transfer(id state.FileID) state.Transfer {
	d.mu.Lock()
	defer d.mu.Unlock()
	if t := d.known[id]; t != nil {
		return t.Transfer
	}
	return state.Transfer{}
}
