package rest

import (
	"context"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"unibox/api"
)

// connectionTrace records how far a request got. It blocks the request if its
// permit has ended by the time there is a connection to write it to: getting one
// may take seconds, or as long as the process was stopped.
type connectionTrace struct {
	watchdog *watchdog
	permit   func() error // nil for reads
	// asked: a connection was asked for; got: there is one.
	asked, got atomic.Bool
	blocked    atomic.Pointer[api.NotPermitted]
}

func (t *connectionTrace) attach(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { t.asked.Store(true) },
		GotConn: t.connected,
	})
}

// connected is called right before the request is written. Nothing is written to a
// connection that is closed here.
func (t *connectionTrace) connected(info httptrace.GotConnInfo) {
	if t.permit != nil {
		if err := t.permit(); err != nil {
			t.blocked.CompareAndSwap(nil, &api.NotPermitted{Err: err})
			t.watchdog.cancel(err)
			_ = info.Conn.Close()
			return
		}
	}
	t.got.Store(true)
}

// unsent reports whether no byte of the request can have been written: a
// connection was asked for and there was none. A proxy's answer and the TLS
// handshake come before that point.
func (t *connectionTrace) unsent() bool { return t.asked.Load() && !t.got.Load() }

// watchdog cancels an exchange that makes no progress for the client's patience,
// or that takes more than twice as long in all and sends no stream.
type watchdog struct {
	idle     *time.Timer
	patience time.Duration
	cancel   context.CancelCauseFunc
	release  context.CancelFunc
}

// watch starts a watchdog for req. The context that it returns is the exchange's.
func (c *Client) watch(ctx context.Context, req Request) (context.Context, *watchdog) {
	w := &watchdog{patience: c.patience, release: func() {}}
	ctx, w.cancel = context.WithCancelCause(ctx)
	if req.Body.stream == nil {
		ctx, w.release = context.WithTimeoutCause(ctx, 2*c.patience, errTooLong)
	} else {
		w.patience *= 4 // what the kernel has buffered goes out unseen
	}
	w.idle = time.AfterFunc(w.patience, func() { w.cancel(errStalled) })
	return ctx, w
}

// moved reports progress.
func (w *watchdog) moved() { w.idle.Reset(w.patience) }

func (w *watchdog) stop() {
	w.idle.Stop()
	w.release()
	w.cancel(nil)
}
