package download

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

const (
	dialLimit   = 10 * time.Second
	mostHeaders = 64 << 10
)

// leastProgress is how many bytes have to come within the patience for a server: one
// that sends a byte a second would keep a transfer for ever.
const leastProgress = 4 << 10

// errIdle ends a transfer that brings nothing, errDrip one that brings too little, errTooLarge
// one that brings more than it may.
var (
	errIdle = errors.New("nothing came")
	errDrip = errors.New("almost nothing came")

	errTooLarge = errors.New("the file is too large")
)

// client requests the files of one account. It has no token, no cookies and no
// proxy: a proxy would resolve names where nobody checks the addresses. Each file
// has a separate connection, so that every address is dialled and checked.
func (d *Downloads) client(own origin) *http.Client {
	if d.transport != nil {
		return &http.Client{CheckRedirect: own.redirect, Transport: d.transport}
	}
	var only http.Protocols
	only.SetHTTP1(true)
	free := &net.Dialer{Timeout: dialLimit}
	guarded := &net.Dialer{Timeout: dialLimit, Control: dialled(d.barred)}
	return &http.Client{CheckRedirect: own.redirect, Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if strings.EqualFold(address, own.address) {
				return free.DialContext(ctx, network, address)
			}
			return guarded.DialContext(ctx, network, address)
		},
		TLSClientConfig:        &tls.Config{RootCAs: d.roots},
		TLSHandshakeTimeout:    dialLimit,
		DisableCompression:     true,
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: mostHeaders,
		Protocols:              &only,
	}}
}

// fetch writes the file at an address to w as it comes: nothing is unpacked, and
// no more than most bytes are read, whatever is announced. It fails when next to
// nothing comes for a while, not when it takes long.
func (d *Downloads) fetch(ctx context.Context, own origin, address string, w io.Writer, most int64, progress func(got, total int64)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var fresh atomic.Int64 // what came since idle was set
	idle := time.AfterFunc(d.idleTimeout, func() {
		if fresh.Load() > 0 {
			cancel(errDrip)
		}
		cancel(errIdle)
	})
	defer idle.Stop()
	resp, err := d.ask(ctx, own, address)
	if err != nil {
		return cmpCause(ctx, err)
	}
	defer resp.Body.Close()
	if resp.ContentLength > most {
		return errTooLarge
	}
	total, got := max(resp.ContentLength, 0), int64(0)
	progress(0, total)
	n, err := io.Copy(w, moving{io.LimitReader(resp.Body, most+1), func(n int) {
		if fresh.Add(int64(n)) >= leastProgress {
			fresh.Store(0)
			idle.Reset(d.idleTimeout)
		}
		got += int64(n)
		progress(got, total)
	}})
	switch {
	case err != nil:
		return broken{cmpCause(ctx, err), got, total}
	case n > most:
		return errTooLarge
	}
	return nil
}

// ask sends the request and returns an answer that contains a file.
func (d *Downloads) ask(ctx context.Context, own origin, address string) (*http.Response, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, Refusal("its address cannot be read")
	}
	if err := own.admit(u); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, Refusal("its address cannot be asked")
	}
	req.Header.Set("User-Agent", "unibox")
	req.Header.Set("Accept-Encoding", "identity")
	resp, err := d.client(own).Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return nil, status(resp.StatusCode)
	}
	return resp, nil
}

func (d *Downloads) tooLarge() error {
	return Refusal(fmt.Sprintf("it is larger than %s; max in [files] of the config can be raised", size(d.max)))
}

// cmpCause is why a context ended, if that caused err.
func cmpCause(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// moving calls back for what is read.
type moving struct {
	io.Reader
	moved func(n int)
}

func (m moving) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	if n > 0 {
		m.moved(n)
	}
	return n, err
}
